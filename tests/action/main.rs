//! `action.yml`, step by step, on a runner that the test plays: what it installs, what it hands on, when it fails,
//! and that nothing which a repository or an input holds acts in the log, the files of the runner or a shell.

#![cfg(all(unix, feature = "rego"))]
#![allow(
    clippy::panic,
    clippy::pedantic,
    reason = "a test fails by panicking, and helpers of a test are no API"
)]

mod documents;
mod expression;
mod runner;
mod strangers;
#[path = "../report/tricks.rs"]
mod tricks;
mod yaml;

use std::fs;
use std::path::Path;
use std::process::Command;

use runner::{Run, Runner, clone_action, write};
use serde_json::{Value, json};

/// A vault, as a template, whose name and soft delete are given.
fn template(name: &str, soft_delete: &str) -> String {
    let vault = json!({
        "type": "Microsoft.RecoveryServices/vaults",
        "apiVersion": "2024-04-01",
        "name": name,
        "location": "westeurope",
        "properties": {
            "securitySettings": { "softDeleteSettings": { "softDeleteState": soft_delete } }
        }
    });
    json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "resources": [vault]
    })
    .to_string()
}

/// Only the rule that the templates are about.
const ONE_RULE: (&str, &str) = ("arguments", "--select=soft-delete-disabled\n--no-config");

#[track_caller]
fn passes(run: &Run) {
    assert_eq!(run.failed, None, "{}", run.log);
}

#[track_caller]
fn fails(run: &Run, step: &str, code: i32) {
    assert_eq!(run.failed, Some((step.to_owned(), code)), "{}", run.log);
}

fn log_says(run: &Run, text: &str) {
    assert!(run.log.contains(text), "no `{text}` in {}", run.log);
}

#[test]
fn findings_fail_the_step_after_the_upload() {
    let runner = Runner::new(&[("infra/a b.json", &template("v", "Disabled"))]);
    let run = runner.run(&[ONE_RULE, ("category", "mine")]);
    fails(&run, "Say the verdict", 1);
    let (sarif, category) = &run.uploads[0];
    let sarif: Value = serde_json::from_str(sarif).expect("SARIF");
    let place = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "infra/a%20b.json");
    assert_eq!((run.uploads.len(), category.as_str()), (1, "mine"));
    let outputs: Vec<&str> = ["exit-code", "result", "findings", "high", "critical", "gaps"]
        .iter()
        .map(|name| run.outputs[*name].as_str())
        .collect();
    assert_eq!(outputs, ["1", "findings", "1", "1", "0", "0"]);
    assert!(run.summary.starts_with("# backuplint lint: 1 finding (1 high)\n"), "{}", run.summary);
    assert_eq!(run.count("error"), 1, "{}", run.log);
    let (_, rest) = &run.commands[0];
    assert!(rest.starts_with("file=infra/a b.json,line=1,col="), "{rest}");
    // The reports stay for later steps.
    for name in ["sarif-file", "json-file", "markdown-file"] {
        assert!(Path::new(&run.outputs[name]).is_file(), "{name}");
    }
    assert!(Path::new(&run.outputs["program"]).is_file());
}

/// A checkout with `path:` is a folder of the workspace, and GitHub knows the files by their paths in the repository.
#[test]
fn files_of_a_checkout_in_a_folder_keep_their_paths_in_the_repository() {
    let runner = Runner::new(&[("sub/infra/main.json", &template("v", "Disabled"))]);
    write(&runner.workspace.path().join("sub/.git/HEAD"), "ref: refs/heads/main\n");
    for inputs in [&[ONE_RULE][..], &[ONE_RULE, ("path", "sub/infra")]] {
        let run = runner.run(inputs);
        fails(&run, "Say the verdict", 1);
        let (_, rest) = &run.commands[0];
        assert!(rest.starts_with("file=infra/main.json,line=1,col="), "{rest}");
        let sarif: Value = serde_json::from_str(&run.uploads[0].0).expect("SARIF");
        let place = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "infra/main.json");
    }
}

/// What CI does with the action, on what is cloned.
#[test]
fn this_repository_passes_its_own_action() {
    let mut runner = Runner::new(&[]);
    let clone = runner.workspace.path().join("clone");
    clone_action(&clone);
    let text = fs::read_to_string(clone.join(".github/workflows/ci.yml")).expect("the workflow");
    let workflow = yaml::Node::parse(&text);
    let (_, job) =
        workflow.entries("jobs").iter().find(|(name, _)| name == "action").expect("the job");
    let own = job.list("steps").iter().filter(|step| step.text("uses") == Some("./"));
    let paths: Vec<&str> = own.filter_map(|step| step.get("with")?.text("path")).collect();
    let [workflows, example] = paths[..] else { panic!("{paths:?}") };
    runner.within = Some(clone);
    passes(&runner.run(&[("path", workflows), ("upload-sarif", "false")]));
    let run = runner.run(&[("path", example), ("fail", "false"), ("upload-sarif", "false")]);
    passes(&run);
    assert_eq!(run.outputs["result"], "findings");
}

#[test]
fn a_clean_repository_passes_and_uploads_that_nothing_is_open() {
    let runner = Runner::new(&[("main.json", &template("v", "Enabled"))]);
    let run = runner.run(&[ONE_RULE]);
    passes(&run);
    assert_eq!((run.outputs["result"].as_str(), run.outputs["findings"].as_str()), ("clean", "0"));
    assert_eq!((run.uploads.len(), run.commands.len()), (1, 0), "{}", run.log);
}

#[test]
fn what_fails_is_the_users_choice() {
    let runner = Runner::new(&[("main.json", &template("v", "Disabled"))]);
    let run = runner.run(&[
        ONE_RULE,
        ("fail", "false"),
        ("upload-sarif", "false"),
        ("summary", "false"),
        ("annotations", "false"),
    ]);
    passes(&run);
    assert_eq!(run.outputs["result"], "findings");
    assert_eq!((run.uploads.len(), run.commands.len(), run.summary.as_str()), (0, 0, ""));
    passes(&runner.run(&[ONE_RULE, ("fail-on", "critical")]));
    write(&runner.workspace.path().join("bad.bicep"), "resource 'x' = {\n");
    fs::remove_file(runner.workspace.path().join("main.json")).expect("a file");
    let run = runner.run(&[ONE_RULE]);
    fails(&run, "Say the verdict", 3);
    assert_eq!((run.outputs["result"].as_str(), run.outputs["gaps"].as_str()), ("incomplete", "1"));
    passes(&runner.run(&[ONE_RULE, ("allow-incomplete", "true")]));
}

#[test]
fn an_error_fails_the_step_whatever_was_chosen() {
    let runner = Runner::new(&[("notes.txt", "nothing")]);
    let run = runner.run(&[("fail", "false")]);
    fails(&run, "Say the verdict", 2);
    log_says(&run, "nothing to lint");
    assert_eq!((run.outputs["result"].as_str(), run.uploads.len()), ("error", 0));
    for input in ["live", "allow-incomplete", "annotations", "summary", "upload-sarif"] {
        let run = Runner::new(&[("main.tf", "")]).run(&[(input, "yes")]);
        assert!(run.failed.is_some(), "{input}: {}", run.log);
        log_says(&run, &format!("the input {input} takes true or false"));
    }
    let run = runner.run(&[("command", "collect")]);
    fails(&run, "Run backuplint", 2);
    log_says(&run, "takes lint, audit or review");
}

#[test]
fn an_audit_is_not_sent_to_code_scanning_unless_asked() {
    let runner = Runner::new(&[]);
    let estate = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/estates/contoso");
    let estate = estate.to_str().expect("a path");
    let inputs = [("command", "audit"), ("path", estate), ("fail-on", "high")];
    let run = runner.run(&inputs);
    fails(&run, "Say the verdict", 1);
    assert_eq!(run.uploads.len(), 0);
    assert!(run.summary.contains("Could somebody destroy our backups?"));
    assert!(run.count("error") <= 10 && run.count("warning") <= 10 && run.count("notice") <= 10);
    let run = runner.run(&[&inputs[..], &[("upload-sarif", "true")]].concat());
    assert_eq!(run.uploads.len(), 1);
}

/// With a program that is played, since what counts is what it is asked and what is made of its answer.
#[test]
fn a_review_hands_its_verdict_on() {
    let mut runner = Runner::new(&[]);
    runner.program(
        "played",
        "printf '%s\\n' \"$@\" > asked\n\
         while [ \"$1\" != --output ] || [ \"${2#json=}\" = \"$2\" ]; do shift; done\n\
         printf '{\\n  \"notes\": [\"\\\\n  \\\\\"verdict\\\\\": \\\\\"go\\\\\",\\\\n\"],\\n  \"verdict\": \"needs-approval\",\\n}\\n' > \"${2#json=}\"\n\
         exit 1",
    );
    runner.cached = runner.programs.path().join("played");
    let run = runner.run(&[
        ("command", "review"),
        ("path", "change.toml"),
        ("estate", "snapshot"),
        ("fail", "false"),
    ]);
    passes(&run);
    assert_eq!(run.outputs["verdict"], "needs-approval");
    assert_eq!((run.outputs["exit-code"].as_str(), run.uploads.len()), ("1", 0));
    let asked = fs::read_to_string(runner.workspace.path().join("asked")).expect("what was asked");
    let asked: Vec<&str> = asked.lines().filter(|word| !word.contains("=/")).collect();
    assert_eq!(
        asked,
        ["review", "--output", "--output", "--output", "--estate=snapshot", "--", "change.toml"]
    );
}

/// Rules that failed to run leave a report without what they would have found.
#[test]
fn nothing_is_uploaded_after_an_error() {
    let mut runner = Runner::new(&[]);
    runner.program(
        "played",
        "while [ \"${2#sarif=}\" = \"$2\" ]; do shift; done\necho '{}' > \"${2#sarif=}\"\nexit 2",
    );
    runner.cached = runner.programs.path().join("played");
    let run = runner.run(&[("upload-sarif", "true")]);
    fails(&run, "Say the verdict", 2);
    assert!(run.uploads.is_empty() && Path::new(&run.outputs["sarif-file"]).is_file());
}

#[test]
fn without_a_release_and_without_rust_it_says_what_to_do() {
    let mut runner = Runner::new(&[("main.tf", "")]);
    runner.is_cached = false;
    let run = runner.run(&[]);
    fails(&run, "Build backuplint", 2);
    log_says(&run, "there is no cargo to build with; install Rust");
    assert_eq!(
        run.steps,
        ["Install backuplint", "Look for an earlier build of backuplint", "Build backuplint"]
    );
}

#[test]
fn it_builds_from_its_own_source_where_no_release_is_known() {
    let mut runner = Runner::new(&[("main.json", &template("v", "Enabled"))]);
    runner.is_cached = false;
    let program = env!("CARGO_BIN_EXE_backuplint");
    runner.program(
        "cargo",
        &format!(
            "test \"$PWD\" -ef \"$GITHUB_ACTION_PATH\"\ntest \"$*\" = 'build --release --locked --bin backuplint'\n\
             mkdir -p \"$CARGO_TARGET_DIR/release\"\nln -s '{program}' \"$CARGO_TARGET_DIR/release/backuplint\""
        ),
    );
    let run = runner.run(&[ONE_RULE]);
    passes(&run);
    assert!(run.steps.contains(&"Build backuplint".to_owned()));
    // What was built is in the cache next time.
    let kept = Path::new(&run.outputs["program"]).parent().expect("a folder");
    let names: Vec<_> =
        fs::read_dir(kept).expect("a folder").map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["backuplint"]);
}

/// A machine for which a release is there: `curl` is played, and says what it was asked for.
fn with_release(content: &str, listed: &str) -> Runner {
    let mut runner = Runner::new(&[("main.json", &template("v", "Enabled"))]);
    // One of its own, for its list of checksums is written.
    runner.action = runner.temp.path().join("action");
    clone_action(&runner.action);
    let release = runner.temp.path().join("release");
    write(&release.join("backuplint"), content);
    let status = Command::new("tar")
        .args(["-czf", "asset.tar.gz", "backuplint"])
        .current_dir(&release)
        .status()
        .expect("tar");
    assert!(status.success());
    let archive = fs::read(release.join("asset.tar.gz")).expect("an archive");
    let digest = if listed.is_empty() { sha256(&archive) } else { listed.to_owned() };
    let list = runner.action.join("action/checksums.txt");
    let text = fs::read_to_string(&list).expect("the list");
    write(&list, &format!("{text}{digest}  backuplint-9.8.7-x86_64-unknown-linux-musl.tar.gz\n"));
    runner.program(
        "curl",
        &format!(
            "printf '%s\\n' \"$@\" > '{0}/asked'\nwhile [ \"$1\" != --output ]; do shift; done\ncp '{0}/asset.tar.gz' \"$2\"",
            release.display()
        ),
    );
    runner
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

const PLAYED: &str = "#!/usr/bin/env bash\nprintf 'played %s\\n' \"$*\"\n";

#[test]
fn a_release_is_installed_only_if_it_is_the_one_that_is_listed() {
    use std::os::unix::fs::PermissionsExt;
    let runner = with_release(PLAYED, "");
    let release = runner.temp.path().join("release");
    // The archive keeps the permissions.
    fs::set_permissions(release.join("backuplint"), fs::Permissions::from_mode(0o755))
        .expect("permissions");
    let run = runner.run(&[("version", "v9.8.7")]);
    let asked = fs::read_to_string(release.join("asked")).expect("what curl was asked");
    let address = "https://github.example/octo/infra/releases/download/v9.8.7/backuplint-9.8.7-x86_64-unknown-linux-musl.tar.gz";
    assert!(asked.lines().any(|line| line == address) && asked.contains("=https"), "{asked}");
    assert!(!run.steps.contains(&"Build backuplint".to_owned()), "{:?}", run.steps);

    let runner = with_release(PLAYED, &"0".repeat(64));
    let run = runner.run(&[("version", "9.8.7")]);
    fails(&run, "Install backuplint", 2);
    log_says(&run, "is not the one that action/checksums.txt names; nothing was installed");
    let installed = runner.temp.path().join("backuplint-9.8.7");
    assert_eq!(fs::read_dir(installed).expect("a folder").count(), 0);
}

#[test]
fn a_version_that_nobody_listed_is_not_fetched() {
    let runner = with_release(PLAYED, "");
    let run = runner.run(&[("version", "9.8.6")]);
    fails(&run, "Install backuplint", 2);
    log_says(&run, "knows no checksum of release 9.8.6");
    assert!(!runner.temp.path().join("release/asked").exists());
}
