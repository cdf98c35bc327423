//! `lint --fix`, `--unsafe-fixes` and `--diff` on whole files: `fixtures/code/fix/NAME` becomes `NAME.fixed`.
//! `BACKUPLINT_UPDATE=1` writes these anew, for a person to read.

#![allow(clippy::print_stderr, reason = "says aloud what it skips")]

use super::*;

const EVERYTHING: [&str; 8] =
    ["--profile", "strict", "--profile", "regulated", "--profile", "hygiene", "--format", "json"];

/// The rules with failures that edits could repair, and the number of failures of rules that have fixes.
fn fixable(folder: &Path) -> Vec<String> {
    let output = backuplint(folder, &[&["lint"], EVERYTHING.as_slice()].concat());
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    let results = report["results"].as_array().expect("results").iter();
    let with_fix = results.filter(|result| result["fix"].is_object());
    with_fix
        .map(|result| {
            format!("{} {}", result["rule"].as_str().unwrap_or_default(), result["resource"])
        })
        .collect()
}

fn samples() -> Vec<PathBuf> {
    let folder = root().join("fixtures/code/fix");
    let mut names: Vec<PathBuf> =
        fs::read_dir(folder).expect("there").map(|entry| entry.expect("an entry").path()).collect();
    names.retain(|name| name.extension().is_some_and(|end| end != "fixed"));
    names.sort();
    names
}

#[test]
fn files_become_what_is_expected_and_nothing_is_left_to_repair() {
    for sample in samples() {
        let name = sample.file_name().expect("a name").to_string_lossy().into_owned();
        let folder = TempDir::new().expect("a folder");
        let path = folder.path().join(&name);
        fs::copy(&sample, &path).expect("copied");
        assert!(fixable(folder.path()).len() > 4, "{name}: {:?}", fixable(folder.path()));
        let output = backuplint(
            folder.path(),
            &[&["lint", "--unsafe-fixes"], EVERYTHING.as_slice()].concat(),
        );
        let after = fs::read_to_string(&path).expect("text");
        let expected = sample.with_file_name(format!("{name}.fixed"));
        if std::env::var_os("BACKUPLINT_UPDATE").is_some() {
            fs::write(&expected, &after).expect("written");
        }
        let expected = fs::read_to_string(&expected).unwrap_or_default();
        assert_eq!(after, expected, "{name}: {}", String::from_utf8_lossy(&output.stderr));
        let left = fixable(folder.path());
        assert!(left.is_empty(), "{name}: {left:?}");
        let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
        let gaps = report["gaps"].as_array().map_or(0, Vec::len);
        assert_eq!(gaps, 0, "{name}: {}", report["gaps"]);
    }
}

#[test]
fn safe_fixes_alone_leave_the_others() {
    let folder = TempDir::new().expect("a folder");
    fs::copy(root().join("fixtures/code/fix/vaults.bicep"), folder.path().join("main.bicep"))
        .expect("copied");
    let output = backuplint(folder.path(), &[&["lint", "--fix"], EVERYTHING.as_slice()].concat());
    code(&output, 1);
    let after = fs::read_to_string(folder.path().join("main.bicep")).expect("text");
    assert!(after.contains("softDeleteState: 'Enabled'"), "{after}");
    assert!(after.contains("publicNetworkAccess: 'Enabled' /* for the agents */"), "{after}");
    assert!(after.contains("param redundancy string = 'LocallyRedundant' // cheap"), "{after}");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("repaired") && told.contains("--unsafe-fixes"), "{told}");
}

#[test]
fn a_diff_shows_and_writes_nothing() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("main.bicep");
    fs::copy(root().join("fixtures/code/fix/vaults.bicep"), &path).expect("copied");
    let before = fs::read_to_string(&path).expect("text");
    let output = backuplint(folder.path(), &["lint", "--diff"]);
    code(&output, 1);
    let diff = stdout(&output);
    assert!(diff.starts_with("--- main.bicep\n+++ main.bicep\n@@ "), "{diff}");
    assert!(
        diff.contains(
            "-        softDeleteState: 'Disabled'\n+        softDeleteState: 'Enabled'\n"
        ),
        "{diff}"
    );
    assert_eq!(fs::read_to_string(&path).expect("text"), before);
    fs::write(&path, "param a string\n").expect("written");
    let output = backuplint(folder.path(), &["lint", "--diff"]);
    code(&output, 0);
    assert_eq!(stdout(&output), "");
}

#[test]
fn the_report_names_the_commands_that_repair() {
    let folder = TempDir::new().expect("a folder");
    fs::copy(root().join("fixtures/code/fix/vaults.bicep"), folder.path().join("main.bicep"))
        .expect("copied");
    let shown = stdout(&backuplint(folder.path(), &["lint"]));
    assert!(shown.contains("backuplint lint . --fix"), "{shown}");
    assert!(shown.contains("backuplint lint . --unsafe-fixes --diff"), "{shown}");
}

#[test]
fn waived_findings_are_left_alone() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("main.bicep");
    let text = fs::read_to_string(root().join("fixtures/code/fix/vaults.bicep")).expect("text");
    let text = text.replace(
        "        softDeleteState: 'Disabled'\n",
        "        softDeleteState: 'Disabled' // backuplint:ignore soft-delete-disabled a vault for tests\n",
    );
    fs::write(&path, text).expect("written");
    backuplint(folder.path(), &["lint", "--fix"]);
    let after = fs::read_to_string(&path).expect("text");
    assert!(after.contains("softDeleteState: 'Disabled' // backuplint:ignore"), "{after}");
}

#[test]
fn what_is_declared_twice_is_left_alone() {
    let folder = TempDir::new().expect("a folder");
    let vault = |mode: &str| {
        format!(
            "resource \"azurerm_recovery_services_vault\" \"v\" {{\n  name                = \"v\"\n  location            = \"westeurope\"\n  resource_group_name = \"g\"\n  sku                 = \"Standard\"\n  storage_mode_type   = \"{mode}\"\n}}\n"
        )
    };
    for (name, mode) in [("one.tf", "GeoRedundant"), ("two.tf", "LocallyRedundant")] {
        fs::write(folder.path().join(name), vault(mode)).expect("written");
    }
    backuplint(folder.path(), &[&["lint", "--unsafe-fixes"], EVERYTHING.as_slice()].concat());
    for (name, mode) in [("one.tf", "GeoRedundant"), ("two.tf", "LocallyRedundant")] {
        let after = fs::read_to_string(folder.path().join(name)).expect("text");
        assert_eq!(after, vault(mode), "{name}");
    }
}

/// Where real code is at hand: after every repair no file has more errors than before.
#[test]
fn repaired_code_of_others_can_still_be_read() {
    let beside = root().join("../shared/azure-data");
    let corpus = std::env::var_os("BACKUPLINT_CORPUS").map_or(beside, PathBuf::from);
    if !corpus.is_dir() {
        eprintln!("SKIPPED (1): this test checked nothing, there is no {}", corpus.display());
        return;
    }
    let folder = TempDir::new().expect("a folder");
    copy(&corpus.join("iac"), folder.path());
    let gaps = || -> Vec<String> {
        let output = backuplint(folder.path(), &["lint", "--format", "json"]);
        let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
        let gaps = report["gaps"].as_array().expect("gaps").iter();
        gaps.map(|gap| format!("{} {}", gap["reason"], gap["message"])).collect()
    };
    let (before, left) = (gaps(), fixable(folder.path()).len());
    let output =
        backuplint(folder.path(), &[&["lint", "--unsafe-fixes"], EVERYTHING.as_slice()].concat());
    assert!(stderr(&output).contains("repaired"), "{}", stderr(&output));
    let after = gaps();
    assert!(after.len() <= before.len(), "{} and {}: {after:#?}", before.len(), after.len());
    let still: Vec<String> = fixable(folder.path());
    assert!(still.len() * 10 < left, "{} of {left} are left: {still:#?}", still.len());
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            fs::create_dir(&target).expect("made");
            copy(&entry.path(), &target);
        } else if entry.path().extension().is_some_and(|end| end != "tgz") {
            fs::write(&target, fs::read(entry.path()).expect("readable")).expect("written");
        }
    }
}
