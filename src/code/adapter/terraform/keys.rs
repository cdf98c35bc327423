//! Parts of key vaults and keys that have another form in ARM.

use super::apply::{formless, like};
use super::draft::Draft;
use super::frame::Frame;
use crate::code::value::{Cause, Content, Value};
use crate::inventory::Time;

/// The address of a key vault.
pub fn form(frame: &Frame<'_>, draft: &mut Draft) {
    let uri = frame.context.form("https://{name}.vault.azure.net/", frame);
    draft.put("properties.vaultUri", frame.place, uri);
}

/// When a key expires, in seconds since 1970 as ARM has it.
pub fn expiry(value: &Value, _: &Frame<'_>) -> Value {
    match &value.content {
        Content::Unknown(unknown) => like(value, Content::Unknown(formless(unknown))),
        Content::Text(text) => match Time::parse(text) {
            #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
            Some(time) => like(value, Content::Number(time.0 as f64)),
            None => no_time(value),
        },
        _ => no_time(value),
    }
}

fn no_time(value: &Value) -> Value {
    let detail = "this is not a time such as 2027-01-01T00:00:00Z";
    Value::unknown(Cause::InvalidExpression, detail, value.place, value.place)
}
