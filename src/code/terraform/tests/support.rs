//! What the tests share.

use std::path::{Path, PathBuf};

use crate::code::terraform::project::{Options, Project};
use crate::code::terraform::result::Root;
use crate::code::value::{Content, Value};

/// The data of the tests.
pub(super) fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/code/terraform").join(name)
}

/// A directory that is gone after the test.
pub(super) struct Scratch(PathBuf);

impl Scratch {
    pub(super) fn new(name: &str) -> Scratch {
        let unique = format!("backuplint-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(unique);
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Scratch(path)
    }

    pub(super) fn write(&self, name: &str, text: &str) {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    pub(super) fn project(&self) -> Project {
        Project::read(&self.0, Options::default())
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The one root of a project with these files.
pub(super) fn root(name: &str, files: &[(&str, &str)]) -> Root {
    let scratch = Scratch::new(name);
    for (file, text) in files {
        scratch.write(file, text);
    }
    let mut roots = scratch.project().evaluate();
    assert_eq!(roots.len(), 1, "{name}");
    roots.remove(0)
}

/// A value as JSON; what is unknown shows its cause.
pub(super) fn show(value: &Value) -> String {
    match &value.content {
        Content::Null => "null".to_owned(),
        Content::Bool(value) => value.to_string(),
        Content::Number(number) => crate::code::terraform::number::write(*number),
        Content::Text(text) => {
            let mut out = String::new();
            crate::code::terraform::functions::quote(text, &mut out);
            out
        }
        Content::List(items) => {
            format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(","))
        }
        Content::Map(map) => {
            let mut parts: Vec<String> = crate::code::terraform::types::sorted(map)
                .into_iter()
                .map(|member| format!("\"{}\":{}", member.key, show(&member.value)))
                .collect();
            if map.rest().is_some() {
                parts.push("...".to_owned());
            }
            format!("{{{}}}", parts.join(","))
        }
        Content::Unknown(unknown) => {
            let form = unknown.form.as_ref().map(|form| {
                form.iter()
                    .map(|part| match part {
                        crate::code::value::Part::Known(text) => text.to_string(),
                        crate::code::value::Part::Hole(name) => format!("<{name}>"),
                        crate::code::value::Part::Reference(found) => {
                            format!("<{}#{}>", found.address, found.attribute)
                        }
                    })
                    .collect::<String>()
            });
            match form {
                Some(form) => format!("?{:?} {form}", unknown.cause),
                None => format!("?{:?}", unknown.cause),
            }
        }
    }
}
