//! The tool's own work, through its public interface.

use std::error::Error;
use std::hint::black_box;
use std::path::Path;
use std::sync::OnceLock;

use backuplint::access::action::ActionTable;
use backuplint::access::{Access, AccessIndex};
use backuplint::engine::{ActiveRule, Logic, Plan, PlanOptions, RuleSet, Run, Waiver, Waivers};
use backuplint::finding::{Location, OutcomeKind, Severity};
use backuplint::inventory::{Estate, Time};
use backuplint::readiness::{Basis, Matrix, Pick};
use backuplint::report::readiness::{self as report, Beside, Form};
use backuplint::report::{Options, Unread};
use backuplint::result::Report;
use backuplint::review::Parameters;
use backuplint::rule::{self, Declarations, SuppressionUse};
use backuplint::snapshot::Inputs;

use crate::clock::{Clock, Spent};

/// An answer that may cross threads.
pub type Answer<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// What an audit found.
#[derive(Clone, Copy, Debug, Default)]
pub struct Audited {
    pub rules: usize,
    pub fail: usize,
    pub unknown: usize,
    /// The part of the time after reading.
    pub judging: Spent,
}

/// Reads a snapshot into an estate. Dropping it is not timed, in this as in the baseline.
pub fn read(folder: &Path) -> Answer<((), Spent)> {
    let clock = Clock::start();
    let inputs = Inputs::open(&[folder.to_path_buf()])?;
    let estate = inputs.read();
    black_box(&estate);
    Ok(((), clock.spent()))
}

/// Reads a snapshot and judges it by every native rule.
pub fn audit(folder: &Path) -> Answer<(Audited, Spent)> {
    let clock = Clock::start();
    let plan = plan(&[false])?;
    let declarations = Declarations::default();
    let inputs = Inputs::open(&[folder.to_path_buf()])?;
    let estate = inputs.read();
    let read = clock.spent();
    let report = judge(&plan, &inputs, &estate, &declarations)?;
    let time = clock.spent();
    let count = |outcome| {
        report.findings.entries().filter(|entry| entry.outline.outcome == outcome).count()
    };
    let audited = Audited {
        rules: plan.rules.len(),
        fail: count(OutcomeKind::Fail),
        unknown: count(OutcomeKind::Unknown),
        judging: time.less(read),
    };
    Ok((audited, time))
}

/// Reads a snapshot, and judges in which ways each item could be restored, to a finished sheet that nobody reads.
pub fn readiness(folder: &Path) -> Answer<(Ready, Spent)> {
    let clock = Clock::start();
    let inputs = Inputs::open(&[folder.to_path_buf()])?;
    let estate = inputs.read();
    let read = clock.spent();
    let now = now()?;
    let index = AccessIndex::new(&estate, now, &ActionTable::CLOSED);
    let access = Access::new(&index, &estate);
    let (declared, parameters) = (Declarations::default(), Parameters::default());
    let basis =
        Basis { estate: &estate, access, declared: &declared, parameters: &parameters, now };
    let matrix = Matrix::new(basis, &Pick::default());
    let judged = clock.spent();
    let unread = Unread::of(&estate);
    let beside = Beside { unread: &unread, all: false };
    let mut sink = Counting(0);
    report::write(&matrix, beside, Form::Csv, &mut sink, &Options::default())?;
    let time = clock.spent();
    let ready = Ready {
        judging: judged.less(read),
        writing: time.less(judged),
        items: matrix.len(),
        bytes: sink.0,
    };
    Ok((ready, time))
}

/// What the matrix of an estate took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ready {
    pub judging: Spent,
    pub writing: Spent,
    pub items: usize,
    /// Of the sheet.
    pub bytes: u64,
}

/// Counts what is written.
struct Counting(u64);

impl std::io::Write for Counting {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Times of judging one estate, read before.
#[derive(Default)]
pub struct RegoTimes {
    pub rules: usize,
    pub findings: usize,
    pub native: Vec<Spent>,
    pub both: Vec<Spent>,
}

/// Judges one estate by the native rules, and by these and the benchmark's Rego rules, in turns.
pub fn rego(
    folder: &Path,
    runs: usize,
    note: impl Fn(&str) -> std::io::Result<()>,
) -> Answer<RegoTimes> {
    let inputs = Inputs::open(&[folder.to_path_buf()])?;
    let estate = inputs.read();
    let (native, both) = (plan(&[false])?, plan(&[false, true])?);
    let declarations = Declarations::default();
    let mut times =
        RegoTimes { rules: both.rules.len() - native.rules.len(), ..RegoTimes::default() };
    for run in 0..=runs {
        let clock = Clock::start();
        let alone = judge(&native, &inputs, &estate, &declarations)?;
        let native_time = clock.spent();
        let clock = Clock::start();
        let report = judge(&both, &inputs, &estate, &declarations)?;
        let both_time = clock.spent();
        note(&format!(
            "run {run}: native {:.2?}, with Rego {:.2?}\n",
            native_time.wall, both_time.wall
        ))?;
        if run > 0 {
            times.native.push(native_time);
            times.both.push(both_time);
        }
        times.findings = report.findings.len() - alone.findings.len();
    }
    Ok(times)
}

/// The bundled native rules (`false`) and the benchmark's Rego rules (`true`), each with its defaults.
fn plan(languages: &[bool]) -> Answer<Plan> {
    let mut set = RuleSet::bundled()?;
    set.rules.retain(|rule| matches!(rule.logic, Logic::Native(_)));
    if languages.contains(&true) {
        set.add_pack(&Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/rules"))?;
    }
    let active = set.rules.iter().map(|rule| ActiveRule {
        rule: rule.clone(),
        severity: rule.metadata.severity,
        parameters: rule::Parameters::defaults(&rule.metadata),
    });
    Ok(Plan::new(active.collect(), &set.libraries, now()?, PlanOptions::default())?)
}

/// Just after the snapshot was taken.
fn now() -> Answer<Time> {
    Time::parse("2026-11-20T02:00:00Z")
        .ok_or_else(|| "the clock of the benchmark is no time".into())
}

fn judge<'e>(
    plan: &'e Plan,
    inputs: &'e Inputs,
    estate: &'e Estate<'_>,
    declarations: &'e Declarations,
) -> Answer<Report<'e>> {
    let now = now()?;
    let report = plan.run(Run {
        estate,
        changes: None,
        command: "audit",
        inputs: vec!["estate".to_owned()],
        now,
        wall_clock: now,
        declarations,
        waivers: Box::new(NoWaivers),
        is_wanted: None,
        locate: Box::new(|slice| inputs.documents().locate(slice)),
        edits: Box::new(|_| Vec::new()),
        outcomes: &[OutcomeKind::Fail, OutcomeKind::Unknown],
        fail_on: Severity::Medium,
        notices: Vec::new(),
        access: OnceLock::new(),
    });
    match report.rule_errors.first() {
        Some(error) => Err(error.clone().into()),
        None => Ok(report),
    }
}

struct NoWaivers;

impl Waivers for NoWaivers {
    fn matching(&self, _: &str, _: &str, _: Option<&Location>) -> Vec<Waiver> {
        Vec::new()
    }

    fn uses(&self) -> Vec<SuppressionUse> {
        Vec::new()
    }
}
