//! Bodies that repeat an id: which of them stays.

use super::super::join::{Entry, Join, Shares};
use super::super::resource::Resource;
use super::super::segmented::Segmented;
use super::super::{Body, Completeness};

/// Keeps the best body of each id: a complete one over a partial one, then the later one. Answers
/// the index by id and how many bodies were dropped.
pub(super) fn deduplicate<'a, T: Sync>(
    list: &mut Segmented<T>,
    noted: impl Fn(&T) -> (&Resource<'a>, u32) + Sync,
) -> (Join, Repeated) {
    let shares = Shares::of(list.len());
    let indexed = |list: &Segmented<T>| {
        Join::new(list, shares, |value| {
            let (resource, note) = noted(value);
            Some((resource.id.key(), note))
        })
    };
    let index = indexed(list);
    let mut doomed = Vec::new();
    let mut contradictions = 0;
    for group in index.groups() {
        let mut best: Option<(u32, &Resource<'a>)> = None;
        for Entry { at, .. } in group {
            let Some((value, _)) = list.get(*at).map(&noted) else { continue };
            let Some((old_at, old)) = best else {
                best = Some((*at, value));
                continue;
            };
            let judged = value.kind.is_vault() || value.kind.is_protection();
            let same = old.body.origin() == value.body.origin();
            contradictions += u64::from(judged && rank(old) == rank(value) && !same);
            if rank(old) > rank(value) {
                doomed.push(*at);
            } else {
                doomed.push(old_at);
                best = Some((*at, value));
            }
        }
    }
    if doomed.is_empty() {
        return (index, Repeated::default());
    }
    doomed.sort_unstable();
    list.remove(&doomed);
    (indexed(list), Repeated { bodies: doomed.len() as u64, contradictions })
}

/// Bodies that repeat an id.
#[derive(Clone, Copy, Default)]
pub(super) struct Repeated {
    pub bodies: u64,
    /// Those that say something else, although both are equally complete.
    pub contradictions: u64,
}

impl std::ops::AddAssign for Repeated {
    fn add_assign(&mut self, more: Self) {
        self.bodies += more.bodies;
        self.contradictions += more.contradictions;
    }
}

fn rank(resource: &Resource<'_>) -> u8 {
    let evaluated = matches!(resource.body, Body::Evaluated(_));
    u8::from(resource.completeness != Completeness::Partial) + u8::from(evaluated)
}
