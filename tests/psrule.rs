//! What another tool expects of storage accounts and Backup vaults, and what our rules say of them.
//!
//! The corpus lies beside the repository; where it is missing the test says so and checks nothing.

#![cfg(feature = "rego")]
#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "what fails here fails a test")]

mod audit;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use audit::Auditor;
use backuplint::engine::PlanOptions;
use backuplint::finding::OutcomeKind;
use backuplint::inventory::id;
use backuplint::rule::Declarations;
use backuplint::snapshot::Inputs;
use serde_json::Value;

/// A rule of theirs, and the rule and property of ours that ask the same.
const RULES: &[(&str, &str, &str)] = &[
    (
        "Azure.BV.Immutable",
        "immutability-disabled",
        "properties.securitySettings.immutabilitySettings.state",
    ),
    (
        "Azure.Storage.SecureTransfer",
        "staging-account-exposed",
        "properties.supportsHttpsTrafficOnly",
    ),
    (
        "Azure.Storage.BlobPublicAccess",
        "staging-account-exposed",
        "properties.allowBlobPublicAccess",
    ),
];

/// Rules of theirs that no rule of ours answers, and why.
const WITHOUT_RULE: &[(&str, &str)] = &[
    (
        "Azure.Storage.UseReplication",
        "a staging account holds copies for days: one region is enough, and zone redundancy is refused",
    ),
    ("Azure.Storage.SoftDelete", "it would keep restored disks that somebody wants gone"),
    ("Azure.Storage.ContainerSoftDelete", "the same"),
];

/// Where we differ on purpose.
struct Difference {
    rule: &'static str,
    resources: &'static [&'static str],
    theirs: &'static str,
    ours: &'static str,
    #[expect(dead_code, reason = "for the reader of this table")]
    reason: &'static str,
}

const DIFFERENCES: &[Difference] = &[
    Difference {
        rule: "Azure.Storage.SecureTransfer",
        resources: &["storage-C", "storage-D"],
        theirs: "fail",
        ours: "pass",
        reason: "the body does not say it, and on is Azure's default since 2019",
    },
    Difference {
        rule: "Azure.Storage.BlobPublicAccess",
        resources: &["storage-C", "storage-D"],
        theirs: "fail",
        ours: "unknown",
        reason: "the body does not say it, and Azure's default has changed over time",
    },
    Difference {
        rule: "Azure.Storage.BlobPublicAccess",
        resources: &["storage-F", "storage-H"],
        theirs: "none",
        ours: "unknown",
        reason: "they leave out accounts for files; a staging account of that kind is unsuitable anyway",
    },
];

fn corpus() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/azure-data");
    let folder = std::env::var_os("BACKUPLINT_CORPUS").map_or(beside, PathBuf::from);
    let folder = folder.join("expectations/psrule");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("SKIPPED: this test checked nothing, there is no {}", folder.display());
    None
}

/// What our rules say of each resource of a file: rule, resource, property and outcome.
fn verdicts(auditor: &Auditor, file: &Path) -> Vec<(String, String, String, OutcomeKind)> {
    let mut declarations = Declarations::default();
    declarations.staging.accounts.push(Box::new(|_| true));
    let inputs = Inputs::open(&[file.to_path_buf()]).unwrap();
    let report = auditor.report_with(&inputs.read(), inputs.documents(), &declarations);
    let verdict = |finding: backuplint::finding::Finding| {
        let rule = report.rules[finding.rule].id.clone();
        (rule, id::name_of(&finding.resource).to_owned(), finding.path.clone(), finding.outcome)
    };
    report.findings.iter().map(verdict).collect()
}

#[test]
fn verdicts_agree_or_the_difference_is_explained() {
    let Some(corpus) = corpus() else { return };
    let text = std::fs::read(corpus.join("expected.json")).unwrap();
    let expected: BTreeMap<String, BTreeMap<String, Value>> =
        serde_json::from_slice(&text).unwrap();
    let auditor = Auditor::of_all_rules(PlanOptions::default());
    let (mut agreed, mut differing, mut unlisted) = (0, 0, Vec::new());
    for (file, rules) in &expected {
        let found = verdicts(&auditor, &corpus.join(file));
        for (theirs, outcomes) in rules {
            let Some((_, rule, path)) = RULES.iter().find(|(known, ..)| known == theirs) else {
                assert!(WITHOUT_RULE.iter().any(|(known, _)| known == theirs), "{theirs}");
                continue;
            };
            for (outcome, names) in ["pass", "fail", "none"].map(|name| (name, &outcomes[name])) {
                for name in names.as_array().into_iter().flatten().filter_map(Value::as_str) {
                    let of_it = found.iter().filter(|(id, resource, ..)| {
                        id == rule && resource.eq_ignore_ascii_case(name)
                    });
                    let mut outcomes = of_it.clone().filter(|(_, _, place, _)| place == path);
                    assert!(of_it.count() > 0, "{rule} does not judge {name}");
                    // A rule lists what is wrong and what is unknown; a property that it does not list is fine.
                    let ours = outcomes.next().map_or("pass", |(.., outcome)| outcome.name());
                    let known = DIFFERENCES.iter().any(|known| {
                        (known.rule, known.theirs, known.ours) == (theirs, outcome, ours)
                            && known.resources.contains(&name)
                    });
                    match ours {
                        _ if known => differing += 1,
                        _ if ours == outcome => agreed += 1,
                        _ => unlisted.push(format!("{theirs} of {name}: {outcome}, ours {ours}")),
                    }
                }
            }
        }
    }
    assert_eq!(unlisted, [""; 0], "differences that are in no table");
    let listed: usize = DIFFERENCES.iter().map(|known| known.resources.len()).sum();
    assert_eq!((agreed, differing), (15, listed));
}
