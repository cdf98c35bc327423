//! Who a token is of, for people to see. Nothing is decided by it: only Azure reads tokens.

use serde::Deserialize;

use crate::azure::text::printable;

/// Whoever signed in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// The tenant's GUID.
    pub tenant: Option<String>,
    /// The principal's object id.
    pub object_id: Option<String>,
    /// The user's name, or the application's id.
    pub name: Option<String>,
}

/// <https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference>
#[derive(Deserialize)]
struct Claims {
    tid: Option<String>,
    oid: Option<String>,
    upn: Option<String>,
    unique_name: Option<String>,
    preferred_username: Option<String>,
    appid: Option<String>,
    azp: Option<String>,
}

impl Identity {
    /// What a token says; nothing if it is no JSON Web Token.
    pub(super) fn of(token: &str) -> Self {
        let payload = token.split('.').nth(1).and_then(decoded);
        let claims = payload.and_then(|payload| serde_json::from_slice::<Claims>(&payload).ok());
        let Some(claims) = claims else { return Self::default() };
        let names =
            [claims.upn, claims.unique_name, claims.preferred_username, claims.appid, claims.azp];
        let shown =
            |text: Option<String>| text.as_deref().map(printable).filter(|text| !text.is_empty());
        Self {
            tenant: shown(claims.tid),
            object_id: shown(claims.oid),
            name: shown(names.into_iter().flatten().next()),
        }
    }
}

/// Base64 in the alphabet for addresses, without padding (<https://www.rfc-editor.org/rfc/rfc4648#section-5>).
fn decoded(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut bits, mut count) = (0_u32, 0);
    for letter in text.trim_end_matches('=').bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'-' | b'+' => 62,
            b'_' | b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from((bits >> count) & 0xff).ok()?);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_says_whose_it_is() {
        // {"tid":"t","oid":"o","appid":"a","unique_name":"ü@b\n"}
        let payload = "eyJ0aWQiOiJ0Iiwib2lkIjoibyIsImFwcGlkIjoiYSIsInVuaXF1ZV9uYW1lIjoiw7xAYlxuIn0";
        let identity = Identity::of(&format!("eyJhIjoxfQ.{payload}.sig"));
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(
            identity,
            Identity { tenant: text("t"), object_id: text("o"), name: text("ü@b") }
        );
        for token in ["", "abc", "a.b.c", "a.é.c", "a.e30.c", "..."] {
            assert_eq!(Identity::of(token), Identity::default(), "{token}");
        }
    }
}
