//! One audit of a simulated Azure, by the program as it is shipped, in a process of its own.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use wait4::Wait4 as _;

use crate::azure_sim::{Options, Phase, Simulator};
use crate::clock::{Clock, Spent};
use crate::world::{NOW, Size, world};

/// Built by Cargo beside this benchmark, with the same profile.
const PROGRAM: &str = env!("CARGO_BIN_EXE_backuplint");

/// The same for every audit.
const REPORT: [&str; 6] = ["--as-of", NOW, "--format", "json", "--outcomes", "fail"];

pub type Answer<T> = Result<T, Box<dyn std::error::Error>>;

/// What an audit took.
pub struct Audit {
    pub wall: Duration,
    /// Of all threads of the program.
    pub program: Duration,
    /// Of all threads of the simulated Azure.
    pub azure: Duration,
    pub queries: usize,
    pub reads: usize,
    pub sign_in: usize,
}

/// A simulated Azure that has worked all of its answers out: what it takes for them is not what is measured.
pub fn azure(size: Size, latency: Duration, throttle: bool) -> Answer<Simulator> {
    let options = Options { latency, throttle, ..Options::default() };
    let simulator = Simulator::start(world(&size.bodies()), options)?;
    audit(size, &simulator)?;
    Ok(simulator)
}

/// Audits a world, and checks that every page of the plan was asked for once.
pub fn audit(size: Size, simulator: &Simulator) -> Answer<Audit> {
    simulator.forget();
    let mut command = live(simulator);
    let clock = Clock::start();
    let output = ended(&mut command)?;
    let Spent { wall, processor: azure } = clock.spent();
    let report: Value = serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("{error}: {}", String::from_utf8_lossy(&output.stderr)))?;
    whole(size, &report)?;
    once(size, simulator)?;
    let [queries, reads, sign_in] = [Phase::ResourceGraph, Phase::ResourceManager, Phase::SignIn]
        .map(|phase| simulator.requests(phase));
    Ok(Audit { wall, program: output.processor, azure, queries, reads, sign_in })
}

/// How long the audit of the same data takes when it is on the disk.
pub fn audit_saved(size: Size, runs: usize) -> Answer<Duration> {
    let simulator = Simulator::start(world(&size.bodies()), Options::default())?;
    let scratch = tempfile::TempDir::new()?;
    let folder = scratch.path().join("snapshot");
    live(&simulator).arg("--save").arg(&folder).output()?;
    let mut walls = Vec::new();
    for _ in 0..runs.max(1) {
        let mut command = Command::new(PROGRAM);
        command.arg("audit").arg(&folder).args(REPORT).stdin(Stdio::null());
        let start = Instant::now();
        let output = command.output()?;
        walls.push(start.elapsed());
        whole(size, &serde_json::from_slice(&output.stdout)?)?;
    }
    walls.sort();
    Ok(walls[walls.len() / 2])
}

/// What a program has said when it ended, and the time that it was on a processor.
struct Ended {
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    processor: Duration,
}

/// Runs a command. All of its report is read before the few lines beside it are.
fn ended(command: &mut Command) -> Answer<Ended> {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    if let Some(mut pipe) = child.stdout.take() {
        pipe.read_to_end(&mut stdout)?;
    }
    if let Some(mut pipe) = child.stderr.take() {
        pipe.read_to_end(&mut stderr)?;
    }
    let used = child.wait4()?.rusage;
    Ok(Ended { stdout, stderr, processor: used.utime + used.stime })
}

/// The command that audits a simulated Azure.
fn live(simulator: &Simulator) -> Command {
    let mut command = Command::new(PROGRAM);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy().to_ascii_uppercase();
        if ["AZURE_", "ACTIONS_", "IDENTITY_", "MSI_", "HTTP"]
            .iter()
            .any(|own| text.starts_with(own))
        {
            command.env_remove(name);
        }
    }
    command
        .env("AZURE_TENANT_ID", simulator.tenant())
        .env("AZURE_CLIENT_ID", "b7d1a9c4-6e0f-4c52-9a38-0d5e2f7b1c63")
        .env("AZURE_CLIENT_SECRET", "any")
        .args(["audit", "--live", "--arm-endpoint", &simulator.url()])
        .args(REPORT)
        .stdin(Stdio::null());
    command
}

/// Nothing is missing in what was audited.
fn whole(size: Size, report: &Value) -> Answer<()> {
    if report["gaps"].as_array().is_none_or(|gaps| !gaps.is_empty()) {
        return Err(format!("gaps: {}", report["gaps"]).into());
    }
    for (kind, each) in [
        ("Microsoft.RecoveryServices/vaults", size.vaults),
        (
            "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems",
            size.items,
        ),
        ("Microsoft.Compute/virtualMachines", size.machines),
    ] {
        let found = report["summary"]["resources"][kind].as_u64();
        if found != Some((size.subscriptions * each) as u64) {
            return Err(format!("{found:?} resources are {kind}").into());
        }
    }
    Ok(())
}

/// What the plan demands was asked, all of it and once.
fn once(size: Size, simulator: &Simulator) -> Answer<()> {
    let demand = size.demand();
    for (phase, wanted) in [
        (Phase::ResourceGraph, demand.queries.iter().sum()),
        (Phase::ResourceManager, size.subscriptions * demand.reads),
        (Phase::Directory, 0),
    ] {
        let asked = simulator.requests(phase);
        if asked != wanted {
            return Err(format!("{asked} requests for {}, not {wanted}", phase.as_str()).into());
        }
    }
    let mut asked: BTreeMap<String, usize> = BTreeMap::new();
    for entry in simulator.log() {
        if entry.status != 200 {
            return Err(format!("{} for {}", entry.status, entry.path).into());
        }
        if entry.phase == Phase::ResourceManager.as_str() {
            *asked.entry(format!("{} {:?}", entry.path, entry.query)).or_default() += 1;
        }
    }
    match asked.iter().find(|(_, count)| **count > 1) {
        Some((what, count)) => Err(format!("{count} requests for {what}").into()),
        None => Ok(()),
    }
}
