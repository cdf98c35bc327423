//! From the remedy of a finding to edits of the files in which its resource is declared.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::declared::Declared;
use crate::code::edit::{Azurerm, File, Site};
use crate::finding::{Edit, Remedy};
use crate::inventory::{IdKey, ResourceId};
use crate::snapshot::Documents;

/// Finds edits for what is declared.
pub struct Repairs<'d> {
    declared: &'d Declared<'d>,
    documents: &'d Documents,
    files: Vec<File>,
    /// None where an id is declared more than once: which declaration a finding is about, nobody can tell.
    by_id: HashMap<IdKey, Option<usize>, RandomState>,
}

impl<'d> Repairs<'d> {
    /// For what a workspace declares; the documents are those that its estate was read from.
    pub fn new(declared: &'d Declared<'d>, documents: &'d Documents) -> Self {
        let texts = &declared.workspace.texts;
        let files = texts
            .iter()
            .map(|text| File { path: PathBuf::from(&text.name), text: Arc::clone(&text.text) });
        let mut by_id = HashMap::default();
        for (at, resource) in declared.resources().iter().enumerate() {
            let key = ResourceId::new(resource.id).key();
            if !resource.only_referred_to {
                by_id.entry(key).and_modify(|known| *known = None).or_insert(Some(at));
            }
        }
        Self { declared, documents, files: files.collect(), by_id }
    }

    /// The edits that carry out a remedy; none where the text does not decide alone.
    pub fn edits(&self, remedy: &Remedy) -> Vec<Edit> {
        self.of(remedy).unwrap_or_default()
    }

    fn of(&self, remedy: &Remedy) -> Option<Vec<Edit>> {
        let mut at = (*self.by_id.get(&ResourceId::new(remedy.resource.as_str()).key())?)?;
        // The resources of all roots stand in the order of their roots.
        let mut roots = self.declared.workspace.roots.iter();
        let root = roots.find(|root| {
            let count = root.stored.declarations.len();
            let is_here = at < count;
            at -= if is_here { 0 } else { count };
            is_here
        })?;
        let files = self.files.get(root.first_text..)?;
        let site = Site { files, stored: &root.stored, at, arguments: &Azurerm };
        let replacements = site.edits(&remedy.path, remedy.value.as_ref()).ok()?;
        let edit = |replacement: crate::code::edit::Replacement| {
            let text = &*self
                .declared
                .workspace
                .texts
                .get(root.first_text + replacement.file as usize)?
                .text;
            let slice = text.get(replacement.start..replacement.end)?;
            Some(Edit {
                location: self.documents.locate(slice)?,
                start: replacement.start,
                end: replacement.end,
                text: replacement.text,
            })
        };
        replacements.into_iter().map(edit).collect()
    }
}
