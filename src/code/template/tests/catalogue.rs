//! Expressions and the values that the documentation gives for them: `fixtures/code/template/expressions-*.txt`.

use std::fs;
use std::path::Path;

use super::{Unknowns, evaluate_file, shown};
use crate::code::template::{Arguments, Project};

fn check(file: &str, name: &str, template: impl Fn(&str) -> String) -> usize {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/code/template");
    let text = fs::read_to_string(root.join(file)).unwrap();
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (expression, wanted) = line.rsplit_once(" => ").unwrap();
        let project = Project::new(&root).unwrap();
        let number = project.put(Path::new(name), template(expression));
        let evaluation = evaluate_file(&project, number, &Arguments::default());
        let found = match evaluation.outputs.first() {
            Some((_, value)) => shown(value, Unknowns::Told),
            None => format!("nothing: {:?}", evaluation.problems),
        };
        count += 1;
        let cause_only = wanted.starts_with('?') && found.split(' ').next() == Some(wanted);
        if found != wanted && !cause_only {
            wrong.push(format!("{expression} is {found}, not {wanted}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {count} differ:\n{}", wrong.len(), wrong.join("\n"));
    count
}

#[test]
fn arm_expressions_have_the_documented_values() {
    let count = check("expressions-arm.txt", "main.json", |expression| {
        let value = serde_json::to_string(&format!("[{expression}]")).unwrap();
        format!(
            r#"{{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
                "contentVersion": "1.0.0.0", "resources": [],
                "outputs": {{"o": {{"type": "string", "value": {value}}}}}}}"#
        )
    });
    assert!(count >= 150, "{count}");
}

#[test]
fn bicep_expressions_have_the_documented_values() {
    let template = |expression: &str| format!("output o any = {expression}\n");
    let count = check("expressions-bicep.txt", "main.bicep", template);
    assert!(count >= 70, "{count}");
}
