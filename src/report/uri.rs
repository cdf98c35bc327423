//! Paths as URIs: relative to their repository, else to the working directory; forward slashes, percent-encoded.

use std::fmt::Write;
use std::path::PathBuf;

/// What paths are made relative to.
#[derive(Clone, Debug, Default)]
pub struct Roots {
    /// The working directory.
    pub working: Option<PathBuf>,
    /// The tops of the repositories that files stand in: a checkout may be a folder of the working directory, or
    /// around it, and GitHub knows only paths of the repository.
    pub repositories: Vec<PathBuf>,
}

/// Where a finding without a file is anchored: a location without a URI makes GitHub reject the whole
/// file, and the tool's own configuration is the nearest thing to a place.
const ANCHOR: &str = "backuplint.toml";

/// The URI of a path as it was named on the command line.
pub fn of(path: &str, roots: &Roots) -> String {
    if path == "-" {
        return "stdin".to_owned();
    }
    if let Some((scheme, rest)) = path.split_once("://")
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric())
    {
        return format!("{scheme}://{}", encode(rest));
    }
    let (absolute, segments) = resolved(path, roots);
    let is_nowhere = !is_absolute(path) && normal(path).is_empty();
    if is_nowhere || segments.is_empty() {
        return ANCHOR.to_owned();
    }
    let encoded: Vec<_> = segments.iter().map(|segment| encode(segment)).collect();
    let encoded = encoded.join("/");
    if absolute { format!("file:///{encoded}") } else { encoded }
}

/// The path as a workflow command of GitHub names it: relative to the working directory, and not encoded.
pub fn plain(path: &str, roots: &Roots) -> String {
    let (absolute, segments) = resolved(path, roots);
    let joined = segments.join("/");
    if absolute { format!("/{joined}") } else { joined }
}

/// Whether a path leads out of the repository and the working directory, and its segments.
fn resolved(path: &str, roots: &Roots) -> (bool, Vec<String>) {
    let path = slashed(path);
    let of_root = |root: &PathBuf| -> Vec<String> {
        normal(&slashed(&root.to_string_lossy())).into_iter().map(str::to_owned).collect()
    };
    let own: Vec<String> = normal(&path).into_iter().map(str::to_owned).collect();
    let is_absolute = is_absolute(&path);
    let Some(working) = roots.working.as_ref().map(of_root) else { return (is_absolute, own) };
    let full = if is_absolute {
        own.clone()
    } else {
        // Out of the working directory and perhaps back into it.
        let full = format!("/{}/{}", working.join("/"), own.join("/"));
        normal(&full).into_iter().map(str::to_owned).collect()
    };
    let repositories = roots.repositories.iter().map(of_root);
    let around = repositories.filter(|root| full.starts_with(root)).max_by_key(Vec::len);
    if let Some(root) = around.or_else(|| full.starts_with(&working).then_some(working)) {
        return (false, full[root.len()..].to_vec());
    }
    (true, full)
}

/// The URI of a finding that was read from no file.
pub fn fallback(inputs: &[String], roots: &Roots) -> String {
    inputs
        .iter()
        .find(|input| !input.is_empty())
        .map_or_else(|| ANCHOR.to_owned(), |input| of(input, roots))
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
    use super::{Roots, fallback, of, plain};

    #[test]
    fn relative_to_the_working_directory_and_encoded() {
        let roots = Roots { working: Some("/srv/repo".into()), repositories: Vec::new() };
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
            assert_eq!(of(path, &roots), uri, "{path}");
        }
        assert_eq!(plain("./my estate/größe#1.json", &roots), "my estate/größe#1.json");
        assert_eq!(plain("../other/a.tf", &roots), "/srv/other/a.tf");
        assert_eq!(of("../a.tf", &Roots::default()), "../a.tf");
        assert_eq!(fallback(&[], &Roots::default()), "backuplint.toml");
        assert_eq!(fallback(&["estate".to_owned()], &roots), "estate");
    }

    #[test]
    fn relative_to_the_repository_wherever_it_is_checked_out() {
        let roots = |working: &str, repositories: &[&str]| Roots {
            working: Some(working.into()),
            repositories: repositories.iter().map(Into::into).collect(),
        };
        let within =
            roots("/srv/checkout", &["/srv/checkout/sub", "/srv/checkout/sub/vendor/other"]);
        assert_eq!(of("sub/infra/a b.tf", &within), "infra/a%20b.tf");
        assert_eq!(plain("sub/infra/a b.tf", &within), "infra/a b.tf");
        assert_eq!(of("sub/vendor/other/x.tf", &within), "x.tf");
        assert_eq!(of("subway/a.tf", &within), "subway/a.tf");
        let around = roots("/srv/repo/infra", &["/srv/repo"]);
        assert_eq!(of("main.tf", &around), "infra/main.tf");
        assert_eq!(of("../ops/a.sh", &around), "ops/a.sh");
        assert_eq!(of("../../x.tf", &around), "file:///srv/x.tf");
        assert_eq!(
            (of(".", &around), of("", &around)),
            ("backuplint.toml".into(), "backuplint.toml".into())
        );
    }
}
