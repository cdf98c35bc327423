//! The command line as a user meets it: what it prints, where, and with which exit code.

#![allow(
    clippy::panic,
    clippy::pedantic,
    reason = "a test fails by panicking, and helpers of a test are no API"
)]

mod access;
mod estate;
#[cfg(feature = "rego")]
mod fix;
mod input;
#[cfg(feature = "rego")]
mod lint;
mod options;
#[cfg(feature = "rego")]
mod packs;
mod readiness;
mod review;
#[cfg(feature = "rego")]
mod script;
mod small;
mod who_can;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

const AS_OF: &str = "2026-11-20T02:00:00Z";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn estate(name: &str) -> PathBuf {
    root().join("fixtures/estates").join(name)
}

fn backuplint(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_backuplint"))
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .output()
        .expect("the program runs")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8 on standard output")
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8 on standard error")
}

#[track_caller]
fn code(output: &Output, expected: i32) {
    assert_eq!(
        output.status.code(),
        Some(expected),
        "stdout:\n{}\nstderr:\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

#[track_caller]
fn says(text: &str, parts: &[&str]) {
    // Messages are wrapped and framed; what counts is their words.
    let words = |text: &str| {
        let plain: String =
            text.chars().map(|c| if c.is_ascii_graphic() && c != '|' { c } else { ' ' }).collect();
        plain.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    for part in parts {
        assert!(words(text).contains(&words(part)), "no `{part}` in:\n{text}");
    }
}

/// A copy of the estate in which nothing is wrong, to be damaged.
fn copy_of_clean() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    copy_estate("clean", folder.path());
    folder
}

fn copy_estate(name: &str, folder: &Path) {
    for entry in walkdir::WalkDir::new(estate(name)).into_iter().filter_map(Result::ok) {
        let target = folder.join(entry.path().strip_prefix(estate(name)).expect("below"));
        if entry.file_type().is_dir() {
            fs::create_dir_all(target).expect("folder");
        } else {
            fs::copy(entry.path(), target).expect("copy");
        }
    }
}

/// The first file of this name in a snapshot.
fn file_named(folder: &Path, name: &str) -> PathBuf {
    walkdir::WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter()
        .filter_map(Result::ok)
        .map(walkdir::DirEntry::into_path)
        .find(|path| path.file_name().is_some_and(|found| found == name))
        .unwrap_or_else(|| panic!("no {name}"))
}

fn audit_json(folder: &Path, arguments: &[&str]) -> (Output, Value) {
    let mut all = vec!["audit", ".", "--as-of", AS_OF, "--format", "json"];
    all.extend(arguments);
    let output = backuplint(folder, &all);
    let report = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!("no JSON: {error}\n{}\n{}", stdout(&output), stderr(&output))
    });
    (output, report)
}

const ALL_PROFILES: [&str; 8] = [
    "--profile",
    "default",
    "--profile",
    "strict",
    "--profile",
    "regulated",
    "--profile",
    "hygiene",
];
