//! Answers who can do something: on which target, how surely, by which assignments, and what is in the
//! way.
//!
//! It says what roles allow. Whether the operation would work (a point exists, the machine is there) it
//! does not ask.

mod block;
mod effect;
mod inquiry;
mod target;
mod via;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::chain::Chain;
use super::directory::PrincipalId;
use super::index::Access;
use super::operation::Enforced;
use super::question::Question;
use crate::inventory::{Estate, Kind, Reason};

pub use block::{Block, Obstacle};
pub use effect::Effect;
pub use target::{Named, NoTarget, suggestion};

use inquiry::Inquiry;

/// Targets that are asked about one after the other.
const CHUNK: usize = 32;

/// Who can do something.
#[derive(Debug)]
pub struct Answer<'e, 'a> {
    /// What was asked.
    pub question: Question,
    /// The answer for each target, in the order in which they were named, or by id.
    pub targets: Vec<Targeted<'e>>,
    /// Everybody who can do it on any of them, with the assignments that make it possible: strongest
    /// effect first, then by id.
    pub via: BTreeMap<PrincipalId, Vec<Via<'e, 'a>>>,
    /// What was not read and could change the answer; sorted.
    pub gaps: Vec<Gap>,
}

/// Who can do it on one target.
#[derive(Debug)]
pub struct Targeted<'e> {
    /// The target's id.
    pub on: String,
    /// What it is.
    pub kind: Kind,
    /// Those who can, strongest effect first, then by object id.
    pub able: Vec<Able>,
    /// Of those who can do it on parts of the target only, the parts.
    pub only: BTreeMap<PrincipalId, Vec<String>>,
    /// What is in the way.
    pub blocks: Vec<Block<'e>>,
    /// How much of what may be in the way was read.
    pub view: ObstacleView,
    /// What is needed as well, at places that the target does not tell.
    pub elsewhere: Vec<Enforced>,
}

/// How much of what may be in the way of a target was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ObstacleView {
    /// All of it.
    Whole,
    /// Not all of it: a gap says what is missing.
    Part,
    /// The target was not read.
    Nothing,
    /// The target is a scope that holds others: what is in the way there stands at each of them.
    Below,
}

/// Somebody who can do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Able {
    /// Who.
    pub principal: PrincipalId,
    /// How surely.
    pub effect: Effect,
    /// Whether it could approve its own request where a Resource Guard holds the operation.
    pub approves_itself: bool,
}

/// One assignment that makes it possible.
#[derive(Debug)]
pub struct Via<'e, 'a> {
    /// From the assignment to the principal.
    pub chain: Chain<'e, 'a>,
    /// What it gives.
    pub effect: Effect,
}

/// Something that was not read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// Where: a scope, or the id of what could not be read.
    pub scope: String,
    /// The type of what is missing.
    pub kind: &'static str,
    /// Why.
    pub reason: Reason,
    /// What that means for the answer.
    pub message: String,
}

/// Answers a question on the targets of these ids, or without any on every one that it is about.
///
/// # Errors
/// When there is nothing to ask about.
pub fn ask<'e, 'a>(
    access: Access<'e, 'a>,
    estate: &'e Estate<'a>,
    question: Question,
    on: &[String],
) -> Result<Answer<'e, 'a>, NoTarget> {
    let asked = target::targets(estate, &question, on)?;
    // What many targets have in common is joined early: there may be thousands of both.
    let found: Vec<_> = asked
        .par_chunks(CHUNK)
        .map(|chunk| {
            let (mut targets, mut gaps) = (Vec::with_capacity(chunk.len()), BTreeSet::new());
            let mut sought = via::Sought::default();
            for target in chunk {
                let findings = Inquiry::new(access, estate, &question, target).answer();
                targets.push(findings.targeted);
                gaps.extend(findings.gaps);
                sought.join(findings.sought);
            }
            (targets, gaps, sought)
        })
        .collect();
    let mut gaps = BTreeSet::new();
    let mut sought = via::Sought::default();
    let mut targets = Vec::with_capacity(asked.len());
    for (more, missing, people) in found {
        targets.extend(more);
        gaps.extend(missing);
        sought.join(people);
    }
    let via = sought.via(access, &mut gaps);
    Ok(Answer { question, targets, via, gaps: gaps.into_iter().collect() })
}

/// Who can do an operation on one target, where somebody says the scopes that the target does not tell; and
/// what was not read and could change that.
///
/// # Errors
/// When the operation is not described for this kind of vault.
pub fn ask_one<'e, 'a>(
    access: Access<'e, 'a>,
    estate: &'e Estate<'a>,
    question: &Question,
    on: &str,
    named: &Named,
) -> Result<(Targeted<'e>, Vec<Gap>), NoTarget> {
    let target = target::named_target(estate, question, on, named)?;
    let findings = Inquiry::new(access, estate, question, &target).answer();
    Ok((findings.targeted, findings.gaps.into_iter().collect()))
}
