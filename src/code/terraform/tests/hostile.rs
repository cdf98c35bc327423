//! Hostile input: bounded time and memory, a clear message each.

use super::support::{Scratch, root};
use crate::code::terraform::diagnostic::DiagnosticKind;
use crate::code::terraform::project::{Options, Project};
use crate::code::terraform::result::Root;
use crate::code::terraform::syntax::parse_file;
use std::fmt::Write as _;

fn told(root: &Root, kind: DiagnosticKind, part: &str) {
    let found =
        root.diagnostics.iter().any(|told| told.kind == kind && told.message.contains(part));
    assert!(found, "{:?}", root.diagnostics);
}

#[test]
fn deep_nesting_is_one_diagnostic() {
    for (open, close) in
        [("[", "]"), ("(", ")"), ("{a=", "}"), ("\"${", "}\""), ("-", ""), ("!", "")]
    {
        let text = format!("a = {}1{}\n", open.repeat(5_000), close.repeat(5_000));
        let (_, errors) = parse_file(&text, 0);
        assert!(errors.iter().any(|error| error.limit), "{open} {errors:?}");
        let text = format!("a = {}1{}\n", open.repeat(64), close.repeat(64));
        let (_, errors) = parse_file(&text, 0);
        assert!(errors.is_empty(), "{open} {errors:?}");
    }
    let text = format!("{}{}", "a {\n".repeat(5_000), "}\n".repeat(5_000));
    assert!(parse_file(&text, 0).1.iter().any(|error| error.limit));
    let text = format!("a = 1{}\n", " + 1".repeat(5_000));
    assert!(parse_file(&text, 0).1.iter().any(|error| error.limit));
}

#[test]
fn an_object_with_many_keys_is_linear() {
    let mut text = String::from("locals {\n  a = {");
    for number in 0..100_000 {
        write!(text, "k{number}=1,").unwrap();
    }
    text.push_str("}\n}\noutput \"n\" {\n  value = length(local.a)\n}\n");
    let root = root("many-keys", &[("main.tf", &text)]);
    assert_eq!(root.outputs[0].1.as_number(), Some(100_000.0));
}

#[test]
fn a_file_of_fifty_megabytes_is_not_read() {
    let scratch = Scratch::new("fifty");
    scratch.write("main.tf", &format!("locals {{ a = \"{}\" }}", "x".repeat(50 << 20)));
    let project = scratch.project();
    let told = &project.diagnostics()[0];
    assert_eq!(told.kind, DiagnosticKind::Unreadable);
    assert!(told.message.contains("50 MB"), "{told:?}");
}

#[test]
fn values_that_depend_on_themselves_end() {
    let text = "locals {\n  a = local.b\n  b = local.a\n}\nvariable \"v\" {}\noutput \"o\" {\n  value = local.a\n}\n";
    told(&root("cycle", &[("main.tf", text)]), DiagnosticKind::Cycle, "depends on itself");
    let text =
        "resource \"a_b\" \"x\" {\n  n = a_b.y.n\n}\nresource \"a_b\" \"y\" {\n  n = a_b.x.n\n}\n";
    told(&root("cycle-2", &[("main.tf", text)]), DiagnosticKind::Cycle, "depends on itself");
}

#[test]
fn modules_that_call_themselves_end() {
    let scratch = Scratch::new("module-cycle");
    scratch.write("a/main.tf", "module \"b\" {\n  source = \"../b\"\n}\n");
    scratch.write("b/main.tf", "module \"a\" {\n  source = \"../a\"\n}\n");
    let roots = scratch.project().evaluate();
    told(&roots[0], DiagnosticKind::Cycle, "depends on itself");
    let scratch = Scratch::new("module-self");
    scratch.write("main.tf", "module \"b\" {\n  source = \"./.\"\n}\n");
    told(&scratch.project().evaluate()[0], DiagnosticKind::Cycle, "depends on itself");
}

#[test]
fn exponential_values_end() {
    for doubling in
        ["\"${local.l0}${local.l0}\"", "[local.l0, local.l0]", "{ a = local.l0, b = local.l0 }"]
    {
        let mut text = String::from("locals {\n  l0 = \"abcdefgh\"\n");
        for number in 1..60 {
            let previous = format!("local.l{}", number - 1);
            writeln!(text, "  l{number} = {}", doubling.replace("local.l0", &previous)).unwrap();
        }
        text.push_str("}\noutput \"o\" {\n  value = jsonencode(local.l59)\n}\n");
        told(&root("exponential", &[("main.tf", &text)]), DiagnosticKind::Limit, "");
    }
}

#[test]
fn exponential_work_ends() {
    let text = "locals {\n  r = range(1000)\n  a = [for x in local.r : [for y in local.r : [for z in local.r : x]]]\n}\noutput \"o\" {\n  value = local.a\n}\n";
    told(&root("loops", &[("main.tf", text)]), DiagnosticKind::Limit, "");
}

#[test]
fn exponential_modules_end() {
    let scratch = Scratch::new("module-tree");
    for level in 0..20 {
        let next = level + 1;
        let text = format!(
            "module \"x\" {{\n  source = \"../m{next}\"\n}}\nmodule \"y\" {{\n  source = \"../m{next}\"\n}}\n"
        );
        scratch.write(&format!("m{level}/main.tf"), &text);
    }
    scratch.write("m20/main.tf", "resource \"a_b\" \"c\" {}\n");
    told(&scratch.project().evaluate()[0], DiagnosticKind::Limit, "");
}

#[test]
fn long_chains_of_locals_end() {
    let mut text = String::from("locals {\n  l0 = 1\n");
    for number in 1..20_000 {
        writeln!(text, "  l{number} = local.l{}", number - 1).unwrap();
    }
    text.push_str("}\noutput \"o\" {\n  value = local.l19999\n}\n");
    told(&root("chain", &[("main.tf", &text)]), DiagnosticKind::Limit, "too deeply");
}

#[test]
fn huge_counts_are_one_symbolic_instance() {
    let root = root("count", &[("main.tf", "resource \"a_b\" \"c\" {\n  count = 1000000000\n}\n")]);
    assert_eq!(root.instances.len(), 1);
    assert!(root.instances[0].doubt.is_some());
    told(&root, DiagnosticKind::Limit, "instances");
}

#[cfg(unix)]
#[test]
fn a_loop_of_links_is_walked_once() {
    let scratch = Scratch::new("links");
    scratch.write("a/main.tf", "resource \"a_b\" \"c\" {}\n");
    std::os::unix::fs::symlink(scratch.path(), scratch.path().join("a/up")).unwrap();
    let project = Project::read(scratch.path(), Options::default());
    assert_eq!(project.roots().count(), 1);
}
