//! Expressions and what Terraform makes of them.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use super::support::{Scratch, data, show};

struct Case {
    expression: String,
    expected: String,
}

fn cases() -> Vec<Case> {
    let text = std::fs::read_to_string(data("expressions.txt")).unwrap();
    let blocks = text.split("\n--\n").skip(1);
    blocks
        .map(|block| {
            let (expression, expected) = block.rsplit_once("\n=> ").unwrap();
            Case { expression: expression.to_owned(), expected: expected.trim_end().to_owned() }
        })
        .collect()
}

#[test]
fn expressions_have_the_values_of_terraform() {
    let scratch = Scratch::new("catalogue");
    scratch.write("main.tf", "locals {}\n");
    let project = scratch.project();
    let cases = cases();
    assert!(cases.len() >= 250, "{}", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        let found = match project.console(&case.expression) {
            Ok(value) => show(&value),
            Err(_) => "error".to_owned(),
        };
        // An unknown name is unknown to us and an error to Terraform.
        let unknown = case.expected == "error" && found.starts_with("?UnknownFunction");
        if found != case.expected && !unknown {
            wrong.push(format!(
                "{}\n  terraform {}\n  ours      {found}",
                case.expression, case.expected
            ));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

/// Runs only where the binary is: the catalogue itself must be true.
#[test]
fn the_catalogue_agrees_with_terraform_console() {
    let available = Command::new("terraform").arg("version").output();
    if !available.is_ok_and(|output| output.status.success()) {
        eprintln!("SKIPPED: there is no terraform here to check the catalogue with");
        return;
    }
    let scratch = Scratch::new("console");
    let cases: Vec<Case> = cases().into_iter().filter(|case| case.expected != "error").collect();
    // The console prints the last of its lines only, so all are one.
    let mut locals = String::from("locals {\n");
    let mut line = String::from("base64encode(jsonencode([");
    for (number, case) in cases.iter().enumerate() {
        writeln!(locals, "  c{number} = {}", case.expression).unwrap();
        write!(line, "jsonencode(local.c{number}),").unwrap();
    }
    scratch.write("main.tf", &format!("{locals}}}\n"));
    let mut child = Command::new("terraform")
        .arg("console")
        .current_dir(scratch.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(format!("{line}]))\n").as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let answer = String::from_utf8(output.stdout).unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let empty = Scratch::new("console-empty");
    empty.write("main.tf", "locals {}\n");
    let project = empty.project();
    let text = project.console(&format!("base64decode({})", answer.trim())).unwrap();
    let answers: Vec<String> = serde_json::from_str(text.as_text().unwrap()).unwrap();
    assert_eq!(answers.len(), cases.len());
    for (case, answer) in cases.iter().zip(answers) {
        assert_eq!(answer, case.expected, "{}", case.expression);
    }
}
