//! Where values stand: the bytes that a place names, the way that a value took, what a finding points at.

use std::path::Path;

use super::evaluate_file;
use crate::code::template::{Arguments, Evaluation, Instance, Project};
use crate::code::value::{Place, Value, ViaKind};

struct Case {
    project: Project,
    evaluation: Evaluation,
    _root: tempfile::TempDir,
}

impl Case {
    /// Evaluates the first of these files.
    fn new(files: &[(&str, &str)]) -> Self {
        let root = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(root.path().join(name), text).unwrap();
        }
        let project = Project::new(root.path()).unwrap();
        let file = project.open(Path::new(files[0].0)).unwrap();
        let evaluation = evaluate_file(&project, file, &Arguments::default());
        assert!(evaluation.problems.is_empty(), "{:?}", evaluation.problems);
        Self { project, evaluation, _root: root }
    }

    fn written(&self, place: Place) -> String {
        let file = self.project.file(place.file).unwrap();
        file.text[place.start as usize..place.end as usize].to_owned()
    }

    fn resource(&self) -> &Instance {
        self.evaluation.resources.first().unwrap()
    }

    /// The value under a path of the body of the first resource.
    fn value(&self, path: &str) -> &Value {
        path.split('.').fold(&self.resource().body, |value, key| {
            let members = value.as_map().unwrap();
            members.get(key).unwrap_or_else(|| panic!("no {key} in {members:?}"))
        })
    }

    /// The way of a value: what each step is and what stands there.
    fn way(&self, value: &Value) -> Vec<(ViaKind, String)> {
        std::iter::successors(value.via.as_deref(), |via| via.next.as_deref())
            .map(|via| (via.what, self.written(via.place)))
            .collect()
    }
}

const ARM: &str = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0", // ü: bytes are counted, not characters
  "parameters": {"days": {"type": "int", "defaultValue": 7}},
  "variables": {"soft": {"days": "[parameters('days')]"}},
  "resources": [
    {
      "type": "Microsoft.RecoveryServices/vaults",
      "apiVersion": "2024-04-01",
      "name": "v",
      "properties": {"a": true, "soft": "[variables('soft').days]", "list": ["x", "[concat('ä', 'y')]"]}
    }
  ]
}"#;

#[test]
fn arm_values_stand_where_they_are_used() {
    for mark in ["", "\u{feff}"] {
        let case = Case::new(&[("main.json", &format!("{mark}{ARM}"))]);
        assert_eq!(case.written(case.value("properties.a").place), "true");
        let soft = case.value("properties.soft");
        assert_eq!(soft.as_number(), Some(7.0));
        assert!(case.written(soft.place).contains("variables('soft').days"));
        let way = case.way(soft);
        assert_eq!(way.first().unwrap().0, ViaKind::Local);
        assert_eq!(way.last().unwrap(), &(ViaKind::VariableDefault, "7".to_owned()));
        let list = case.value("properties.list").as_list().unwrap();
        assert!(case.written(list[1].place).contains("concat('ä', 'y')"));
        let members = case.value("properties").as_map().unwrap().members();
        assert_eq!(case.written(members[0].key_place).trim_matches('"'), "a");
        assert!(case.written(case.resource().place).starts_with("{\n      \"type\""));
        assert!(case.written(case.resource().header).contains("Microsoft.RecoveryServices/vaults"));
    }
}

const MODULE: &str =
    "param days int = 1\n// ü\nresource v 'Microsoft.RecoveryServices/vaults@2024-04-01' = {
  name: 'v'
  properties: {\n    soft: days\n    text: 'a${days}'\n    none: null\n  }\n}\n";

#[test]
fn bicep_values_lead_through_the_module_to_the_literal() {
    let main = "var wanted = 14\nmodule m 'm.bicep' = {\n  name: 'm'\n  params: {\n    days: wanted\n  }\n}\n";
    let case = Case::new(&[("main.bicep", main), ("m.bicep", MODULE)]);
    let soft = case.value("properties.soft");
    assert_eq!(soft.as_number(), Some(14.0));
    assert_eq!(case.written(soft.place), "days");
    let way = case.way(soft);
    assert_eq!(way[0], (ViaKind::ModuleArgument, "wanted".to_owned()));
    assert_eq!(way[1], (ViaKind::Local, "14".to_owned()));
    assert_eq!(case.written(case.value("properties.text").place), "'a${days}'");
    let link = case.resource().chain.as_ref().unwrap();
    assert_eq!(&*link.name, "m");
    assert!(case.written(link.place).starts_with("module m 'm.bicep'"));
    assert!(case.written(case.resource().header).starts_with("resource v 'Microsoft"));
}

#[test]
fn an_unknown_value_blames_the_parameter_not_its_use() {
    let text = "param days int\nresource v 'A.B/c@1' = {\n  name: 'v'\n  properties: {\n    soft: days + 1\n  }\n}\n";
    let case = Case::new(&[("main.bicep", text)]);
    let soft = case.value("properties.soft");
    assert_eq!(case.written(soft.place), "days + 1");
    assert!(case.written(soft.as_unknown().unwrap().place).contains("days"));
    assert!(soft.as_unknown().unwrap().place.start < 20);
}
