//! Paths as URIs: relative to the working directory, forward slashes, percent-encoded.

use std::fmt::Write;
use std::path::Path;

/// Where a finding without a file is anchored: a location without a URI makes GitHub reject the whole
/// file, and the tool's own configuration is the nearest thing to a place.
const ANCHOR: &str = "backuplint.toml";

/// The URI of a path as it was named on the command line.
pub fn of(path: &str, root: Option<&Path>) -> String {
    if path == "-" {
        return "stdin".to_owned();
    }
    if let Some((scheme, rest)) = path.split_once("://")
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric())
    {
        return format!("{scheme}://{}", encode(rest));
    }
    let (absolute, segments) = resolved(path, root);
    if segments.is_empty() {
        return ANCHOR.to_owned();
    }
    let encoded: Vec<_> = segments.iter().map(|segment| encode(segment)).collect();
    let encoded = encoded.join("/");
    if absolute { format!("file:///{encoded}") } else { encoded }
}

/// The path as a workflow command of GitHub names it: relative to the working directory, and not encoded.
pub fn plain(path: &str, root: Option<&Path>) -> String {
    let (absolute, segments) = resolved(path, root);
    let joined = segments.join("/");
    if absolute { format!("/{joined}") } else { joined }
}

/// Whether a path leads out of the working directory, and its segments.
fn resolved(path: &str, root: Option<&Path>) -> (bool, Vec<String>) {
    let path = slashed(path);
    let mut segments = normal(&path);
    let mut absolute = is_absolute(&path);
    let root = root.map(|root| {
        normal(&slashed(&root.to_string_lossy())).iter().map(|&s| s.to_owned()).collect::<Vec<_>>()
    });
    let mut joined = Vec::new();
    if let Some(root) = &root {
        if !absolute && segments.first() == Some(&"..") {
            // Out of the working directory and perhaps back into it.
            let full = format!("/{}/{}", root.join("/"), segments.join("/"));
            joined.extend(normal(&full).into_iter().map(str::to_owned));
            segments = joined.iter().map(String::as_str).collect();
            absolute = true;
        }
        if absolute
            && segments.len() >= root.len()
            && segments.iter().zip(root).all(|(left, right)| left == right)
        {
            segments.drain(..root.len());
            absolute = false;
        }
    }
    (absolute, segments.into_iter().map(str::to_owned).collect())
}

/// The URI of a finding that was read from no file.
pub fn fallback(inputs: &[String], root: Option<&Path>) -> String {
    inputs
        .iter()
        .find(|input| !input.is_empty())
        .map_or_else(|| ANCHOR.to_owned(), |input| of(input, root))
}

fn slashed(path: &str) -> String {
    // Elsewhere a backslash is a letter like any other.
    if cfg!(windows) { path.replace('\\', "/") } else { path.to_owned() }
}

fn is_absolute(path: &str) -> bool {
    path.starts_with('/') || (cfg!(windows) && path.as_bytes().get(1) == Some(&b':'))
}

/// The segments without `.`, with `..` resolved where something stands before it.
fn normal(path: &str) -> Vec<&str> {
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/').filter(|segment| !segment.is_empty() && *segment != ".") {
        if segment == ".." && segments.last().is_some_and(|last| *last != "..") {
            segments.pop();
        } else if segment != ".." || !is_absolute(path) {
            segments.push(segment);
        }
    }
    segments
}

/// Keeps RFC 3986's unreserved characters, the slash, and what may stand in a path segment; a colon
/// could be read as a scheme.
fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/!$&'()*+,;=@".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            write!(encoded, "%{byte:02X}").expect("writing to a string cannot fail");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{fallback, of, plain};

    #[test]
    fn relative_to_the_working_directory_and_encoded() {
        let root = Some(Path::new("/srv/repo"));
        for (path, uri) in [
            ("infra/main.tf", "infra/main.tf"),
            ("./infra//main.tf", "infra/main.tf"),
            ("my estate/größe#1.json", "my%20estate/gr%C3%B6%C3%9Fe%231.json"),
            ("50%[a]:b.tf", "50%25%5Ba%5D%3Ab.tf"),
            ("/srv/repo/infra/main.tf", "infra/main.tf"),
            ("/srv/repository/main.tf", "file:///srv/repository/main.tf"),
            ("../repo/a.tf", "a.tf"),
            ("../other/a.tf", "file:///srv/other/a.tf"),
            ("a/../../../../x", "file:///x"),
            ("/srv/repo", "backuplint.toml"),
            (".", "backuplint.toml"),
            ("-", "stdin"),
            ("az://account/a b.jsonl", "az://account/a%20b.jsonl"),
        ] {
            assert_eq!(of(path, root), uri, "{path}");
        }
        assert_eq!(plain("./my estate/größe#1.json", root), "my estate/größe#1.json");
        assert_eq!(plain("../other/a.tf", root), "/srv/other/a.tf");
        assert_eq!(of("../a.tf", None), "../a.tf");
        assert_eq!(fallback(&[], None), "backuplint.toml");
        assert_eq!(fallback(&["estate".to_owned()], root), "estate");
    }
}
