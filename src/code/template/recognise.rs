//! What a JSON file is, told from the names at its top without reading the rest: a repository holds much
//! JSON that is none of ours.

use memchr::{memchr, memchr2, memmem};

use crate::encoding::from_utf16_lossy;

/// What a JSON file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    /// An ARM template that somebody wrote.
    Template,
    /// An ARM template that the compiler of Bicep wrote.
    Compiled,
    /// A list of ARM templates.
    Templates,
    /// Values for the parameters of a template.
    Parameters,
    /// A plan of Terraform, as `terraform show -json` writes it.
    Plan,
    /// Something else.
    Other,
}

/// What a file is. A broken one is what its intact start says: its reader shall tell what is broken.
pub fn nature(bytes: &[u8]) -> Nature {
    if let Some(text) = from_utf16_lossy(bytes) {
        return nature(text.as_bytes());
    }
    let mut scanner =
        Scanner { bytes: bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes), at: 0 };
    match scanner.next() {
        Some(b'{') => object(&mut scanner),
        Some(b'[') => {
            scanner.at += 1;
            let first = scanner.next() == Some(b'{');
            match if first { object(&mut scanner) } else { Nature::Other } {
                Nature::Template | Nature::Compiled => Nature::Templates,
                _ => Nature::Other,
            }
        }
        _ => Nature::Other,
    }
}

/// The names at the top that tell what a file is.
const NAMES: [&str; 6] = [
    "contentVersion",
    "resources",
    "parameters",
    "format_version",
    "planned_values",
    "resource_changes",
];

/// What the address of the schema of a template ends with, in lower case.
const TEMPLATE: &str = "deploymenttemplate.json";

fn object(scanner: &mut Scanner<'_>) -> Nature {
    let mut seen = [false; NAMES.len()];
    let mut schema = Vec::new();
    let mut compiled = false;
    let names = |schema: &[u8], file: &str| memmem::find(schema, file.as_bytes()).is_some();
    scanner.members(&mut |key, scanner| {
        for (name, seen) in NAMES.iter().zip(&mut seen) {
            *seen |= key.eq_ignore_ascii_case(name.as_bytes());
        }
        // Most of a template is its resources, and the compiler writes its metadata before them.
        if key.eq_ignore_ascii_case(b"resources") && names(&schema, TEMPLATE) {
            return None;
        }
        let (value, ended) = scanner.perhaps_a_value();
        if key.eq_ignore_ascii_case(b"$schema") {
            schema = value.to_ascii_lowercase();
        } else if key.eq_ignore_ascii_case(b"metadata") {
            compiled |= is_generated(value);
        }
        ended
    });
    let [version, resources, parameters, format, values, changes] = seen;
    let template = if compiled { Nature::Compiled } else { Nature::Template };
    let names = |file: &str| names(&schema, file);
    match () {
        () if names(TEMPLATE) => template,
        () if names("deploymentparameters.json") => Nature::Parameters,
        () if version && resources => template,
        () if version && parameters => Nature::Parameters,
        () if format && (values || changes) => Nature::Plan,
        () => Nature::Other,
    }
}

/// `"metadata": {"_generator": {"name": "bicep", …}}`
fn is_generated(metadata: &[u8]) -> bool {
    let mut found = false;
    Scanner { bytes: metadata, at: 0 }.members(&mut |key, scanner| {
        let (generator, ended) = scanner.perhaps_a_value();
        if key == b"_generator" {
            Scanner { bytes: generator, at: 0 }.members(&mut |key, scanner| {
                let (value, ended) = scanner.perhaps_a_value();
                found |= key == b"name" && value.eq_ignore_ascii_case(b"\"bicep\"");
                ended
            });
        }
        ended
    });
    found
}

struct Scanner<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Scanner<'b> {
    /// What follows blanks and comments; it is not taken.
    fn next(&mut self) -> Option<u8> {
        loop {
            match self.bytes.get(self.at)? {
                b' ' | b'\t' | b'\r' | b'\n' => self.at += 1,
                b'/' => self.comment()?,
                other => return Some(*other),
            }
        }
    }

    fn comment(&mut self) -> Option<()> {
        let rest = self.bytes.get(self.at + 1..)?;
        let length = match rest.first()? {
            b'/' => memchr(b'\n', rest)?,
            b'*' => memmem::find(rest, b"*/")? + 2,
            _ => return None,
        };
        self.at += 1 + length;
        Some(())
    }

    /// The text that begins here, without its quotation marks.
    fn text(&mut self) -> Option<&'b [u8]> {
        let start = self.at + 1;
        let mut at = start;
        loop {
            at += memchr2(b'"', b'\\', self.bytes.get(at..)?)?;
            if self.bytes.get(at) == Some(&b'"') {
                self.at = at + 1;
                return self.bytes.get(start..at);
            }
            at += 2;
        }
    }

    /// The value that begins here, with all that is in it.
    fn value(&mut self) -> Option<&'b [u8]> {
        self.next()?;
        let start = self.at;
        let mut depth = 0_usize;
        loop {
            match self.next()? {
                b'"' => {
                    self.text()?;
                }
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                    continue;
                }
                b'}' | b']' => {
                    depth = depth.checked_sub(1)?;
                    self.at += 1;
                }
                b',' | b':' => self.at += 1,
                _ => self.word(),
            }
            if depth == 0 {
                return self.bytes.get(start..self.at);
            }
        }
    }

    /// A number, `true`, `null` and the like.
    fn word(&mut self) {
        let ends = |byte: &u8| b",:]}\"/ \t\r\n".contains(byte);
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at += rest.iter().position(ends).unwrap_or(rest.len()).max(1);
    }

    /// The value that begins here and whether it ends; one that does not still tells the name before it.
    fn perhaps_a_value(&mut self) -> (&'b [u8], Option<()>) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let value = self.value();
        (value.unwrap_or(rest), value.map(drop))
    }

    /// The names of the members of the object that begins here, as far as they can be told apart. Each time the value is next,
    /// and has to be taken.
    fn members(&mut self, each: &mut dyn FnMut(&'b [u8], &mut Self) -> Option<()>) -> Option<()> {
        if self.next()? != b'{' {
            return None;
        }
        self.at += 1;
        loop {
            match self.next()? {
                b'"' => {}
                b',' => {
                    self.at += 1;
                    continue;
                }
                _ => return None,
            }
            let key = self.text()?;
            if self.next()? != b':' {
                return None;
            }
            self.at += 1;
            self.next()?;
            each(key, self)?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_of_windows_powershell_is_one() {
        let text = "\u{feff}{\"contentVersion\": \"1\", \"resources\": []}";
        let of =
            |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
        assert_eq!(nature(&of(u16::to_le_bytes)), Nature::Template);
        assert_eq!(nature(&of(u16::to_be_bytes)), Nature::Template);
    }

    #[test]
    fn files_are_what_the_names_at_their_top_say() {
        let cases = [
            (
                r#"{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"}"#,
                Nature::Template,
            ),
            (
                r#"{"$schema": "x/subscriptionDeploymentTemplate.json", "metadata": {"_generator": {"name": "bicep", "version": "1"}}}"#,
                Nature::Compiled,
            ),
            (
                r#"{"metadata": {"_generator": {"name": "armlint"}}, "$Schema": "x/managementGroupDeploymentTemplate.json"}"#,
                Nature::Template,
            ),
            (
                r#"{"metadata": {"name": "bicep", "x": "_generator"}, "$schema": "x/tenantDeploymentTemplate.json"}"#,
                Nature::Template,
            ),
            ("\u{feff}// a note\n/* \"{ */ {'x': 1}", Nature::Other),
            (
                "\u{feff}// a note\n/* \"{ */ {\"contentVersion\": \"1\", \"resources\": [],}",
                Nature::Template,
            ),
            (
                r#"{"contentVersion": "1", "parameters": {"resources": {"value": 1}}}"#,
                Nature::Parameters,
            ),
            (r#"{"$schema": "x/deploymentParameters.json#", "resources": 1}"#, Nature::Parameters),
            (r#"[{"contentVersion": "1", "resources": []}, {}]"#, Nature::Templates),
            (r#"["contentVersion", "resources"]"#, Nature::Other),
            (
                r#"{"format_version": "1.2", "terraform_version": "1.9.0", "planned_values": {}}"#,
                Nature::Plan,
            ),
            (r#"{"format_version": "1.0", "values": {}}"#, Nature::Other),
            (r#"{"a": {"contentVersion": "1", "resources": []}}"#, Nature::Other),
            (
                r#"{"a": "\"}", "contentVersion": "1", "resources": {"b": [1, -2.5e3, true, null]}}"#,
                Nature::Template,
            ),
            // Broken ones.
            (r#"{"$schema": "x/deploymentTemplate.json", "resources": [{"#, Nature::Template),
            (r#"{"contentVersion": "1", "resources": [}"#, Nature::Template),
            (r#"{"contentVersion": "1", "resources" []}"#, Nature::Other),
            (r#"{"contentVersion": "1"#, Nature::Other),
            ("{", Nature::Other),
            ("/", Nature::Other),
            ("", Nature::Other),
        ];
        for (text, wanted) in cases {
            assert_eq!(nature(text.as_bytes()), wanted, "{text}");
            for end in 0..text.len() {
                nature(&text.as_bytes()[..end]);
            }
        }
    }

    #[test]
    fn a_deep_file_is_no_danger() {
        let text = format!("{{\"resources\": {}1", "[".repeat(1_000_000));
        assert_eq!(nature(text.as_bytes()), Nature::Other);
        assert_eq!(nature("[".repeat(1_000_000).as_bytes()), Nature::Other);
    }
}
