//! Every fault at every place where it can strike: nothing is lost without a gap, nothing is made up, and
//! no question is asked more often than it says.

mod ends;
mod place;
mod seen;
mod table;
pub mod tenant;
mod wide;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex};
use std::time::Duration;

use backuplint::azure::http::Timeouts;
use backuplint::azure::{Cancellation, Client, Cloud, Http};
use backuplint::collect::{CollectError, Scopes};

use crate::azure_sim::{Action, Fault, Options, Phase, Simulator};
use crate::support::{TOKEN, collect, fixed_token, options, scratch, simulator_with, tree};
use crate::world::world;
use place::{Place, Shape};
use seen::Seen;
use table::{Case, Named, Outcome, TOLD};

/// Runs that are under way at a time: some of them wait for an answer that does not come.
const WORKERS: usize = 8;

/// How long a run waits for an answer that never comes. All others wait as long as it takes.
const SHORT: Duration = Duration::from_millis(1_000);

/// It takes its time to read what the system trusts.
static PATIENT: LazyLock<Http> = LazyLock::new(|| Http::new(Timeouts::default()).expect("TLS"));
static HASTY: LazyLock<Http> =
    LazyLock::new(|| Http::new(Timeouts { read: SHORT, ..Timeouts::default() }).expect("TLS"));

/// How often each question was asked.
type Asked = BTreeMap<String, usize>;

struct Ran {
    result: Result<Seen, CollectError>,
    asked: Asked,
    struck: usize,
}

pub fn served(faults: Vec<Fault>) -> Simulator {
    let options = Options {
        faults,
        page_size: tenant::PAGE,
        graph_page_size: tenant::PAGE,
        ..Options::default()
    };
    simulator_with(world(&tenant::bodies()), options)
}

fn run(faults: Vec<Fault>, directory: Option<&str>) -> Ran {
    let is_hanging = faults.iter().any(|fault| matches!(fault.action, Action::Hang));
    let simulator = served(faults);
    let http = if is_hanging { &*HASTY } else { &*PATIENT };
    let mut options = options(&Cancellation::default());
    options.max_body_bytes = 4 << 20;
    let url = simulator.url();
    let cloud = Cloud::new("Simulated", &url, (&url, &url), directory.unwrap_or(&url));
    let client = Client::new(http, cloud.expect("a cloud"), fixed_token(), options);
    let folder = scratch();
    let target = folder.path().join("snapshot");
    let result = collect(&client, &tenant::plan(), &Scopes::default(), &target).map(|written| {
        for (name, content) in tree(&target) {
            assert!(!String::from_utf8_lossy(&content).contains(TOKEN), "{name} holds a token");
        }
        let seen = Seen::read(&target);
        // What the exit code tells, and the manifest says.
        assert_eq!(written.gaps == 0, seen.gaps().is_empty());
        seen
    });
    let (mut asked, mut struck) = (Asked::new(), 0);
    for entry in simulator.log() {
        struck += usize::from(entry.fault.is_some());
        if entry.fault.is_none() {
            *asked
                .entry(format!("{} {:?} {:?}", entry.path, entry.query, entry.text))
                .or_default() += 1;
        }
    }
    Ran { result, asked, struck }
}

/// What a case is to come to at a place; `None` where it cannot strike.
fn expected(case: &Case, place: &Place) -> Option<Outcome> {
    if !case.on.contains(&place.shape) {
        return None;
    }
    let is_list_of_azure = place.phase == Phase::ResourceManager && place.shape == Shape::List;
    Some(match case.outcome {
        Outcome::Nothing(status, reason) if !is_list_of_azure || place.is_in_use() => {
            Outcome::Gap(status, reason, Named::None)
        }
        Outcome::Gap(status, _, Named::None) if place.is_licensed && case.name == "no licence" => {
            Outcome::Nothing(status, "rejected")
        }
        Outcome::Gap(404, "vanished", named) if place.phase == Phase::Directory => {
            Outcome::Gap(404, "not-found", named)
        }
        outcome => outcome,
    })
}

fn expected_gaps(outcome: Outcome, place: &Place) -> Vec<seen::Gap> {
    let (status, reason, named) = match outcome {
        Outcome::Passes | Outcome::Nothing(..) => return Vec::new(),
        Outcome::Cut(status, reason) => (status, reason, Named::None),
        Outcome::Gap(status, reason, named) => (status, reason, named),
    };
    let gaps = place.gaps.iter();
    gaps.map(|(scope, kind, action)| {
        let action = match named {
            Named::None => None,
            // Microsoft Graph does not say which action it is.
            Named::Told if place.phase != Phase::Directory => Some(TOLD),
            Named::Told | Named::Known => Some(*action),
        };
        (scope.clone(), (*kind).to_owned(), status, reason.to_owned(), action.map(str::to_owned))
    })
    .collect()
}

/// What is wrong with a run.
fn wrongs(
    case: &Case,
    place: &Place,
    outcome: Outcome,
    undisturbed: &(Seen, Asked),
) -> Vec<String> {
    let (whole, usual) = undisturbed;
    let ran = run(vec![place.fault(case.action.clone(), case.times)], None);
    let mut wrongs = Vec::new();
    if ran.struck == 0 {
        wrongs.push("the fault did not strike".to_owned());
    }
    if let Some(struck) = case.struck.filter(|struck| *struck != ran.struck) {
        wrongs.push(format!("{} requests were struck, not {struck}", ran.struck));
    }
    let passes = if place.shape == Shape::Query { 2 } else { 1 };
    for (question, times) in &ran.asked {
        let most = usual.get(question).copied().unwrap_or(1) * passes;
        if *times > most && !matches!(case.action, Action::Hang) {
            wrongs.push(format!("asked {times} times: {question}"));
        }
    }
    let nothing_at_all = matches!(outcome, Outcome::Gap(..)) && place.name == "subscriptions";
    let seen = match ran.result {
        Ok(seen) => seen,
        Err(CollectError::Unreadable(_)) if nothing_at_all => return wrongs,
        Err(error) => {
            wrongs.push(format!("ended: {error}"));
            return wrongs;
        }
    };
    let gaps: Vec<_> = seen.gaps().into_iter().collect();
    let mut right = expected_gaps(outcome, place);
    right.sort();
    if gaps != right {
        wrongs.push(format!("gaps: {gaps:?}\n    right: {right:?}"));
    }
    match outcome {
        Outcome::Passes => {
            wrongs.extend(differences(whole, &seen));
        }
        // The list is empty, and so is what follows from it.
        Outcome::Nothing(..) => {}
        Outcome::Gap(..) | Outcome::Cut(..) => wrongs.extend(whole.wrongs_of(&seen)),
    }
    wrongs
}

fn differences(whole: &Seen, seen: &Seen) -> Vec<String> {
    let lines = whole.lines.symmetric_difference(&seen.lines);
    let lines = lines.map(|(file, line)| format!("differs: {file}: {line}"));
    let claims = whole.claims();
    let found = seen.claims();
    let claims =
        claims.symmetric_difference(&found).map(|claim| format!("claim differs: {claim:?}"));
    lines.chain(claims).collect()
}

#[test]
fn every_fault_at_every_place() {
    let undisturbed = run(Vec::new(), None);
    let whole = (undisturbed.result.expect("a snapshot"), undisturbed.asked);
    assert!(whole.0.gaps().is_empty(), "{:?}", whole.0.gaps());
    let (cases, places) = (table::all(), place::all());
    assert!(cases.len() >= 40, "{}", cases.len());
    let only = std::env::var("BACKUPLINT_FAULT").ok();
    let pairs: Vec<(&Case, &Place, Outcome)> = cases
        .iter()
        .flat_map(|case| places.iter().map(move |place| (case, place)))
        .filter_map(|(case, place)| Some((case, place, expected(case, place)?)))
        .filter(|(case, ..)| only.as_ref().is_none_or(|only| only == case.name))
        .collect();
    let (next, failed) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                while let Some((case, place, outcome)) =
                    pairs.get(next.fetch_add(1, Ordering::Relaxed))
                {
                    let wrongs = wrongs(case, place, *outcome, &whole);
                    if !wrongs.is_empty() {
                        let text =
                            format!("{} × {}:\n  {}", case.name, place.name, wrongs.join("\n  "));
                        failed.lock().expect("no panic").push(text);
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().expect("no panic");
    assert!(failed.is_empty(), "{} of {} runs:\n{}", failed.len(), pairs.len(), failed.join("\n"));
}
