//! Which functions of Terraform we have.

use std::process::Command;

use crate::code::terraform::functions::{MISSING, OF_THE_MOMENT, has};

#[test]
fn every_function_of_terraform_is_there_or_listed_as_missing() {
    let output = Command::new("terraform").args(["metadata", "functions", "-json"]).output();
    let Ok(output) = output else {
        eprintln!("SKIPPED: there is no terraform here to ask for its functions");
        return;
    };
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let signatures = json["function_signatures"].as_object().unwrap();
    let missing: Vec<&str> = signatures
        .keys()
        .map(String::as_str)
        .filter(|name| !name.contains("::") && !has(name) && !OF_THE_MOMENT.contains(name))
        .collect();
    let mut listed: Vec<&str> =
        MISSING.iter().copied().filter(|name| !name.contains("::")).collect();
    listed.sort_unstable();
    assert_eq!(missing, listed);
}
