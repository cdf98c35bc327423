//! What commands of the Azure CLI accept, as data. `commands.toml` is generated from the CLI's own argument tables,
//! `dataprotection.toml` is written from the sources of the extension.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, OnceLock},
};

use serde::Deserialize;

/// The options of one command.
#[derive(Debug)]
pub(super) struct CommandSpec {
    pub options: Vec<OptionSpec>,
    /// Words beside the options that it takes.
    pub positional: usize,
    /// Other versions take other options: an unknown one is no error.
    pub open: bool,
}

/// One option.
#[derive(Debug)]
pub(super) struct OptionSpec {
    /// The canonical name first.
    pub names: Vec<Arc<str>>,
    pub arity: Arity,
    /// The accepted values; any when empty.
    pub choices: Vec<Arc<str>>,
}

/// How many values an option takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arity {
    None,
    One,
    Optional,
    /// At least one.
    Some,
    /// Any number.
    Many,
}

/// All commands by name, and the groups they are in. The options of a command are read when it is first met.
pub(super) struct Table {
    commands: BTreeMap<&'static str, Entry>,
    groups: BTreeSet<&'static str>,
    pub global: Vec<OptionSpec>,
}

struct Entry {
    body: &'static str,
    spec: OnceLock<CommandSpec>,
}

#[derive(Deserialize)]
struct Head {
    #[serde(default)]
    global: Vec<String>,
}

#[derive(Deserialize)]
struct Row {
    #[serde(default)]
    positional: usize,
    #[serde(default)]
    open: bool,
    #[serde(default)]
    options: Vec<String>,
}

const FILES: [&str; 2] = [include_str!("commands.toml"), include_str!("dataprotection.toml")];
const HEADER: &str = "[command.\"";

/// The table, indexed at the first use. A test holds that the whole of the files can be read.
pub(super) fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table =
            Table { commands: BTreeMap::new(), groups: BTreeSet::new(), global: Vec::new() };
        for file in FILES {
            let mut sections = file.split(HEADER);
            let head = sections.next().and_then(|head| toml::from_str::<Head>(head).ok());
            table.global.extend(head.iter().flat_map(|head| &head.global).map(|text| option(text)));
            for (name, body) in sections.filter_map(|section| section.split_once("\"]\n")) {
                for (index, _) in name.match_indices(' ') {
                    table.groups.insert(&name[..index]);
                }
                table.commands.insert(name, Entry { body, spec: OnceLock::new() });
            }
        }
        table
    })
}

impl Table {
    pub fn command(&self, name: &str) -> Option<&CommandSpec> {
        let entry = self.commands.get(name)?;
        Some(entry.spec.get_or_init(|| {
            let row = toml::from_str::<Row>(entry.body).unwrap_or(Row {
                positional: 0,
                open: true,
                options: Vec::new(),
            });
            let options = row.options.iter().map(|text| option(text)).collect();
            CommandSpec { options, positional: row.positional, open: row.open }
        }))
    }

    pub fn is_command(&self, name: &str) -> bool {
        self.commands.contains_key(name)
    }

    pub fn is_group(&self, name: &str) -> bool {
        self.groups.contains(name)
    }

    /// The names below a group.
    pub fn below(&self, group: &str) -> Vec<Arc<str>> {
        let mut names: Vec<Arc<str>> = Vec::new();
        for name in self.commands.keys() {
            let Some(rest) = name.strip_prefix(group).and_then(|rest| rest.strip_prefix(' '))
            else {
                continue;
            };
            let next = rest.split(' ').next().unwrap_or_default();
            if names.last().is_none_or(|last| &**last != next) {
                names.push(next.into());
            }
        }
        names
    }
}

/// Reads `--name -n * : optional a|b`.
fn option(text: &str) -> OptionSpec {
    let (front, back) = text.split_once(" : ").unwrap_or((text, ""));
    let mut names: Vec<Arc<str>> =
        front.split_whitespace().filter(|word| *word != "*").map(Arc::from).collect();
    names.sort_by_key(|name| !name.starts_with("--"));
    let (arity, choices) = back.split_once(' ').unwrap_or((back, ""));
    let arity = match arity {
        "none" => Arity::None,
        "optional" => Arity::Optional,
        "some" => Arity::Some,
        "many" => Arity::Many,
        _ => Arity::One,
    };
    OptionSpec {
        names,
        arity,
        choices: choices.split('|').filter(|choice| !choice.is_empty()).map(Arc::from).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_can_be_read() {
        for text in FILES {
            let file: toml::Table = toml::from_str(text).unwrap();
            for (name, row) in file["command"].as_table().unwrap() {
                let names: Vec<&str> = row["options"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|it| it.as_str().unwrap())
                    .collect();
                let spec = table().command(name).unwrap();
                assert_eq!(spec.options.len(), names.len(), "{name}");
                assert!(
                    spec.options.iter().all(|option| option.names[0].starts_with('-')),
                    "{name}"
                );
            }
        }
        let disable = table().command("backup protection disable").unwrap();
        let delete = disable
            .options
            .iter()
            .find(|option| &*option.names[0] == "--delete-backup-data")
            .unwrap();
        assert_eq!(delete.arity, Arity::Optional);
        assert_eq!(delete.choices, [Arc::from("true"), Arc::from("false")]);
        assert!(table().is_group("backup vault backup-properties"));
        assert!(table().global.iter().any(|option| &*option.names[0] == "--query"));
    }
}
