//! The commands `collect` and `audit --live`, as people run them.

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::azure_sim::{Options, Simulator, World};
use crate::support::{NOW, estate, scratch, tree, usual_estate, without_place};

const SECRET: &str = "a-client-secret-that-must-show-nowhere";

fn contoso(latency: Duration) -> Simulator {
    let world = World::open(&estate("contoso")).expect("an estate");
    let secret = Some(SECRET.to_owned());
    Simulator::start(world, Options { latency, secret, ..Options::default() })
        .expect("a simulation")
}

pub fn command(simulator: &Simulator, args: &[&str]) -> Command {
    command_at(&simulator.url(), simulator, args)
}

/// The same for an Azure at another address.
pub fn command_at(url: &str, simulator: &Simulator, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_backuplint"));
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if ["AZURE_", "ACTIONS_", "IDENTITY_", "MSI_", "HTTP", "http", "ALL_PROXY", "all_proxy"]
            .iter()
            .any(|start| text.starts_with(start))
        {
            command.env_remove(name);
        }
    }
    command.env("AZURE_TENANT_ID", simulator.tenant());
    command.env("AZURE_CLIENT_ID", "b7d1a9c4-6e0f-4c52-9a38-0d5e2f7b1c63");
    command.env("AZURE_CLIENT_SECRET", SECRET);
    command.args(args).args(["--arm-endpoint", url]);
    command
}

fn run(simulator: &Simulator, args: &[&str]) -> Output {
    command(simulator, args).output().expect("a run")
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn folder() -> (tempfile::TempDir, String) {
    let folder = scratch();
    let target = folder.path().join("snapshot").to_string_lossy().into_owned();
    (folder, target)
}

/// Neither the secret nor a token: those of Azure begin like this.
pub fn assert_no_secret(what: &str, text: &str) {
    for secret in [SECRET, "eyJ", "Bearer "] {
        assert!(!text.contains(secret), "{what} shows {secret}");
    }
}

#[test]
fn an_audit_of_azure_is_the_audit_of_its_estate() {
    let simulator = contoso(Duration::ZERO);
    let config = estate("contoso").join("backuplint.toml").to_string_lossy().into_owned();
    let usual = ["--format", "json", "--as-of", NOW, "--config", &config];
    let usual = [&usual[..], &["--outcomes", "fail,unknown,pass,not-applicable"]].concat();
    let points = "backup-instance-recovery-points";
    let live = run(&simulator, &[&["audit", "--live", "--with", points], &usual[..]].concat());
    let estate = usual_estate("contoso");
    let mut offline = Command::new(env!("CARGO_BIN_EXE_backuplint"));
    let offline = offline.arg("audit").arg(estate.path()).args(&usual).output().expect("a run");
    assert_eq!(live.status.code(), offline.status.code(), "{}", text(&live.stderr));
    let read = |output: &Output, input: &str| -> Value {
        let mut report = serde_json::from_slice(&output.stdout).expect("JSON");
        without_place(&mut report, input);
        report
    };
    let found = read(&live, "live");
    let expected = read(&offline, &estate.path().to_string_lossy());
    for (name, value) in expected.as_object().expect("an object") {
        assert!(found[name] == *value, "{name} differs");
    }
    assert!(
        text(&live.stdout).contains("\"live/subscriptions/"),
        "places are named without a folder"
    );
}

#[test]
fn a_snapshot_is_private_and_incomplete_where_something_is_missing() {
    let simulator = contoso(Duration::ZERO);
    let (_folder, target) = folder();
    let output = run(&simulator, &["collect", "-o", &target]);
    let shown = text(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{shown}");
    assert!(output.stdout.is_empty());
    assert!(shown.contains("2 of the questions found no answer"), "{shown}");
    assert!(shown.contains("next: backuplint audit "), "{shown}");
    #[cfg(unix)]
    for entry in walkdir::WalkDir::new(&target) {
        use std::os::unix::fs::PermissionsExt;
        let entry = entry.expect("readable");
        let mode = entry.metadata().expect("readable").permissions().mode() & 0o077;
        assert_eq!(mode, 0, "{}", entry.path().display());
    }
    // Nobody signs in for a folder that takes no snapshot.
    for more in [&[][..], &["--resume"]] {
        let asked = simulator.log().len();
        let again = command(&simulator, &["collect", "-o", &target]).args(more).output();
        let again = again.expect("a run");
        assert_eq!(again.status.code(), Some(2), "{}", text(&again.stderr));
        assert_eq!(simulator.log().len(), asked);
    }
    let (_folder, target) = folder();
    let output =
        run(&simulator, &["collect", "-o", &target, "--allow-incomplete", "--quiet", "--zstd"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
    assert!(tree(Path::new(&target)).keys().any(|name| name.ends_with(".jsonl.zst")));
}

#[test]
fn no_secret_shows_anywhere() {
    let simulator = contoso(Duration::ZERO);
    let (_folder, target) = folder();
    let output = run(&simulator, &["collect", "-o", &target, "--verbose"]);
    let shown = text(&output.stderr);
    assert!(shown.contains("GET /subscriptions/"), "{shown}");
    assert_no_secret("a verbose run", &shown);
    for (name, content) in tree(Path::new(&target)) {
        assert_no_secret(&name, &text(&content));
    }
    let mut failing = command(&simulator, &["collect", "-o", &format!("{target}-2"), "--verbose"]);
    let output = failing.env("AZURE_CLIENT_SECRET", "another-secret").output().expect("a run");
    let shown = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{shown}");
    assert!(!shown.contains("another-secret"), "{shown}");
    assert_no_secret("a failing run", &shown);
}

#[test]
fn a_plan_needs_nobody() {
    let output = Command::new(env!("CARGO_BIN_EXE_backuplint"))
        .args(["collect", "--plan", "--minimal", "--with", "disks"])
        .output()
        .expect("a run");
    let shown = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0));
    assert!(shown.contains("virtual-machines, disks"), "{shown}");
    assert!(
        shown.contains("  Microsoft.RecoveryServices/vaults/backupResourceGuardProxies/read\n")
    );
    assert!(!shown.contains("storage-accounts"), "{shown}");
    for wrong in [&["--with", "disk"][..], &["--without", "vaults"], &["--subscription", "prod"]] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_backuplint"));
        let output = command.args(["collect", "--plan"]).args(wrong).output().expect("a run");
        assert_eq!(output.status.code(), Some(2), "{wrong:?}");
    }
}

#[test]
fn a_preflight_tells_what_can_be_read() {
    let simulator = contoso(Duration::ZERO);
    let output = run(&simulator, &["collect", "--preflight"]);
    let shown = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{shown}{}", text(&output.stderr));
    assert_eq!(shown.matches("  everything can be read\n").count(), 2, "{shown}");
    assert!(shown.contains("\nMicrosoft Graph\n"), "{shown}");
    assert!(shown.ends_with("shows when it is read.\n"), "{shown}");
    assert!(simulator.log().iter().all(|entry| !entry.path.contains("/vaults/")));
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_what_can_be_gone_on_with() {
    let simulator = contoso(Duration::from_millis(20));
    let (_folder, target) = folder();
    let mut first = command(&simulator, &["collect", "-o", &target]);
    let first = first.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("a run");
    let journal = Path::new(&target).join("collect.journal");
    while !journal.exists() {
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(Duration::from_millis(50));
    let sent = Command::new("kill").args(["-INT", &first.id().to_string()]).status();
    assert!(sent.expect("a signal").success());
    let output = first.wait_with_output().expect("an end");
    let shown = text(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{shown}");
    assert!(shown.contains("stopped before everything was read"), "{shown}");
    assert!(shown.contains("--resume"), "{shown}");
    let output = run(&simulator, &["collect", "-o", &target, "--resume"]);
    assert_eq!(output.status.code(), Some(3), "{}", text(&output.stderr));
    assert!(Path::new(&target).join("manifest.json").exists());
}

/// The files of a snapshot, without the times of its run.
pub fn comparable(folder: &Path) -> std::collections::BTreeMap<String, String> {
    let files = tree(folder).into_iter();
    files
        .map(|(name, content)| {
            let mut content = text(&content);
            if name == "manifest.json" {
                let mut manifest: Value = serde_json::from_str(&content).expect("JSON");
                for key in ["collectedAt", "finishedAt"] {
                    manifest[key] = Value::Null;
                }
                for list in manifest["collections"].as_array_mut().into_iter().flatten() {
                    if list["since"].is_string() {
                        list["since"] = Value::Null;
                    }
                }
                for gap in manifest["gaps"].as_array_mut().into_iter().flatten() {
                    gap["message"] = Value::Null;
                }
                content = manifest.to_string();
            }
            (name, content)
        })
        .collect()
}
