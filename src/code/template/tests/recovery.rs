//! What is left of a Bicep file with errors in it: one problem where the error is, and all that stands around it.

use std::path::Path;

use super::evaluate_file;
use crate::code::template::{Arguments, Project};

const BEFORE: &str = "resource first 'A.B/c@1' = {\n  name: 'first'\n}\n";
const AFTER: &str = "\nresource last 'A.B/c@1' = {\n  name: 'last'\n}\n";

/// Every broken piece stands between two whole resources, both of which are still read.
const BROKEN: &[&str] = &[
    "var = 1",
    "var x =",
    "var x = (1 + ",
    "var x = [1, 2",
    "var x = {\n  a: \n}",
    "var x = 'not closed",
    "var x = 'wrong ${ } piece'",
    "var x = 1 2 3",
    "param",
    "param p string =",
    "param p = {",
    "@",
    "@description('not closed'\nparam p string",
    "resource",
    "resource x",
    "resource x 'A.B/c@1'",
    "resource x 'A.B/c@1' =",
    "resource x 'A.B/c@1' = {\n  name 'x'\n}",
    "resource x 'A.B/c@1' = {\n  name: 'x'",
    "resource x 'A.B/c@1' = [for y in : {\n}]",
    "resource x 'A.B/c@1' = if (true {\n}",
    "module m",
    "module m 'x.bicep' = {\n  params: {\n    a: )\n  }\n}",
    "output",
    "output o string",
    "type t = {\n  a: \n}",
    "func f(",
    "func f(x int) int =",
    "import {a from 'x.bicep'",
    "}}}",
    "]])",
    "§ $ # ~",
    "frobnicate x = 1",
    "/* a comment that\nis closed */ ]",
    "var x = \u{1f600}",
    "targetScope",
];

#[test]
fn a_broken_statement_takes_no_other_with_it() {
    let mut wrong = Vec::new();
    for broken in BROKEN {
        let text = format!("{BEFORE}{broken}{AFTER}");
        let root = tempfile::tempdir().unwrap();
        let project = Project::new(root.path()).unwrap();
        let file = project.put(Path::new("main.bicep"), text.clone());
        let loaded = project.load(file);
        let evaluation = evaluate_file(&project, file, &Arguments::default());
        let names: Vec<&str> =
            evaluation.resources.iter().filter_map(|found| found.name.as_text()).collect();
        let told =
            loaded.problems.iter().any(|problem| problem.place.start as usize >= BEFORE.len());
        if !told || !names.contains(&"first") || !names.contains(&"last") {
            wrong.push(format!("{broken:?}: {names:?} {:?}", loaded.problems));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A file cut off anywhere is read without a fall, with its bytes in order.
#[test]
fn a_file_may_end_anywhere() {
    let text = "@secure()\nparam p string = 'a${1 + [2, {b: 'c'}][0]}d'\nvar m = '''x'''\n\
        resource r 'A.B/c@1' = [for (x, i) in [1]: if (i == 0) {\n  name: 'n${x}'\n  a: map([1], y => y.?z ?? 0)\n  \
        resource s 'd' = {\n    name: 's'\n  }\n}]\nfunc f(a int) string => '${a}'\nimport * as q from 'z.bicep'\n\
        type t = {\n  *: string?\n}\noutput o int[] = [for x in m: 1]\n";
    for end in (0..=text.len()).filter(|end| text.is_char_boundary(*end)) {
        let root = std::env::temp_dir();
        let project = Project::new(&root).unwrap();
        let file = project.put(Path::new("main.bicep"), text[..end].to_owned());
        evaluate_file(&project, file, &Arguments::default());
        for problem in &project.load(file).problems {
            assert!(problem.place.start <= problem.place.end, "{end} {problem:?}");
            assert!(problem.place.end as usize <= end, "{end} {problem:?}");
        }
    }
}
