//! A request as it came over the wire.

use hyper::body::Bytes;
use hyper::{HeaderMap, Method};

/// A request.
pub struct Request {
    /// The method.
    pub method: Method,
    /// The path, decoded, without a slash at its end.
    pub path: String,
    /// The path as it was sent.
    pub raw_path: String,
    target: String,
    /// The query, decoded, in its order.
    pub query: Vec<(String, String)>,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// Scheme, host and port that the client knows us by.
    pub origin: String,
}

impl Request {
    /// Reads path and query of a target such as `/a%20b?c=d`.
    pub fn new(
        method: Method,
        target: &str,
        headers: HeaderMap,
        body: Bytes,
        origin: String,
    ) -> Self {
        let (raw_path, raw_query) = target.split_once('?').unwrap_or((target, ""));
        Self {
            method,
            path: decode(raw_path.trim_end_matches('/'), false),
            raw_path: raw_path.to_owned(),
            target: target.to_owned(),
            query: form(raw_query),
            headers,
            body,
            origin,
        }
    }

    /// A parameter of the query; its name is compared without case, as ARM does it.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let named = self.query.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str())
    }

    /// A header; empty if it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The parts of the path in lower case.
    pub fn parts(&self) -> Vec<String> {
        self.path.split('/').skip(1).map(str::to_ascii_lowercase).collect()
    }

    /// The fields of a form in the body.
    pub fn form(&self) -> Vec<(String, String)> {
        form(&String::from_utf8_lossy(&self.body))
    }

    /// Path and query as they were sent.
    pub fn target(&self) -> &str {
        &self.target
    }

    /// The address of this very question with one parameter replaced.
    pub fn with_parameter(&self, name: &str, value: &str) -> String {
        let others = self.query.iter().filter(|(known, _)| !known.eq_ignore_ascii_case(name));
        let pairs = others.map(|(name, value)| (name.as_str(), value.as_str()));
        let pairs: Vec<String> = pairs
            .chain([(name, value)])
            .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
            .collect();
        format!("{}{}?{}", self.origin, self.raw_path, pairs.join("&"))
    }
}

fn form(text: &str) -> Vec<(String, String)> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decode(name, true), decode(value, true)))
        .collect()
}

fn decode(text: &str, plus_is_space: bool) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        let escaped = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (*first, escaped) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            (b'+', _) if plus_is_space => {
                bytes.push(b' ');
                rest = after;
            }
            (byte, _) => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn encode(text: &str) -> String {
    use std::fmt::Write as _;
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}
