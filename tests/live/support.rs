//! A client for a simulation, a run into a folder, and the report of what came of it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use backuplint::azure::http::Timeouts;
use backuplint::azure::{
    Audience, Cancellation, Client, Cloud, Http, Patience, Token, TokenError, TokenSource,
};
use backuplint::collect::plan::version::Versions;
use backuplint::collect::plan::{Plan, Wish};
use backuplint::collect::progress::{Nobody, Watch};
use backuplint::collect::{CollectError, Run, Scopes};
use backuplint::inventory::Time;
use backuplint::snapshot::write::{Order, Packing, SnapshotWriter, Written};
use serde_json::Value;
use tempfile::TempDir;
use walkdir::WalkDir;

use crate::azure_sim::{Options, Simulator, World};
pub use crate::world::NOW;

/// A token that simulations take and that must show nowhere.
pub const TOKEN: &str = "a-token-that-must-show-nowhere";

#[derive(Debug)]
struct Fixed;

#[async_trait]
impl TokenSource for Fixed {
    async fn token(&self, _: Audience) -> Result<Token, TokenError> {
        Ok(Token::new(TOKEN, SystemTime::now() + Duration::from_secs(3600)))
    }

    async fn replace(&self, audience: Audience, _: &Token) -> Result<Token, TokenError> {
        self.token(audience).await
    }
}

pub fn estate(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/estates").join(name)
}

/// The kind of which an estate may hold what somebody asked for by hand.
const POINTS: &str = "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems/recoveryPoints";

/// An estate as it is read as a rule: without the recovery points of the few items that somebody chose, since who
/// asks for them here asks for those of all.
pub fn usual_estate(name: &str) -> TempDir {
    let (from, folder) = (estate(name), scratch());
    for entry in WalkDir::new(&from).min_depth(1) {
        let entry = entry.expect("an entry");
        let target = folder.path().join(entry.path().strip_prefix(&from).expect("below it"));
        if entry.file_type().is_dir() {
            std::fs::create_dir(target).expect("a folder");
        } else if entry.file_name() != "recovery-points.jsonl" {
            std::fs::copy(entry.path(), target).expect("a file");
        }
    }
    let path = folder.path().join("manifest.json");
    let text = std::fs::read_to_string(&path).expect("a manifest");
    let mut manifest: Value = serde_json::from_str(&text).expect("JSON");
    for list in ["files", "collections"] {
        let entries = manifest[list].as_array_mut().expect("a list");
        entries.retain(|entry| {
            let says =
                |name: &str, end: &str| entry[name].as_str().is_some_and(|it| it.ends_with(end));
            !says("path", "/recovery-points.jsonl") && !says("kind", POINTS)
        });
    }
    std::fs::write(&path, manifest.to_string()).expect("a manifest");
    folder
}

pub fn simulator(estate: &Path) -> Simulator {
    simulator_with(World::open(estate).expect("an estate"), Options::default())
}

pub fn simulator_with(world: World, options: Options) -> Simulator {
    let options = Options { known_tokens: vec![TOKEN.to_owned()], ..options };
    Simulator::start(world, options).expect("a simulation")
}

/// A client that waits for an answer as long as it takes on a busy machine.
pub fn client(simulator: &Simulator) -> Client {
    stoppable_client(simulator, &Cancellation::default())
}

/// A client that stops when told to.
pub fn stoppable_client(simulator: &Simulator, cancellation: &Cancellation) -> Client {
    let http = Http::new(Timeouts::default()).expect("TLS");
    Client::new(&http, cloud(&simulator.url()), fixed_token(), options(cancellation))
}

/// A cloud of which everything is at one address.
fn cloud(url: &str) -> Cloud {
    Cloud::new("Simulated", url, (url, url), url).expect("a cloud")
}

/// A token that every simulation takes.
pub fn fixed_token() -> Arc<dyn TokenSource> {
    Arc::new(Fixed)
}

/// Does not wait long before it asks again.
pub fn options(cancellation: &Cancellation) -> backuplint::azure::Options {
    let short = Duration::from_millis(1);
    backuplint::azure::Options {
        cancellation: cancellation.clone(),
        patience: Patience { first_wait: short, longest_wait: short, ..Patience::default() },
        ..backuplint::azure::Options::default()
    }
}

pub fn order(plan: &Plan, scopes: &Scopes) -> Order {
    Order {
        cloud: "Simulated".to_owned(),
        tenant: None,
        scopes: scopes.ids(),
        questions: plan.questions(),
        started_at: Time::parse(NOW).expect("a time"),
        packing: Packing::Plain,
        is_lasting: false,
    }
}

pub fn plan(with: &[&str]) -> Plan {
    let with = with.iter().map(|name| (*name).to_owned()).collect();
    Plan::new(&Wish { with, ..Wish::default() }, Versions::default()).expect("a plan")
}

/// Collects into a folder, or goes on with it.
pub fn collect(
    client: &Client,
    plan: &Plan,
    scopes: &Scopes,
    folder: &Path,
) -> Result<Written, CollectError> {
    watched(client, plan, scopes, folder, &Nobody)
}

/// The same, seen by somebody.
pub fn watched(
    client: &Client,
    plan: &Plan,
    scopes: &Scopes,
    folder: &Path,
    watch: &dyn Watch,
) -> Result<Written, CollectError> {
    let order = order(plan, scopes);
    let writer = SnapshotWriter::resume(folder, &order)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let run = Run { client, writer: &writer, plan, scopes, started_at: order.started_at, watch };
    runtime.expect("a runtime").block_on(run.collect())?;
    Ok(writer.finish(order.started_at)?)
}

/// A folder that is gone at the end: in memory where there is such a place, since a disk takes its time to forget
/// thousands of files.
pub fn scratch() -> tempfile::TempDir {
    let memory = tempfile::TempDir::new_in("/dev/shm");
    memory.or_else(|_| tempfile::TempDir::new()).expect("a folder")
}

/// Every file below a folder, with its content.
pub fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = walkdir::WalkDir::new(folder).into_iter().map(|entry| entry.expect("readable"));
    files
        .filter(|entry| !entry.file_type().is_dir())
        .map(|entry| {
            let name = entry.path().strip_prefix(folder).expect("below").to_string_lossy();
            (name.replace('\\', "/"), std::fs::read(entry.path()).expect("readable"))
        })
        .collect()
}

/// The report of an audit, without origins.
pub fn report(input: &Path) -> Value {
    let mut command = Command::new(env!("CARGO_BIN_EXE_backuplint"));
    command.arg("audit").arg(input).args(["--format", "json", "--as-of", NOW]);
    command.args(["--outcomes", "fail,unknown,pass,not-applicable"]);
    command.arg("--config").arg(estate("contoso").join("backuplint.toml"));
    let output = command.output().expect("a run");
    let mut report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    without_place(&mut report, &input.to_string_lossy());
    report
}

/// Takes out of a report where its input lies, and what is said of that.
pub fn without_place(report: &mut Value, input: &str) {
    without_origins(report);
    for gap in report["gaps"].as_array_mut().into_iter().flatten() {
        // The estate says it in words of its own, Azure in those it has for every refusal.
        gap["message"] = Value::Null;
    }
    if let Some(results) = report["results"].as_array_mut() {
        // What is said of the snapshot itself is known by where that lies, and sorted by it.
        results.retain(|result| {
            !result["resource"].as_str().is_some_and(|known| known.eq_ignore_ascii_case(input))
        });
    }
}

fn without_origins(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|name, _| {
                !matches!(name.as_str(), "location" | "locations" | "inputs" | "reading")
            });
            members.values_mut().for_each(without_origins);
        }
        Value::Array(elements) => elements.iter_mut().for_each(without_origins),
        _ => {}
    }
}
