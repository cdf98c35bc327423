//! What is read live gives the report that its estate gives.

use std::collections::BTreeMap;

use backuplint::collect::Scopes;
use serde_json::Value;

use crate::support::{client, collect, plan, report, simulator, usual_estate};

fn results(report: &Value) -> BTreeMap<String, String> {
    let results = report["results"].as_array().into_iter().flatten();
    let key =
        |result: &Value| format!("{} {} {}", result["rule"], result["resource"], result["path"]);
    results.map(|result| (key(result), result.to_string())).collect()
}

#[test]
fn contoso() {
    let usual = usual_estate("contoso");
    let estate = usual.path();
    let simulator = simulator(estate);
    let folder = tempfile::TempDir::new().expect("a folder");
    let target = folder.path().join("snapshot");
    let plan = plan(&["backup-instance-recovery-points"]);
    let written =
        collect(&client(&simulator), &plan, &Scopes::default(), &target).expect("a snapshot");
    let (expected, found) = (report(estate), report(&target));
    let (one, other) = (results(&expected), results(&found));
    for (key, value) in &one {
        match other.get(key) {
            Some(found) if found == value => {}
            found => panic!("{key}:\nexpected {value}\nfound    {found:?}"),
        }
    }
    assert_eq!(other.len(), one.len(), "results that the estate does not give");
    assert_eq!(found["gaps"], expected["gaps"]);
    assert_eq!(found["summary"]["resources"], expected["summary"]["resources"]);
    let members = |report: &Value| -> Vec<(String, String)> {
        let members = report.as_object().expect("an object").iter();
        members.map(|(name, value)| (name.clone(), value.to_string())).collect()
    };
    for (one, other) in members(&expected).iter().zip(members(&found)) {
        assert!(*one == other, "{} differs", one.0);
    }
    assert!(found == expected);
    assert_eq!(written.gaps, 2);
}
