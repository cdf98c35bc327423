//! What the service says of a protection's health, in one byte a source.
//!
//! Nearly every one of a million items is healthy. Whoever wants the words of the others reads them
//! from the body.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::fact::Scalar;
use super::{Fact, Reason};

/// The sources of health that a protection has.
#[derive(Clone, Copy, Debug, Default)]
pub struct Health {
    /// `healthStatus`: the check before each backup of a virtual machine.
    pub check: Fact<HealthStatus>,
    /// `protectionStatus`.
    pub protection: Fact<HealthStatus>,
    /// `protectedItemHealthStatus`, of a database in a virtual machine.
    pub workload: Fact<HealthStatus>,
    /// `healthDetails` of an item, `protectionErrorDetails` of an instance.
    pub details: Fact<HealthDetails>,
}

impl Health {
    /// Every source unknown for one reason.
    pub(super) fn unknown(reason: Reason) -> Self {
        Self {
            check: Fact::Unknown(reason),
            protection: Fact::Unknown(reason),
            workload: Fact::Unknown(reason),
            details: Fact::Unknown(reason),
        }
    }
}

/// Health in the words of all its sources
/// (<https://learn.microsoft.com/rest/api/backup/protected-items/get#healthstatus>).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HealthStatus {
    /// `Healthy` or `Passed`.
    Healthy,
    /// `IRPending`: there is nothing to judge before the first backup.
    IRPending,
    /// Backups run, but the service suggests to do something.
    ActionSuggested,
    /// Backups fail or will fail.
    ActionRequired,
    /// `Unhealthy`.
    Unhealthy,
    /// The database or its host does not answer.
    NotReachable,
}

impl HealthStatus {
    /// Azure's spelling, of those that are no good.
    pub fn name(self) -> &'static str {
        match self {
            Self::Healthy => "Healthy",
            Self::IRPending => "IRPending",
            Self::ActionSuggested => "ActionSuggested",
            Self::ActionRequired => "ActionRequired",
            Self::Unhealthy => "Unhealthy",
            Self::NotReachable => "NotReachable",
        }
    }
}

impl Scalar<'_> for HealthStatus {
    fn from_text(text: Cow<'_, str>) -> Option<Self> {
        const ALL: [HealthStatus; 6] = [
            HealthStatus::Healthy,
            HealthStatus::IRPending,
            HealthStatus::ActionSuggested,
            HealthStatus::ActionRequired,
            HealthStatus::Unhealthy,
            HealthStatus::NotReachable,
        ];
        if text.eq_ignore_ascii_case("Passed") {
            return Some(Self::Healthy);
        }
        ALL.into_iter().find(|status| status.name().eq_ignore_ascii_case(&text))
    }
}

/// What the details of an item's health hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HealthDetails {
    /// Nothing, or only that everything is well, as in nearly every recorded machine.
    Fine,
    /// At least one condition that is not.
    Trouble,
}

/// The start of the titles that say that all is well.
const FINE: &str = "IaasVmHealthGreen";

/// Whether a title of `healthDetails` says that all is well.
pub fn is_fine(title: &str) -> bool {
    title.get(..FINE.len()).is_some_and(|start| start.eq_ignore_ascii_case(FINE))
}

/// Reads `healthDetails` without keeping any of it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Details(pub Fact<HealthDetails>);

impl<'de> Deserialize<'de> for Details {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DetailsVisitor).map(Self)
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Detail<'a> {
    #[serde(borrow)]
    title: Fact<Cow<'a, str>>,
}

struct DetailsVisitor;

const ODD: Fact<HealthDetails> = Fact::Unknown(Reason::UnrecognisedValue);

impl<'de> Visitor<'de> for DetailsVisitor {
    type Value = Fact<HealthDetails>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Self::Value, A::Error> {
        let mut all = HealthDetails::Fine;
        while let Some(detail) = sequence.next_element::<super::Section<Detail<'de>>>()? {
            let fine = match detail.get(|detail| detail.title) {
                Fact::Known(title) => is_fine(&title),
                // An entry without a title is still an entry.
                Fact::Absent | Fact::Unknown(_) => false,
            };
            if !fine {
                all = HealthDetails::Trouble;
            }
        }
        Ok(Fact::Known(all))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        // The error of an instance is an object.
        let empty = map.next_entry::<IgnoredAny, IgnoredAny>()?.is_none();
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Fact::Known(if empty { HealthDetails::Fine } else { HealthDetails::Trouble }))
    }
    fn visit_u8<E: de::Error>(self, code: u8) -> Result<Self::Value, E> {
        Ok(Fact::Unknown(Reason::from_code(code)))
    }
    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(Fact::Absent)
    }
    fn visit_none<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(Fact::Absent)
    }
    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Self::Value, E> {
        Ok(ODD)
    }
    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Self::Value, E> {
        Ok(ODD)
    }
    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Self::Value, E> {
        Ok(ODD)
    }
    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Self::Value, E> {
        Ok(ODD)
    }
    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(if text.is_empty() { Fact::Absent } else { ODD })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_tell_trouble_from_the_green_default() {
        let read = |text: &str| serde_json::from_str::<Details>(text).expect("any value").0;
        let green = r#"{"code":400239,"title":"IaasVmHealthGreenDefault","message":""}"#;
        let agent = r#"{"code":400196,"title":"UserErrorGuestAgentStatusUnavailable"}"#;
        for (text, expected) in [
            ("null", Fact::Absent),
            ("[]", Fact::Known(HealthDetails::Fine)),
            (&format!("[{green}]"), Fact::Known(HealthDetails::Fine)),
            (&format!("[{green},{agent}]"), Fact::Known(HealthDetails::Trouble)),
            ("[{\"code\":1}]", Fact::Known(HealthDetails::Trouble)),
            ("{\"code\":\"X\"}", Fact::Known(HealthDetails::Trouble)),
            ("{}", Fact::Known(HealthDetails::Fine)),
            ("7", ODD),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }
}
