//! The generated estates: every line parses, every reference resolves but the ones meant not to, sizes are as promised.

#![allow(
    clippy::panic,
    clippy::pedantic,
    reason = "a test fails by panicking, and helpers of a test are no API"
)]

#[path = "../fixtures/generator/mod.rs"]
mod generator;

use std::collections::{BTreeMap, BTreeSet};

use generator::Files;
use serde_json::Value;

struct Read {
    manifest: Value,
    bodies: Vec<Value>,
}

fn read(files: &Files) -> Read {
    let text: BTreeMap<&str, &str> =
        files.iter().map(|(path, content)| (path.as_str(), content.as_str())).collect();
    let manifest: Value = serde_json::from_str(text["manifest.json"]).expect("manifest is JSON");
    let mut bodies = Vec::new();
    let listed = manifest["files"].as_array().expect("files");
    for entry in listed {
        let path = entry["path"].as_str().expect("path");
        let lines: Vec<&str> = text[path].lines().collect();
        assert_eq!(lines.len() as u64, entry["records"].as_u64().expect("records"), "{path}");
        for line in lines {
            bodies.push(serde_json::from_str(line).expect(path));
        }
    }
    let data = files.iter().filter(|(path, _)| path.ends_with(".jsonl"));
    assert_eq!(data.count(), listed.len(), "every file is in the manifest");
    Read { manifest, bodies }
}

impl Read {
    fn ids(&self) -> BTreeSet<String> {
        self.bodies.iter().map(|body| lower(&body["id"])).collect()
    }

    /// References to a vault, policy, guard, machine, account, group or role that no body has as its id.
    fn dangling(&self) -> BTreeSet<String> {
        let ids = self.ids();
        let mut dangling = BTreeSet::new();
        let mut check = |reference: String| {
            if !reference.is_empty() && !ids.contains(&reference) {
                dangling.insert(reference);
            }
        };
        for body in &self.bodies {
            let id = lower(&body["id"]);
            let properties = &body["properties"];
            for pointer in [
                "/policyId",
                "/sourceResourceId",
                "/virtualMachineId",
                "/policyInfo/policyId",
                "/dataSourceInfo/resourceID",
                "/resourceGuardResourceId",
                "/roleDefinitionId",
                "/backupInstanceId",
            ] {
                properties.pointer(pointer).map(lower).into_iter().for_each(&mut check);
            }
            check(
                body["managedBy"]
                    .as_str()
                    .filter(|id| id.contains("compute"))
                    .unwrap_or_default()
                    .to_lowercase(),
            );
            // A child's parent, when the parent is of a type that is in the files.
            for parent in ["/vaults/", "/backupvaults/", "/resourcegroups/"] {
                if let Some(start) = id.find(parent) {
                    let name = start + parent.len();
                    let end = id[name..].find('/').map_or(id.len(), |end| name + end);
                    let keyed = id.contains("microsoft.keyvault") && parent == "/vaults/";
                    if !keyed {
                        check(id[..end].to_owned());
                    }
                }
            }
        }
        dangling
    }

    fn count(&self, kind: &str) -> usize {
        self.bodies.iter().filter(|body| lower(&body["type"]) == kind.to_lowercase()).count()
    }
}

fn lower(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_lowercase()
}

fn names(ids: BTreeSet<String>) -> Vec<String> {
    ids.iter().map(|id| id.rsplit('/').next().unwrap_or(id).to_owned()).collect()
}

#[test]
fn estates_are_the_same_every_time() {
    assert_eq!(generator::all(), generator::all());
}

#[test]
fn contoso_has_the_size_it_promises() {
    let files = generator::contoso();
    let bytes: usize = files.iter().map(|(_, content)| content.len()).sum();
    assert!(bytes < 3_000_000, "{bytes}");
    let contoso = read(&files);
    assert_eq!(contoso.manifest["scopes"].as_array().map(Vec::len), Some(10));
    assert_eq!(contoso.manifest["gaps"].as_array().map(Vec::len), Some(2));
    let vaults = contoso.count("Microsoft.RecoveryServices/vaults")
        + contoso.count("Microsoft.DataProtection/backupVaults");
    assert_eq!(vaults, 25);
    let items = contoso.count(
        "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems",
    ) + contoso.count("Microsoft.DataProtection/backupVaults/backupInstances");
    assert_eq!(items, 600);
}

#[test]
fn references_resolve_but_the_intended_ones() {
    assert_eq!(names(read(&generator::clean()).dangling()), [""; 0]);
    let contoso = names(read(&generator::contoso()).dangling());
    let gone =
        ["vm-web-09", "vm-batch-05", "vm-fab-app-08", "vm-fab-web-06", "stcontosooldartifacts"];
    assert_eq!(contoso.iter().map(String::as_str).collect::<BTreeSet<_>>(), gone.into());
    let broken = names(read(&generator::broken()).dangling());
    assert_eq!(broken, ["vm-gone", "guard-deleted"]);
}

#[test]
fn large_estates_have_as_many_items_as_asked() {
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    let large = generator::large(2_500, generator::Machines::Listed, |path, bytes| {
        match files.last_mut() {
            Some((last, content)) if last == path => content.extend_from_slice(bytes),
            _ => files.push((path.to_owned(), bytes.to_vec())),
        }
        Ok(())
    })
    .expect("memory takes everything");
    assert_eq!((large.items, large.vaults, large.subscriptions), (2_500, 3, 1));
    assert_eq!((large.virtual_machines, large.unprotected), (2_525, 25));
    assert_eq!((large.stopped, large.stale), (13, 12));
    let files: Files = files
        .into_iter()
        .map(|(path, content)| (path, String::from_utf8(content).expect("UTF-8")))
        .collect();
    assert_eq!(files.iter().map(|(_, text)| text.len() as u64).sum::<u64>(), large.bytes);
    let group = names(read(&files).dangling());
    assert_eq!(group, ["rg-guards"], "the guard's group is not ours to read");
}
