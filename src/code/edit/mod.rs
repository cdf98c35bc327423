//! Repairs in the text of code: a property of a declaration is set, or an element is taken out of a list, by the least
//! edits, everything else staying as its author wrote it.
//!
//! Refuses where the text does not decide alone: a value that is computed, that something else reads too, or that comes
//! from outside of the files. Every file must be readable afterwards as it was before.

mod block;
mod check;
mod element;
mod layout;
mod list;
mod literal;
mod object;
mod scan;
mod shared;
#[cfg(test)]
mod tests;
mod walk;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value as Json;

use super::adapter::terraform;
use super::stored::{Stored, StoredDeclaration};
use super::value::{Content, Place};
use crate::inventory::{Written, WrittenContent};
use walk::Found;

/// A file of code.
#[derive(Clone, Debug)]
pub struct File {
    /// Where it is; the name tells the language.
    pub path: PathBuf,
    /// What is in it.
    pub text: Arc<str>,
}

/// A language in which code is edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Terraform.
    Terraform,
    /// Terraform in its JSON syntax.
    TerraformJson,
    /// JSON: ARM templates and files of parameters.
    Json,
    /// Bicep.
    Bicep,
}

impl Language {
    /// The language of a file by its name.
    pub fn of(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?.to_ascii_lowercase();
        let is = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
        match () {
            () if is(&[".tf.json", ".tfvars.json"]) => Some(Self::TerraformJson),
            () if is(&[".tf", ".tfvars"]) => Some(Self::Terraform),
            () if is(&[".bicep", ".bicepparam"]) => Some(Self::Bicep),
            () if is(&[".json", ".jsonc"]) => Some(Self::Json),
            () => None,
        }
    }
}

impl Language {
    /// Whether its syntax is that of JSON.
    fn is_json(self) -> bool {
        matches!(self, Self::Json | Self::TerraformJson)
    }

    fn is_terraform(self) -> bool {
        matches!(self, Self::Terraform | Self::TerraformJson)
    }
}

/// One replacement in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Replacement {
    /// The number of the file.
    pub file: u32,
    /// The first byte.
    pub start: usize,
    /// One past the last byte; the same for an insertion.
    pub end: usize,
    /// What stands there afterwards.
    pub text: String,
}

/// What a body has of Terraform's own: arguments that every resource takes, and that no provider knows of.
const OF_TERRAFORM: &str = "terraform.";

/// An argument of a provider for a property of ARM.
#[derive(Clone, Debug, PartialEq)]
pub struct Argument {
    /// The argument; `block.argument` for one in a block.
    pub path: String,
    /// The value in the provider's terms.
    pub value: Json,
}

/// A property of ARM that a resource of a provider is to have.
#[derive(Clone, Copy, Debug)]
pub struct Property<'p> {
    /// The provider's type.
    pub resource: &'p str,
    /// The property.
    pub path: &'p str,
    /// Its value.
    pub value: &'p Json,
    /// The major version of the provider, if that is known.
    pub major: Option<u8>,
}

/// The arguments of azurerm, by the tables of its adapter.
#[derive(Clone, Copy, Debug)]
pub struct Azurerm;

impl Arguments for Azurerm {
    fn argument(&self, property: &Property<'_>, is_written: bool) -> Option<Argument> {
        if let Some(own) = property.path.strip_prefix(OF_TERRAFORM) {
            return Some(Argument { path: own.to_owned(), value: property.value.clone() });
        }
        // Before every version there was every argument.
        let major = if is_written { Some(0) } else { property.major };
        let argument = terraform::argument(property.resource, property.path, major)?;
        let content = match property.value {
            Json::Bool(truth) => Content::Bool(*truth),
            Json::Number(number) => Content::Number(number.as_f64()?),
            Json::String(text) => Content::Text(text.as_str().into()),
            Json::Null | Json::Array(_) | Json::Object(_) => return None,
        };
        let value = match argument.value(&content)? {
            Content::Bool(truth) => truth.into(),
            // A whole number is written as the rule gives it.
            Content::Number(_) => property.value.clone(),
            Content::Text(text) => text.as_ref().into(),
            _ => return None,
        };
        Some(Argument { path: argument.path, value })
    }
}

/// Finds the arguments of providers.
pub trait Arguments {
    /// The argument that sets a property. What is written already was an argument of the version in use.
    fn argument(&self, property: &Property<'_>, is_written: bool) -> Option<Argument>;
}

/// Why nobody edits the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Refusal {
    /// The value is computed.
    #[error("the value is computed, not written")]
    NotLiteral,
    /// Something else reads what would be changed.
    #[error("something else reads the same value")]
    Shared,
    /// The value does not come from a file that could be edited.
    #[error("the value comes from elsewhere")]
    FromElsewhere,
    /// The language, or this version of a provider, has no word for it.
    #[error("the language has no word for it")]
    NoWord,
    /// It is written in a way that we do not dare to touch.
    #[error("the way it is written leaves no safe place for the change")]
    Form,
}

/// A declaration among those of its root, with the files that they come from.
#[derive(Clone, Copy)]
pub struct Site<'s> {
    /// The files, by number.
    pub files: &'s [File],
    /// Everything that the root declares.
    pub stored: &'s Stored,
    /// Which of them is changed.
    pub at: usize,
    /// The arguments of providers.
    pub arguments: &'s dyn Arguments,
}

impl<'s> Site<'s> {
    /// The edits that set a property of ARM, or take an element out of a list where there is no value. None overlaps
    /// another.
    ///
    /// # Errors
    /// Why there are none.
    pub fn edits(&self, path: &str, value: Option<&Json>) -> Result<Vec<Replacement>, Refusal> {
        let declaration = self.stored.declarations.get(self.at).ok_or(Refusal::Form)?;
        let body = self.stored.tree.written(declaration.body);
        let is_of_terraform = matches!(walk::find(body, "terraform"), Found::Value(_));
        if is_of_terraform && !self.source(declaration.place.file)?.1.is_terraform() {
            // A plan says what code would do.
            return Err(Refusal::FromElsewhere);
        }
        let found = walk::find(body, path);
        let mut edits = match value {
            Some(value) => self.set(declaration, path, value, &found)?,
            None => self.remove(declaration, path)?,
        };
        edits.sort();
        Ok(edits)
    }

    fn set(
        &self,
        declaration: &StoredDeclaration,
        path: &str,
        value: &Json,
        found: &Found<'_>,
    ) -> Result<Vec<Replacement>, Refusal> {
        let (text, language) = self.source(declaration.place.file)?;
        if language == Language::Terraform {
            let block = block::Block::read(text, declaration.place)?;
            if !block.kind().starts_with("azapi_") {
                return self.set_argument(
                    block.kind(),
                    declaration,
                    path,
                    value,
                    found,
                    |argument| block.set(&argument.path, &argument.value),
                );
            }
            if matches!(found, Found::Missing { parent, .. } if parent.place() == declaration.header)
            {
                let own = path.strip_prefix(OF_TERRAFORM);
                if own.is_some() || path.starts_with("identity.") {
                    self.alone(declaration.place)?;
                    return block.set(own.unwrap_or(path), value);
                }
                // Nothing of `properties` is there yet, and the body holds more than is written in `body`.
                let body = block.attribute("body").ok_or(Refusal::Form)?;
                self.alone(declaration.place)?;
                return object::insert(text, language, body, &walk::names(path)?, value);
            }
        }
        if language == Language::TerraformJson && is_of_azurerm(&declaration.address) {
            let kind = type_in(&declaration.address).ok_or(Refusal::Form)?;
            return self.set_argument(&kind, declaration, path, value, found, |argument| {
                let place = scan::json_block(text, declaration.header, declaration.place);
                let names = walk::names(&argument.path)?;
                let place = place.ok_or(Refusal::Form)?;
                object::insert(text, language, place, &names, &argument.value)
            });
        }
        match found {
            Found::Value(known) => self.replace(*known, value),
            Found::Missing { parent, rest } => {
                let place = self.writable(*parent)?;
                let (text, language) = self.source(place.file)?;
                let whole = language == Language::Bicep && place == declaration.place;
                let place =
                    if whole { scan::body(text, place).ok_or(Refusal::Form)? } else { place };
                object::insert(text, language, place, rest, value)
            }
            Found::Blocked => Err(Refusal::NotLiteral),
        }
    }

    fn set_argument(
        &self,
        resource: &str,
        declaration: &StoredDeclaration,
        path: &str,
        value: &Json,
        found: &Found<'_>,
        insert: impl Fn(&Argument) -> Result<Vec<Replacement>, Refusal>,
    ) -> Result<Vec<Replacement>, Refusal> {
        let body = self.stored.tree.written(declaration.body);
        let major = match walk::find(body, "terraform.provider.major") {
            Found::Value(major) => match major.content() {
                WrittenContent::Number(major) => small(major),
                _ => None,
            },
            _ => None,
        };
        let asked = Property { resource, path, value, major };
        // What the provider sends by itself stands at the header.
        let written = match found {
            Found::Value(known) => Some(*known).filter(|known| {
                known.steps().next().is_some() || literal::is_at(self.files, known.place())
            }),
            _ => None,
        };
        let Some(known) = written else {
            let argument = self.arguments.argument(&asked, false).ok_or(Refusal::NoWord)?;
            self.alone(declaration.place)?;
            return insert(&argument);
        };
        match self.arguments.argument(&asked, true) {
            Some(argument) => self.replace(known, &argument.value),
            // No argument stands for this property alone, but the provider takes it as it is.
            None if literal::says(self.files, known) => self.replace(known, value),
            None => Err(Refusal::NoWord),
        }
    }

    fn replace(&self, known: Written<'_>, value: &Json) -> Result<Vec<Replacement>, Refusal> {
        let place = self.writable(known)?;
        if !literal::is_at(self.files, place) {
            return Err(Refusal::NotLiteral);
        }
        let (text, language) = self.source(place.file)?;
        Ok(layout::replaced(text, place, &literal::write(value, language)?))
    }

    fn remove(
        &self,
        declaration: &StoredDeclaration,
        path: &str,
    ) -> Result<Vec<Replacement>, Refusal> {
        let (list, index) = walk::element(path).ok_or(Refusal::Form)?;
        let Found::Value(list) = walk::find(self.stored.tree.written(declaration.body), list)
        else {
            return Err(Refusal::NotLiteral);
        };
        let place = self.writable(list)?;
        let (text, language) = self.source(place.file)?;
        let length = match list.content() {
            WrittenContent::List => list.parts().count(),
            _ => 0,
        };
        list::remove(text, language, place, index, length)
    }

    /// Where a value is written, if nothing else reads it.
    fn writable(&self, value: Written<'_>) -> Result<Place, Refusal> {
        let block = self.stored.declarations.get(self.at).map_or(value.place(), |own| own.place);
        shared::steps(self.files, value, block)?;
        let place = value.written();
        self.alone(place)?;
        Ok(place)
    }

    fn alone(&self, place: Place) -> Result<(), Refusal> {
        shared::declarations(self.stored, self.at, place)
    }

    fn source(&self, number: u32) -> Result<(&'s str, Language), Refusal> {
        source(self.files, number)
    }
}

fn source(files: &[File], number: u32) -> Result<(&str, Language), Refusal> {
    let file = files.get(number as usize).ok_or(Refusal::FromElsewhere)?;
    Ok((&file.text, Language::of(&file.path).ok_or(Refusal::Form)?))
}

fn replacement(place: Place, text: String) -> Replacement {
    Replacement { file: place.file, start: place.start as usize, end: place.end as usize, text }
}

/// The type in the address of a resource: `module.m["a"].TYPE.name[0]`.
fn type_in(address: &str) -> Option<String> {
    let mut depth = 0_usize;
    let mut plain = String::with_capacity(address.len());
    for letter in address.chars() {
        match letter {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => plain.push(letter),
            _ => {}
        }
    }
    plain.split(' ').next()?.rsplit('.').nth(1).map(str::to_owned)
}

fn is_of_azurerm(address: &str) -> bool {
    type_in(address).is_some_and(|kind| kind.starts_with("azurerm_"))
}

/// A version as a small number.
fn small(number: f64) -> Option<u8> {
    (0..=u8::MAX).find(|small| (f64::from(*small) - number).abs() < f64::EPSILON)
}
