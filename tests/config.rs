//! `backuplint.toml`: fixtures that must be read, and fixtures whose errors are compared as printed.
//! `BACKUPLINT_UPDATE=1` rewrites what is expected.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::pedantic,
    reason = "a test fails by panicking, and helpers of a test are no API"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use backuplint::config::{
    Config, ConfigError, ConfigFile, Overrides, Settings, TagValue, schema, template,
};
use backuplint::finding::Severity;
use backuplint::inventory::Time;
use backuplint::rule::{Metadata, SecurityLevel};
use jiff::civil::{Date, date};
use miette::{GraphicalReportHandler, GraphicalTheme};
use serde_json::{Value, json};

const SOFT_DELETE: &str = r#"
id = "soft-delete-retention-too-short"
title = "Soft delete keeps deleted backups for too few days"
family = "vault"
severity = "low"
security-severity = "3.5"
profiles = ["default"]
since = "0.1.0"
applies-to = ["Microsoft.RecoveryServices/vaults"]
rationale = "r"
judged = "j"
references = []
aliases = ["soft-delete-days-low"]
remediation.text = "t"
controls = { MCSB = ["BR-2"], "NIST 800-53" = ["CP-9(8)"] }
parameters.min-days = { description = "Fewest days that are enough.", default = 14, minimum = 14, maximum = 180 }
"#;

const STALE: &str = r#"
id = "recovery-point-stale"
title = "The newest recovery point is too old"
family = "protected_item"
severity = "high"
security-severity = "8.2"
profiles = ["strict"]
since = "0.1.0"
applies-to = ["any"]
rationale = "r"
judged = "j"
references = []
remediation.text = "t"
controls = { "ISO 27001" = ["A.8.13"] }

[parameters]
tolerance = { description = "Gaps that may pass.", default = 1.5, minimum = 1.0 }
allowed = { description = "Redundancies that are accepted.", default = ["GeoRedundant", "ZoneRedundant"], values = ["GeoRedundant", "ZoneRedundant"] }
level = { description = "What must differ.", default = "resource-group", values = ["resource-group", "subscription"] }
strict = { description = "Whether doubts count.", default = false }
tags = { description = "Tags that matter.", default = [] }
"#;

const CROSS_REGION: &str = r#"
id = "cross-region-restore-disabled"
title = "Backups cannot be restored in the paired region"
family = "vault"
severity = "medium"
security-severity = "4.3"
profiles = ["strict", "regulated"]
since = "0.1.0"
applies-to = ["Microsoft.RecoveryServices/vaults"]
rationale = "r"
judged = "j"
references = []
remediation.text = "t"
"#;

const SCAN: &str = r#"
id = "access-forbidden"
title = "Something could not be read"
family = "scan"
severity = "info"
profiles = ["default"]
since = "0.1.0"
applies-to = ["gap"]
rationale = "r"
judged = "j"
references = []
remediation.text = "t"
"#;

fn rules() -> Vec<Arc<Metadata>> {
    [SOFT_DELETE, STALE, CROSS_REGION, SCAN]
        .map(|text| Arc::new(Metadata::parse(text).unwrap()))
        .into()
}

fn fixtures(kind: &str) -> Vec<PathBuf> {
    let folder = Path::new("fixtures/config").join(kind);
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    paths.sort();
    assert!(!paths.is_empty());
    paths
}

fn rendered(error: &ConfigError) -> String {
    let mut text = String::new();
    GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor())
        .with_width(80)
        .with_links(false)
        .render_report(&mut text, error)
        .unwrap();
    // Lines that end in blanks would not survive an editor.
    text.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

fn agree(path: &Path, found: &str) {
    if std::env::var_os("BACKUPLINT_UPDATE").is_some() {
        fs::write(path, found).unwrap();
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    assert_eq!(found, expected, "{}: BACKUPLINT_UPDATE=1 rewrites it", path.display());
}

fn parse(text: &str) -> Config {
    Config::parse("backuplint.toml", text, &rules())
        .unwrap_or_else(|error| panic!("{}", rendered(&error)))
}

fn everything() -> Config {
    Config::load(Path::new("fixtures/config/good/everything.toml"), &rules()).unwrap()
}

/// TOML as an editor hands it to a JSON Schema: dates as strings.
fn json_of(value: &toml::Value) -> Value {
    match value {
        toml::Value::Datetime(date) => json!(date.to_string()),
        toml::Value::Array(list) => list.iter().map(json_of).collect(),
        toml::Value::Table(table) => {
            table.iter().map(|(key, value)| (key.clone(), json_of(value))).collect()
        }
        other => serde_json::to_value(other).unwrap(),
    }
}

#[test]
fn good_files_are_read_and_fit_the_schema() {
    let rules = rules();
    let schema = jsonschema::draft7::new(&schema(&rules)).unwrap();
    for path in fixtures("good") {
        let config = Config::load(&path, &rules)
            .unwrap_or_else(|error| panic!("{}\n{}", path.display(), rendered(&error)));
        Settings::resolve(&config, &Overrides::default(), &rules).unwrap();
        let text = ConfigFile::read(&path).unwrap().text;
        let value = json_of(&toml::Value::Table(toml::from_str(&text).unwrap()));
        if let Err(error) = schema.validate(&value) {
            panic!("{}: {error} at {}", path.display(), error.instance_path());
        }
    }
}

#[test]
fn bad_files_are_refused_as_expected() {
    for path in fixtures("bad") {
        let error = Config::load(&path, &rules()).expect_err(&path.display().to_string());
        agree(&path.with_extension("txt"), &rendered(&error));
    }
}

/// Together with the test above: reader and schema know the same keys.
#[test]
fn one_fixture_uses_every_key_of_the_schema() {
    fn used(schema: &Value, value: &Value, path: &str, missing: &mut Vec<String>) {
        for branch in schema["anyOf"].as_array().into_iter().flatten() {
            // Alternatives of one key may be used in different places.
            if branch["type"] == "object" && value.is_object()
                || branch["type"] == "array" && value.is_array()
            {
                used(branch, value, path, missing);
            }
        }
        let values: Vec<&Value> =
            value.as_array().map_or_else(|| vec![value], |list| list.iter().collect());
        let schema = if schema["type"] == "array" { &schema["items"] } else { schema };
        for (key, below) in schema["properties"].as_object().into_iter().flatten() {
            let path = format!("{path}.{key}");
            match values.iter().filter_map(|value| value.get(key)).collect::<Vec<_>>().as_slice() {
                [] => missing.push(path),
                found => {
                    let found = found.iter().find(|value| value.is_object()).unwrap_or(&found[0]);
                    used(below, found, &path, missing);
                }
            }
        }
    }
    let text = fs::read_to_string("fixtures/config/good/everything.toml").unwrap();
    let value = json_of(&toml::Value::Table(toml::from_str(&text).unwrap()));
    let mut missing = Vec::new();
    used(&schema(&rules()), &value, "", &mut missing);
    missing.retain(|path| {
        // `match` is the same everywhere, and so are the options of rules.
        let shared = path.contains(".match.") && !path.starts_with(".class.");
        !shared
            && !path.starts_with(".rules.cross-region")
            && !path.starts_with(".rules.access")
            && !path.starts_with(".rules.soft-delete-days")
            && !path.ends_with("recovery-point-stale.severity")
            && !path.ends_with("recovery-point-stale.enabled")
    });
    assert_eq!(missing, Vec::<String>::new());
}

#[test]
fn schema_is_as_committed() {
    let text = serde_json::to_string_pretty(&schema(&rules())).unwrap() + "\n";
    agree(Path::new("fixtures/config/schema.json"), &text);
}

#[test]
fn template_is_valid_as_written_and_with_every_example() {
    let rules = rules();
    let written = template(&rules);
    agree(Path::new("fixtures/config/template.toml"), &written);
    parse(&written);
    let uncommented: String = written
        .lines()
        .map(|line| match line.strip_prefix('#') {
            Some(example) if !example.starts_with(' ') => format!("{example}\n"),
            _ => format!("{line}\n"),
        })
        .collect();
    let config = parse(&uncommented);
    assert_eq!(config.classes.len(), 1);
    assert_eq!(config.suppressions.len(), 1);
    assert_eq!(config.rules.len(), 2);
    parse(&template(&[]));
}

#[test]
fn reads_every_value() {
    let config = everything();
    let gold = &config.classes[0];
    assert_eq!((gold.min_retention.longest, gold.max_retention.longest), (Some(365), Some(3650)));
    assert_eq!((gold.rpo_hours, gold.rto_hours), (Some(24.0), Some(0.5)));
    assert_eq!(gold.security_level, Some(SecurityLevel::Maximum));
    let vm = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/v";
    let kind = "microsoft.compute/virtualmachines";
    let tier = |value: &'static str| {
        move |name: &str| if name == "tier" { TagValue::Known(value) } else { TagValue::Absent }
    };
    assert_eq!(gold.selector.holds(vm, kind, tier("Gold")), Some(true));
    assert_eq!(gold.selector.holds(vm, kind, tier("golden")), Some(false));
    assert_eq!(gold.selector.holds(vm, "Microsoft.Compute/disks", tier("gold")), Some(false));
    assert_eq!(gold.selector.holds(vm, kind, |_| TagValue::Unknown), None);
    assert_eq!(config.classes[1].min_retention.yearly, Some(2555));
    assert!(config.staging.serves[0].holds("/x/vaults/other", "westeurope"));
    assert!(config.staging.serves[0].holds("/x/vaults/central-7", "northeurope"));
    assert!(!config.staging.serves[0].holds("/x/vaults/other", "northeurope"));
    let dates: Vec<Time> = config.restore_evidence.iter().map(|evidence| evidence.date).collect();
    assert_eq!(
        dates,
        ["2026-08-12T06:00:00Z", "2026-08-13"].map(|text| Time::parse(text).unwrap())
    );
    assert_eq!(config.rule_packs, [Path::new("fixtures/config/good/policies/")]);
    assert!(config.check_operations(&["on-demand-backup", "restore-create-new"]).is_ok());
    let unknown = config.check_operations(&["on-demand-backup", "restore-create-now"]).unwrap_err();
    assert!(rendered(&unknown).contains("did you mean `restore-create-now`?"));
}

#[test]
fn rule_packs_are_known_before_the_rest_is_judged() {
    let text = "rule-packs = [\"ours\"]\n[rules.of-a-pack]\nlevel = 1\n".to_owned();
    let file = ConfigFile { name: "config/backuplint.toml".to_owned(), text };
    assert_eq!(file.rule_packs(), [Path::new("config/ours")]);
    assert!(file.parse(&rules()).is_err());
}

#[test]
fn suppressions_match_by_rule_place_and_day() {
    let suppressions = everything().suppressions;
    let rule = "cross-region-restore-disabled";
    let vault =
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.RecoveryServices/vaults/legacy-1";
    let file = Some("infra/legacy/main.tf");
    let (last, after): (Date, Date) = (date(2027, 1, 31), date(2027, 2, 1));
    assert_eq!(suppressions.matching(rule, vault, file, last), Some(0));
    assert_eq!(suppressions.matching(rule, vault, file, after), None);
    assert_eq!(suppressions.lapsed(rule, vault, file, after), Some(0));
    assert_eq!(suppressions.expired(after).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(suppressions.expired(last).count(), 0);
    assert_eq!(suppressions.matching(rule, vault, None, last), None);
    assert_eq!(suppressions.matching("recovery-point-stale", vault, file, last), None);
    let former = suppressions.get(1).unwrap();
    assert_eq!(former.rule, "soft-delete-retention-too-short");
    assert_eq!(
        suppressions.matching(&former.rule, "any.address", Some("modules/a.tf"), last),
        Some(1)
    );
    assert_eq!((former.location.start_line, former.location.start_column), (72, 1));
    assert_eq!(former.location.uri, "fixtures/config/good/everything.toml");
}

#[test]
fn settings_follow_profiles_file_and_options() {
    const DEFAULT: &str = "access-forbidden soft-delete-retention-too-short";
    const OFF: &str = "[rules.soft-delete-retention-too-short]\nenabled = false\n";
    let table: [(&str, &[&str], &str); 22] = [
        ("", &[], DEFAULT),
        (
            "profile = 'regulated'",
            &[],
            "access-forbidden cross-region-restore-disabled soft-delete-retention-too-short",
        ),
        ("profile = 'regulated'", &["-p", "default"], DEFAULT),
        (
            "",
            &["-p", "strict"],
            "access-forbidden cross-region-restore-disabled recovery-point-stale soft-delete-retention-too-short",
        ),
        ("", &["-s", "recovery-point-stale"], "access-forbidden recovery-point-stale"),
        (
            "",
            &["-s", "vault"],
            "access-forbidden cross-region-restore-disabled soft-delete-retention-too-short",
        ),
        ("", &["-s", "protected-item"], "access-forbidden recovery-point-stale"),
        ("", &["-s", "br-2"], DEFAULT),
        ("", &["-s", "CP-9"], DEFAULT),
        ("", &["-s", "CP"], "error: `--select CP` names no rule, family or control"),
        ("", &["-s", "iso 27001"], "access-forbidden recovery-point-stale"),
        ("", &["-s", "soft-delete-days-low"], DEFAULT),
        ("", &["-s", "vault", "-i", "BR-2"], "access-forbidden cross-region-restore-disabled"),
        ("", &["-i", "access-forbidden"], "soft-delete-retention-too-short"),
        ("", &["-i", "vault"], "error: no rule is active: `--ignore vault`"),
        ("", &["-m", "high"], "error: no rule is active: `--min-severity high`"),
        (
            "profile = 'strict'",
            &["-m", "medium"],
            "access-forbidden cross-region-restore-disabled recovery-point-stale",
        ),
        (OFF, &["-s", "vault"], "access-forbidden cross-region-restore-disabled"),
        (OFF, &["-s", "soft-delete-retention-too-short"], DEFAULT),
        (
            "[rules.recovery-point-stale]\nenabled = true",
            &[],
            "access-forbidden recovery-point-stale soft-delete-retention-too-short",
        ),
        (
            "",
            &["-i", "recovery-point-stal"],
            "error: `--ignore recovery-point-stal` names no rule, family or control",
        ),
        ("", &["-p", "strickt"], "error: `--profile strickt` names no profile"),
    ];
    for (text, options, expected) in table {
        let mut overrides = Overrides::default();
        for pair in options.chunks(2) {
            let value = pair[1].to_owned();
            match pair[0] {
                "-p" => overrides.profiles.push(value),
                "-s" => overrides.select.push(value),
                "-i" => overrides.ignore.push(value),
                _ => overrides.min_severity = Some(value.parse().unwrap()),
            }
        }
        let found = match Settings::resolve(&parse(text), &overrides, &rules()) {
            Ok(settings) => {
                let ids: Vec<&str> =
                    settings.rules.iter().map(|rule| rule.metadata.id.as_str()).collect();
                ids.join(" ")
            }
            Err(error) => format!("error: {error}"),
        };
        assert_eq!(found, expected, "{text:?} {options:?}");
    }
}

#[test]
fn settings_carry_severities_parameters_and_notices() {
    let rules = rules();
    let config = everything();
    let settings = Settings::resolve(&config, &Overrides::default(), &rules).unwrap();
    assert_eq!(settings.fail_on, Severity::High);
    let rule = settings.rule("soft-delete-retention-too-short").unwrap();
    assert_eq!((rule.severity, rule.parameters.integer("min-days")), (Severity::Low, 30));
    let select = Overrides {
        select: vec!["recovery-point-stale".to_owned()],
        fail_on: Some(Severity::Low),
        ..Overrides::default()
    };
    let settings = Settings::resolve(&config, &select, &rules).unwrap();
    assert_eq!(settings.fail_on, Severity::Low);
    let parameters = &settings.rule("recovery-point-stale").unwrap().parameters;
    assert_eq!(parameters.number("tolerance"), 2.0);
    assert_eq!(parameters.list("allowed"), ["GeoRedundant"]);
    assert_eq!(parameters.text("level"), "subscription");
    assert!(parameters.boolean("strict"));
    assert_eq!(parameters.as_map()["tolerance"], json!(2.0));

    let defaults = Settings::resolve(&Config::default(), &select, &rules).unwrap();
    let parameters = &defaults.rule("recovery-point-stale").unwrap().parameters;
    assert_eq!((parameters.number("tolerance"), parameters.list("tags").len()), (1.5, 0));

    let off = parse(
        "[rules.soft-delete-retention-too-short]\nenabled = false\n[rules.recovery-point-stale]\nenabled = true\n",
    );
    let settings = Settings::resolve(&off, &Overrides::default(), &rules).unwrap();
    assert_eq!(
        settings.notices,
        ["rule `soft-delete-retention-too-short` is switched off in the configuration"]
    );
}

#[test]
fn the_nearest_file_upwards_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let deep = folder.path().join("a/b/c");
    fs::create_dir_all(&deep).unwrap();
    fs::create_dir(deep.join("backuplint.toml")).unwrap();
    assert_eq!(Config::discover(&deep).unwrap(), None);
    let file = folder.path().join("a/backuplint.toml");
    fs::write(&file, "").unwrap();
    assert_eq!(Config::discover(&deep).unwrap(), Some(file));
    let error = Config::load(&folder.path().join("none.toml"), &rules()).unwrap_err();
    assert!(matches!(error, ConfigError::Unreadable { .. }));
}
