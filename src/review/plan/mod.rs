//! Judges a change of infrastructure before it is made: a plan, or two versions of code or of an estate.
//!
//! What moves comes from the change ([`crate::change`]). Whom it hits, what they lose and who may do it comes from
//! the world that it would happen in. A step that is an operation of the table is reviewed as such, with its
//! preconditions. What is unknown never counts as harmless.

mod apply;
mod operation;
mod step;
mod toll;
mod world;

use rayon::prelude::*;

use super::check::{Answer, Judged, Weight};
use super::{Approval, Parameters, Request, Review, Reviewed, Verdict, review};
use crate::access::Access;
use crate::change::Changes;
use crate::inventory::{Estate, Time, id};

pub use apply::{Apply, Held, Needed};
pub use step::{Hit, Step};
pub use toll::Toll;

/// What is said of a plan beside itself.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Where the change is tracked.
    pub ticket: Option<String>,
    /// The object id or the sign-in name of whoever is to apply it.
    pub caller: Option<String>,
    /// The object id or the sign-in name of whoever agreed.
    pub approved_by: Option<String>,
    /// Whether each resource says what becomes of it: a plan does, two versions do not.
    pub is_plan: bool,
    /// Whether the world is another one than the side before the change.
    pub has_world: bool,
}

/// A plan before anything is judged against the world: its steps, and the operations that they come to.
#[derive(Debug)]
pub struct Draft<'p> {
    asked: &'p Asked,
    steps: Vec<Step>,
    requests: Vec<Request>,
    needs: Vec<apply::Need>,
    /// How many parts of the two sides could not be read.
    unread: usize,
    /// How many resources of backup it changes without any consequence for backups.
    pub harmless: usize,
}

/// A plan as it was judged.
#[derive(Debug)]
pub struct PlanReview<'p> {
    /// What was said of it.
    pub asked: &'p Asked,
    /// When the world was as shown.
    pub as_of: Time,
    /// The worst verdict of its steps.
    pub verdict: Verdict,
    /// What it does to backups, worst first.
    pub steps: Vec<JudgedStep<'p>>,
    /// How many resources of backup it changes without any consequence for backups.
    pub harmless: usize,
    /// How many parts of the two sides could not be read, where more may change.
    pub unread: usize,
    /// The operations that its steps are.
    pub reviews: Vec<Review<'p, 'p>>,
    /// What it takes to apply it.
    pub apply: Apply,
}

/// A step and what it comes to.
#[derive(Debug)]
pub struct JudgedStep<'p> {
    /// The step.
    pub step: &'p Step,
    /// What it comes to, its operations among it.
    pub verdict: Verdict,
    /// Its operations: the position of the review, and of the target in it.
    operations: Vec<(usize, usize)>,
}

impl<'p> Draft<'p> {
    /// What a change does, and what that would mean in the world.
    pub fn new<'a>(
        changes: &Changes<'_, 'a>,
        world: &Estate<'a>,
        asked: &'p Asked,
        now: Time,
    ) -> Self {
        let within = asked.has_world.then(|| changes.within(world));
        let changes = within.as_ref().unwrap_or(changes);
        let seen = world::World::new(world, asked.has_world);
        let read = |change| step::Reading::new(change, changes, &seen, asked.is_plan);
        let readings: Vec<step::Reading<'_, 'a>> =
            changes.resources.par_iter().filter_map(read).collect();
        let needs = apply::needs(&readings);
        let mut requests = operation::Requests::new(asked);
        let (mut steps, mut harmless) = (Vec::new(), 0);
        let tolls = toll::Points::of(world, &readings, now);
        for reading in &readings {
            let mut step = reading.step(changes, &tolls);
            if step.is_harmless() {
                harmless += 1;
                continue;
            }
            step.requests = requests.add(reading, world);
            steps.push(step);
        }
        let unread = changes.before.gaps().len().max(changes.after.gaps().len());
        Self { asked, steps, requests: requests.done(), needs, unread, harmless }
    }

    /// Judges it against the world.
    pub fn judge<'a>(
        &'p self,
        world: &'p Estate<'a>,
        access: Access<'p, 'a>,
        parameters: &Parameters,
        now: Time,
    ) -> PlanReview<'p> {
        let judge = |request: &'p Request| review(request, world, access, parameters, now).ok();
        let found: Vec<Option<Review<'p, 'p>>> = self.requests.iter().map(judge).collect();
        let mut steps: Vec<JudgedStep<'p>> =
            self.steps.iter().map(|step| self.judged(step, &found)).collect();
        steps.sort_by(|one, two| {
            let key = |step: &JudgedStep<'_>| step.step.on.to_lowercase();
            two.verdict.cmp(&one.verdict).then_with(|| key(one).cmp(&key(two)))
        });
        // A request without a review has no step that points to it.
        let mut positions = Vec::with_capacity(found.len());
        let mut reviews = Vec::with_capacity(found.len());
        for review in found {
            positions.push(reviews.len());
            reviews.extend(review);
        }
        for step in &mut steps {
            for (at, _) in &mut step.operations {
                *at = positions[*at];
            }
        }
        let least = if self.unread == 0 { Verdict::Go } else { Verdict::CannotTell };
        let verdict = steps.iter().map(|step| step.verdict).fold(least, Ord::max);
        PlanReview {
            asked: self.asked,
            as_of: now,
            verdict,
            steps,
            harmless: self.harmless,
            unread: self.unread,
            reviews,
            apply: apply::apply(&self.needs, self.asked, access),
        }
    }

    fn judged(&self, step: &'p Step, found: &[Option<Review<'p, 'p>>]) -> JudgedStep<'p> {
        let mut operations = Vec::new();
        for (at, on) in &step.requests {
            let targets = found.get(*at).and_then(Option::as_ref).map(|review| &review.targets);
            let target = targets
                .and_then(|targets| targets.iter().position(|target| id::same(&target.on, on)));
            operations.extend(target.map(|target| (*at, target)));
        }
        let targets = operations
            .iter()
            .filter_map(|(review, target)| found.get(*review)?.as_ref()?.targets.get(*target));
        let targets: Vec<&Reviewed<'_>> = targets.collect();
        let own = step.verdict(self.is_agreed(&targets));
        let verdict = targets.iter().map(|target| target.verdict).fold(own, Ord::max);
        JudgedStep { step, verdict, operations }
    }

    /// Whether somebody agreed who is not the one to do it; where an operation says more of it, that counts.
    fn is_agreed(&self, targets: &[&Reviewed<'_>]) -> bool {
        if !targets.is_empty() {
            return targets.iter().all(|target| matches!(target.who.approval, Approval::Given(_)));
        }
        match (&self.asked.caller, &self.asked.approved_by) {
            (Some(caller), Some(approver)) => !caller.eq_ignore_ascii_case(approver),
            _ => false,
        }
    }
}

impl<'p> PlanReview<'p> {
    /// How many steps have a verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.steps.iter().filter(|step| step.verdict == verdict).count()
    }

    /// The operations of a step, each with its target.
    pub fn operations<'s>(
        &'s self,
        step: &'s JudgedStep<'p>,
    ) -> impl Iterator<Item = (&'s Review<'p, 'p>, &'s Reviewed<'p>)> {
        step.operations.iter().filter_map(|(review, target)| {
            let review = self.reviews.get(*review)?;
            Some((review, review.targets.get(*target)?))
        })
    }
}

impl Step {
    /// What it comes to by itself.
    fn verdict(&self, is_agreed: bool) -> Verdict {
        let any = |wanted: fn(&Judged) -> bool| self.judged.iter().any(wanted);
        if any(|judged| judged.answer == Answer::Fail(Weight::Stops)) {
            Verdict::Stop
        } else if any(|judged| matches!(judged.answer, Answer::Unknown(_))) {
            Verdict::CannotTell
        } else if any(|judged| judged.answer == Answer::Fail(Weight::Decides)) && !is_agreed {
            Verdict::NeedsApproval
        } else {
            Verdict::Go
        }
    }
}
