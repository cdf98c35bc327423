//! Tokens: well formed, without a signature, and good for one audience until they expire.

use std::collections::HashMap;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

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
        let now = seconds_now();
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
    pub fn check(&self, token: &str, tenant: &str, audiences: &[&str]) -> Result<(), Rejection> {
        let (audience, is_expired) = match self.issued.get(token) {
            Some(issued) => (issued.audience.clone(), issued.expires <= Instant::now()),
            None => claims(token, tenant).ok_or(Rejection::Unknown)?,
        };
        if is_expired {
            return Err(Rejection::Expired);
        }
        let is_ours = audiences.iter().any(|known| bare(known) == audience);
        if is_ours { Ok(()) } else { Err(Rejection::Audience) }
    }

    /// Lets every token expire now.
    pub fn expire(&mut self) {
        let now = Instant::now();
        self.issued.values_mut().for_each(|issued| issued.expires = now);
    }
}

/// Audience of a token that an earlier run gave out, and whether it is too old: clients keep them.
fn claims(token: &str, tenant: &str) -> Option<(String, bool)> {
    let mut parts = token.split('.');
    let claims: Value = serde_json::from_slice(&from_base64_url(parts.nth(1)?)?).ok()?;
    let is_ours = claims["tid"] == tenant && claims["appid"] == super::arm::error::CLIENT;
    let expires = claims["exp"].as_u64().filter(|_| is_ours)?;
    Some((bare(claims["aud"].as_str()?).to_owned(), expires <= seconds_now()))
}

fn seconds_now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// An audience without scheme and closing slashes: both are written in more than one way.
fn bare(audience: &str) -> &str {
    audience.split_once("://").map_or(audience, |(_, rest)| rest).trim_end_matches('/')
}

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

fn base64_url(text: &str) -> String {
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

fn from_base64_url(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for chunk in text.as_bytes().chunks(4) {
        let mut bits = 0;
        for (at, letter) in chunk.iter().enumerate() {
            let index = LETTERS.iter().position(|known| known == letter)?;
            bits |= u32::try_from(index).ok()? << (18 - 6 * at);
        }
        bytes.extend(bits.to_be_bytes().into_iter().skip(1).take(chunk.len().saturating_sub(1)));
    }
    Some(bytes)
}
