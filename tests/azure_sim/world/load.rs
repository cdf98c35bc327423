//! Reads an estate from disk: a snapshot, or a folder or file of exports.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Refusal, Seed, World};

/// What counts here of a snapshot's account of itself.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Manifest {
    #[serde(default)]
    tenant: String,
    #[serde(default)]
    collected_at: String,
    #[serde(default)]
    collections: Vec<Collection>,
    #[serde(default)]
    gaps: Vec<Gap>,
}

#[derive(Deserialize)]
struct Collection {
    scope: String,
    kind: String,
}

#[derive(Deserialize)]
struct Gap {
    scope: String,
    kind: String,
    status: Option<u16>,
    #[serde(default)]
    reason: String,
    permission: Option<String>,
}

impl Gap {
    /// What Azure answers where this was missing. What nobody asked for is no refusal.
    fn refusal(self) -> Option<Refusal> {
        let status = self.status.or(match self.reason.as_str() {
            "forbidden" => Some(403),
            "throttled" => Some(429),
            _ => None,
        })?;
        Some(Refusal { scope: self.scope, kind: self.kind, status, action: self.permission })
    }
}

impl World {
    /// Reads a snapshot's folder, or a folder or file of exports.
    ///
    /// # Errors
    /// When a file cannot be read or is no JSON.
    pub fn open(path: &Path) -> io::Result<Self> {
        let mut seed = Seed::default();
        let manifest = path.join("manifest.json");
        if manifest.is_file() {
            let manifest: Manifest = serde_json::from_str(&text_of(&manifest)?)?;
            seed.tenant = manifest.tenant;
            seed.clock = manifest.collected_at;
            seed.whole =
                manifest.collections.into_iter().map(|list| (list.scope, list.kind)).collect();
            seed.refusals = manifest.gaps.into_iter().filter_map(Gap::refusal).collect();
        }
        for file in files(path) {
            let bodies = bodies(&text_of(&file)?).map_err(|error| {
                io::Error::new(io::ErrorKind::InvalidData, format!("{}: {error}", file.display()))
            })?;
            seed.bodies.extend(bodies);
        }
        if seed.bodies.is_empty() {
            let cause = format!("{}: nothing to serve", path.display());
            return Err(io::Error::new(io::ErrorKind::NotFound, cause));
        }
        Ok(seed.into())
    }
}

fn files(path: &Path) -> Vec<PathBuf> {
    let is_input = |path: &Path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
        let plain = name.strip_suffix(".zst").unwrap_or(&name);
        [".json", ".jsonl", ".ndjson"].iter().any(|end| plain.ends_with(end))
            && plain != "manifest.json"
    };
    let found = walkdir::WalkDir::new(path).sort_by_file_name().into_iter();
    let found = found.filter_map(Result::ok).filter(|entry| entry.file_type().is_file());
    found.map(walkdir::DirEntry::into_path).filter(|path| is_input(path)).collect()
}

fn text_of(path: &Path) -> io::Result<String> {
    let file = File::open(path)?;
    let mut text = String::new();
    if path.extension().is_some_and(|end| end == "zst") {
        zstd::Decoder::new(file)?.read_to_string(&mut text)?;
    } else {
        io::BufReader::new(file).read_to_string(&mut text)?;
    }
    Ok(text)
}

/// The bodies of a document: one or many values, each an array, a page or a body.
fn bodies(text: &str) -> serde_json::Result<Vec<String>> {
    #[derive(Deserialize)]
    struct Page<'a> {
        #[serde(borrow, alias = "data")]
        value: Option<Vec<&'a RawValue>>,
    }
    let mut found = Vec::new();
    let text = text.trim_start_matches('\u{feff}');
    for value in serde_json::Deserializer::from_str(text).into_iter::<&RawValue>() {
        let value = value?;
        let list = if value.get().starts_with('[') {
            Some(serde_json::from_str::<Vec<&RawValue>>(value.get())?)
        } else {
            serde_json::from_str::<Page<'_>>(value.get()).ok().and_then(|page| page.value)
        };
        match list {
            Some(list) => found.extend(list.into_iter().map(|body| body.get().to_owned())),
            None => found.push(value.get().to_owned()),
        }
    }
    Ok(found)
}
