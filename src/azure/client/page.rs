//! One page of an answer: its rows as they stand, and the way to the next.

use std::borrow::Cow;
use std::ops::Deref;

use bytes::Bytes;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::transport::Reply;
use crate::azure::text::json_fault;

/// Set when there are more than 10,000 subscriptions
/// (<https://learn.microsoft.com/azure/governance/resource-graph/troubleshoot/general>).
const SUBSCRIPTION_LIMIT: &str = "x-ms-tenant-subscription-limit-hit";

/// One element of a list, byte by byte as Azure sent it, and what it says that it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    bytes: Bytes,
    id: Option<Box<str>>,
    kind: Option<Box<str>>,
}

impl Row {
    fn new(bytes: Bytes) -> Self {
        #[derive(Deserialize)]
        struct Header<'a> {
            #[serde(borrow)]
            id: Option<Cow<'a, str>>,
            #[serde(borrow, default, rename = "type")]
            kind: Kind<'a>,
        }
        let header = object(&bytes).ok().and_then(|()| serde_json::from_slice(&bytes).ok());
        let (id, kind) = header.map_or((None, None), |Header { id, kind }| (id, kind.0));
        let id = id.filter(|id| !id.is_empty()).map(|id| id.into_owned().into_boxed_str());
        let kind = kind.map(|kind| kind.into_owned().into_boxed_str());
        Self { bytes, id, kind }
    }

    /// Its JSON.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Its `id`, if it is an object that has one.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// Its `type`, empty if it does not say; nothing if what it says is no text.
    pub fn kind(&self) -> Option<&str> {
        self.kind.as_deref()
    }
}

/// A type, if it is a text.
struct Kind<'a>(Option<Cow<'a, str>>);

impl Default for Kind<'_> {
    fn default() -> Self {
        Self(Some(Cow::Borrowed("")))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Kind<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Text<'a>(#[serde(borrow)] Cow<'a, str>);
        let value = <&RawValue>::deserialize(deserializer)?;
        Ok(Self(serde_json::from_str(value.get()).ok().map(|Text(text)| text)))
    }
}

impl Deref for Row {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

/// Some of the rows of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// In Azure's order.
    pub rows: Vec<Row>,
    /// How many requests it took, with the retries.
    pub requests: u32,
}

/// A page of a list, taken apart.
#[derive(Debug)]
pub(super) struct ListPage {
    pub(super) rows: Vec<Row>,
    pub(super) next_link: Option<String>,
}

/// A page of Resource Graph, taken apart.
#[derive(Debug)]
pub(super) struct GraphPage {
    pub(super) rows: Vec<Row>,
    pub(super) skip_token: Option<String>,
    /// Azure says that there are rows that it does not give.
    pub(super) is_truncated: bool,
    pub(super) total: Option<u64>,
    pub(super) count: Option<u64>,
    /// There are more subscriptions than Resource Graph looks into.
    pub(super) is_limited: bool,
}

#[derive(Deserialize)]
struct ListWire<'a> {
    #[serde(borrow)]
    value: Vec<&'a RawValue>,
    #[serde(borrow, default, rename = "nextLink")]
    next_link: Option<Cow<'a, str>>,
    #[serde(borrow, default, rename = "@odata.nextLink")]
    odata_next_link: Option<Cow<'a, str>>,
    /// Management groups spell it so in some versions.
    #[serde(borrow, default, rename = "@nextLink")]
    at_next_link: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct GraphWire<'a> {
    #[serde(borrow)]
    data: Vec<&'a RawValue>,
    #[serde(borrow, default, rename = "$skipToken")]
    skip_token: Option<Cow<'a, str>>,
    #[serde(borrow, default, rename = "resultTruncated")]
    result_truncated: Option<Truncated<'a>>,
    #[serde(default, rename = "totalRecords")]
    total_records: Option<u64>,
    #[serde(default)]
    count: Option<u64>,
}

/// A text in truth, a truth value in some of the documentation.
#[derive(Deserialize)]
#[serde(untagged)]
enum Truncated<'a> {
    Text(#[serde(borrow)] Cow<'a, str>),
    Truth(bool),
}

/// An array is no answer, even if its elements stand where the members of an object would.
pub(super) fn object(body: &[u8]) -> Result<(), String> {
    let is_object = body.trim_ascii_start().starts_with(b"{");
    is_object.then_some(()).ok_or_else(|| "it is no JSON object".to_owned())
}

impl ListPage {
    pub(super) fn read(reply: &Reply) -> Result<Self, String> {
        let wire: ListWire<'_> =
            serde_json::from_slice(&reply.body).map_err(|error| json_fault(&error))?;
        object(&reply.body)?;
        let links = [wire.next_link, wire.odata_next_link, wire.at_next_link];
        let next_link = links.into_iter().flatten().find(|link| !link.is_empty());
        Ok(Self { rows: rows(&reply.body, &wire.value), next_link: next_link.map(Cow::into_owned) })
    }
}

impl GraphPage {
    pub(super) fn read(reply: &Reply) -> Result<Self, String> {
        let wire: GraphWire<'_> =
            serde_json::from_slice(&reply.body).map_err(|error| json_fault(&error))?;
        object(&reply.body)?;
        let limit = reply.headers.get(SUBSCRIPTION_LIMIT).and_then(|value| value.to_str().ok());
        Ok(Self {
            rows: rows(&reply.body, &wire.data),
            skip_token: wire.skip_token.map(Cow::into_owned).filter(|token| !token.is_empty()),
            is_truncated: match wire.result_truncated {
                Some(Truncated::Text(text)) => !text.eq_ignore_ascii_case("false"),
                Some(Truncated::Truth(truth)) => truth,
                None => false,
            },
            total: wire.total_records,
            count: wire.count,
            is_limited: limit.is_some_and(|value| !value.eq_ignore_ascii_case("false")),
        })
    }
}

fn rows(body: &Bytes, values: &[&RawValue]) -> Vec<Row> {
    values.iter().map(|value| Row::new(body.slice_ref(value.get().as_bytes()))).collect()
}
