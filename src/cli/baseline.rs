//! `--baseline FILE`: an earlier report whose findings are known.

use std::collections::HashMap;
use std::path::Path;

use miette::Diagnostic;
use serde_json::Value;
use thiserror::Error;

use crate::finding::Severity;
use crate::result::Report;

/// A baseline that cannot be used.
#[derive(Debug, Error, Diagnostic)]
#[error("cannot use {path} as a baseline: {cause}")]
#[diagnostic(
    code(backuplint::baseline),
    help("a baseline is an earlier report: `backuplint audit … --output json=baseline.json`")
)]
pub(super) struct BaselineError {
    path: String,
    cause: String,
}

/// What an earlier report's failures weigh, by their fingerprints. What was waived there is none of them: it was
/// accepted for as long as its waiver holds, and the run has its own waivers.
pub(super) struct Baseline(HashMap<String, Severity>);

impl Baseline {
    /// Reads a JSON or SARIF report.
    pub(super) fn read(path: &Path) -> Result<Self, BaselineError> {
        let error = |cause: String| BaselineError { path: path.display().to_string(), cause };
        let text = std::fs::read_to_string(path).map_err(|cause| error(cause.to_string()))?;
        let report: Value =
            serde_json::from_str(&text).map_err(|cause| error(cause.to_string()))?;
        if report["schema"] == "backuplint.report/1" {
            let results = report["results"].as_array().into_iter().flatten();
            let failures = results
                .filter(|result| result["outcome"] == "fail" && result["suppression"].is_null());
            return Ok(Self::of(failures, "/fingerprint", "/severity"));
        }
        if report["version"] == "2.1.0" {
            let runs = report["runs"].as_array().into_iter().flatten();
            let results = runs.flat_map(|run| run["results"].as_array().into_iter().flatten());
            let live = results.filter(|result| {
                result["suppressions"].as_array().is_none_or(Vec::is_empty)
                    && result["baselineState"] != "absent"
            });
            let print = "/partialFingerprints/backuplint~1v1";
            return Ok(Self::of(live, print, "/properties/severity"));
        }
        Err(error("it is neither a backuplint.report/1 nor a SARIF 2.1.0 file".to_owned()))
    }

    /// Results by the places of their fingerprint and severity. One whose severity is not said weighs as much as any.
    fn of<'r>(results: impl Iterator<Item = &'r Value>, print: &str, severity: &str) -> Self {
        let text_of = |result: &'r Value, place| result.pointer(place)?.as_str();
        let weight = |result| {
            let name = text_of(result, severity);
            let known = Severity::ALL.into_iter().find(|known| Some(known.name()) == name);
            known.unwrap_or(Severity::Critical)
        };
        let known = results.filter_map(|result| Some((text_of(result, print)?, weight(result))));
        Self(known.map(|(print, weight)| (print.to_owned(), weight)).collect())
    }

    /// Marks each failure as new or known.
    pub(super) fn compare(&self, report: &mut Report<'_>) {
        report.findings.compare(|fingerprint| self.0.get(fingerprint).copied());
    }
}
