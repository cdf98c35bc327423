//! A run that is killed at any point goes on, ends like one that nobody disturbed, and asks nothing twice that it
//! has an answer to.

use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use backuplint::collect::plan::topic::{Asked, Place, Topic};
use serde_json::Value;

use crate::azure_sim::{Action, Entry, Fault, Phase, Simulator};
use crate::command::{command, comparable, text};
use crate::faults::served;
use crate::faults::tenant::plan_without;
use crate::support::scratch;

const KILLS: usize = 50;

/// Runs that are under way at a time.
const WORKERS: usize = 4;

/// The roles that Azure itself brings are hundreds of rows.
const WITHOUT: [&str; 1] = ["role-definitions"];

/// The points are the same in every run, unless `BACKUPLINT_SEED` names others.
const SEED: u64 = 20_261_129;

/// Where a run is killed: when so many requests have an answer and one more came, and a moment later.
#[derive(Clone, Copy, Debug)]
struct Point {
    request: usize,
    later: Duration,
}

#[test]
fn a_run_that_was_killed_goes_on() {
    let (expected, asked) = undisturbed();
    let seed = std::env::var("BACKUPLINT_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or(SEED);
    let mut random = fastrand::Rng::with_seed(seed);
    let points: Vec<Point> = (0..KILLS)
        .map(|_| Point {
            request: random.usize(1..=asked),
            later: Duration::from_micros(random.u64(0..3_000)),
        })
        .collect();
    let (next, kept) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let failed = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                while let Some(point) = points.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let wrongs = wrongs(*point, &expected, &kept);
                    failed.lock().expect("no panic").extend(wrongs);
                }
            });
        }
    });
    let failed = failed.into_inner().expect("no panic");
    assert!(failed.is_empty(), "BACKUPLINT_SEED={seed}:\n{}", failed.join("\n"));
    assert!(kept.into_inner() > KILLS, "BACKUPLINT_SEED={seed}: hardly a part was on the disk");
}

type Files = std::collections::BTreeMap<String, String>;

fn start(simulator: &Simulator, target: &Path, more: &[&str]) -> Child {
    let target = target.to_string_lossy();
    let without = WITHOUT.iter().flat_map(|name| ["--without", name]);
    let args: Vec<&str> =
        ["collect", "-o", &target, "--quiet"].into_iter().chain(without).collect();
    let mut command = command(simulator, &args);
    let command = command.args(more).stdout(Stdio::null()).stderr(Stdio::piped());
    command.spawn().expect("a run")
}

/// What nobody disturbs, and how many requests it takes.
fn undisturbed() -> (Files, usize) {
    let simulator = served(Vec::new());
    let folder = scratch();
    let target = folder.path().join("snapshot");
    let output = start(&simulator, &target, &[]).wait_with_output().expect("an end");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let log = simulator.log();
    for entry in log.iter().filter(|entry| entry.phase != Phase::SignIn.as_str()) {
        let of = |topic: &&&Topic| asks(entry, topic, subscription_of(&entry.path));
        let topics: Vec<_> =
            plan_without(&WITHOUT).topics().iter().filter(of).map(|topic| topic.name).collect();
        assert!(!topics.is_empty(), "nobody knows what this asks for: {entry:?}");
    }
    (comparable(&target), log.len())
}

/// What is wrong with a run that was killed and went on.
fn wrongs(point: Point, expected: &Files, kept: &AtomicUsize) -> Vec<String> {
    let first = u64::try_from(point.request).expect("a small number");
    let simulator = served(vec![Fault { call: first, ..Fault::new(Action::Hang) }]);
    let folder = scratch();
    let target = folder.path().join("snapshot");
    let mut killed = start(&simulator, &target, &[]);
    while simulator.log().len() < point.request && killed.try_wait().expect("a state").is_none() {
        std::thread::sleep(Duration::from_micros(200));
    }
    std::thread::sleep(point.later);
    let own_end = killed.try_wait().expect("a state");
    killed.kill().expect("killed");
    let output = killed.wait_with_output().expect("an end");
    if let Some(status) = own_end {
        return vec![format!("{point:?}: ended by itself: {status}: {}", text(&output.stderr))];
    }
    let mut wrongs = Vec::new();
    if target.join("manifest.json").exists() {
        wrongs.push(format!("{point:?}: there is a manifest of something that is not whole"));
    }
    let finished = finished(&target);
    kept.fetch_add(finished.len(), Ordering::Relaxed);
    let asked = simulator.log().len();
    simulator.end_faults();
    let output = start(&simulator, &target, &["--resume"]).wait_with_output().expect("an end");
    if output.status.code() != Some(0) {
        let code = output.status;
        wrongs.push(format!("{point:?}: did not go on: {code}: {}", text(&output.stderr)));
        return wrongs;
    }
    for entry in simulator.log().get(asked..).unwrap_or_default() {
        for (topic, subscription) in &finished {
            if asks(entry, topic, subscription.as_deref()) {
                wrongs.push(format!("{point:?}: {} asked again: {}", topic.name, entry.path));
            }
        }
    }
    wrongs.extend(
        differences(&comparable(&target), expected).map(|wrong| format!("{point:?}: {wrong}")),
    );
    wrongs
}

fn differences<'f>(found: &'f Files, expected: &'f Files) -> impl Iterator<Item = String> + 'f {
    let more = found.keys().filter(|name| !expected.contains_key(*name));
    let other = expected.iter().filter(|(name, content)| found.get(*name) != Some(content));
    more.map(|name| format!("{name} is too many"))
        .chain(other.map(|(name, _)| format!("{name} differs or is missing")))
}

/// The parts that the journal says are on the disk.
fn finished(target: &Path) -> Vec<(&'static Topic, Option<String>)> {
    let journal = std::fs::read_to_string(target.join("collect.journal")).unwrap_or_default();
    // A line that was cut does not count.
    let lines = journal.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let part = |line: Value| {
        let name = line["section"]["name"].as_str()?;
        let topic =
            plan_without(&WITHOUT).topics().iter().find(|topic| topic.name == name).copied()?;
        Some((topic, line["section"]["subscription"].as_str().map(str::to_owned)))
    };
    lines.filter_map(part).collect()
}

fn subscription_of(path: &str) -> Option<&str> {
    path.strip_prefix("/subscriptions/")?.split('/').next()
}

/// Whether a request asks for this part.
fn asks(entry: &Entry, topic: &Topic, subscription: Option<&str>) -> bool {
    let path = entry.path.to_ascii_lowercase();
    let below = subscription.map(|guid| format!("/subscriptions/{guid}"));
    let below = below.and_then(|scope| path.strip_prefix(&scope));
    let provider = topic.kind.split('/').next().unwrap_or_default().to_ascii_lowercase();
    let ends = |rest: &str, end: &str| rest.ends_with(&end.to_ascii_lowercase());
    match topic.asked {
        Asked::Directory => entry.phase == Phase::Directory.as_str(),
        Asked::Graph(..) => {
            let kind = format!("'{}'", topic.kind.to_ascii_lowercase());
            entry.text.as_ref().is_some_and(|text| text.contains(&kind))
        }
        Asked::List(Place::Subscription, (end, _)) => {
            below.is_some_and(|rest| rest.eq_ignore_ascii_case(end))
        }
        Asked::List(_, (end, _)) | Asked::Get(_, (end, _)) => below.is_some_and(|rest| {
            rest.contains(&format!("/providers/{provider}/")) && ends(rest, end)
        }),
        Asked::Each((end, _)) => below.is_some_and(|rest| {
            let parent = rest.rsplit_once('/').map_or("", |(parent, _)| parent);
            rest.eq_ignore_ascii_case(end) || ends(parent, end)
        }),
    }
}
