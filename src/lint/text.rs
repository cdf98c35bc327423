//! The texts of a run, and slices of them: a place is an address, so that nothing else has to be kept.

use std::path::Path;
use std::sync::Arc;

use crate::code::value::Place;

/// A file that was read.
#[derive(Clone, Debug)]
pub(super) struct Text {
    /// As reports name it.
    pub name: String,
    /// What is in it.
    pub text: Arc<str>,
}

/// The files of one reader of code, which numbers them from zero.
#[derive(Clone, Copy, Debug)]
pub(super) struct Texts<'w> {
    all: &'w [Text],
    first: usize,
}

impl<'w> Texts<'w> {
    /// Those from a position on.
    pub fn new(all: &'w [Text], first: usize) -> Self {
        Self { all, first }
    }

    /// The whole text of a file.
    fn file(self, number: u32) -> Option<&'w str> {
        Some(&self.all.get(self.first + number as usize)?.text)
    }

    /// Where a place is.
    pub fn slice(self, place: Place) -> Option<&'w str> {
        self.file(place.file)?.get(place.start as usize..place.end as usize)
    }

    /// The first line of a place: a region of several lines is shown in no pull request that does not touch
    /// all of them.
    pub fn line(self, place: Place) -> Option<&'w str> {
        self.slice(place).map(first_line)
    }

    /// `path:line` of a place.
    pub fn position(self, place: Place) -> String {
        let Some(file) = self.all.get(self.first + place.file as usize) else {
            return String::new();
        };
        let before = file.text.get(..place.start as usize).unwrap_or_default();
        let lines = memchr::memchr_iter(b'\n', before.as_bytes()).count();
        format!("{}:{}", file.name, lines + 1)
    }
}

fn first_line(slice: &str) -> &str {
    slice.split('\n').next().unwrap_or(slice).trim_end()
}

/// A path as reports name it: from the working directory if it is below it, with forward slashes.
pub(super) fn shown(path: &Path, from: &Path) -> String {
    let path = path.strip_prefix(from).unwrap_or(path);
    let shown = path.to_string_lossy().replace('\\', "/");
    if shown.is_empty() { ".".to_owned() } else { shown }
}
