//! What changed between two snapshots or two reports: for a person, as JSON, and as Markdown.

mod human;
mod json;
mod markdown;

use std::io::{self, Write};

use super::{Options, words};
use crate::access::Strength;
use crate::diff::{Diff, Gained, How, Rights, Side, Verdict};
use crate::finding::Severity;

/// The JSON Schema (draft 2020-12) of `backuplint.diff/1`.
pub const JSON_SCHEMA: &str = include_str!("../schema/diff-1.schema.json");

/// A format of comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// For a terminal.
    Human,
    /// `backuplint.diff/1`.
    Json,
    /// For a ticket or a chat.
    Markdown,
}

/// What reporters need beside the comparison.
#[derive(Clone, Copy, Debug)]
pub struct Beside<'d> {
    /// What there was.
    pub old: &'d Side,
    /// What there is.
    pub new: &'d Side,
    /// What weighs at least so much makes the run fail.
    pub fail_on: Severity,
}

/// Writes a comparison.
///
/// # Errors
/// When the writer fails.
pub fn write(
    diff: &Diff<'_>,
    beside: Beside<'_>,
    form: Form,
    out: &mut dyn Write,
    options: &Options,
) -> io::Result<()> {
    match form {
        Form::Human => human::write(diff, beside, out, options),
        Form::Json => json::write(diff, beside, out),
        Form::Markdown => markdown::write(diff, beside, out),
    }
}

/// `3 new, 1 worse, 2 fixed, 1 unclear, 40 unchanged`.
fn counted(diff: &Diff<'_>) -> String {
    let number = |count: usize| words::number(count as u64);
    let mut parts = vec![
        format!("{} new", number(diff.new.len())),
        format!("{} worse", number(diff.worse.len())),
        format!("{} fixed", number(diff.fixed.len())),
    ];
    if !diff.unclear.is_empty() {
        parts.push(format!("{} unclear", number(diff.unclear.len())));
    }
    parts.push(format!("{} unchanged", words::number(diff.unchanged)));
    let findings = format!("findings: {}", parts.join(", "));
    let Some(between) = &diff.estates else { return findings };
    format!(
        "{findings}; protection weakened {}; vaults and items vanished {}; people who gained rights {}",
        words::count(between.weakened.len() as u64, "time"),
        number(between.vanished.len()),
        number(people(&between.rights.gained)),
    )
}

fn people(gained: &[Gained]) -> usize {
    let mut people: Vec<&str> = gained.iter().map(|gained| gained.principal.as_str()).collect();
    people.sort_unstable();
    people.dedup();
    people.len()
}

/// The verdicts of a list by severity, worst first, then by rule and resource.
fn sorted<'v, T>(list: &'v [T], verdict: impl Fn(&'v T) -> &'v Verdict) -> Vec<&'v T> {
    let mut sorted: Vec<&T> = list.iter().collect();
    sorted.sort_by(|one, two| {
        let (one, two) = (verdict(one), verdict(two));
        two.severity
            .cmp(&one.severity)
            .then_with(|| one.rule.cmp(&two.rule))
            .then_with(|| one.resource.cmp(&two.resource))
            .then_with(|| one.path.cmp(&two.path))
    });
    sorted
}

const fn how(how: How) -> &'static str {
    match how {
        How::Mended => "mended",
        How::Gone => "gone with its resource",
        How::Waived => "waived",
    }
}

/// The two lists of rights: what they are called, what they hold, and what is said of an entry that is not certain.
fn rights(rights: &Rights) -> [(&'static str, &[Gained], &'static str); 2] {
    [
        (
            "Gained rights over backups",
            &rights.gained,
            "; whether it could before is not known for certain",
        ),
        (
            "Groups with rights as before, whose members are no longer read",
            &rights.hidden,
            "; who is in it is not known",
        ),
    ]
}

/// `now can delete or stop backups of 3 vaults: a, b, c`.
fn gain(gained: &Gained, unless_certain: &str) -> String {
    const MOST: usize = 8;
    let named: Vec<&str> =
        gained.vaults.iter().take(MOST).map(|vault| words::name(vault)).collect();
    let more = gained.vaults.len().saturating_sub(MOST);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    let how = match gained.strength {
        Strength::Allowed => "",
        Strength::Eligible => " after activating a role",
        Strength::Conditional => " under a condition",
        Strength::Possible => " perhaps",
    };
    let doubt = if gained.is_certain { "" } else { unless_certain };
    format!(
        "can {}{how}, on {}: {}{more}{doubt}",
        gained.right.words(),
        words::count(gained.vaults.len() as u64, "vault"),
        named.join(", ")
    )
}
