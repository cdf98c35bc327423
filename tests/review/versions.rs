//! Reviews of two versions of code as data, written in Terraform, in Bicep and as an ARM template: one verdict for all.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use backuplint::change::Changes;
use backuplint::lint::{self, Declared, Workspace};
use backuplint::review::plan::Asked;
use backuplint::snapshot::Inputs;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::case::Base;
use crate::plan::{self, Said};
use crate::{base, here};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Versions {
    case: Vec<Version>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Version {
    name: String,
    before: Vault,
    after: Vault,
    /// How the estate differs from the base; none where there is only the code.
    estate: Option<Map<String, Value>>,
    verdict: String,
    #[serde(default)]
    says: Vec<String>,
    /// Properties that the review shows, and what it saw there.
    #[serde(default)]
    evidence: Vec<(String, String)>,
}

/// The vault of the base as code declares it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vault {
    /// `none`, `system`, `one`, `two`, or `both`: its own and `one`.
    identity: String,
    /// Who reads the key: `none`, `system`, `one`, `two`; `unknown` for a key that is a parameter.
    #[serde(default)]
    key: String,
}

const URI: &str = "https://kv-orders.vault.azure.net/keys/backup";
const GROUP: &str = "/subscriptions/6b1f0c52-7d1e-4a5e-9a70-0c1d2e3f4a5b/resourceGroups/rg-backup";

impl Vault {
    fn is_own(&self) -> bool {
        matches!(self.identity.as_str(), "system" | "both")
    }

    fn assigned(&self) -> Option<String> {
        let name = match self.identity.as_str() {
            "one" | "both" => "one",
            "two" => "two",
            _ => return None,
        };
        Some(identity(name))
    }

    fn kinds(&self) -> String {
        let own = self.is_own().then_some("SystemAssigned");
        let assigned = self.assigned().map(|_| "UserAssigned");
        own.into_iter().chain(assigned).collect::<Vec<_>>().join(", ")
    }

    fn terraform(&self) -> String {
        let mut text = format!(
            "provider \"azurerm\" {{\n  features {{}}\n  subscription_id = \"{}\"\n}}\nvariable \"key\" {{}}\n\
             resource \"azurerm_recovery_services_vault\" \"orders\" {{\n  name = \"rsv-orders\"\n  resource_group_name = \"rg-backup\"\n  \
             location = \"westeurope\"\n  sku = \"Standard\"\n  soft_delete_enabled = true\n",
            &GROUP["/subscriptions/".len()..][..36]
        );
        if !self.kinds().is_empty() {
            text += &format!("  identity {{\n    type = \"{}\"\n", self.kinds());
            if let Some(id) = self.assigned() {
                text += &format!("    identity_ids = [\"{id}\"]\n");
            }
            text += "  }\n";
        }
        text += &match self.key.as_str() {
            "" => String::new(),
            "unknown" => "  encryption {\n    key_id = var.key\n    infrastructure_encryption_enabled = false\n  }\n".to_owned(),
            by => {
                let by = match by {
                    "system" => "use_system_assigned_identity = true".to_owned(),
                    by => format!(
                        "use_system_assigned_identity = false\n    user_assigned_identity_id = \"{}\"",
                        identity(by)
                    ),
                };
                format!("  encryption {{\n    key_id = \"{URI}\"\n    infrastructure_encryption_enabled = false\n    {by}\n  }}\n")
            }
        };
        text + "}\n"
    }

    fn body(&self) -> Value {
        let mut body = json!({
            "location": "westeurope", "sku": { "name": "RS0", "tier": "Standard" },
            "properties": { "publicNetworkAccess": "Enabled" },
        });
        if !self.kinds().is_empty() {
            body["identity"] = json!({ "type": self.kinds() });
            if let Some(id) = self.assigned() {
                body["identity"]["userAssignedIdentities"] = json!({ id: {} });
            }
        }
        let by = match self.key.as_str() {
            "" => return body,
            "unknown" | "system" => json!({ "useSystemAssignedIdentity": true }),
            by => {
                json!({ "useSystemAssignedIdentity": false, "userAssignedIdentity": identity(by) })
            }
        };
        let uri = if self.key == "unknown" { "[parameters('key')]" } else { URI };
        body["properties"]["encryption"] =
            json!({ "keyVaultProperties": { "keyUri": uri }, "kekIdentity": by });
        body
    }

    fn template(&self) -> String {
        let mut vault = json!({
            "type": "Microsoft.RecoveryServices/vaults", "apiVersion": "2025-02-01", "name": "rsv-orders",
        });
        let all = vault.as_object_mut().expect("an object");
        all.extend(self.body().as_object().expect("an object").clone());
        json!({
            "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
            "contentVersion": "1.0.0.0", "parameters": { "key": { "type": "string" } }, "resources": [vault],
        })
        .to_string()
    }

    fn bicep(&self) -> String {
        let mut body = self.body();
        body["name"] = json!("rsv-orders");
        let body = bicep(&body).replace("'[parameters(\\'key\\')]'", "key");
        format!(
            "param key string\n\nresource orders 'Microsoft.RecoveryServices/vaults@2025-02-01' = {body}\n"
        )
    }
}

/// A value as Bicep writes it.
fn bicep(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let member = |(key, value): (&String, &Value)| {
                format!("{}: {}\n", bicep(&json!(key)), bicep(value))
            };
            format!("{{\n{}}}", members.iter().map(member).collect::<String>())
        }
        Value::String(text) => format!("'{}'", text.replace('\'', "\\'")),
        other => other.to_string(),
    }
}

fn identity(name: &str) -> String {
    format!("{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-{name}")
}

impl Version {
    fn said(&self, base: &Base, file: &str, write: fn(&Vault) -> String) -> Said {
        let folder = tempfile::tempdir().expect("a folder");
        let open = |side: &str, vault: &Vault| {
            let path = folder.path().join(side);
            fs::create_dir(&path).expect("a folder");
            fs::write(path.join(file), write(vault)).expect("written");
            workspace(&path)
        };
        let (one, other) = (open("old", &self.before), open("new", &self.after));
        let (one, other) = (Declared::new(&one), Declared::new(&other));
        let (before, after) = (one.estate(false), other.estate(false));
        let changes = Changes::between(&before, &after).with_the_rest().told(other.planned());
        let text = plan::estate_of(self.estate.as_ref().unwrap_or(&Map::new()), &self.name, base);
        let inputs = Inputs::of_text("estate.json", text);
        let (estate, substitute) = (inputs.read(), one.estate(true));
        let asked = Asked {
            caller: Some(base.person("admin")),
            has_world: self.estate.is_some(),
            ..Asked::default()
        };
        let world = if self.estate.is_some() { &estate } else { &substitute };
        plan::said(&changes, world, &asked, &[])
    }
}

fn workspace(path: &Path) -> Workspace {
    let request = lint::Request { paths: vec![path.to_owned()], ..lint::Request::default() };
    Workspace::open(&request).expect("readable")
}

#[test]
fn every_pair_of_versions_is_judged_as_its_case_says_in_every_language() {
    let base = base();
    let text = fs::read_to_string(here().join("versions.toml")).expect("readable");
    let versions: Versions = toml::from_str(&text).expect("versions");
    let languages: BTreeMap<&str, fn(&Vault) -> String> = BTreeMap::from([
        ("main.tf", Vault::terraform as fn(&Vault) -> String),
        ("main.bicep", Vault::bicep),
        ("azuredeploy.json", Vault::template),
    ]);
    let mut wrong = Vec::new();
    for version in &versions.case {
        for (file, write) in &languages {
            let said = version.said(&base, file, *write);
            let of = |what: String| format!("{} ({file}): {what}", version.name);
            if said.json["verdict"] != version.verdict {
                wrong.push(of(format!("{} expected\n{}", version.verdict, said.human)));
            }
            wrong.extend(said.lacks(&version.says, &version.evidence).into_iter().map(of));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
