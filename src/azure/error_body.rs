//! What Azure says is wrong: the shapes that its services put it in.

use serde_json::{Map, Value};

use super::text::printable;

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
    /// `{"code", "message"}`, `{"Code", "Message"}`, `{"error", "error_description"}` (signing in),
    /// `{"odata.error": {"message": {"value"}}}` and those where both are in the details only. Anything
    /// else, such as a page of HTML, says nothing.
    pub(super) fn read(body: &[u8]) -> Self {
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        let Ok(Value::Object(outer)) = serde_json::from_slice(body) else { return Self::default() };
        let inner =
            ["error", "odata.error"].iter().find_map(|name| member(&outer, name)?.as_object());
        let object = inner.unwrap_or(&outer);
        let detail = member(object, "details").and_then(|details| details.get(0)?.as_object());
        let information = member(object, "additionalInfo")
            .and_then(|information| information.get(0)?.get("info")?.as_object());
        let places = [Some(object), Some(&outer), detail, information];
        let first = |names: [&str; 2]| {
            places
                .iter()
                .flatten()
                .find_map(|place| names.iter().find_map(|name| text(place, name)))
        };
        let message = first(["message", "error_description"]);
        Self {
            code: first(["code", "error"]).map(printable),
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

/// A member by its name in any spelling.
fn member<'v>(object: &'v Map<String, Value>, name: &str) -> Option<&'v Value> {
    object.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

fn text<'v>(object: &'v Map<String, Value>, name: &str) -> Option<&'v str> {
    let value = member(object, name)?;
    let text = value.as_str().or_else(|| value.get("value")?.as_str())?;
    Some(text.trim()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_is_read() {
        let cases: &[(&str, Option<&str>, Option<&str>)] = &[
            (r#"{"error":{"code":"A","message":"b"}}"#, Some("A"), Some("b")),
            ("\u{feff}{\"error\":{\"code\":\"A\",\"message\":\"b\"}}", Some("A"), Some("b")),
            (r#"{"code":"A","message":"b","target":null}"#, Some("A"), Some("b")),
            (r#"{"Code":"A","Message":"b"}"#, Some("A"), Some("b")),
            (r#"{"Message":"b"}"#, None, Some("b")),
            (
                r#"{"error":"invalid_client","error_description":"b"}"#,
                Some("invalid_client"),
                Some("b"),
            ),
            (
                r#"{"odata.error":{"code":"A","message":{"lang":"en","value":"b"}}}"#,
                Some("A"),
                Some("b"),
            ),
            (
                r#"{"error":{"code":null,"details":[{"code":"A","message":"b"}]}}"#,
                Some("A"),
                Some("b"),
            ),
            (
                r#"{"error":{"additionalInfo":[{"type":"UserFacingError","info":{"message":"b","code":"A"}}]}}"#,
                Some("A"),
                Some("b"),
            ),
            ("<html><title>502 Bad Gateway</title>", None, None),
            (r#"[{"code":"A"}]"#, None, None),
            (r#"{"error":[1]}"#, None, None),
            ("", None, None),
        ];
        for (body, code, message) in cases {
            let read = ErrorBody::read(body.as_bytes());
            assert_eq!(
                (read.code.as_deref(), read.message.as_deref()),
                (*code, *message),
                "{body}"
            );
        }
    }

    #[test]
    fn the_missing_action_is_found_in_a_long_message() {
        let who = "x".repeat(500);
        let body = |action: &str| {
            let message = format!(
                "The client '{who}' with object id 'o' does not have authorization to perform action \
                 '{action}' over scope '/subscriptions/s' or the scope is invalid."
            );
            serde_json::json!({ "error": { "code": "AuthorizationFailed", "message": message } })
        };
        let read = |action: &str| ErrorBody::read(body(action).to_string().as_bytes());
        let action = "Microsoft.RecoveryServices/vaults/backupResourceGuardProxies/read";
        let found = read(action);
        assert_eq!(found.missing_action.as_deref(), Some(action));
        assert!(found.message.expect("a message").ends_with('…'));
        assert_eq!(read("no action").missing_action, None);
        assert_eq!(read("a/b\u{1b}[0m").missing_action, None);
    }
}
