//! Report formats: one fixed report, one golden file a format; JSON and SARIF against their schemas.
//!
//! `BACKUPLINT_UPDATE=1 cargo test --test report` rewrites the golden files.

#![expect(
    clippy::unwrap_used,
    reason = "a test may panic, and its helpers are no tests for clippy"
)]

mod destruction;
mod roles;
mod sample;
mod strangers;
mod tricks;
mod who_can;

use std::fs;
use std::path::{Path, PathBuf};

use backuplint::finding::OutcomeKind;
use backuplint::report::{self, Format, Limit, Options, Roots};
use backuplint::result::Report;
use serde_json::{Value, json};

fn options() -> Options {
    let roots = Roots { working: Some(PathBuf::from("/srv/repo")), repositories: Vec::new() };
    Options { roots, ..Options::default() }
}

fn render(report: &Report<'_>, format: Format, options: &Options) -> String {
    let mut out = Vec::new();
    report::write(report, format, &mut out, options).unwrap();
    String::from_utf8(out).unwrap()
}

fn json(report: &Report<'_>, format: Format) -> Value {
    serde_json::from_str(&render(report, format, &options())).unwrap()
}

fn golden(name: &str, text: &str) {
    let version = env!("CARGO_PKG_VERSION");
    let text = text
        .replace(&format!("\"{version}\""), "\"[VERSION]\"")
        .replace(&format!("backuplint {version}"), "backuplint [VERSION]");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/reports").join(name);
    if std::env::var_os("BACKUPLINT_UPDATE").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let known = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(known, text, "{} is stale: set BACKUPLINT_UPDATE=1", path.display());
}

#[test]
fn golden_human() {
    golden("sample.txt", &render(&sample::report(), Format::Human, &options()));
}

#[test]
fn golden_human_in_colour_and_full() {
    let options = Options {
        color: true,
        width: 120,
        limit: Limit::All,
        outcomes: OutcomeKind::ALL.into_iter().collect(),
        ..options()
    };
    golden("sample.ansi.txt", &render(&sample::report(), Format::Human, &options));
}

#[test]
fn golden_human_without_findings() {
    golden("quiet.txt", &render(&sample::quiet(false), Format::Human, &options()));
    golden("gaps.txt", &render(&sample::quiet(true), Format::Human, &options()));
}

#[test]
fn golden_json() {
    golden("sample.json", &render(&sample::report(), Format::Json, &options()));
}

#[test]
fn golden_sarif() {
    golden("sample.sarif", &render(&sample::report(), Format::Sarif, &options()));
}

#[test]
fn golden_sarif_full() {
    golden("sample.full.sarif", &render(&sample::report(), Format::SarifFull, &options()));
}

#[test]
fn golden_markdown() {
    golden("sample.md", &render(&sample::report(), Format::Markdown, &options()));
    golden("quiet.md", &render(&sample::quiet(false), Format::Markdown, &options()));
    golden("gaps.md", &render(&sample::quiet(true), Format::Markdown, &options()));
}

#[test]
fn golden_github() {
    let in_code = Report { command: "lint", ..sample::report() };
    golden("sample.github.txt", &render(&in_code, Format::Github, &options()));
    golden("quiet.github.txt", &render(&sample::quiet(false), Format::Github, &options()));
    golden("gaps.github.txt", &render(&sample::quiet(true), Format::Github, &options()));
}

/// GitHub drops what is above its limits without a word, so we say it.
#[test]
fn github_keeps_to_what_is_shown() {
    let mut report = sample::large(10_000);
    report.rule_errors.push("rule `x` ran out of instructions".to_owned());
    let text = render(&report, Format::Github, &options());
    let count = |command: &str| text.lines().filter(|line| line.starts_with(command)).count();
    assert_eq!([count("::error "), count("::warning "), count("::notice ")], [10, 10, 1]);
    assert!(text.contains("step: 4,991 errors, 4,992 warnings. The other"), "{text}");
    assert!(text.starts_with("::error title=backuplint%3A a rule failed to run::"), "{text}");
}

#[test]
fn markdown_keeps_below_the_limit() {
    for limit in [Limit::Auto, Limit::All] {
        let options = Options { limit, ..options() };
        let text = render(&sample::large(25_000), Format::Markdown, &options);
        assert!(text.len() < 1_000_000, "{} bytes", text.len());
        assert!(text.contains("## Not readable") && text.contains("more"), "{limit:?}");
    }
}

#[test]
fn names_parse() {
    for format in Format::ALL {
        assert_eq!(format.name().parse(), Ok(format));
    }
    assert!(
        "xml"
            .parse::<Format>()
            .unwrap_err()
            .contains("human, json, sarif, sarif-full, markdown, github")
    );
}

/// No byte that a terminal obeys, in any format without colour.
#[test]
fn nothing_hidden_gets_through() {
    for format in Format::ALL {
        for (at, line) in render(&sample::report(), format, &options()).lines().enumerate() {
            // What commands a runner only at the beginning of a line may stand elsewhere.
            let line = line.replace("::", "..");
            assert_eq!(report::visible(&line), line, "{format} line {}", at + 1);
        }
    }
}

#[test]
fn human_keeps_to_the_width() {
    use unicode_width::UnicodeWidthStr;
    let text = render(&sample::report(), Format::Human, &options());
    for line in text.lines().filter(|line| line.width() > 80) {
        let words: Vec<_> = line.split_whitespace().collect();
        let command = line.contains("backuplint ");
        let one_word = words.iter().any(|word| word.width() > 40);
        assert!(command || one_word, "{line}");
    }
}

#[test]
fn human_stays_short() {
    let text = render(&sample::large(10_000), Format::Human, &options());
    assert!(text.lines().count() < 120, "{} lines", text.lines().count());
    assert!(text.contains("… and 4,997 more: backuplint audit"), "{text}");
}

#[test]
fn a_report_with_gaps_never_reads_clean() {
    let text = render(&sample::quiet(true), Format::Human, &options());
    assert!(text.contains("Incomplete") && !text.contains("nothing left undecided"), "{text}");
    let mut failed = sample::quiet(false);
    failed.rule_errors.push("rule `x` ran out of instructions".to_owned());
    let text = render(&failed, Format::Human, &options());
    assert!(text.contains("Incomplete") && text.contains("ran out of instructions"), "{text}");
}

fn assert_valid(schema: &Value, instance: &Value) {
    let validator = jsonschema::options().should_validate_formats(true).build(schema).unwrap();
    let errors: Vec<_> = validator
        .iter_errors(instance)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

/// Readers ignore keys they do not know; here an unknown one means that the schema is behind.
fn strict(schema: &mut Value) {
    if let Value::Object(map) = schema {
        if map.contains_key("properties") && !map.contains_key("additionalProperties") {
            map.insert("additionalProperties".to_owned(), json!(false));
        }
        map.values_mut().for_each(strict);
    } else if let Value::Array(list) = schema {
        list.iter_mut().for_each(strict);
    }
}

#[test]
fn json_is_what_its_schema_says() {
    let mut schema: Value = serde_json::from_str(report::JSON_SCHEMA).unwrap();
    jsonschema::meta::validate(&schema).unwrap();
    strict(&mut schema);
    for report in [sample::report(), sample::quiet(true), sample::quiet(false)] {
        assert_valid(&schema, &json(&report, Format::Json));
    }
}

#[test]
fn json_lists_the_outcomes_asked_for() {
    let only = |outcomes: &[OutcomeKind]| {
        let options = Options { outcomes: outcomes.iter().copied().collect(), ..options() };
        let text = render(&sample::report(), Format::Json, &options);
        let report: Value = serde_json::from_str(&text).unwrap();
        report["results"].as_array().unwrap().len()
    };
    assert_eq!(only(&[OutcomeKind::Unknown]), 6);
    assert_eq!(only(&[OutcomeKind::Fail, OutcomeKind::Unknown]), 26);
}

#[test]
fn sarif_is_what_its_schema_says() {
    let schema = include_str!("../data/sarif-schema-2.1.0.json");
    let mut schema: Value = serde_json::from_str(schema).unwrap();
    // A stray bracket makes the pattern of languages no regular expression.
    schema["definitions"]["run"]["properties"]["language"]
        .as_object_mut()
        .unwrap()
        .remove("pattern");
    schema["definitions"]["toolComponent"]["properties"]["language"]
        .as_object_mut()
        .unwrap()
        .remove("pattern");
    for report in [sample::report(), sample::quiet(true), sample::quiet(false)] {
        for format in [Format::Sarif, Format::SarifFull] {
            assert_valid(&schema, &json(&report, format));
        }
    }
}

/// The conditions under which GitHub rejects a whole file.
#[test]
fn sarif_is_taken_by_github() {
    let log = json(&sample::report(), Format::Sarif);
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let filled = |value: &Value, most: usize| {
        value.as_str().is_some_and(|text| !text.is_empty() && text.encode_utf16().count() <= most)
    };
    for rule in rules {
        assert!(filled(&rule["name"], 255) && filled(&rule["help"]["text"], usize::MAX), "{rule}");
        assert!(
            filled(&rule["shortDescription"]["text"], 1024)
                && filled(&rule["fullDescription"]["text"], 1024)
        );
        assert!(rule["properties"]["tags"].as_array().unwrap().len() <= 20);
        if let Some(number) = rule["properties"].get("security-severity") {
            assert!(number.as_str().unwrap().parse::<f64>().unwrap() > 0.0);
        }
    }
    let mut fingerprints = std::collections::HashSet::new();
    for result in run["results"].as_array().unwrap() {
        assert!(filled(&result["message"]["text"], usize::MAX));
        assert!(result.get("suppressions").is_none() && result.get("kind").is_none());
        let at = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[at]["id"], result["ruleId"]);
        let locations = result["locations"].as_array().unwrap().iter();
        for location in locations.chain(result["relatedLocations"].as_array().into_iter().flatten())
        {
            let uri = location["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
            assert!(!uri.is_empty() && uri.is_ascii() && !uri.contains([' ', '\\']), "{uri}");
        }
        if let Some(hash) = result["partialFingerprints"]["primaryLocationLineHash"].as_str() {
            assert!(fingerprints.insert(hash.to_owned()), "{hash} twice");
        }
    }
    assert!(run["automationDetails"]["id"].as_str().unwrap().ends_with('/'));
    assert_eq!(run["invocations"][0]["executionSuccessful"], json!(true));
}

#[test]
fn sarif_leaves_out_what_github_would_reject() {
    let report = sample::large(25_200);
    let results = |format| json(&report, format)["runs"][0]["results"].as_array().unwrap().len();
    assert_eq!((results(Format::Sarif), results(Format::SarifFull)), (25_000, 25_200));
    let log = json(&report, Format::Sarif);
    let first = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"][0];
    assert!(
        first["message"]["text"].as_str().unwrap().starts_with("200 results are left out"),
        "{first}"
    );
}

#[test]
fn sarif_of_failed_rules_is_not_processed() {
    let mut report = sample::report();
    report.rule_errors.push("rule `x` ran out of instructions".to_owned());
    let log = json(&report, Format::Sarif);
    assert_eq!(log["runs"][0]["invocations"][0]["executionSuccessful"], json!(false));
}

/// `cargo test --release --test report -- --ignored --nocapture`: at most 50 ms a format.
#[test]
#[ignore = "a measurement, for release builds"]
#[expect(clippy::print_stdout, reason = "a measurement is read by a person")]
fn ten_thousand_findings() {
    let report = sample::large(10_000);
    for format in Format::ALL {
        let best = (0..5)
            .map(|_| {
                let start = std::time::Instant::now();
                let bytes = render(&report, format, &options()).len();
                (start.elapsed(), bytes)
            })
            .min()
            .unwrap();
        println!("{format}: {:?} for {} bytes", best.0, best.1);
        assert!(best.0.as_millis() < 50, "{format} took {:?}", best.0);
    }
}
