//! As much of an answer as says what it is of.

use std::borrow::Cow;

use serde::Deserialize;

use crate::azure::{Failure, FailureKind, Row};

/// What every resource and every object of the directory says of itself.
#[derive(Deserialize)]
pub(super) struct Header<'a> {
    /// Its id, which is not empty.
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    /// Its type, empty if it does not say.
    #[serde(borrow, default, rename = "type")]
    pub kind: Cow<'a, str>,
}

impl<'a> Header<'a> {
    /// Of a row, which was looked at when its page was read.
    pub fn of_row(row: &'a Row) -> Option<Self> {
        Some(Self { id: row.id()?.into(), kind: row.kind()?.into() })
    }

    /// Of a JSON object that has an id. Nobody could tell what anything else is.
    pub fn of(body: &'a [u8]) -> Option<Self> {
        let is_object = body.trim_ascii_start().starts_with(b"{");
        let header: Self = serde_json::from_slice(body).ok().filter(|_| is_object)?;
        (!header.id.is_empty()).then_some(header)
    }
}

/// The answer is whole, but it has something that is nothing.
pub(super) fn nameless(path: &str) -> Failure {
    Failure {
        kind: FailureKind::Malformed,
        status: Some(200),
        code: None,
        message: "the answer has something without an id".to_owned(),
        missing_action: None,
        requests: 0,
        path: path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::Header;

    #[test]
    fn only_what_has_an_id_is_something() {
        let cases = [
            (r#" {"name":"a","id":"/a","type":"t"}"#, Some(("/a", "t"))),
            (r#"{"id":"/\u0061"}"#, Some(("/a", ""))),
            (r#"{"id":""}"#, None),
            (r#"{"id":null}"#, None),
            (r#"{"id":7}"#, None),
            (r#"{"id":"/a","type":7}"#, None),
            (r#"["/a","t"]"#, None),
            ("null", None),
            ("7", None),
            ("{}", None),
        ];
        for (body, expected) in cases {
            let header = Header::of(body.as_bytes());
            let found = header.as_ref().map(|header| (&*header.id, &*header.kind));
            assert_eq!(found, expected, "{body}");
        }
    }
}
