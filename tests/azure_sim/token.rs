//! Tokens: well formed, without a signature, and good for one audience until they expire.

use std::collections::HashMap;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::json;

/// Why a token is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// There is none.
    Missing,
    /// Nobody here gave it out.
    Unknown,
    /// It is too old.
    Expired,
    /// It is for another service.
    Audience,
}

/// The tokens given out.
#[derive(Default)]
pub struct Tokens {
    issued: HashMap<String, Issued>,
}

struct Issued {
    audience: String,
    expires: Instant,
}

/// A token and when it expires, in seconds since 1970.
pub struct Token {
    /// Its text.
    pub text: String,
    /// When it expires.
    pub expires_on: u64,
}

impl Tokens {
    /// Gives out a token.
    pub fn issue(&mut self, audience: &str, tenant: &str, issuer: &str, life: Duration) -> Token {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let expires_on = now + life.as_secs();
        let header = json!({"typ": "JWT", "alg": "none"});
        let claims = json!({
            "aud": audience,
            "iss": issuer,
            "iat": now,
            "nbf": now,
            "exp": expires_on,
            "appid": super::arm::error::CLIENT,
            "idtyp": "app",
            "oid": super::arm::error::CLIENT_OBJECT,
            "sub": super::arm::error::CLIENT_OBJECT,
            "tid": tenant,
            "uti": self.issued.len().to_string(),
            "ver": "1.0",
        });
        let text =
            format!("{}.{}.", base64_url(&header.to_string()), base64_url(&claims.to_string()));
        let issued = Issued { audience: bare(audience).to_owned(), expires: Instant::now() + life };
        self.issued.insert(text.clone(), issued);
        Token { text, expires_on }
    }

    /// Whether a token opens a service that goes by these names.
    ///
    /// # Errors
    /// Why not.
    pub fn check(&self, token: &str, audiences: &[&str]) -> Result<(), Rejection> {
        let issued = self.issued.get(token).ok_or(Rejection::Unknown)?;
        if issued.expires <= Instant::now() {
            return Err(Rejection::Expired);
        }
        let is_ours = audiences.iter().any(|audience| bare(audience) == issued.audience);
        if is_ours { Ok(()) } else { Err(Rejection::Audience) }
    }

    /// Lets every token expire now.
    pub fn expire(&mut self) {
        let now = Instant::now();
        self.issued.values_mut().for_each(|issued| issued.expires = now);
    }
}

/// An audience without scheme and closing slashes: both are written in more than one way.
fn bare(audience: &str) -> &str {
    audience.split_once("://").map_or(audience, |(_, rest)| rest).trim_end_matches('/')
}

fn base64_url(text: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut encoded = String::new();
    for chunk in text.as_bytes().chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..=chunk.len() {
            let index = bits >> (18 - 6 * at) & 63;
            encoded.push(char::from(LETTERS[index as usize]));
        }
    }
    encoded
}
