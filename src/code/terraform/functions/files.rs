//! Functions that read files of the project. Files outside of it are not read and stay unknown.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use globset::GlobBuilder;
use walkdir::WalkDir;

use super::super::evaluate::{Evaluator, Scope};
use super::super::failure::{Failure, Outcome};
use super::super::limits;
use super::super::result::FileText;
use super::super::source::read_text;
use super::super::types;
use super::digest;
use crate::code::value::{Cause, Content, Marks, Place, Value};

type Run = fn(&mut Evaluator<'_>, &[Value], &Scope<'_>, Place) -> Outcome<Value>;

pub(super) fn find(name: &str) -> Option<Run> {
    Some(match name {
        "file" => file,
        "filebase64" => {
            |evaluator, arguments, _, place| digested(evaluator, arguments, place, digest::base64)
        }
        "filemd5" => {
            |evaluator, arguments, _, place| digested(evaluator, arguments, place, digest::md5_hex)
        }
        "filesha1" => {
            |evaluator, arguments, _, place| digested(evaluator, arguments, place, digest::sha1_hex)
        }
        "filesha256" => |evaluator, arguments, _, place| {
            digested(evaluator, arguments, place, digest::sha256_hex)
        },
        "filesha512" => |evaluator, arguments, _, place| {
            digested(evaluator, arguments, place, digest::sha512_hex)
        },
        "filebase64sha256" => |evaluator, arguments, _, place| {
            digested(evaluator, arguments, place, digest::sha256_base64)
        },
        "filebase64sha512" => |evaluator, arguments, _, place| {
            digested(evaluator, arguments, place, digest::sha512_base64)
        },
        "fileexists" => fileexists,
        "fileset" => fileset,
        "abspath" => abspath,
        "templatefile" => templatefile,
        "templatestring" => templatestring,
        _ => return None,
    })
}

fn text(arguments: &[Value], position: usize, place: Place) -> Outcome<Arc<str>> {
    let argument =
        arguments.get(position).ok_or_else(|| Failure::invalid("an argument is missing", place))?;
    types::text(argument).map_err(|message| Failure::invalid(message, place))
}

/// The file that a path means, if it is one of the project.
fn locate(evaluator: &Evaluator<'_>, path: &str, place: Place) -> Outcome<PathBuf> {
    let missing = || {
        let detail = format!("the file {path} is not in the project");
        Failure::unknown(Cause::MissingFile, detail, place)
    };
    let full = evaluator.root_directory().join(Path::new(path));
    let found = full.canonicalize().map_err(|_| missing())?;
    let boundary = evaluator.project.boundary.canonicalize().map_err(|_| missing())?;
    if found.starts_with(boundary) { Ok(found) } else { Err(missing()) }
}

/// The file that the first argument names, and its text.
fn read(
    evaluator: &Evaluator<'_>,
    arguments: &[Value],
    place: Place,
) -> Outcome<(PathBuf, Arc<str>)> {
    let path = text(arguments, 0, place)?;
    let found = locate(evaluator, &path, place)?;
    let text = read_text(&found).map_err(|message| unreadable(&path, &message, place))?;
    Ok((found, text))
}

fn unreadable(path: &str, message: &str, place: Place) -> Failure {
    Failure::unknown(Cause::MissingFile, format!("{path}: {message}"), place)
}

fn file(
    evaluator: &mut Evaluator<'_>,
    arguments: &[Value],
    _: &Scope<'_>,
    place: Place,
) -> Outcome<Value> {
    let (path, text) = read(evaluator, arguments, place)?;
    if text.len() > super::super::limits::TEXT_BYTES {
        return Err(Failure::limit("a text grows too long", place));
    }
    evaluator.step(text.len() as u64 / 64, place)?;
    evaluator.texts.insert(FileText { path, text: Arc::clone(&text), given: Arc::clone(&text) });
    Ok(Value::text(text, place))
}

fn digested(
    evaluator: &mut Evaluator<'_>,
    arguments: &[Value],
    place: Place,
    digest: fn(&[u8]) -> String,
) -> Outcome<Value> {
    let path = text(arguments, 0, place)?;
    let found = locate(evaluator, &path, place)?;
    let size = std::fs::metadata(&found).map_or(u64::MAX, |data| data.len());
    if size > super::super::limits::TEXT_BYTES as u64 {
        return Err(Failure::limit("a file is too large to be computed with", place));
    }
    evaluator.step(size / 16, place)?;
    match std::fs::read(&found) {
        Ok(bytes) => Ok(Value::text(digest(&bytes), place)),
        Err(error) => Err(unreadable(&path, &error.to_string(), place)),
    }
}

fn fileexists(
    evaluator: &mut Evaluator<'_>,
    arguments: &[Value],
    _: &Scope<'_>,
    place: Place,
) -> Outcome<Value> {
    let path = text(arguments, 0, place)?;
    if locate(evaluator, &path, place).is_ok_and(|found| found.is_file()) {
        return Ok(Value::bool(true, place));
    }
    // A file that a pipeline writes first may be there when terraform runs.
    Err(Failure::unknown(
        Cause::MissingFile,
        format!("the file {path} is not in the project"),
        place,
    ))
}

/// The files below a directory whose path matches a pattern, which has `**` for any number of directories.
fn fileset(
    evaluator: &mut Evaluator<'_>,
    arguments: &[Value],
    _: &Scope<'_>,
    place: Place,
) -> Outcome<Value> {
    let (path, pattern) = (text(arguments, 0, place)?, text(arguments, 1, place)?);
    let directory = locate(evaluator, &path, place)?;
    let glob = GlobBuilder::new(&pattern).literal_separator(true).backslash_escape(true).build();
    let glob = glob.map_err(|error| Failure::invalid(error.to_string(), place))?.compile_matcher();
    let mut found = Vec::new();
    let walk = WalkDir::new(&directory).max_depth(limits::DIRECTORY_DEPTH).sort_by_file_name();
    for entry in walk.into_iter().filter_map(Result::ok) {
        evaluator.step(1, place)?;
        let Ok(below) = entry.path().strip_prefix(&directory) else { continue };
        if entry.file_type().is_file() && glob.is_match(below) {
            let name = below.to_string_lossy().replace('\\', "/");
            found.push(Value::text(name, place));
        }
    }
    Ok(Value::list(types::distinct(found), place).marked(Marks::SET))
}

fn abspath(_: &mut Evaluator<'_>, _: &[Value], _: &Scope<'_>, place: Place) -> Outcome<Value> {
    Err(Failure::unknown(Cause::FunctionOfTheCloud, "where terraform runs", place))
}

fn templatefile(
    evaluator: &mut Evaluator<'_>,
    arguments: &[Value],
    _: &Scope<'_>,
    place: Place,
) -> Outcome<Value> {
    let (path, text) = read(evaluator, arguments, place)?;
    let rendered = evaluator.rendered(&text, arguments.get(1), place)?;
    if let Content::Text(given) = &rendered.content {
        evaluator.texts.insert(FileText { path, text, given: Arc::clone(given) });
    }
    Ok(rendered)
}

fn templatestring(
    evaluator: &mut Evaluator<'_>,
    arguments: &[Value],
    _: &Scope<'_>,
    place: Place,
) -> Outcome<Value> {
    let text = text(arguments, 0, place)?;
    evaluator.rendered(&text, arguments.get(1), place)
}
