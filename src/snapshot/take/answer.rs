//! Taking what is no resource and holds some, or says why there are none: answers of Resource Graph, errors, and snapshots in
//! one file.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::header::HeaderParts;
use super::{Ends, Taker};
use crate::inventory::{Completeness, GapReason};
use crate::snapshot::manifest::{Manifest, SCHEMA};

impl<'a> Taker<'a> {
    /// `{"data": …}` of Resource Graph: rows as objects, or a table of columns and rows.
    pub(super) fn take_graph(
        &mut self,
        text: &'a str,
        header: &HeaderParts<'a>,
        data: &'a str,
        nesting: u8,
    ) {
        let lost = header.truncated && !header.has_next;
        let short = match (header.count, header.total) {
            (Some(count), Some(total)) => count < total,
            _ => false,
        };
        if lost || short || header.has_next {
            let at = self.offset(text);
            let cause = if lost {
                "`resultTruncated` without a token"
            } else {
                "fewer rows than `totalRecords`, or a `$skipToken`"
            };
            self.gap(
                "body",
                GapReason::Truncated,
                at,
                format!("the Resource Graph answer is not whole: {cause}"),
            );
        }
        if data.starts_with('[') {
            // A query answers what it was asked for, which nothing shows to be all of a vault.
            self.take_page(data, Completeness::Complete, nesting, Ends::No);
        } else {
            self.miss(text, "a Resource Graph table; ask for resultFormat objectArray");
        }
    }

    pub(super) fn take_error(&mut self, text: &str, error: &str) {
        let Ok(members) = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(error)
        else {
            self.miss(text, "an error answer");
            return;
        };
        let member = |name: &str| {
            let found = members.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
            found.and_then(|(_, value)| value.as_str()).unwrap_or_default().to_owned()
        };
        let (error_code, message) = (member("code"), member("message"));
        let at = self.offset(text);
        let code = error_code.to_ascii_lowercase();
        if code.contains("authorizationfailed")
            || code.contains("forbidden")
            || code.contains("linkedauthorization")
        {
            self.gap("body", GapReason::Forbidden, at, format!("{error_code}: {message}"));
        } else if code.contains("toomanyrequests") || code.contains("throttl") {
            self.gap("body", GapReason::Throttled, at, format!("{error_code}: {message}"));
        } else {
            self.miss(text, format!("an error answer ({error_code})"));
        }
    }

    pub(super) fn take_snapshot(&mut self, text: &'a str) {
        #[derive(Deserialize)]
        struct Parts<'a> {
            #[serde(borrow, default)]
            resources: Option<&'a RawValue>,
            #[serde(borrow, default)]
            listed: Option<&'a RawValue>,
        }
        let parsed = serde_json::from_str::<Manifest>(text)
            .and_then(|manifest| Ok((manifest, serde_json::from_str::<Parts<'a>>(text)?)));
        let (manifest, parts) = match parsed {
            Ok(parsed) => parsed,
            Err(error) => return self.malformed(text, &error),
        };
        if manifest.schema != SCHEMA {
            let at = self.offset(text);
            let message = format!(
                "`{}` is not a snapshot this version reads; it reads `{SCHEMA}`",
                manifest.schema
            );
            return self.gap("body", GapReason::Malformed, at, message);
        }
        self.taken.manifests.push(manifest);
        self.is_snapshot = true;
        let lists =
            [(parts.resources, Completeness::Complete), (parts.listed, Completeness::Partial)];
        for (list, completeness) in lists {
            if let Some(list) = list.filter(|list| list.get() != "[]") {
                self.take_page(list.get(), completeness, 0, Ends::No);
            }
        }
    }
}
