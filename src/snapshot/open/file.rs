//! One file: its name, its kind, and its bytes, unpacked.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use memmap2::Mmap;

use super::MANIFEST;
use crate::encoding::{from_utf16, is_utf16};
use crate::snapshot::document::Document;

/// Decompressed size at which a `.zst` file is refused: a small file can unfold without end.
const MAX_UNPACKED_BYTES: u64 = 16 << 30;

/// A path as it is named to people.
pub(super) fn display(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// Whether the name is that of a file with resources.
pub(super) fn is_ours(path: &Path) -> bool {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().to_ascii_lowercase())
        .unwrap_or_default();
    // A gzip file is opened to say that it is not read.
    let plain = [".zst", ".gz"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(&name);
    plain != MANIFEST && [".json", ".jsonl", ".ndjson"].iter().any(|end| plain.ends_with(end))
}

/// Opens one file. The outer error is the system's, the inner one is about the content.
pub(super) fn open_file(path: &Path, name: &str) -> std::io::Result<Result<Document, String>> {
    let mut file = File::open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() || metadata.len() == 0 {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        return Ok(unpacked(name, bytes));
    }
    // SAFETY: the map is read-only and private to this process. Its bytes change under us only if
    // another process rewrites the file in place while we read it; we never write the files we
    // read, every use goes through bounds-checked slices, text is checked for UTF-8 before it is
    // used as such, and a file cut short in that moment ends the process with SIGBUS rather than
    // with a wrong report. Reading a copy instead would hold the whole estate in memory.
    #[expect(unsafe_code, reason = "memory-mapping is what keeps two gigabytes out of the heap")]
    let map = unsafe { Mmap::map(&file) }?;
    let packed = map.starts_with(ZSTD_MAGIC) || map.starts_with(b"\x1F\x8B") || is_utf16(&map);
    Ok(if packed {
        unpacked(name, map.to_vec())
    } else {
        Ok(Document::mapped(name.to_owned(), map))
    })
}

const ZSTD_MAGIC: &[u8] = b"\x28\xB5\x2F\xFD";

/// A document from bytes that may be compressed or UTF-16.
pub(super) fn unpacked(name: &str, bytes: Vec<u8>) -> Result<Document, String> {
    let mut bytes = bytes;
    if bytes.starts_with(b"\x1F\x8B") {
        return Err("gzip is not read: unpack it, or compress it with zstd".to_owned());
    }
    if bytes.starts_with(ZSTD_MAGIC) {
        let mut plain = Vec::new();
        let decoder = zstd::stream::read::Decoder::new(bytes.as_slice())
            .map_err(|error| error.to_string())?;
        let read = decoder.take(MAX_UNPACKED_BYTES + 1).read_to_end(&mut plain);
        read.map_err(|error| format!("not readable as zstd: {error}"))?;
        if plain.len() as u64 > MAX_UNPACKED_BYTES {
            return Err(format!("it unfolds to more than {MAX_UNPACKED_BYTES} bytes"));
        }
        bytes = plain;
    }
    if let Some(text) = from_utf16(&bytes) {
        bytes = text.map_err(|error| format!("not readable as UTF-16: {error}"))?.into_bytes();
    }
    Ok(Document::owned(name, bytes))
}
