//! What cmdlets accept, as data. `cmdlets.toml` is written from the reference pages of the modules.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use serde::Deserialize;

/// The parameters of one cmdlet.
#[derive(Debug)]
pub(super) struct CmdletSpec {
    pub name: Arc<str>,
    pub parameters: Vec<ParameterSpec>,
    /// The list is complete: another parameter is an error.
    pub whole: bool,
}

/// One parameter.
#[derive(Debug)]
pub(super) struct ParameterSpec {
    /// With the dash.
    pub name: Arc<str>,
    pub aliases: Vec<Arc<str>>,
    pub is_switch: bool,
    pub position: Option<u8>,
    /// The accepted values; any when empty.
    pub choices: Vec<Arc<str>>,
}

/// All cmdlets by name in lower case. The parameters of a cmdlet are read when it is first met.
pub(super) struct Table {
    cmdlets: HashMap<Box<str>, usize>,
    entries: Vec<Entry>,
    /// The parameters that every cmdlet has.
    pub common: Vec<ParameterSpec>,
}

struct Entry {
    name: &'static str,
    body: &'static str,
    spec: OnceLock<CmdletSpec>,
}

#[derive(Deserialize)]
struct Head {
    common: Vec<String>,
}

#[derive(Deserialize)]
struct Row {
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    open: bool,
    #[serde(default)]
    parameters: Vec<String>,
}

const FILE: &str = include_str!("cmdlets.toml");
const HEADER: &str = "[cmdlet.\"";

/// The table, indexed at the first use. A test holds that the whole file can be read.
pub(super) fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = Table { cmdlets: HashMap::new(), entries: Vec::new(), common: Vec::new() };
        let mut sections = FILE.split(HEADER);
        let head = sections.next().and_then(|head| toml::from_str::<Head>(head).ok());
        table.common =
            head.iter().flat_map(|head| &head.common).map(|text| parameter(text)).collect();
        for (name, body) in sections.filter_map(|section| section.split_once("\"]\n")) {
            let index = table.entries.len();
            table.entries.push(Entry { name, body, spec: OnceLock::new() });
            table.cmdlets.insert(name.to_lowercase().into(), index);
            if body.starts_with("aliases") {
                for alias in row(body).aliases {
                    table.cmdlets.insert(alias.to_lowercase().into(), index);
                }
            }
        }
        table
    })
}

fn row(body: &str) -> Row {
    toml::from_str(body).unwrap_or(Row { aliases: Vec::new(), open: true, parameters: Vec::new() })
}

impl Table {
    /// By its name in lower case.
    pub fn cmdlet(&self, name: &str) -> Option<&CmdletSpec> {
        let entry = self.entries.get(*self.cmdlets.get(name)?)?;
        Some(entry.spec.get_or_init(|| {
            let row = row(entry.body);
            let parameters = row.parameters.iter().map(|text| parameter(text)).collect();
            CmdletSpec { name: entry.name.into(), parameters, whole: !row.open }
        }))
    }
}

/// Reads `-Name Alias @0 : switch` and `-Name : one A|B`.
fn parameter(text: &str) -> ParameterSpec {
    let (front, back) = text.split_once(" : ").unwrap_or((text, ""));
    let mut words = front.split_whitespace();
    let name = words.next().unwrap_or_default().into();
    let mut aliases = Vec::new();
    let mut position = None;
    for word in words {
        match word.strip_prefix('@') {
            Some(number) => position = number.parse().ok(),
            None => aliases.push(word.into()),
        }
    }
    let (arity, choices) = back.split_once(' ').unwrap_or((back, ""));
    let choices = choices.split('|').filter(|choice| !choice.is_empty()).map(Arc::from).collect();
    ParameterSpec { name, aliases, is_switch: arity == "switch", position, choices }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_can_be_read() {
        let file: toml::Table = toml::from_str(FILE).unwrap();
        for (name, row) in file["cmdlet"].as_table().unwrap() {
            let spec = table().cmdlet(&name.to_lowercase()).unwrap();
            assert_eq!(
                spec.parameters.len(),
                row["parameters"].as_array().unwrap().len(),
                "{name}"
            );
            assert_eq!(spec.whole, row.get("open").is_none(), "{name}");
            assert!(
                spec.parameters.iter().all(|parameter| parameter.name.starts_with('-')),
                "{name}"
            );
        }
        let disable = table().cmdlet("disable-azrecoveryservicesbackupprotection").unwrap();
        assert!(
            disable
                .parameters
                .iter()
                .any(|it| &*it.name == "-RemoveRecoveryPoints" && it.is_switch)
        );
        assert!(table().common.iter().any(|it| &*it.name == "-WhatIf" && it.is_switch));
    }
}
