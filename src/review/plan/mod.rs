//! Judges a change of infrastructure before it is made: a plan, or two versions of code or of an estate.
//!
//! What moves comes from the change ([`crate::change`]). Whom it hits, what they lose and who may do it comes from
//! the world that it would happen in. A step that is an operation of the table is reviewed as such, with its
//! preconditions. What is unknown never counts as harmless.

mod apply;
mod beside;
mod grant;
mod operation;
mod step;
mod toll;
mod world;

use rayon::prelude::*;

use super::check::{Answer, Judged, Weight};
use super::who::{approval, named_caller};
use super::{Approval, Parameters, Request, Review, Reviewed, Verdict, review};
use crate::access::Access;
use crate::change::Changes;
use crate::inventory::{Estate, Time, id};

pub use apply::{Apply, Held, Needed};
pub use beside::NotJudged;
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
    /// What it changes and nothing judges.
    pub not_judged: Vec<NotJudged>,
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
    /// What it changes and nothing judges, since it is none of our subject.
    pub not_judged: Vec<NotJudged>,
    /// How many parts of the two sides could not be read, where more may change.
    pub unread: usize,
    /// The operations that its steps are.
    pub reviews: Vec<Review<'p, 'p>>,
    /// Whether somebody else agreed to it.
    pub approval: Approval,
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
        let hit = changes.beside.iter().flat_map(|found| beside::items(found, world)).collect();
        let tolls = toll::Points::of(world, &readings, hit, now);
        for reading in &readings {
            let mut step = reading.step(changes, &tolls);
            if step.is_harmless() {
                harmless += 1;
                continue;
            }
            step.requests = requests.add(reading, world);
            steps.push(step);
        }
        let mut not_judged = Vec::new();
        for found in &changes.beside {
            match beside::step(found, world, &tolls, &mut requests) {
                Some(step) => steps.push(step),
                None => not_judged.push(beside::named(found)),
            }
        }
        let unread = changes.before.gaps().len().max(changes.after.gaps().len());
        let requests = requests.done();
        Self { asked, steps, requests, needs, unread, harmless, not_judged }
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
        let caller = named_caller(self.asked.caller.as_deref(), access);
        let approval = approval(&caller, self.asked.approved_by.as_deref(), &[], access);
        let judged = |step| judged(step, &found, &approval);
        let mut steps: Vec<JudgedStep<'p>> = self.steps.iter().map(judged).collect();
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
            not_judged: self.not_judged.clone(),
            unread: self.unread,
            reviews,
            approval,
            apply: apply::apply(&self.needs, self.asked, access),
        }
    }
}

/// A step with its operations. Where an operation says who has to agree, that counts; else somebody else has to.
fn judged<'p>(
    step: &'p Step,
    found: &[Option<Review<'_, '_>>],
    approval: &Approval,
) -> JudgedStep<'p> {
    let mut operations = Vec::new();
    let (mut worst, mut agreed) = (Verdict::Go, None);
    for (at, on) in &step.requests {
        let targets = found.get(*at).and_then(Option::as_ref).map(|review| &review.targets);
        let target = targets.into_iter().flatten().enumerate();
        let target = target.into_iter().find(|(_, target)| id::same(&target.on, on));
        let Some((position, target)) = target else { continue };
        operations.push((*at, position));
        worst = worst.max(target.verdict);
        agreed = agreed.max(Some(Verdict::agreed(&target.who.approval)));
    }
    let own = step.verdict(agreed.unwrap_or_else(|| Verdict::agreed(approval)));
    JudgedStep { step, verdict: worst.max(own), operations }
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
    /// What it comes to by itself; `agreed`, where somebody has to accept it.
    fn verdict(&self, agreed: Verdict) -> Verdict {
        let any = |wanted: fn(&Judged) -> bool| self.judged.iter().any(wanted);
        if any(|judged| judged.answer == Answer::Fail(Weight::Stops)) {
            Verdict::Stop
        } else if any(|judged| matches!(judged.answer, Answer::Unknown(_))) {
            Verdict::CannotTell
        } else if any(|judged| judged.answer == Answer::Fail(Weight::Decides)) {
            agreed
        } else {
            Verdict::Go
        }
    }
}
