//! Real code, if it is there: `BACKUPLINT_CORPUS` names the directory.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::code::terraform::project::{Options, Project};
use crate::code::terraform::syntax::{Block, parse_file};
use crate::code::value::{Cause, Content, Unknown, Value};

fn corpus() -> Option<PathBuf> {
    let path = std::env::var_os("BACKUPLINT_CORPUS").map(PathBuf::from);
    if path.is_none() {
        eprintln!("SKIPPED: BACKUPLINT_CORPUS does not name the directory of real code");
    }
    path
}

fn keys(block: &Block) -> BTreeSet<String> {
    let attributes = block.body.attributes.iter().map(|attribute| attribute.name.to_string());
    let blocks = block.body.blocks.iter().map(|block| block.kind.to_string());
    attributes.chain(blocks).collect()
}

#[test]
fn blocks_and_resources_are_those_that_another_parser_found() {
    let Some(corpus) = corpus() else { return };
    let expected =
        std::fs::read_to_string(corpus.join("expectations/terraform-blocks.json")).unwrap();
    let expected: serde_json::Value = serde_json::from_str(&expected).unwrap();
    let mut resources = 0;
    for (file, wanted) in expected["files"].as_object().unwrap() {
        let text = std::fs::read_to_string(corpus.join(file)).unwrap();
        let (body, errors) = parse_file(&text, 0);
        assert!(errors.is_empty(), "{file}: {errors:?}");
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        let mut found = Vec::new();
        for block in &body.blocks {
            if &*block.kind == "resource" {
                found.push((block.label(0).to_owned(), block.label(1).to_owned(), keys(block)));
            } else if &*block.kind != "removed" {
                // The other parser lists no `removed` blocks, which are newer than it.
                *counts.entry(block.kind.to_string()).or_default() += 1;
            }
        }
        resources += found.len();
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        let mut listed = Vec::new();
        for (kind, value) in wanted.as_object().unwrap() {
            let Some(items) = value.as_array() else {
                assert_eq!(counts.remove(kind), value.as_u64(), "{file}: {kind}");
                continue;
            };
            for item in items {
                let keys = item["keys"].as_array().unwrap().iter().map(text).collect();
                listed.push((text(&item["type"]), text(&item["name"]), keys));
            }
        }
        assert!(counts.is_empty(), "{file}: {counts:?}");
        found.sort();
        listed.sort();
        assert_eq!(found, listed, "{file}");
    }
    assert_eq!(resources, 697);
}

#[test]
fn hcl_edit_reads_the_same_attributes_and_blocks() {
    let Some(corpus) = corpus() else { return };
    let mut files = Vec::new();
    walk(&corpus.join("iac/terraform"), &mut files);
    assert!(files.len() >= 245);
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let (body, errors) = parse_file(&text, 0);
        assert!(errors.is_empty(), "{}: {errors:?}", file.display());
        let other = hcl_edit::parser::parse_body(text.trim_start_matches('\u{feff}')).unwrap();
        let mut ours = Vec::new();
        for block in &body.blocks {
            list(block, &mut ours);
        }
        for attribute in &body.attributes {
            ours.push((
                attribute.name.to_string(),
                attribute.value.place.start,
                attribute.value.place.end,
            ));
        }
        let mut theirs = Vec::new();
        list_theirs(&other, &mut theirs);
        ours.sort();
        theirs.sort();
        assert_eq!(ours, theirs, "{}", file.display());
    }
}

fn list(block: &Block, found: &mut Vec<(String, u32, u32)>) {
    found.push((block.kind.to_string(), block.place.start, block.place.end));
    for attribute in &block.body.attributes {
        let place = attribute.value.place;
        found.push((attribute.name.to_string(), place.start, place.end));
    }
    for block in &block.body.blocks {
        list(block, found);
    }
}

fn list_theirs(body: &hcl_edit::structure::Body, found: &mut Vec<(String, u32, u32)>) {
    use hcl_edit::Span as _;
    let place = |span: Option<std::ops::Range<usize>>| {
        let span = span.unwrap();
        (u32::try_from(span.start).unwrap(), u32::try_from(span.end).unwrap())
    };
    for attribute in body.attributes() {
        let (start, end) = place(attribute.value.span());
        found.push((attribute.key.to_string(), start, end));
    }
    for block in body.blocks() {
        let (start, end) = place(block.span());
        found.push((block.ident.to_string(), start, end));
        list_theirs(&block.body, found);
    }
}

fn walk(directory: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, files);
        } else if path.extension().is_some_and(|end| end == "tf" || end == "tfvars") {
            files.push(path);
        }
    }
}

/// Counts the causes of what cannot be known; `cargo test -- --nocapture` shows them.
#[test]
fn what_is_unknown_has_a_cause_that_we_stand_by() {
    let Some(corpus) = corpus() else { return };
    let project = Project::read(&corpus.join("iac/terraform"), Options::default());
    let roots = project.evaluate();
    let mut causes: BTreeMap<Cause, usize> = BTreeMap::new();
    let mut details: BTreeMap<(Cause, String), usize> = BTreeMap::new();
    let (mut instances, mut known, mut doubts) = (0, 0, 0);
    for root in &roots {
        for instance in &root.instances {
            instances += 1;
            doubts += usize::from(instance.doubt.is_some());
            count(&instance.body, &mut known, &mut |unknown| {
                *causes.entry(unknown.cause).or_default() += 1;
                let file = project.sources().file(unknown.place.file);
                let path = file.map_or_else(String::new, |file| file.path.display().to_string());
                let at = project.sources().line_column(unknown.place.file, unknown.place.start);
                let line = at.map_or(0, |(line, _)| line);
                let detail = format!("{} at {path}:{line}", unknown.detail);
                *details.entry((unknown.cause, detail)).or_default() += 1;
            });
        }
    }
    println!(
        "{} roots, {instances} instances, {doubts} in doubt, {known} known values",
        roots.len()
    );
    println!("{causes:#?}");
    let mut told: BTreeMap<_, usize> = BTreeMap::new();
    for diagnostic in
        project.diagnostics().iter().chain(roots.iter().flat_map(|root| &root.diagnostics))
    {
        *told.entry(diagnostic.kind).or_default() += 1;
    }
    println!("diagnostics {told:?}");
    let ours = [Cause::UnknownFunction, Cause::Limit, Cause::Cycle];
    for ((cause, detail), count) in &details {
        if ours.contains(cause) || *cause == Cause::InvalidExpression {
            println!("{cause:?} {count}x {detail}");
        }
    }
    let failed: Vec<_> = details.keys().filter(|(cause, _)| ours.contains(cause)).collect();
    assert!(failed.is_empty(), "{failed:?}");
}

fn count(value: &Value, known: &mut usize, unknown: &mut dyn FnMut(&Unknown)) {
    match &value.content {
        Content::Unknown(found) => unknown(found),
        Content::List(items) => items.iter().for_each(|item| count(item, known, unknown)),
        Content::Map(map) => {
            for member in map.members() {
                count(&member.value, known, unknown);
            }
            if let Some(rest) = map.rest() {
                unknown(rest);
            }
        }
        _ => *known += 1,
    }
}
