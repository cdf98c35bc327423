//! The members at the top of an object, which tell what it is.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::inventory::ResourceId;

/// Reads the members of an object that tell what it is. Names compare without case, since
/// PowerShell writes them in its own; the first of two counts.
pub(in crate::snapshot) struct Header;

#[derive(Default)]
pub(in crate::snapshot) struct HeaderParts<'a> {
    pub id: Option<Cow<'a, str>>,
    pub(super) kind: Option<Cow<'a, str>>,
    pub schema: Option<String>,
    pub(super) odata_type: Option<String>,
    pub(super) has_properties: bool,
    pub(super) value: Option<&'a RawValue>,
    pub(super) data: Option<&'a RawValue>,
    pub(super) resources: Option<&'a RawValue>,
    pub(super) error: Option<&'a RawValue>,
    pub(super) has_next: bool,
    pub(super) truncated: bool,
    pub(super) count: Option<u64>,
    pub(super) total: Option<u64>,
    pub(super) keys: Vec<String>,
}

impl<'de> DeserializeSeed<'de> for Header {
    type Value = HeaderParts<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Header {
    type Value = HeaderParts<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut parts = HeaderParts::default();
        let text = |raw: &'de RawValue| -> Result<Option<Cow<'de, str>>, A::Error> {
            let body = raw.get();
            // Most texts need no unescaping and can be lent.
            Ok(match body.strip_prefix('"').and_then(|body| body.strip_suffix('"')) {
                Some(plain) if !plain.contains('\\') => Some(Cow::Borrowed(plain)),
                Some(_) => Some(Cow::Owned(serde_json::from_str(body).map_err(de::Error::custom)?)),
                None => None,
            })
        };
        let is_set = |raw: &RawValue| !matches!(raw.get(), "null" | "\"\"");
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            let name = key.to_ascii_lowercase();
            match name.as_str() {
                "id" | "resourceid" => {
                    let found = text(map.next_value()?)?;
                    parts.id =
                        parts.id.take().filter(|id| ResourceId::looks_like_one(id)).or(found);
                }
                "type" | "resourcetype" => {
                    let found = text(map.next_value()?)?;
                    parts.kind = parts.kind.take().filter(|kind| kind.contains('/')).or(found);
                }
                "schema" => parts.schema = text(map.next_value()?)?.map(Cow::into_owned),
                "@odata.type" => parts.odata_type = text(map.next_value()?)?.map(Cow::into_owned),
                "properties" => {
                    parts.has_properties |= map.next_value::<&RawValue>()?.get().starts_with('{');
                }
                "value" => parts.value = Some(map.next_value()?),
                "data" => parts.data = Some(map.next_value()?),
                "resources" => parts.resources = Some(map.next_value()?),
                "error" => parts.error = Some(map.next_value()?),
                "nextlink" | "odata.nextlink" | "@odata.nextlink" | "$skiptoken" | "skiptoken"
                | "skip_token" => {
                    parts.has_next |= is_set(map.next_value()?);
                }
                "resulttruncated" | "result_truncated" => {
                    parts.truncated = text(map.next_value()?)?.is_some_and(|text| text == "true");
                }
                "count" => parts.count = map.next_value::<&RawValue>()?.get().parse().ok(),
                "totalrecords" | "total_records" => {
                    parts.total = map.next_value::<&RawValue>()?.get().parse().ok();
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
            if parts.keys.len() < 4 {
                parts.keys.push(key.into_owned());
            }
        }
        Ok(parts)
    }
}
