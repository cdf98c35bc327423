//! Module shapes as data: files in, values out.

use super::support::{Scratch, data, show};
use crate::code::terraform::result::{ResourceInstance, Root};
use crate::code::value::{Via, ViaKind};

#[test]
fn shapes_have_the_values_of_terraform() {
    let text = std::fs::read_to_string(data("shapes.txt")).unwrap();
    let mut wrong = Vec::new();
    for (number, case) in text.split("\n== ").skip(1).enumerate() {
        let (name, rest) = case.split_once('\n').unwrap();
        let scratch = Scratch::new(&format!("shape-{number}"));
        let mut expected = "";
        for part in format!("\n{rest}").split("\n-- ").skip(1) {
            let (file, text) = part.split_once('\n').unwrap();
            if file == "expect" {
                expected = rest.rsplit_once("-- expect\n").unwrap().1;
            } else {
                scratch.write(file, &format!("{text}\n"));
            }
        }
        let project = scratch.project();
        let roots = project.evaluate();
        assert_eq!(roots.len(), 1, "{name}");
        for line in expected.lines().filter(|line| !line.is_empty()) {
            if let Err(found) = check(&roots[0], line) {
                wrong.push(format!("{name}: {line}\n  ours {found}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn check(root: &Root, line: &str) -> Result<(), String> {
    if let Some(count) = line.strip_prefix("count ") {
        let found = root.instances.iter().filter(|instance| !instance.is_data).count().to_string();
        return if found == count { Ok(()) } else { Err(found) };
    }
    if let Some(kind) = line.strip_prefix("told ") {
        let told =
            root.diagnostics.iter().filter(|told| format!("{:?}", told.kind) == kind).count();
        return if told == 1 { Ok(()) } else { Err(format!("{:?}", root.diagnostics)) };
    }
    for (word, locked) in [("requires ", false), ("locks ", true)] {
        if let Some(wanted) = line.strip_prefix(word) {
            let all = root.requirements.iter().filter(|found| found.locked == locked);
            let all: Vec<String> =
                all.map(|found| format!("{} {}", found.name, found.version)).collect();
            return if all == [wanted] { Ok(()) } else { Err(format!("{all:?}")) };
        }
    }
    let (address, rest) = line.split_once(' ').unwrap();
    let found = root.instances.iter().find(|instance| &*instance.address == address);
    let Some(instance) = found else {
        let all: Vec<_> = root.instances.iter().map(|instance| &instance.address).collect();
        return Err(format!("{all:?}"));
    };
    if rest == "doubt" {
        return instance.doubt.as_ref().map(|_| ()).ok_or_else(|| "certain".to_owned());
    }
    if let Some(name) = rest.strip_prefix("absent ") {
        return attribute(instance, name).map_or(Ok(()), Err);
    }
    let (name, wanted) = rest.split_once(" = ").unwrap();
    if name == "provider" {
        let provider = instance.provider.and_then(|at| root.providers.get(at));
        let subscription = provider.and_then(|found| found.body.as_map()?.get("subscription_id"));
        let shown = subscription.map_or_else(|| "none".to_owned(), show);
        return if shown == wanted { Ok(()) } else { Err(shown) };
    }
    let shown = attribute(instance, name).unwrap_or_else(|| "absent".to_owned());
    if shown == wanted { Ok(()) } else { Err(shown) }
}

fn attribute(instance: &ResourceInstance, name: &str) -> Option<String> {
    instance.body.as_map().unwrap().get(name).map(show)
}

#[test]
fn a_value_tells_how_it_came_into_the_module() {
    let scratch = Scratch::new("via");
    scratch.write("main.tf", "variable \"days\" {\n  default = 7\n}\nmodule \"m\" {\n  source = \"./m\"\n  days   = var.days\n}\n");
    scratch.write("m/main.tf", "variable \"days\" {}\nlocals {\n  d = var.days\n}\nresource \"x_y\" \"z\" {\n  days = local.d\n}\n");
    let project = scratch.project();
    let root = project.evaluate().remove(0);
    let instance = &root.instances[0];
    let value = instance.body.as_map().unwrap().get("days").unwrap();
    let at = |place: crate::code::value::Place| {
        let file = project.sources().file(place.file).unwrap();
        file.text[place.start as usize..place.end as usize].to_owned()
    };
    assert_eq!(at(value.place), "local.d");
    let mut steps = Vec::new();
    let mut via: Option<&Via> = value.via.as_deref();
    while let Some(step) = via {
        steps.push((step.what, at(step.place)));
        via = step.next.as_deref();
    }
    assert_eq!(
        steps,
        [
            (ViaKind::Local, "var.days".to_owned()),
            (ViaKind::ModuleArgument, "var.days".to_owned()),
            (ViaKind::VariableDefault, "7".to_owned()),
        ]
    );
    assert_eq!(at(value.written()), "7");
    assert_eq!(at(instance.header), "resource \"x_y\" \"z\"");
    assert_eq!(at(instance.modules[0].call), "module \"m\"");
}
