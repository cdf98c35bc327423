//! One directory as Terraform sees it: what its files declare, not yet evaluated.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::syntax::{Attribute, Block, Body};
use crate::code::value::Place;

/// What the files of a directory declare.
#[derive(Debug, Default)]
pub struct Module {
    /// The directory.
    pub directory: PathBuf,
    /// The numbers of its files.
    pub files: Vec<u32>,
    /// Its variables.
    pub variables: Table<Block>,
    /// Its local values.
    pub locals: Table<Attribute>,
    /// Its outputs.
    pub outputs: Table<Block>,
    /// Its resources, `type.name`.
    pub resources: Table<Block>,
    /// Its data sources, `type.name`.
    pub data: Table<Block>,
    /// Its module calls.
    pub calls: Table<Block>,
    /// The modules that the calls lead to, in the order of the calls.
    pub targets: Vec<Target>,
    /// Its provider blocks.
    pub providers: Vec<Block>,
    /// Its `terraform` blocks.
    pub settings: Vec<Block>,
    /// Its `moved`, `removed` and `import` blocks.
    pub changes: Vec<Block>,
    /// Things that are declared twice: what, and where again.
    pub duplicates: Vec<(String, Place)>,
}

/// Where a module call leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// To a directory of the project, by its number.
    Local(usize),
    /// To a directory that is not there.
    Missing(PathBuf),
    /// To a registry or repository.
    Remote(Arc<str>),
    /// To nothing that can be read from the code.
    Unclear,
}

/// Things by name. A name that is declared twice means the thing of the same file, else the first.
#[derive(Debug)]
pub struct Table<T> {
    items: Vec<(Arc<str>, T)>,
    by_name: HashMap<Arc<str>, Vec<usize>, RandomState>,
}

impl<T> Default for Table<T> {
    fn default() -> Table<T> {
        Table { items: Vec::new(), by_name: HashMap::default() }
    }
}

/// Something with a place.
pub trait Placed {
    /// The file where it stands.
    fn file(&self) -> u32;
}

impl Placed for Block {
    fn file(&self) -> u32 {
        self.header.file
    }
}

impl Placed for Attribute {
    fn file(&self) -> u32 {
        self.name_place.file
    }
}

impl<T: Placed> Table<T> {
    /// The things, in the order of their files and places.
    pub fn items(&self) -> &[(Arc<str>, T)] {
        &self.items
    }

    /// The position of the thing that a name means in a file.
    pub fn find(&self, name: &str, file: u32) -> Option<usize> {
        let positions = self.by_name.get(name)?;
        let same_file = |&&position: &&usize| {
            self.items.get(position).is_some_and(|(_, item)| item.file() == file)
        };
        match positions.as_slice() {
            [only] => Some(*only),
            several => several.iter().find(same_file).or(several.first()).copied(),
        }
    }

    /// The thing at a position.
    pub fn get(&self, position: usize) -> Option<&T> {
        self.items.get(position).map(|(_, item)| item)
    }

    /// Whether a thing is not the first of its name.
    pub fn is_again(&self, position: usize) -> bool {
        let name = self.items.get(position).map(|(name, _)| name);
        let first = name.and_then(|name| self.by_name.get(name)).and_then(|all| all.first());
        first.is_some_and(|&first| first != position)
    }

    fn add(&mut self, name: Arc<str>, item: T) -> bool {
        let positions = self.by_name.entry(Arc::clone(&name)).or_default();
        positions.push(self.items.len());
        let new = positions.len() == 1;
        self.items.push((name, item));
        new
    }

    fn get_mut(&mut self, name: &str) -> Option<&mut T> {
        let first = *self.by_name.get(name)?.first()?;
        self.items.get_mut(first).map(|(_, item)| item)
    }
}

impl Module {
    /// Adds what a file declares.
    pub fn add(&mut self, body: Body) {
        for block in body.blocks {
            let place = block.header;
            let name: Arc<str> = Arc::from(block.label(0));
            let new = match &*block.kind {
                "variable" => self.variables.add(name, block),
                "output" => self.outputs.add(name, block),
                "module" => self.calls.add(name, block),
                "resource" => self.resources.add(address(&block), block),
                "data" | "ephemeral" => self.data.add(address(&block), block),
                "locals" => {
                    for attribute in block.body.attributes {
                        let (name, place) = (Arc::clone(&attribute.name), attribute.name_place);
                        if !self.locals.add(Arc::clone(&name), attribute) {
                            self.duplicates.push((format!("local.{name}"), place));
                        }
                    }
                    continue;
                }
                "provider" => {
                    self.providers.push(block);
                    continue;
                }
                "terraform" => {
                    self.settings.push(block);
                    continue;
                }
                "moved" | "removed" | "import" => {
                    self.changes.push(block);
                    continue;
                }
                _ => continue,
            };
            if !new {
                self.duplicates.push((self.named(place), place));
            }
        }
    }

    fn named(&self, place: Place) -> String {
        let tables = [
            ("var.", &self.variables),
            ("output ", &self.outputs),
            ("module.", &self.calls),
            ("", &self.resources),
            ("data.", &self.data),
        ];
        for (prefix, table) in tables {
            if let Some((name, _)) = table.items.last().filter(|(_, block)| block.header == place) {
                return format!("{prefix}{name}");
            }
        }
        String::new()
    }

    /// Lays what an override file declares over what is there.
    pub fn lay_over(&mut self, body: Body) {
        let mut rest = Body::default();
        for block in body.blocks {
            let name = block.label(0).to_owned();
            let under = match &*block.kind {
                "variable" => self.variables.get_mut(&name),
                "output" => self.outputs.get_mut(&name),
                "module" => self.calls.get_mut(&name),
                "resource" => self.resources.get_mut(&address(&block)),
                "data" => self.data.get_mut(&address(&block)),
                "locals" => {
                    let mut left = Vec::new();
                    for attribute in block.body.attributes {
                        match self.locals.get_mut(&attribute.name) {
                            Some(under) => *under = attribute,
                            None => left.push(attribute),
                        }
                    }
                    let body = Body { attributes: left, blocks: Vec::new() };
                    rest.blocks.push(Block { body, ..block });
                    continue;
                }
                _ => None,
            };
            match under {
                Some(under) => merge(&mut under.body, block.body),
                None => rest.blocks.push(block),
            }
        }
        self.add(rest);
    }
}

fn merge(under: &mut Body, over: Body) {
    for attribute in over.attributes {
        under.attributes.retain(|other| other.name != attribute.name);
        under.attributes.push(attribute);
    }
    under.blocks.retain(|other| !over.blocks.iter().any(|block| block.kind == other.kind));
    under.blocks.extend(over.blocks);
}

fn address(block: &Block) -> Arc<str> {
    Arc::from(format!("{}.{}", block.label(0), block.label(1)))
}
