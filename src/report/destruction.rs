//! Who could destroy the backups, for scripts and for people: in an audit's report, and on its own.

use std::io::{self, Write};

use serde::Serialize;

use super::human::{self, Page, Piece};
use super::unread::{GapShape, ReadingShape};
use super::{Options, Unread, layout, words};
use crate::access::destruction::{
    Actor, Course, Improvement, Move, Needed, Place, Summary, Ways, Worth,
};
use crate::report::escape::visible;

/// The JSON Schema (draft 2020-12) of `backuplint.destruction/1`.
pub const JSON_SCHEMA: &str = include_str!("schema/destruction-1.schema.json");

/// Writes answers, and what it takes if accounts for emergencies take part as well, as JSON, `backuplint.destruction/1`, one vault a line.
///
/// # Errors
/// When the writer fails.
pub fn write_json(
    vaults: &[Summary],
    emergency: &[Summary],
    unread: &Unread,
    as_of: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Answer<'a> {
        schema: &'static str,
        as_of: &'a str,
        vaults: Vec<VaultShape<'a>>,
        gaps: Vec<GapShape<'a>>,
        reading: ReadingShape<'a>,
    }
    let schema = "backuplint.destruction/1";
    let (gaps, reading) = (unread.gaps().collect(), unread.reading());
    let mut shapes = shapes(vaults);
    for (shape, emergency) in shapes.iter_mut().zip(emergency) {
        shape.with_break_glass = Some(RangeShape::of(&emergency.proven, &emergency.possible));
    }
    layout::write(&Answer { schema, as_of, vaults: shapes, gaps, reading }, out, 2)
}

/// Writes answers, and what it takes if accounts for emergencies take part as well, for a person, with
/// every step.
///
/// # Errors
/// When the writer fails.
pub fn write_human(
    vaults: &[Summary],
    emergency: &[Summary],
    unread: &Unread,
    out: &mut dyn Write,
    options: &Options,
) -> io::Result<()> {
    let mut page = Page::new(out, options);
    for (at, vault) in vaults.iter().enumerate() {
        if at > 0 {
            page.blank()?;
        }
        human::destruction(&mut page, vault, emergency.get(at))?;
    }
    if vaults.is_empty() {
        let plain = page.paint.plain;
        page.flow("", &[Piece(plain, "There is no vault to ask about.")])?;
    }
    unread.write(&mut page)
}

/// The answers as JSON shows them.
pub(super) fn shapes(vaults: &[Summary]) -> Vec<VaultShape<'_>> {
    vaults.iter().map(VaultShape::of).collect()
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct VaultShape<'a> {
    vault: String,
    recovery_points: Option<bool>,
    proven: NeededShape<'a>,
    /// Left null where nothing unknown matters.
    possible: Option<NeededShape<'a>>,
    snapshots: Option<RangeShape<'a>>,
    path: Option<PathShape<'a>>,
    changes: Vec<ChangeShape<'a>>,
    missing: Vec<MissingShape<'a>>,
    /// Left out where nobody is an account for emergencies.
    #[serde(skip_serializing_if = "Option::is_none")]
    with_break_glass: Option<RangeShape<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NeededShape<'a> {
    principals: Option<u32>,
    delay_days: Option<u32>,
    not_before_expiry: bool,
    ways: Vec<WaysShape<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WaysShape<'a> {
    principals: u32,
    delay_days: u32,
    sets: u64,
    sets_at_least: bool,
    named: Vec<Vec<ActorShape<'a>>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ActorShape<'a> {
    principal_id: Option<&'a str>,
    principal_type: &'a str,
    name: Option<&'a str>,
    /// Whether an activation of its role takes, or may take, somebody else's approval.
    needs_approval: bool,
}

#[derive(Serialize)]
struct RangeShape<'a> {
    proven: NeededShape<'a>,
    possible: Option<NeededShape<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PathShape<'a> {
    proven: bool,
    delay_days: u32,
    can_be_undone: bool,
    steps: Vec<StepShape<'a>>,
    also: Vec<StepShape<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StepShape<'a> {
    step: &'a str,
    principal_id: Option<&'a str>,
    principal_type: &'a str,
    name: Option<&'a str>,
    how: &'a str,
    /// Whether it lifts a lock of which nobody knows whether it is there.
    if_any: bool,
    /// Any one is enough.
    actions: &'a [&'static str],
    scope: PlaceShape<'a>,
}

/// A scope, or what was not read.
#[derive(Serialize)]
#[serde(untagged)]
enum PlaceShape<'a> {
    At(&'a str),
    Unread { unread: &'static str },
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ChangeShape<'a> {
    change: &'a str,
    principal_id: Option<&'a str>,
    assignment: Option<&'a str>,
    #[serde(flatten)]
    proven: WorthShape,
    /// Left null where nothing unknown matters.
    possible: Option<WorthShape>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WorthShape {
    principals: Option<u32>,
    delay_days: Option<u32>,
    not_before_expiry: bool,
}

impl WorthShape {
    fn of(worth: Worth) -> Self {
        let (principals, delay_days) = match worth {
            Worth::Takes(people, days) => (Some(people), Some(days)),
            Worth::NobodyKnown | Worth::NotBeforeExpiry => (None, None),
        };
        let not_before_expiry = worth == Worth::NotBeforeExpiry;
        Self { principals, delay_days, not_before_expiry }
    }
}

#[derive(Serialize)]
struct MissingShape<'a> {
    what: &'a str,
    reason: &'static str,
}

impl<'a> VaultShape<'a> {
    fn of(summary: &'a Summary) -> Self {
        let missing = summary.missing.iter();
        let range = RangeShape::of(&summary.proven, &summary.possible);
        Self {
            vault: summary.vault.to_lowercase(),
            recovery_points: summary.has_points,
            proven: range.proven,
            possible: range.possible,
            snapshots: summary
                .snapshots
                .as_ref()
                .map(|(proven, possible)| RangeShape::of(proven, possible)),
            path: summary.course.as_ref().map(PathShape::of),
            changes: summary.improvements.iter().map(ChangeShape::of).collect(),
            missing: missing
                .map(|it| MissingShape { what: &it.what, reason: it.reason.name() })
                .collect(),
            with_break_glass: None,
        }
    }
}

impl<'a> RangeShape<'a> {
    fn of(proven: &'a Needed, possible: &'a Needed) -> Self {
        let unless_same = (!proven.agrees(possible)).then(|| NeededShape::of(possible));
        Self { proven: NeededShape::of(proven), possible: unless_same }
    }
}

impl<'a> NeededShape<'a> {
    fn of(needed: &'a Needed) -> Self {
        let first = needed.ways.first();
        Self {
            principals: first.map(|ways| ways.people),
            delay_days: first.map(|ways| ways.delay),
            not_before_expiry: needed.never,
            ways: needed.ways.iter().map(WaysShape::of).collect(),
        }
    }
}

impl<'a> WaysShape<'a> {
    fn of(ways: &'a Ways) -> Self {
        let set = |set: &'a Vec<Actor>| set.iter().map(ActorShape::of).collect();
        Self {
            principals: ways.people,
            delay_days: ways.delay,
            sets: ways.sets,
            sets_at_least: ways.at_least,
            named: ways.named.iter().map(set).collect(),
        }
    }
}

/// The id of somebody of whom something was read.
fn id_of(actor: &Actor) -> Option<&str> {
    (!actor.id.is_empty()).then_some(actor.id.as_str())
}

impl<'a> ActorShape<'a> {
    fn of(actor: &'a Actor) -> Self {
        Self {
            principal_id: id_of(actor),
            principal_type: actor.kind,
            name: actor.name.as_deref(),
            needs_approval: actor.is_approved,
        }
    }
}

impl<'a> PathShape<'a> {
    fn of(course: &'a Course) -> Self {
        Self {
            proven: course.proven,
            delay_days: course.delay,
            can_be_undone: course.delay > 0,
            steps: course.moves.iter().map(StepShape::of).collect(),
            also: course.also.iter().map(StepShape::of).collect(),
        }
    }
}

impl<'a> StepShape<'a> {
    fn of(step: &'a Move) -> Self {
        Self {
            step: step.step,
            principal_id: id_of(&step.actor),
            principal_type: step.actor.kind,
            name: step.actor.name.as_deref(),
            how: step.how,
            if_any: step.if_any,
            actions: &step.actions,
            scope: match &step.scope {
                Place::At(scope) => PlaceShape::At(scope),
                Place::Unread(what) => PlaceShape::Unread { unread: what },
            },
        }
    }
}

impl<'a> ChangeShape<'a> {
    fn of(change: &'a Improvement) -> Self {
        Self {
            change: change.id,
            principal_id: change.actor.as_ref().and_then(id_of),
            assignment: change.assignment.as_ref().map(|assigned| assigned.id.as_str()),
            proven: WorthShape::of(change.proven),
            possible: (change.proven != change.possible).then(|| WorthShape::of(change.possible)),
        }
    }
}

/// The vaults by what it takes, worst first: the words, and the vaults' names.
pub(super) fn grouped(vaults: &[Summary]) -> Vec<(Takes, Vec<&str>)> {
    let mut groups: Vec<(Takes, Vec<&str>)> = Vec::new();
    for vault in vaults.iter().filter(|vault| vault.has_points != Some(false)) {
        let takes = Takes::of(vault);
        let at = groups.iter().position(|(known, _)| *known == takes).unwrap_or_else(|| {
            groups.push((takes, Vec::new()));
            groups.len() - 1
        });
        groups[at].1.push(words::name(&vault.vault));
    }
    groups.sort_by(|left, right| left.0.cmp(&right.0));
    groups
}

/// What it takes, in the order of badness.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Takes {
    /// At best for whoever tries: people and days.
    least: (u32, u32),
    /// Whether the unknown decides.
    pub is_open: bool,
    /// In words.
    pub words: String,
}

impl Takes {
    pub fn of(vault: &Summary) -> Self {
        let rank = |needed: &Needed| {
            let first = needed.ways.first();
            first.map_or((u32::MAX, u32::from(needed.never)), |ways| (ways.people, ways.delay))
        };
        let (proven, possible) = (vault.proven.words(), vault.possible.words());
        if rank(&vault.proven) == rank(&vault.possible) {
            return Self { least: rank(&vault.proven), words: proven, is_open: false };
        }
        let words = format!("between “{possible}” and “{proven}”");
        Self { least: rank(&vault.possible), words, is_open: true }
    }
}

/// A name that is safe to print.
pub(super) fn shown(actor: &Actor) -> String {
    visible(&actor.label()).into_owned()
}
