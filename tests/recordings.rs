//! Answers that Azure really gave, and what Microsoft's own policies say of them.
//!
//! The corpus lies beside the repository; where it is missing the tests say so and check nothing.

#![cfg(feature = "rego")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "what fails here fails a test"
)]

mod audit;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use audit::{Auditor, by_rule_and_resource};
use backuplint::engine::PlanOptions;
use backuplint::finding::OutcomeKind;
use backuplint::inventory::{Fact, Span, Time, Workload};
use backuplint::snapshot::Inputs;
use serde_json::Value;

/// Built-in policies, as the expectations name them, and the rule that asks the same.
const RULES: &[(&str, &str)] = &[
    (
        "31b8092a-36b8-434b-9af7-5ec844364148#checkAlwaysOnSoftDeleteOnly=false",
        "soft-delete-disabled",
    ),
    (
        "31b8092a-36b8-434b-9af7-5ec844364148#checkAlwaysOnSoftDeleteOnly=true",
        "soft-delete-reversible",
    ),
    (
        "9798d31d-6028-4dee-8643-46102185c016#checkAlwaysOnSoftDeleteOnly=false",
        "soft-delete-disabled",
    ),
    (
        "9798d31d-6028-4dee-8643-46102185c016#checkAlwaysOnSoftDeleteOnly=true",
        "soft-delete-reversible",
    ),
    (
        "d6f6f560-14b7-49a4-9fc8-d2c3a9807868#checkLockedImmutabilityOnly=false",
        "immutability-disabled",
    ),
    (
        "d6f6f560-14b7-49a4-9fc8-d2c3a9807868#checkLockedImmutabilityOnly=true",
        "immutability-unlocked",
    ),
    (
        "2514263b-bc0d-4b06-ac3e-f262c0979018#checkLockedImmutabiltyOnly=false",
        "immutability-disabled",
    ),
    (
        "2514263b-bc0d-4b06-ac3e-f262c0979018#checkLockedImmutabiltyOnly=true",
        "immutability-unlocked",
    ),
    ("c7031eab-0fc0-4cd9-acd0-4497bd66d91a", "mua-disabled"),
    ("c58e083e-7982-4e24-afdc-be14d312389e", "mua-disabled"),
    // It denies the redundancy that it names, the one that our default list leaves out.
    (
        "8f09fda1-91a2-4e14-96a2-67c6281158f7#BackupStorageRedundancy=LocallyRedundant",
        "storage-redundancy-not-allowed",
    ),
    ("9ebbbba3-4d65-4da9-bb67-b22cfaaff090", "public-network-access-enabled"),
    (
        "2e94d99a-8a36-4563-bc77-810d8893b671#enableDoubleEncryption=false",
        "customer-managed-key-missing",
    ),
    (
        "d6588149-9f06-462c-a076-56aece45b5ba#checkInfrastructureEncryption=false",
        "customer-managed-key-missing",
    ),
];

/// Policies that no rule answers yet.
const WITHOUT_RULE: &[(&str, &str)] = &[(
    "deeddb44-9f94-4903-9fa0-081d524406e3",
    "private link: `backup-private-endpoint-missing` is still to come",
)];

/// Where we differ from Azure Policy on purpose.
struct Difference {
    rule: &'static str,
    /// A part of the names of the files.
    files: &'static str,
    theirs: &'static str,
    ours: &'static str,
    vaults: usize,
    #[expect(dead_code, reason = "for the reader of this table")]
    reason: &'static str,
}

const DIFFERENCES: &[Difference] = &[
    Difference {
        rule: "immutability-unlocked",
        files: "",
        theirs: "fail",
        ours: "not-applicable",
        vaults: 60,
        reason: "immutability is off: `immutability-disabled` reports that, and one condition has one rule",
    },
    Difference {
        rule: "soft-delete-reversible",
        files: "",
        theirs: "fail",
        ours: "not-applicable",
        vaults: 23,
        reason: "soft delete is off: `soft-delete-disabled` reports that, and one condition has one rule",
    },
    Difference {
        rule: "soft-delete-disabled",
        files: "cli-2023/test_backup_vault/0013-PUT",
        theirs: "fail",
        ours: "unknown",
        vaults: 1,
        reason: "a creation answers `softDeleteSettings: null`: nothing is set, on is Azure's default, \
                 and the vault's `backupconfig` was not read",
    },
    Difference {
        rule: "soft-delete-reversible",
        files: "cli-2023/test_backup_vault/0013-PUT",
        theirs: "fail",
        ours: "unknown",
        vaults: 1,
        reason: "the same",
    },
];

static SKIPPED: AtomicUsize = AtomicUsize::new(0);

fn corpus() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/azure-data");
    let folder = std::env::var_os("BACKUPLINT_CORPUS").map_or(beside, PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    let skipped = SKIPPED.fetch_add(1, Ordering::Relaxed) + 1;
    eprintln!("SKIPPED ({skipped}): this test checked nothing, there is no {}", folder.display());
    None
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

#[test]
fn verdicts_agree_with_azure_policy() {
    let Some(corpus) = corpus() else { return };
    let auditor = Auditor::of_all_rules(PlanOptions::default());
    let expectations = json(&corpus.join("expectations/azure-policy-on-recordings.json"));
    let mut comparison = Comparison::default();
    let singles = expectations["single_vaults"].as_array().unwrap();
    for vault in singles {
        let file = vault["file"].as_str().unwrap();
        let counts = outcomes(&auditor, &corpus.join("recordings").join(file));
        for (policy, theirs) in vault["expect"].as_object().unwrap() {
            comparison.add(file, &counts, policy, theirs.as_str().unwrap(), 1);
        }
    }
    let lists = expectations["lists"].as_array().unwrap();
    for list in lists {
        let file = list["file"].as_str().unwrap();
        let counts = outcomes(&auditor, &corpus.join("recordings").join(file));
        for (policy, theirs) in list["counts"].as_object().unwrap() {
            for (theirs, vaults) in theirs.as_object().unwrap() {
                let vaults = usize::try_from(vaults.as_u64().unwrap()).unwrap();
                comparison.add(file, &counts, policy, theirs, vaults);
            }
        }
    }
    let Comparison { agreed, unlisted, listed } = comparison;
    assert_eq!(unlisted, [""; 0], "differences that are in no table");
    let expected: Vec<usize> = DIFFERENCES.iter().map(|known| known.vaults).collect();
    assert_eq!(listed, expected, "listed differences, in the order of the table");
    assert_eq!((singles.len(), lists.len(), agreed), (109, 11, 11_667));
}

type Counts = BTreeMap<(String, &'static str), usize>;

/// How often each rule gave each outcome to a file's resources.
fn outcomes(auditor: &Auditor, path: &Path) -> Counts {
    let inputs = Inputs::open(&[path.to_path_buf()]).unwrap();
    let report = auditor.report(&inputs.read(), inputs.documents());
    let mut found = BTreeMap::new();
    for ((rule, _), finding) in by_rule_and_resource(&report) {
        *found.entry((rule.to_owned(), finding.outcome.name())).or_default() += 1;
    }
    found
}

struct Comparison {
    agreed: usize,
    unlisted: Vec<String>,
    /// Vaults by row of the table.
    listed: Vec<usize>,
}

impl Default for Comparison {
    fn default() -> Self {
        Self { agreed: 0, unlisted: Vec::new(), listed: vec![0; DIFFERENCES.len()] }
    }
}

impl Comparison {
    /// Compares what a policy says of so many vaults of a file.
    fn add(&mut self, file: &str, counts: &Counts, policy: &str, theirs: &str, vaults: usize) {
        let Some((_, rule)) = RULES.iter().find(|(known, _)| *known == policy) else {
            assert!(
                WITHOUT_RULE.iter().any(|(known, _)| *known == policy),
                "{policy} is in no table"
            );
            return;
        };
        let theirs = match theirs.split(' ').next().unwrap() {
            "Compliant" => "pass",
            "NonCompliant" => "fail",
            "Unknown" => "unknown",
            other => panic!("{other} is no outcome of Azure Policy"),
        };
        let count = |outcome| counts.get(&((*rule).to_owned(), outcome)).copied().unwrap_or(0);
        let agreed = count(theirs).min(vaults);
        self.agreed += agreed;
        if agreed == vaults {
            return;
        }
        let others =
            OutcomeKind::ALL.map(OutcomeKind::name).into_iter().filter(|name| *name != theirs);
        let ours = others.max_by_key(|name| count(name)).unwrap();
        let row = DIFFERENCES.iter().position(|known| {
            (known.rule, known.theirs, known.ours) == (rule, theirs, ours)
                && file.contains(known.files)
        });
        match row {
            Some(row) => self.listed[row] += vaults - agreed,
            None => self.unlisted.push(format!("{file}: {rule}: {theirs} there, {ours} here")),
        }
    }
}

/// The resources of a file, found without the product: type and id in lower case.
fn resources_in(file: &Path) -> Vec<(String, String)> {
    let lower = |value: &Value| value.as_str().unwrap_or_default().to_ascii_lowercase();
    let body = json(file);
    let elements = ["value", "data"].iter().find_map(|name| body[*name].as_array().cloned());
    let bodies = elements.unwrap_or_else(|| vec![body]);
    let found = bodies.iter().map(|body| (lower(&body["type"]), lower(&body["id"])));
    found
        .filter(|(_, id)| {
            ["/subscriptions/", "/providers/"].iter().any(|start| id.starts_with(start))
        })
        .collect()
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().map(Result::unwrap);
    let files =
        entries.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path);
    files.filter(|path| path.extension().is_some_and(|extension| extension == "json")).collect()
}

/// The recorder's own account: one line a response.
fn index(corpus: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(corpus.join("recordings/index.jsonl")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_whole_corpus_is_read() {
    let Some(corpus) = corpus() else { return };
    let folders = [corpus.join("recordings"), corpus.join("rest-examples")];
    let inputs = Inputs::open(&folders).unwrap();
    let estate = inputs.read();
    let report = Auditor::of_all_rules(PlanOptions::default()).report(&estate, inputs.documents());
    assert_eq!(inputs.notices(), [""; 0]);

    // Every resource once, and every repetition counted.
    let mut types: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let (mut ids, mut bodies) = (BTreeSet::new(), 0);
    for (kind, id) in files_below(&folders[0]).iter().flat_map(|file| resources_in(file)) {
        types.entry(kind).or_default().insert(id.clone());
        ids.insert(id);
        bodies += 1;
    }
    assert_eq!(
        (estate.len(), estate.len() as u64 + estate.reading.duplicates),
        (ids.len(), bodies)
    );
    for (kind, expected) in types.iter().filter(|(kind, _)| !kind.is_empty() && !is_shared(kind)) {
        let kind = KIND_NAMES
            .iter()
            .find(|(other, _)| other == kind)
            .map_or(kind.as_str(), |(_, kind)| kind);
        let counted =
            estate.reading.resources.iter().filter(|(name, _)| name.eq_ignore_ascii_case(kind));
        assert_eq!(counted.map(|(_, count)| count).sum::<u64>(), expected.len() as u64, "{kind}");
    }
    for (kind, expected) in [
        ("Microsoft.RecoveryServices/vaults", 829),
        ("Microsoft.DataProtection/backupVaults", 9),
        ("Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems", 77),
        ("Microsoft.DataProtection/backupVaults/backupInstances", 8),
        ("Microsoft.DataProtection/backupVaults/backupResourceGuardProxies", 1),
        ("Microsoft.RecoveryServices/vaults/backupJobs", 96),
        ("Microsoft.Compute/virtualMachines", 4),
    ] {
        assert_eq!(estate.reading.resources.get(kind), Some(&expected), "{kind}");
    }

    // What was refused, throttled or cut is a gap; what is no resource is named with places.
    let index = index(&corpus);
    let with_status = |status: u64| index.iter().filter(|line| line["status"] == status).count();
    let cut =
        index.iter().filter(|line| line["next_link"].is_string() || line["next_link"] == true);
    let gaps =
        |reason: &str| estate.gaps().iter().filter(|gap| gap.reason.as_str() == reason).count();
    assert_eq!(gaps("forbidden"), with_status(403));
    assert_eq!(gaps("throttled"), with_status(429));
    assert_eq!(gaps("truncated"), cut.count());
    // Recordings of several days, which nobody dated, contradict each other.
    assert_eq!(estate.gaps().len() - gaps("contradictory"), 5);
    assert!(gaps("contradictory") > 0);
    for (why, not_taken) in &estate.reading.not_taken {
        assert!(!why.is_empty() && not_taken.count > 0);
        assert!((1..=3).contains(&not_taken.examples.len()), "{why}");
        for example in &not_taken.examples {
            let (file, line) = example.rsplit_once(':').unwrap();
            assert!(Path::new(file).is_file() && line.parse::<u64>().unwrap() > 0, "{example}");
        }
    }
    let unnamed = estate.reading.not_taken.values().map(|not_taken| not_taken.count).sum::<u64>();
    assert_eq!(unnamed, 1303);

    // A list of vaults leaves most blocks out: nothing is proven by what it does not show.
    let lists: BTreeSet<&str> = index
        .iter()
        .filter(|line| line["kind"] == "rsv.vault" && line["items"].is_number())
        .map(|line| line["file"].as_str().unwrap())
        .collect();
    assert_eq!(lists.len(), 10);
    for finding in report.findings.iter().filter(|finding| finding.outcome == OutcomeKind::Fail) {
        let rule = report.rule(&finding).id.as_str();
        let uri = finding.location.as_ref().map_or("", |location| location.uri.as_str());
        let listed = lists.iter().any(|file| uri.ends_with(file));
        assert!(!listed || SHOWN_BY_LISTS.contains(&rule), "{rule} fails on a list: {uri}");
    }
}

/// Rules on what a list of vaults does show: a few settings, where each vault lies, what it holds, and by its
/// id who may do what there.
const SHOWN_BY_LISTS: [&str; 7] = [
    "backup-private-endpoint-missing",
    "cross-subscription-restore-enabled",
    "public-network-access-enabled",
    "restore-untested",
    "too-many-privileged-principals",
    "vault-colocated-with-datasource",
    "vault-identity-missing",
];

/// A type that Azure writes in another way than the template reference.
const KIND_NAMES: &[(&str, &str)] = &[(
    "microsoft.dataprotection/vaults/backupresourceguardproxies",
    "microsoft.dataprotection/backupvaults/backupresourceguardproxies",
)];

/// Two types that were recorded for one id: the later body stays.
fn is_shared(kind: &str) -> bool {
    kind.ends_with("/protectableitems") || kind.ends_with("/protectioncontainers/items")
}

/// Recorded policies: what they back up, the hours between two runs, the days that the daily and the
/// longest tier are kept, and how many there are.
const POLICIES: &[(&str, usize)] = &[
    ("BackupVaultDatasource: 168 h, none d, 84 d", 3),
    ("BackupVaultDatasource: 168 h, none d, 90 d", 1),
    ("BackupVaultDatasource: 24 h, 7 d, 7 d", 1),
    ("BackupVaultDatasource: 4 h, 7 d, 7 d", 2),
    ("BackupVaultDatasource: 4 h, 84 d, 84 d", 1),
    ("BackupVaultDatasource: 6 h, 12 d, 12 d", 1),
    ("BackupVaultDatasource: none h, 30 d, 30 d", 1),
    ("FileShare: 24 h, 25 d, 25 d", 3),
    ("FileShare: 24 h, 30 d, 30 d", 13),
    ("V1: 24 h, 1 d, 1 d", 4),
    ("V1: 24 h, 30 d, 1800 d", 2),
    ("V1: 24 h, 30 d, 30 d", 53),
    ("V1: 96 h, none d, 1460 d", 1),
    ("V2: 12 h, 30 d, 30 d", 7),
    ("V2: 24 h, 1 d, 1 d", 2),
    ("V2: 24 h, 180 d, 3650 d", 1),
    ("V2: 8 h, 180 d, 3650 d", 1),
    ("VirtualMachineWorkload: 0.25 h, 180 d, 3650 d", 2),
    ("VirtualMachineWorkload: 1 h, 30 d, 30 d", 32),
    ("VirtualMachineWorkload: 1 h, none d, 365 d", 1),
    ("VirtualMachineWorkload: 2 h, 180 d, 3650 d", 8),
];

#[test]
fn every_policy_is_understood() {
    let Some(corpus) = corpus() else { return };
    // Many were recorded under one id: each body gets its own.
    let mut bodies = Vec::new();
    for folder in ["recordings", "rest-examples"] {
        for file in files_below(&corpus.join(folder)) {
            policies(&json(&file), &mut bodies);
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("policies.json");
    std::fs::write(&file, Value::from(bodies.clone()).to_string()).unwrap();
    let inputs = Inputs::open(&[file]).unwrap();
    let estate = inputs.read();
    assert_eq!(estate.policies.len(), bodies.len());
    let shown = |span: Fact<Span>, unit: i32| match span {
        Fact::Known(span) => {
            (f64::from(i32::try_from(span.0).unwrap()) / f64::from(unit)).to_string()
        }
        Fact::Absent => "none".to_owned(),
        Fact::Unknown(reason) => reason.to_string(),
    };
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    for policy in &estate.policies {
        let (daily, longest) = match policy.retention {
            Fact::Known(tiers) => (shown(tiers.daily, 86_400), shown(tiers.longest(), 86_400)),
            other => (shown(other.map(|_| Span(0)), 1), String::new()),
        };
        let kind = match (policy.workload, policy.policy_type) {
            (Fact::Known(_), Fact::Known(version)) => format!("{version:?}"),
            (Fact::Known(workload), _) => format!("{workload:?}"),
            (other, _) => format!("{other:?}"),
        };
        let row = format!("{kind}: {} h, {daily} d, {longest} d", shown(policy.gap, 3_600));
        *found.entry(row).or_default() += 1;
    }
    let found: Vec<_> = found.iter().map(|(row, count)| (row.as_str(), *count)).collect();
    assert_eq!(found, POLICIES);
}

/// A policy of which the model says less than the rule: with a single span the tier does not matter.
const TIER_DOES_NOT_MATTER: &str = "simple, schedule unreadable";

/// Retention is read twice, by the model and by a library in Rego: both must read the same.
#[test]
fn rego_reads_retention_as_the_model_does() {
    let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/policies/retention.json");
    let rows = json(&table);
    let mut bodies: Vec<Value> = rows
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["name"] != TIER_DOES_NOT_MATTER)
        .enumerate()
        .map(|(at, row)| {
            let kind = match row["kind"].as_str() {
                Some("backup-vault") => "Microsoft.DataProtection/backupVaults",
                _ => "Microsoft.RecoveryServices/vaults",
            };
            let id =
                format!("/subscriptions/s/resourceGroups/g/providers/{kind}/v/backupPolicies/{at}");
            let kind = format!("{kind}/backupPolicies");
            serde_json::json!({ "id": id, "type": kind, "properties": row["properties"] })
        })
        .collect();
    for folder in corpus()
        .iter()
        .flat_map(|corpus| ["recordings", "rest-examples"].map(|name| corpus.join(name)))
    {
        for file in files_below(&folder) {
            policies(&json(&file), &mut bodies);
        }
    }
    for body in &mut bodies {
        // What protects nothing is not judged.
        if let Some(properties) = body["properties"].as_object_mut() {
            properties.remove("protectedItemsCount");
        }
    }
    let snapshot = serde_json::json!({
        "schema": "backuplint.snapshot/1", "collectedAt": audit::NOW, "collections": [], "gaps": [],
        "resources": bodies,
    });
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("policies.snapshot.json");
    std::fs::write(&file, snapshot.to_string()).unwrap();
    let inputs = Inputs::open(&[file]).unwrap();
    let estate = inputs.read();
    assert_eq!(estate.policies.len(), bodies.len());
    let report = Auditor::of_all_rules(PlanOptions::default()).report(&estate, inputs.documents());
    let found = by_rule_and_resource(&report);
    for policy in &estate.policies {
        let id = policy.resource.id.as_str().to_ascii_lowercase();
        let frequent = policy.retention.map(|tiers| {
            let most_frequent = tiers.all().into_iter().find(|tier| !matches!(tier, Fact::Absent));
            most_frequent.unwrap_or(Fact::Absent)
        });
        let expected = match (policy.workload, frequent) {
            (Fact::Known(Workload::Hybrid), _) | (_, Fact::Absent) => OutcomeKind::NotApplicable,
            (_, Fact::Known(Fact::Known(span))) if span < Span::days(30) => OutcomeKind::Fail,
            (_, Fact::Known(Fact::Known(_))) => OutcomeKind::Pass,
            _ => OutcomeKind::Unknown,
        };
        let outcome = found[&("daily-retention-too-short", id)].outcome;
        assert_eq!(outcome, expected, "{}", policy.resource.body.origin());
    }
}

/// The policies anywhere in a body, numbered.
fn policies(value: &Value, found: &mut Vec<Value>) {
    match value {
        Value::Array(elements) => elements.iter().for_each(|element| policies(element, found)),
        Value::Object(members) => {
            let kind = value["type"].as_str().unwrap_or_default().to_ascii_lowercase();
            if kind.ends_with("/backuppolicies") && value["properties"].is_object() {
                let mut policy = value.clone();
                policy["id"] = format!("{}-{}", value["id"].as_str().unwrap(), found.len()).into();
                found.push(policy);
            }
            members.values().for_each(|member| policies(member, found));
        }
        _ => {}
    }
}

/// Texts that look like dates and are none.
const NO_DATES: &[&str] = &[];

/// How the recorded services write a time; `9` for digits.
const DATE_FORMS: &[&str] = &[
    "9/9/9999 99:99:99 AM",
    "9/99/9999 99:99:99 AM",
    "99/99/9999 99:99:99",
    "9999-99-99",
    "9999-99-99T99:99:99",
    "9999-99-99T99:99:99+99:99",
    "9999-99-99T99:99:99-99:99",
    "9999-99-99T99:99:99.9",
    "9999-99-99T99:99:99.9+99:99",
    "9999-99-99T99:99:99.9Z",
    "9999-99-99T99:99:99Z",
];

#[test]
fn every_date_is_read() {
    let Some(corpus) = corpus() else { return };
    let mut forms: BTreeMap<String, String> = BTreeMap::new();
    let mut unread = BTreeSet::new();
    let mut dates = 0;
    for folder in ["recordings", "rest-examples"] {
        for file in files_below(&corpus.join(folder)) {
            texts(&json(&file), &mut |text| {
                if !looks_like_a_date(text) {
                    return;
                }
                dates += 1;
                forms.entry(form(text)).or_insert_with(|| text.to_owned());
                if Time::parse(text).is_none() {
                    unread.insert(text.to_owned());
                }
            });
        }
    }
    assert_eq!(unread.iter().map(String::as_str).collect::<Vec<_>>(), NO_DATES);
    assert_eq!(forms.keys().map(String::as_str).collect::<Vec<_>>(), DATE_FORMS);
    assert_eq!(dates, 3586);
}

fn texts(value: &Value, see: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => see(text),
        Value::Array(elements) => elements.iter().for_each(|element| texts(element, see)),
        Value::Object(members) => members.values().for_each(|member| texts(member, see)),
        _ => {}
    }
}

fn looks_like_a_date(text: &str) -> bool {
    let digits = |from: usize, to: usize| {
        text.get(from..to).is_some_and(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let iso =
        digits(0, 4) && text.get(4..5) == Some("-") && digits(5, 7) && text.get(7..8) == Some("-");
    let slashes = text.bytes().filter(|byte| *byte == b'/').count() == 2
        && text
            .split('/')
            .take(2)
            .all(|part| matches!(part.len(), 1 | 2) && part.parse::<u8>().is_ok());
    let english = text.ends_with(" GMT") && text.contains(", ");
    let windows = text.starts_with("/Date(");
    iso || slashes || english || windows
}

/// The shape of a date: digits as `9`, however many there are in a fraction.
fn form(text: &str) -> String {
    let mut form = String::new();
    for letter in text.chars() {
        let letter = if letter.is_ascii_digit() { '9' } else { letter };
        let in_fraction = form.rfind('.').is_some_and(|dot| form[dot + 1..].starts_with('9'));
        if !(letter == '9' && in_fraction && form.ends_with(".9")) {
            form.push(letter);
        }
    }
    form
}
