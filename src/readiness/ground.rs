//! What stays the same while preconditions are judged: the estate, the points, the time.

use super::Basis;
use crate::review::unasked::{Case, Points, Subject, ask};
use crate::review::{Request, Who};

/// With what preconditions are judged.
#[derive(Clone, Copy)]
pub(super) struct Ground<'c, 'w, 'e, 'a> {
    /// What a matrix is made from.
    pub basis: Basis<'w, 'e, 'a>,
    /// The recovery points of all items.
    pub points: &'c Points<'e, 'a>,
}

impl<'c, 'w: 'c, 'e, 'a> Ground<'c, 'w, 'e, 'a> {
    /// A request as it would be judged now.
    pub fn case(
        self,
        request: &'c Request,
        who: &'c Who<'e>,
        subject: &'c Subject<'e, 'a>,
    ) -> Case<'c, 'e, 'a> {
        Case {
            request,
            parameters: self.basis.parameters,
            estate: self.basis.estate,
            access: self.basis.access,
            now: self.basis.now,
            when: self.basis.now,
            subject,
            points: self.points,
            chosen: None,
            who,
        }
    }

    /// Who may do what is requested.
    pub fn ask(self, request: &Request, subject: &Subject<'e, 'a>) -> Who<'e> {
        let Basis { estate, access, parameters, .. } = self.basis;
        ask(request, estate, access, subject, parameters.minimum)
    }
}
