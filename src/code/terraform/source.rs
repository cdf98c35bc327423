//! The files of a project: numbered in the order in which they were read, with their text.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::limits;
use crate::encoding;

/// A file and its text.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// The path as it was reached.
    pub path: PathBuf,
    /// The text; empty for a file that could not be read.
    pub text: Arc<str>,
}

/// All files of a project.
#[derive(Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
}

impl Sources {
    /// The files; the number of a file is its position.
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// The file of a number.
    pub fn file(&self, number: u32) -> Option<&SourceFile> {
        self.files.get(number as usize)
    }

    /// Adds a file and answers its number.
    pub fn add(&mut self, path: PathBuf, text: Arc<str>) -> u32 {
        self.files.push(SourceFile { path, text });
        u32::try_from(self.files.len() - 1).unwrap_or(u32::MAX)
    }

    /// The line and column of a byte, both from 1; the column counts characters.
    pub fn line_column(&self, file: u32, offset: u32) -> Option<(usize, usize)> {
        let text = &self.file(file)?.text;
        let before = text.get(..offset as usize)?;
        let line = before.bytes().filter(|&byte| byte == b'\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Some((line, before.get(start..)?.trim_start_matches('\u{feff}').chars().count() + 1))
    }
}

/// Reads the text of a file, up to our limit.
///
/// # Errors
///
/// Says why it cannot be read.
pub fn read_text(path: &Path) -> Result<Arc<str>, String> {
    let data = std::fs::metadata(path).map_err(|error| error.to_string())?;
    if !data.is_file() {
        return Err("this is no plain file".to_owned());
    }
    if data.len() > limits::FILE_BYTES {
        let most = limits::FILE_BYTES >> 20;
        return Err(format!(
            "the file has {} MB, more than the {most} MB that are read",
            data.len() >> 20
        ));
    }
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    match encoding::decode(bytes) {
        Ok(text) => Ok(Arc::from(text)),
        Err(_) => Err("the file is neither UTF-8 nor UTF-16".to_owned()),
    }
}
