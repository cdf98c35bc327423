//! What Azure says is wrong: the shapes that its services put it in.

use serde_json::{Map, Value};

/// How much of a message is kept: what follows is a repetition, or the source of an HTML page.
const MAX_MESSAGE: usize = 300;

/// An error as Azure tells it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ErrorBody {
    pub(super) code: Option<String>,
    pub(super) message: Option<String>,
    /// The action that the message says is not allowed
    /// (<https://learn.microsoft.com/azure/role-based-access-control/troubleshooting>).
    pub(super) missing_action: Option<String>,
}

impl ErrorBody {
    /// Reads any of `{"error": {"code", "message"}}` (Resource Manager, OData, Microsoft Graph),
    /// `{"code", "message"}`, `{"Code", "Message"}`, `{"Message"}`, `{"error", "error_description"}`
    /// (sign-in), `{"odata.error": {"message": {"value"}}}`; anything else says nothing.
    pub(super) fn read(body: &[u8]) -> Self {
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        let Ok(Value::Object(outer)) = serde_json::from_slice(body) else { return Self::default() };
        let inner =
            ["error", "odata.error"].iter().find_map(|name| member(&outer, name)?.as_object());
        let object = inner.unwrap_or(&outer);
        let code = text(object, "code").or_else(|| text(&outer, "error"));
        let message = text(object, "message").or_else(|| text(&outer, "error_description"));
        let innermost = details(object);
        let code = code.or_else(|| text(innermost?, "code"));
        let message = message.or_else(|| text(innermost?, "message"));
        Self {
            code: code.map(printable),
            message: message.map(printable),
            missing_action: message.and_then(missing_action),
        }
    }
}

fn missing_action(message: &str) -> Option<String> {
    let (_, after) = message.split_once("authorization to perform action '")?;
    let (action, _) = after.split_once('\'')?;
    let is_action =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'/' | b'-' | b'_');
    (action.contains('/') && action.bytes().all(is_action)).then(|| action.to_owned())
}

fn details(object: &Map<String, Value>) -> Option<&Map<String, Value>> {
    member(object, "details")?.as_array()?.first()?.as_object()
}

fn member<'v>(object: &'v Map<String, Value>, name: &str) -> Option<&'v Value> {
    object.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

fn text<'v>(object: &'v Map<String, Value>, name: &str) -> Option<&'v str> {
    let value = member(object, name)?;
    let text = value.as_str().or_else(|| value.get("value")?.as_str())?;
    Some(text.trim()).filter(|text| !text.is_empty())
}

/// One line without control characters, at most [`MAX_MESSAGE`] letters.
pub(in crate::azure) fn printable(text: &str) -> String {
    let words = text.split(|letter: char| letter.is_whitespace() || letter.is_control());
    let line = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MAX_MESSAGE) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
