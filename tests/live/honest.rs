//! Whatever Azure does, nothing is lost without a word and nothing is made up.

use std::path::Path;

use backuplint::collect::{CollectError, Scopes};
use serde_json::Value;

use crate::azure_sim::{Action, Fault, Options, Phase};
use crate::support::{TOKEN, client, collect, plan, simulator_with, tree};
use crate::world::{Size, guid, world};

const SIZE: Size = Size { subscriptions: 2, vaults: 2, items: 4, machines: 5 };

struct Outcome {
    manifest: Value,
    bodies: Vec<String>,
}

impl Outcome {
    /// Scope, kind, status and reason of the gaps.
    fn gaps(&self) -> Vec<(String, String, u64, String)> {
        let text = |gap: &Value, key: &str| gap[key].as_str().unwrap_or_default().to_owned();
        let gaps = self.manifest["gaps"].as_array().expect("gaps").iter();
        gaps.map(|gap| {
            let status = gap["status"].as_u64().unwrap_or_default();
            (text(gap, "scope"), text(gap, "kind"), status, text(gap, "reason"))
        })
        .collect()
    }

    fn claims(&self, scope: &str, kind: &str) -> bool {
        let lists = self.manifest["collections"].as_array().expect("collections");
        lists.iter().any(|list| list["scope"] == scope && list["kind"] == kind)
    }
}

fn read(target: &Path) -> Outcome {
    let manifest = std::fs::read(target.join("manifest.json")).expect("a manifest");
    let mut bodies = Vec::new();
    for (name, content) in tree(target) {
        if name.ends_with(".jsonl") {
            let text = String::from_utf8(content).expect("text");
            bodies.extend(text.lines().map(str::to_owned));
        }
    }
    bodies.sort();
    Outcome { manifest: serde_json::from_slice(&manifest).expect("JSON"), bodies }
}

fn run(faults: Vec<Fault>) -> Result<Outcome, CollectError> {
    let options = Options { faults, ..Options::default() };
    let simulator = simulator_with(world(&SIZE.bodies()), options);
    let folder = tempfile::TempDir::new().expect("a folder");
    let target = folder.path().join("snapshot");
    collect(&client(&simulator), &plan(&[]), &Scopes::default(), &target)?;
    for (name, content) in tree(&target) {
        let text = String::from_utf8_lossy(&content);
        assert!(!text.contains(TOKEN), "{name} holds a token");
    }
    Ok(read(&target))
}

fn vault(number: usize) -> String {
    format!(
        "/subscriptions/{}/resourceGroups/rg/providers/Microsoft.RecoveryServices/vaults/vault-{number:02}",
        guid(0)
    )
}

fn status(status: u16) -> Action {
    Action::Status { status, code: None, body: None, headers: Default::default() }
}

#[test]
fn a_provider_that_is_not_registered_has_nothing() {
    let action = Action::Unregister { namespace: "Microsoft.DataProtection".to_owned() };
    let found =
        run(vec![Fault::new(action).at("*/Microsoft.DataProtection/*")]).expect("a snapshot");
    assert!(found.gaps().is_empty(), "{:?}", found.gaps());
    let scope = format!("/subscriptions/{}", guid(1));
    assert!(found.claims(&scope, "Microsoft.DataProtection/backupVaults"));
}

#[test]
fn a_vault_that_vanishes_is_told() {
    let found = run(vec![Fault::new(Action::Vanish).at(&vault(0))]).expect("a snapshot");
    let kind = "Microsoft.RecoveryServices/vaults".to_owned();
    assert_eq!(found.gaps(), [(vault(0), kind, 404, "vanished".to_owned())]);
    // Nor is anything kept of its settings, which were asked for at the same time and answered.
    let own = format!("{{\"id\":\"{}", vault(0));
    let is_own = |body: &&String| {
        body.strip_prefix(&own).is_some_and(|rest| {
            ["\"", "/backupconfig/", "/backupstorageconfig/"]
                .iter()
                .any(|own| rest.starts_with(own))
        })
    };
    assert_eq!(found.bodies.iter().find(is_own), None);
}

#[test]
fn a_vault_that_cannot_be_read_by_itself_is_kept_as_listed() {
    let found = run(vec![Fault::new(status(500)).at(&vault(0))]).expect("a snapshot");
    assert_eq!(found.gaps().len(), 1);
    let name = format!("subscriptions/{}/vaults-as-listed.jsonl", guid(0));
    let files = found.manifest["files"].as_array().expect("files");
    let file = files.iter().find(|file| file["path"] == name.as_str()).expect("the list's word");
    assert_eq!((file["body"].as_str(), file["records"].as_u64()), (Some("partial"), Some(1)));
}

#[test]
fn a_query_that_ends_early_is_cut() {
    let items =
        "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems";
    for action in [Action::ResultTruncated, Action::CountMismatch { by: 3 }, Action::LoseRow] {
        let name = action.name();
        let fault = Fault::new(action).in_phase(Phase::ResourceGraph).asking("backuppolicies");
        let found = run(vec![fault]).expect("a snapshot");
        let kinds: Vec<String> = found.gaps().into_iter().map(|gap| gap.1).collect();
        assert!(kinds.contains(&items.to_owned()), "{name}: {kinds:?}");
        assert!(found.gaps().iter().all(|gap| gap.0 == "/" && gap.3 == "truncated"), "{name}");
        let scope = format!("/subscriptions/{}", guid(0));
        assert!(!found.claims(&scope, items), "{name}");
        assert!(found.bodies.iter().any(|body| body.contains("protectedItems")), "{name}");
    }
}

#[test]
fn without_subscriptions_there_is_nothing() {
    let fault = Fault::new(Action::Forbid { permission: "x/read".to_owned() })
        .in_phase(Phase::ResourceGraph);
    let result = run(vec![fault]);
    assert!(matches!(result, Err(CollectError::Unreadable(_))));
    let simulator = simulator_with(world(&[]), Options::default());
    let folder = tempfile::TempDir::new().expect("a folder");
    let target = folder.path().join("snapshot");
    let result = collect(&client(&simulator), &plan(&[]), &Scopes::default(), &target);
    assert!(matches!(result, Err(CollectError::Nothing { .. })), "{result:?}");
}

#[test]
fn a_named_subscription_that_nobody_sees_is_a_gap() {
    let simulator = simulator_with(world(&SIZE.bodies()), Options::default());
    let folder = tempfile::TempDir::new().expect("a folder");
    let target = folder.path().join("snapshot");
    let scopes = Scopes::new(&[], &[guid(0), guid(7)]).expect("scopes");
    collect(&client(&simulator), &plan(&[]), &scopes, &target).expect("a snapshot");
    let gaps = read(&target).gaps();
    assert_eq!(gaps.len(), 1, "{gaps:?}");
    assert_eq!(
        (gaps[0].0.as_str(), gaps[0].1.as_str()),
        (format!("/subscriptions/{}", guid(7)).as_str(), "*")
    );
}
