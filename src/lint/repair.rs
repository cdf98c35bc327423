//! From the remedy of a finding to edits of the files in which its resource is declared.

use std::path::PathBuf;
use std::sync::Arc;

use super::declared::Declared;
use crate::code::edit::{Azurerm, File, Site};
use crate::finding::{Edit, Remedy};
use crate::snapshot::Documents;

/// Finds edits for what is declared.
pub struct Repairs<'d> {
    declared: &'d Declared<'d>,
    documents: &'d Documents,
    files: Vec<File>,
}

impl<'d> Repairs<'d> {
    /// For what a workspace declares; the documents are those that its estate was read from.
    pub fn new(declared: &'d Declared<'d>, documents: &'d Documents) -> Self {
        let texts = &declared.workspace.texts;
        let files = texts
            .iter()
            .map(|text| File { path: PathBuf::from(&text.name), text: Arc::clone(&text.text) });
        Self { declared, documents, files: files.collect() }
    }

    /// The edits that carry out a remedy; none where the text does not decide alone.
    pub fn edits(&self, remedy: &Remedy) -> Vec<Edit> {
        self.of(remedy).unwrap_or_default()
    }

    fn of(&self, remedy: &Remedy) -> Option<Vec<Edit>> {
        let (root, at) = self.declared.workspace.ids[0].only(remedy.resource.as_str())?;
        let root = self.declared.workspace.roots.get(root as usize)?;
        let files = self.files.get(root.first_text..)?;
        let site = Site { files, stored: &root.stored, at: at as usize, arguments: &Azurerm };
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
