//! Severities and their numbers.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Level;

/// How bad a finding is. The bands of the number are those of GitHub code scanning
/// (<https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning>).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// 0.0: a remark.
    Info,
    /// 0.1 to 3.9.
    Low,
    /// 4.0 to 6.9.
    Medium,
    /// 7.0 to 8.9.
    High,
    /// 9.1 to 10.0.
    Critical,
}

impl Severity {
    /// Every severity, worst first.
    pub const ALL: [Self; 5] = [Self::Critical, Self::High, Self::Medium, Self::Low, Self::Info];

    /// The name used in every report and option.
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// The SARIF level of a failure of this severity.
    pub fn level(self) -> Level {
        match self {
            Self::Critical | Self::High => Level::Error,
            Self::Medium | Self::Low => Level::Warning,
            Self::Info => Level::Note,
        }
    }

    /// Whether a code-scanning number lies in this severity's band.
    pub fn holds(self, number: f64) -> bool {
        let band = match self {
            Self::Info => 0.0..=0.0,
            Self::Low => 0.1..=3.9,
            Self::Medium => 4.0..=6.9,
            Self::High => 7.0..=8.9,
            Self::Critical => 9.1..=10.0,
        };
        band.contains(&number)
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Severity {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|severity| severity.name().eq_ignore_ascii_case(text))
            .ok_or_else(|| {
                format!("`{text}` is no severity; use critical, high, medium, low or info")
            })
    }
}
