//! `backuplint.readiness/1`: the matrix for scripts, one item a line.

use std::cell::RefCell;
use std::io::{self, Write};

use serde::ser::{Error as _, SerializeSeq};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::super::layout;
use super::super::unread::{GapShape, ReadingShape};
use super::{Beside, because, name, region, workload};
use crate::inventory::{Restored, Span};
use crate::readiness::{Count, Group, Item, Matrix, Objective, Readiness, Way};
use crate::review::{Answer, Check, MissingFact, Speed};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Root<'m, 'w, 'e, 'a> {
    schema: &'static str,
    tool: Tool,
    as_of: String,
    ways: Vec<&'static str>,
    summary: SummaryShape,
    items: Items<'m, 'w, 'e, 'a>,
    gaps: Vec<GapShape<'m>>,
    reading: ReadingShape<'m>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SummaryShape {
    inactive: u64,
    incomplete: bool,
    all: GroupShape,
    classes: Vec<ClassShape>,
    regions: Vec<GroupShape>,
    vaults: Vec<GroupShape>,
    unread_vaults: Vec<UnreadVault>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GroupShape {
    name: String,
    items: CountShape,
    ways: Vec<CountShape>,
    most_lost_seconds: Option<i64>,
    unknown_loss: u64,
    last_restore: Option<String>,
    last_restore_seconds: Option<i64>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CountShape {
    ready: u64,
    blocked: u64,
    unknown: u64,
    not_offered: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ClassShape {
    group: GroupShape,
    rpo_seconds: Option<i64>,
    beyond_rpo: u64,
    rto_seconds: Option<i64>,
    rto_met: u64,
    rto_missed: u64,
    rto_not_measured: u64,
    rto_unknown: u64,
}

#[derive(Serialize)]
struct UnreadVault {
    vault: String,
    reason: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ItemShape<'i> {
    id: String,
    #[serde(rename = "type")]
    type_name: &'static str,
    name: String,
    protects: &'static str,
    vault: Option<String>,
    region: Option<String>,
    classes: Vec<&'i str>,
    verdict: &'static str,
    lost_seconds: Option<i64>,
    newest_usable_point: Option<String>,
    speed: Option<&'static str>,
    last_restore: RestoreShape,
    objective: ObjectiveShape,
    ways: Vec<WayShape<'i>>,
}

#[derive(Serialize)]
struct RestoreShape {
    state: &'static str,
    time: Option<String>,
    seconds: Option<i64>,
    job: Option<String>,
    since: Option<String>,
    reason: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ObjectiveShape {
    state: &'static str,
    rto_seconds: Option<i64>,
    reason: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WayShape<'i> {
    way: &'static str,
    state: &'static str,
    because: Option<CheckShape<'i>>,
    point: Option<String>,
    taken: Option<String>,
    lost_seconds: Option<i64>,
    speed: Option<&'static str>,
    guarded: bool,
    also: Vec<CheckShape<'i>>,
    missing: Vec<MissingShape>,
}

#[derive(Serialize)]
struct CheckShape<'i> {
    precondition: &'static str,
    message: &'i str,
    reason: Option<&'static str>,
    fix: Option<&'i str>,
    evidence: Vec<EvidenceShape<'i>>,
}

#[derive(Serialize)]
struct EvidenceShape<'i> {
    resource: String,
    path: &'i str,
    observed: &'i str,
}

#[derive(Serialize)]
struct MissingShape {
    precondition: &'static str,
    at: String,
    message: String,
    reason: &'static str,
    permission: Option<String>,
    granters: Vec<String>,
}

/// Items that are judged while they are written: a million of them are never held.
struct Items<'m, 'w, 'e, 'a>(&'m Matrix<'w, 'e, 'a>);

impl Serialize for Items<'_, '_, '_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let list = RefCell::new(serializer.serialize_seq(Some(self.0.len()))?);
        let make = |item: &Item<'_, '_, '_>| -> io::Result<Box<RawValue>> {
            let mut line = Vec::new();
            layout::write(&shape(self.0, item), &mut line, 0)?;
            let text = String::from_utf8(line).map_err(io::Error::other)?;
            RawValue::from_string(text.trim_end().to_owned()).map_err(io::Error::other)
        };
        self.0.each(make, |line| {
            let line = line.map_err(S::Error::custom)?;
            list.borrow_mut().serialize_element(&line)
        })?;
        list.into_inner().end()
    }
}

pub(super) fn write(
    matrix: &Matrix<'_, '_, '_>,
    beside: Beside<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let summary = &matrix.summary;
    let classes = matrix.basis.declared.classes.iter().zip(&summary.classes);
    let classes = classes.map(|(class, (name, of_class))| {
        let [rto_met, rto_missed, rto_not_measured, rto_unknown] = of_class.objectives;
        ClassShape {
            group: group(name, &of_class.group),
            rpo_seconds: seconds(class.rpo),
            beyond_rpo: of_class.beyond_rpo,
            rto_seconds: seconds(class.rto),
            rto_met,
            rto_missed,
            rto_not_measured,
            rto_unknown,
        }
    });
    let unread = summary.unread.iter();
    let root = Root {
        schema: "backuplint.readiness/1",
        tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
        as_of: matrix.basis.now.to_string(),
        ways: matrix.ways.operations().iter().map(|operation| operation.id).collect(),
        summary: SummaryShape {
            inactive: summary.inactive,
            incomplete: summary.is_incomplete(),
            all: group("", &summary.all),
            classes: classes.collect(),
            regions: summary.regions.iter().map(|(name, found)| group(name, found)).collect(),
            vaults: summary.vaults.iter().map(|(name, found)| group(name, found)).collect(),
            unread_vaults: unread
                .map(|(vault, reason)| UnreadVault { vault: vault.clone(), reason: reason.name() })
                .collect(),
        },
        items: Items(matrix),
        gaps: beside.unread.gaps().collect(),
        reading: beside.unread.reading(),
    };
    layout::write(&root, out, 3)
}

fn seconds(span: Option<Span>) -> Option<i64> {
    span.map(|span| span.0)
}

fn count(count: &Count) -> CountShape {
    CountShape {
        ready: count.of(Readiness::Ready),
        blocked: count.of(Readiness::Blocked),
        unknown: count.of(Readiness::Unknown),
        not_offered: count.of(Readiness::NotOffered),
    }
}

fn group(name: &str, group: &Group) -> GroupShape {
    GroupShape {
        name: name.to_owned(),
        items: count(&group.items),
        ways: group.ways.iter().map(count).collect(),
        most_lost_seconds: seconds(group.most_lost),
        unknown_loss: group.unknown_loss,
        last_restore: group.last_restore.map(|time| time.to_string()),
        last_restore_seconds: seconds(group.took),
    }
}

fn shape<'i>(matrix: &Matrix<'_, '_, '_>, item: &'i Item<'_, '_, '_>) -> ItemShape<'i> {
    let protection = item.protection;
    let vault = matrix.basis.estate.vault_holding(protection);
    let reason = match item.objective {
        Objective::Unknown(reason) => Some(reason.name()),
        _ => None,
    };
    ItemShape {
        id: protection.resource.id.as_str().to_lowercase(),
        type_name: protection.resource.kind.type_name(),
        name: name(protection),
        protects: workload(protection),
        vault: protection.vault_id().map(str::to_lowercase),
        region: region(vault),
        classes: item.classes.iter().map(|class| class.name.as_str()).collect(),
        verdict: item.verdict.name(),
        lost_seconds: seconds(item.lost),
        newest_usable_point: item.usable.map(|time| time.to_string()),
        speed: item.speed.map(Speed::name),
        last_restore: restore(item),
        objective: ObjectiveShape {
            state: item.objective.name(),
            rto_seconds: seconds(item.rto()),
            reason,
        },
        ways: item.ways.iter().map(|way| self::way(matrix, item, way)).collect(),
    }
}

fn restore(item: &Item<'_, '_, '_>) -> RestoreShape {
    let mut shape = RestoreShape {
        state: "unknown",
        time: None,
        seconds: None,
        job: None,
        since: None,
        reason: None,
    };
    match item.restored {
        Restored::At(job) | Restored::Perhaps(job) => {
            let is_own = matches!(item.restored, Restored::At(_));
            shape.state = if is_own { "at" } else { "perhaps" };
            shape.time = Some(job.end.to_string());
            shape.seconds = seconds(job.took);
            shape.job = Some(job.job.resource.id.as_str().to_lowercase());
        }
        Restored::NotSince(since) => {
            shape.state = "not-since";
            shape.since = Some(since.to_string());
        }
        Restored::Unknown(reason) => shape.reason = Some(reason.name()),
    }
    shape
}

fn way<'i>(
    matrix: &Matrix<'_, '_, '_>,
    item: &Item<'_, '_, '_>,
    way: &'i Way<'_, '_>,
) -> WayShape<'i> {
    let missing = if way.readiness == Readiness::Unknown {
        matrix.ways.missing(item.protection, way)
    } else {
        Vec::new()
    };
    let decisive = because(matrix, way);
    let is_told =
        |check: &&Check| decisive.is_some_and(|told| told.precondition.id == check.precondition.id);
    WayShape {
        way: way.operation.id,
        state: way.readiness.name(),
        because: decisive.map(check),
        point: way.point.map(|point| point.resource.id.as_str().to_lowercase()),
        taken: way.taken.map(|taken| taken.to_string()),
        lost_seconds: way.taken.map(|taken| matrix.basis.now.since(taken).0),
        speed: way.speed.map(Speed::name),
        guarded: way.is_guarded,
        also: way.checks.iter().filter(|check| !is_told(check)).filter(speaks).map(check).collect(),
        missing: missing.into_iter().map(missing_shape).collect(),
    }
}

/// Whether a precondition says more than that it holds.
fn speaks(check: &&Check) -> bool {
    matches!(check.judged.answer, Answer::Fail(_) | Answer::Unknown(_))
}

fn check(check: &Check) -> CheckShape<'_> {
    let judged = &check.judged;
    CheckShape {
        precondition: check.precondition.id,
        message: &judged.says,
        reason: match judged.answer {
            Answer::Unknown(reason) => Some(reason.name()),
            Answer::Pass | Answer::Fail(_) | Answer::NotApplicable => None,
        },
        fix: judged.fix.as_deref(),
        evidence: judged
            .evidence
            .iter()
            .map(|seen| EvidenceShape {
                resource: seen.resource.to_lowercase(),
                path: &seen.path,
                observed: &seen.observed,
            })
            .collect(),
    }
}

fn missing_shape(missing: MissingFact) -> MissingShape {
    MissingShape {
        precondition: missing.precondition,
        at: missing.at.to_lowercase(),
        message: missing.says,
        reason: missing.reason.name(),
        permission: missing.permission,
        granters: missing.granters,
    }
}
