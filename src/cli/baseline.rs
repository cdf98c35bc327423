//! `--baseline FILE`: an earlier report whose findings are known.

use std::collections::HashSet;
use std::path::Path;

use miette::Diagnostic;
use serde_json::Value;
use thiserror::Error;

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

/// The fingerprints of an earlier report's failures.
pub(super) struct Baseline(HashSet<String>);

impl Baseline {
    /// Reads a JSON or SARIF report.
    pub(super) fn read(path: &Path) -> Result<Self, BaselineError> {
        let error = |cause: String| BaselineError { path: path.display().to_string(), cause };
        let text = std::fs::read_to_string(path).map_err(|cause| error(cause.to_string()))?;
        let report: Value =
            serde_json::from_str(&text).map_err(|cause| error(cause.to_string()))?;
        let text_of = |value: &Value| value.as_str().map(str::to_owned);
        if report["schema"] == "backuplint.report/1" {
            let results = report["results"].as_array().into_iter().flatten();
            let failures = results.filter(|result| result["outcome"] == "fail");
            return Ok(Self(
                failures.filter_map(|result| text_of(&result["fingerprint"])).collect(),
            ));
        }
        if report["version"] == "2.1.0" {
            let runs = report["runs"].as_array().into_iter().flatten();
            let results = runs.flat_map(|run| run["results"].as_array().into_iter().flatten());
            let prints = results
                .filter_map(|result| text_of(&result["partialFingerprints"]["backuplint/v1"]));
            return Ok(Self(prints.collect()));
        }
        Err(error("it is neither a backuplint.report/1 nor a SARIF 2.1.0 file".to_owned()))
    }

    /// Marks each failure as new or known.
    pub(super) fn compare(&self, report: &mut Report<'_>) {
        report.findings.compare(|fingerprint| self.0.contains(fingerprint));
    }
}
