//! What a snapshot writer leaves on the disk, whole, cut short and resumed.

mod hostile;
mod resumed;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::{Order, Packing, Question, Section, SnapshotWriter, WriteError, Written};
use crate::inventory::{Completeness, Gap, GapReason, Time};
use crate::snapshot::Inputs;
use crate::snapshot::manifest::Manifest;

const ONE: &str = "11111111-aaaa-4bbb-8ccc-000000000001";
const TWO: &str = "22222222-aaaa-4bbb-8ccc-000000000002";
const BEGAN: Time = Time(1_764_547_200);
const ENDED: Time = Time(1_764_550_800);

fn order(packing: Packing) -> Order {
    Order {
        cloud: "AzureCloud".to_owned(),
        tenant: Some("99999999-aaaa-4bbb-8ccc-000000000009".to_owned()),
        scopes: vec![format!("/subscriptions/{ONE}")],
        questions: vec!["vaults".to_owned()],
        started_at: BEGAN,
        packing,
        is_lasting: true,
    }
}

fn question<'a>(subscription: Option<&'a str>, name: &'a str) -> Question<'a> {
    Question {
        subscription,
        name,
        call: "GET /providers",
        api_version: "2025-08-01",
        completeness: Completeness::Complete,
    }
}

fn vault(subscription: &str, name: &str) -> String {
    format!(
        r#"{{"id":"/subscriptions/{subscription}/resourceGroups/g/providers/Microsoft.RecoveryServices/vaults/{name}","properties":{{"n":1.50}}}}"#
    )
}

fn write(section: &mut Section<'_>, body: &str) {
    section.write(body.as_bytes()).expect("written");
}

/// Every file below a folder, with its content.
fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = walkdir::WalkDir::new(folder).into_iter().map(|entry| entry.expect("readable"));
    files
        .filter(|entry| !entry.file_type().is_dir())
        .map(|entry| {
            let name = entry.path().strip_prefix(folder).expect("below").to_string_lossy();
            (name.replace('\\', "/"), fs::read(entry.path()).expect("readable"))
        })
        .collect()
}

fn names(folder: &Path) -> Vec<String> {
    tree(folder).into_keys().collect()
}

fn manifest_of(folder: &Path) -> Manifest {
    let text = fs::read(folder.join("manifest.json")).expect("a manifest");
    serde_json::from_slice(&text).expect("JSON")
}

/// Writes a snapshot once more, question by question.
fn written_anew(estate: &Path, target: &Path, packing: Packing) -> Written {
    let manifest = manifest_of(estate);
    let mut order = order(packing);
    order.scopes.clone_from(&manifest.scopes);
    order.started_at = Time::parse(&manifest.collected_at).expect("a time");
    let writer = SnapshotWriter::create(target, &order).expect("a writer");
    for file in &manifest.files {
        let (subscription, name) = match file.path.strip_prefix("subscriptions/") {
            Some(rest) => rest.split_once('/').map(|(part, name)| (Some(part), name)).expect("two"),
            None => (None, file.path.as_str()),
        };
        let mut section = writer
            .section(&Question {
                subscription,
                name: name.trim_end_matches(".jsonl"),
                call: &file.call,
                api_version: &file.api_version,
                completeness: file.completeness(),
            })
            .expect("a section");
        let text = fs::read_to_string(estate.join(&file.path)).expect("readable");
        text.lines().for_each(|line| write(&mut section, line));
        section.finish().expect("finished");
    }
    let mut rest = writer.section(&question(None, "rest")).expect("a section");
    for list in &manifest.collections {
        let since = list.since.as_deref().map(|since| Time::parse(since).expect("a time"));
        if list.exactly {
            rest.add_collection_at(&list.scope, &list.kind);
        } else {
            rest.add_collection(&list.scope, &list.kind, since);
        }
    }
    for gap in &manifest.gaps {
        rest.add_gap(&Gap {
            scope: gap.scope.clone(),
            kind: gap.kind.clone(),
            status: gap.status,
            reason: GapReason::of(&gap.reason),
            permission: gap.permission.clone(),
            message: gap.message.clone().unwrap_or_default(),
        });
    }
    rest.finish().expect("finished");
    writer.finish(ENDED).expect("a snapshot")
}

/// Everything that a reader learns from an input.
fn learned(folder: &Path) -> (BTreeSet<String>, BTreeSet<String>, u64, Option<Time>) {
    let inputs = Inputs::open(&[folder.to_path_buf()]).expect("readable");
    let estate = inputs.read();
    let resources = estate.resources().map(|resource| {
        format!("{} {:?} {:?}", resource.id.as_str(), resource.completeness, resource.body)
    });
    let gaps = estate.gaps().iter().map(|gap| format!("{gap:?}"));
    (resources.collect(), gaps.collect(), estate.reading.documents, estate.collected_at())
}

fn estate(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/estates").join(name)
}

#[test]
fn what_is_written_is_read_again() {
    for name in ["contoso", "broken", "clean"] {
        let estate = estate(name);
        let original = manifest_of(&estate);
        for packing in [Packing::Plain, Packing::Zstd] {
            let folder = TempDir::new().expect("a folder");
            let target = folder.path().join("snapshot");
            let written = written_anew(&estate, &target, packing);
            assert!(written.dropped.is_empty(), "{name}: {:?} has no secrets", written.dropped);
            assert_eq!(written.files, original.files.len() as u64);
            assert_eq!(learned(&target), learned(&estate), "{name}, {packing:?}");
            let copy = manifest_of(&target);
            let paths = |manifest: &Manifest| -> BTreeSet<String> {
                manifest.files.iter().map(|file| format!("{file:?}")).collect()
            };
            assert_eq!(paths(&copy), paths(&original));
            let lists: BTreeSet<_> = original.collections.iter().collect();
            assert_eq!(copy.collections.iter().collect::<BTreeSet<_>>(), lists);
            if packing == Packing::Plain {
                for (path, content) in tree(&estate) {
                    if path.contains(".jsonl") {
                        let copy = fs::read(target.join(&path)).expect("the same file");
                        assert!(copy == content, "{path} differs");
                    }
                }
            }
        }
    }
}

#[test]
fn a_part_is_read_alone() {
    let folder = TempDir::new().expect("a folder");
    written_anew(&estate("clean"), &folder.path().join("s"), Packing::Zstd);
    let part = "subscriptions/c5ca4744-7f0b-4466-9cd9-42df2b385905";
    let alone = learned(&folder.path().join("s").join(part));
    let original = learned(&estate("clean").join(part));
    assert_eq!((alone.0, alone.1, alone.2), (original.0, original.1, original.2));
}

#[test]
fn answers_of_the_tenant_go_to_their_subscriptions() {
    // More subscriptions than files may be open, and never the same twice in a row.
    let guids: Vec<String> =
        (0..40).map(|number| format!("{number:08}-aaaa-4bbb-8ccc-000000000000")).collect();
    for packing in [Packing::Plain, Packing::Zstd] {
        let folder = TempDir::new().expect("a folder");
        let target = folder.path().join("s");
        let writer = SnapshotWriter::create(&target, &order(packing)).expect("a writer");
        let mut section = writer.section(&question(None, "vaults")).expect("a section");
        for round in 0..3 {
            for guid in &guids {
                write(&mut section, &vault(&guid.to_uppercase(), &format!("v{round}")));
            }
        }
        write(&mut section, r#"{"id":"/providers/Microsoft.Management/managementGroups/m"}"#);
        section.finish().expect("finished");
        let written = writer.finish(ENDED).expect("a snapshot");
        assert_eq!((written.files, written.records), (41, 121));
        assert_eq!(
            manifest_of(&target).files[0].path,
            format!("subscriptions/{}/vaults.jsonl", guids[0])
        );
        let inputs = Inputs::open(&[target]).expect("readable");
        let estate = inputs.read();
        assert_eq!((estate.len(), estate.gaps().len()), (121, 0));
    }
}

#[test]
fn answers_of_a_subscription_stay_in_its_part() {
    let folder = TempDir::new().expect("a folder");
    let target = folder.path().join("s");
    let writer = SnapshotWriter::create(&target, &order(Packing::Plain)).expect("a writer");
    for guid in [ONE, TWO] {
        // An assignment at the root shows in the list of every subscription.
        let name = guid.to_uppercase();
        let mut section = writer.section(&question(Some(&name), "role-assignments")).expect("one");
        write(&mut section, r#"{"id":"/providers/Microsoft.Authorization/roleAssignments/r"}"#);
        section.finish().expect("finished");
    }
    let mut section = writer.section(&question(None, "role-assignments")).expect("a section");
    let refused = section.write(vault(ONE, "v").as_bytes());
    assert!(matches!(refused, Err(WriteError::Taken { .. })), "{refused:?}");
    assert!(section.finish().is_err(), "a section that lost an answer is not finished");
    writer.finish(ENDED).expect("a snapshot");
    let expected = [ONE, TWO].map(|guid| format!("subscriptions/{guid}/role-assignments.jsonl"));
    assert_eq!(names(&target)[1..], expected);
}

#[test]
fn the_manifest_tells_how_it_came_about() {
    let folder = TempDir::new().expect("a folder");
    let target = folder.path().join("s");
    let writer = SnapshotWriter::create(&target, &order(Packing::Plain)).expect("a writer");
    for (name, calls) in [("vaults", 2), ("locks", 3), ("empty", 0)] {
        let mut section = writer.section(&question(Some(ONE), name)).expect("a section");
        section.count_calls(calls);
        section.add_collection(&format!("/subscriptions/{ONE}"), name, Some(BEGAN));
        section.add_gap(&Gap {
            status: Some(403),
            permission: Some("a/b/read".to_owned()),
            ..Gap::of_input("/s", name, GapReason::Forbidden, "?sig=abcdefghijklmnopqrstuvw")
        });
        if calls > 0 {
            write(&mut section, &vault(ONE, "v"));
        }
        section.finish().expect("finished");
    }
    let written = writer.finish(ENDED).expect("a snapshot");
    assert_eq!((written.files, written.records, written.gaps), (2, 2, 3));
    let text = fs::read_to_string(target.join("manifest.json")).expect("a manifest");
    let expected = format!(
        r#"{{
"schema":"backuplint.snapshot/1",
"tool":{{"name":"backuplint","version":"{version}"}},
"collectedAt":"2025-12-01T00:00:00Z",
"finishedAt":"2025-12-01T01:00:00Z",
"cloud":"AzureCloud",
"tenant":"99999999-aaaa-4bbb-8ccc-000000000009",
"scopes":[
"/subscriptions/{ONE}"
],
"calls":[
{{"call":"GET /providers","apiVersion":"2025-08-01","count":5}}
],
"files":[
{{"path":"subscriptions/{ONE}/locks.jsonl","call":"GET /providers","apiVersion":"2025-08-01","body":"complete","records":1}},
{{"path":"subscriptions/{ONE}/vaults.jsonl","call":"GET /providers","apiVersion":"2025-08-01","body":"complete","records":1}}
],
"collections":[
{{"scope":"/subscriptions/{ONE}","kind":"empty","since":"2025-12-01T00:00:00Z"}},
{{"scope":"/subscriptions/{ONE}","kind":"locks","since":"2025-12-01T00:00:00Z"}},
{{"scope":"/subscriptions/{ONE}","kind":"vaults","since":"2025-12-01T00:00:00Z"}}
],
"gaps":[
{{"scope":"/s","kind":"empty","status":403,"reason":"forbidden","permission":"a/b/read","message":"{withheld}"}},
{{"scope":"/s","kind":"locks","status":403,"reason":"forbidden","permission":"a/b/read","message":"{withheld}"}},
{{"scope":"/s","kind":"vaults","status":403,"reason":"forbidden","permission":"a/b/read","message":"{withheld}"}}
]
}}
"#,
        version = env!("CARGO_PKG_VERSION"),
        withheld = "(withheld: it holds what looks like a secret)",
    );
    assert_eq!(text, expected);
}
