//! Carrying out fixes: which of them go together, what becomes of the files, and writing these.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use miette::Diagnostic;
use thiserror::Error;

use crate::encoding::is_utf16;
use crate::finding::{Edit, Remedy};

/// Fixes that go together, by file.
#[derive(Debug, Default)]
pub struct Fixes {
    by_file: BTreeMap<String, Vec<Edit>>,
    /// The positions of those that are carried out, among all that there were to choose from.
    pub chosen: Vec<usize>,
    /// How many findings they repair.
    pub repaired: usize,
    /// How many have to wait, since they touch what another one changes.
    pub waiting: usize,
    /// How many are not safe and were not asked for.
    pub not_asked: usize,
}

/// A file that cannot be fixed.
#[derive(Debug, Error, Diagnostic)]
pub enum FixError {
    /// It is not below the folder that was read.
    #[error("{path} is not written: it lies outside of {root}")]
    #[diagnostic(
        code(backuplint::fix::outside),
        help("run backuplint in the folder or repository that the file belongs to")
    )]
    Outside {
        /// The file.
        path: String,
        /// The folder.
        root: String,
    },
    /// It is not UTF-8: what is written here is.
    #[error("{path} is not written: it is UTF-16, and fixes are written as UTF-8")]
    #[diagnostic(
        code(backuplint::fix::encoding),
        help(
            "save the file as UTF-8 and run the command again; Windows PowerShell writes UTF-16 with `>`, and UTF-8 with `Out-File -Encoding utf8`"
        )
    )]
    Encoding {
        /// The file.
        path: String,
    },
    /// It is not what was read.
    #[error("{path} is not written: it is not UTF-8, or it changed while it was judged")]
    #[diagnostic(code(backuplint::fix::changed), help("run the command again"))]
    Changed {
        /// The file.
        path: String,
    },
    /// It cannot be read or written.
    #[error("{path} is not written: {cause}")]
    #[diagnostic(
        code(backuplint::fix::write),
        help(
            "look at the permissions of the file and of its folder; `--diff` shows the fixes and writes nothing"
        )
    )]
    Write {
        /// The file.
        path: String,
        /// What the system says.
        cause: String,
    },
}

impl Fixes {
    /// The fixes of findings in the order of the report: of two that touch the same text the first counts, and the
    /// next run does the rest.
    pub fn choose<'r>(remedies: impl IntoIterator<Item = &'r Remedy>, with_unsafe: bool) -> Self {
        let mut fixes = Self::default();
        for (at, remedy) in remedies.into_iter().enumerate() {
            if remedy.edits.is_empty() {
                continue;
            }
            if !remedy.safe && !with_unsafe {
                fixes.not_asked += 1;
            } else if remedy.edits.iter().all(|edit| fixes.has(edit)) {
                fixes.repaired += 1;
                fixes.chosen.push(at);
            } else if remedy.edits.iter().any(|edit| fixes.is_touched(edit)) {
                fixes.waiting += 1;
            } else {
                fixes.repaired += 1;
                fixes.chosen.push(at);
                for edit in &remedy.edits {
                    let file = fixes.by_file.entry(edit.location.uri.clone()).or_default();
                    let at = file.partition_point(|other| other.start < edit.start);
                    file.insert(at, edit.clone());
                }
            }
        }
        fixes
    }

    /// Whether nothing is changed.
    pub fn is_empty(&self) -> bool {
        self.by_file.is_empty()
    }

    /// The files that are changed.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.by_file.keys().map(String::as_str)
    }

    /// What becomes of the text of a file.
    pub fn text_of(&self, file: &str, text: &str) -> String {
        let edits = self.by_file.get(file).map(Vec::as_slice).unwrap_or_default();
        let mut after = String::with_capacity(text.len() + 256);
        let mut at = 0;
        for edit in edits {
            after.push_str(text.get(at..edit.start).unwrap_or_default());
            after.push_str(&edit.text);
            at = edit.end;
        }
        after.push_str(text.get(at..).unwrap_or_default());
        after
    }

    /// Writes the changed files, each as a whole or not at all. `texts` gives what was read; names of files are those of
    /// the report, and nothing outside of `root` is touched.
    ///
    /// # Errors
    /// At the first file that cannot be written; those before it are.
    pub fn write<'t>(
        &self,
        root: &Path,
        texts: impl Fn(&str) -> Option<&'t str>,
    ) -> Result<(), FixError> {
        for name in self.by_file.keys() {
            let before = texts(name).ok_or_else(|| FixError::Changed { path: name.clone() })?;
            write_file(root, name, before, &self.text_of(name, before))?;
        }
        Ok(())
    }

    pub(super) fn edits_of(&self, file: &str) -> &[Edit] {
        self.by_file.get(file).map(Vec::as_slice).unwrap_or_default()
    }

    fn others(&self, edit: &Edit) -> &[Edit] {
        self.edits_of(&edit.location.uri)
    }

    fn has(&self, edit: &Edit) -> bool {
        self.others(edit).contains(edit)
    }

    /// Two insertions at one place touch each other too, since nobody knows which comes first. What is replaced up to
    /// where another replacement starts does not.
    fn is_touched(&self, edit: &Edit) -> bool {
        let is_empty = |edit: &Edit| edit.start == edit.end;
        self.others(edit).iter().any(|other| {
            let abuts = edit.start == other.end || other.start == edit.end;
            let meets = edit.start <= other.end && other.start <= edit.end;
            meets && (is_empty(edit) || is_empty(other) || !abuts)
        })
    }
}

fn write_file(root: &Path, name: &str, before: &str, after: &str) -> Result<(), FixError> {
    let failed =
        |error: std::io::Error| FixError::Write { path: name.to_owned(), cause: error.to_string() };
    let path = PathBuf::from(name).canonicalize().map_err(failed)?;
    let root = root.canonicalize().map_err(failed)?;
    if !path.starts_with(&root) {
        return Err(FixError::Outside { path: name.to_owned(), root: root.display().to_string() });
    }
    let found = fs::read(&path).map_err(failed)?;
    if is_utf16(&found) {
        return Err(FixError::Encoding { path: name.to_owned() });
    }
    if found != before.as_bytes() {
        return Err(FixError::Changed { path: name.to_owned() });
    }
    let permissions = fs::metadata(&path).map_err(failed)?.permissions();
    if permissions.readonly() {
        let cause = "it is read-only".to_owned();
        return Err(FixError::Write { path: name.to_owned(), cause });
    }
    // Beside the file, so that the move is one step of the file system.
    let folder = path.parent().unwrap_or(&root);
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    file.write_all(after.as_bytes()).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    file.as_file().set_permissions(permissions).map_err(failed)?;
    file.persist(&path).map_err(|error| failed(error.error))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{FixError, Fixes};
    use crate::finding::{Edit, Location, Remedy};

    fn remedy(safe: bool, edits: &[(&str, usize, usize, &str)]) -> Remedy {
        let edits = edits.iter().map(|(uri, start, end, text)| Edit {
            location: Location {
                uri: (*uri).to_owned(),
                start_line: 1,
                start_column: 1,
                end_line: 1,
                end_column: 1,
            },
            start: *start,
            end: *end,
            text: (*text).to_owned(),
        });
        Remedy {
            resource: String::new(),
            kind: String::new(),
            path: String::new(),
            value: None,
            safe,
            edits: edits.collect(),
        }
    }

    #[test]
    fn the_first_of_two_that_touch_each_other_counts() {
        let remedies = [
            remedy(true, &[("a", 4, 5, "X")]),
            remedy(true, &[("a", 0, 1, "Y"), ("a", 5, 5, "Z")]),
            remedy(true, &[("a", 0, 1, "W")]),
            remedy(true, &[("a", 4, 5, "X")]),
            remedy(true, &[("a", 3, 4, "U")]),
            remedy(false, &[("b", 0, 0, "V")]),
            remedy(true, &[]),
        ];
        let fixes = Fixes::choose(&remedies, false);
        assert_eq!((fixes.repaired, fixes.waiting, fixes.not_asked), (4, 1, 1));
        assert_eq!(fixes.chosen, [0, 2, 3, 4]);
        assert_eq!(fixes.text_of("a", "012345"), "W12UX5");
        assert_eq!(fixes.files().collect::<Vec<_>>(), ["a"]);
        assert_eq!(Fixes::choose(&remedies, true).text_of("b", ""), "V");
    }

    #[test]
    fn files_are_written_whole_or_not_at_all() {
        let folder = tempfile::tempdir().expect("a folder");
        let inner = folder.path().join("inner");
        std::fs::create_dir(&inner).expect("made");
        let path = inner.join("a.tf");
        std::fs::write(&path, "one\r\n").expect("written");
        let name = path.display().to_string();
        let fixes = Fixes::choose(&[remedy(true, &[(&name, 0, 3, "two")])], false);
        fixes.write(folder.path(), |_| Some("one\r\n")).expect("written");
        assert_eq!(std::fs::read_to_string(&path).expect("text"), "two\r\n");
        let again = fixes.write(folder.path(), |_| Some("one\r\n"));
        assert!(matches!(again, Err(FixError::Changed { .. })), "{again:?}");
        let other = tempfile::tempdir().expect("a folder");
        let outside = fixes.write(other.path(), |_| Some("two\r\n"));
        assert!(matches!(outside, Err(FixError::Outside { .. })), "{outside:?}");
        assert_eq!(std::fs::read_dir(&inner).expect("a folder").count(), 1);
        let wide: Vec<u8> = "\u{feff}two\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        std::fs::write(&path, &wide).expect("written");
        let encoded = fixes.write(folder.path(), |_| Some("two\r\n"));
        assert!(matches!(encoded, Err(FixError::Encoding { .. })), "{encoded:?}");
        assert_eq!(std::fs::read(&path).expect("bytes"), wide);
    }

    #[cfg(unix)]
    #[test]
    fn permissions_stay() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.tf");
        std::fs::write(&path, "one").expect("written");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).expect("set");
        let name = path.display().to_string();
        let fixes = Fixes::choose(&[remedy(true, &[(&name, 0, 3, "two")])], false);
        fixes.write(folder.path(), |_| Some("one")).expect("written");
        let mode = std::fs::metadata(&path).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o640);
    }
}
