//! What is collected is what the rules read.

#![allow(
    clippy::panic,
    clippy::pedantic,
    reason = "a test fails by panicking, and helpers of a test are no API"
)]

use backuplint::collect::plan::version::Versions;
use backuplint::collect::plan::{Plan, Wish};
use backuplint::inventory::Kind;

#[test]
fn everything_that_a_rule_reads_is_asked_for() {
    let plan = Plan::new(&Wish::default(), Versions::default()).expect("a plan");
    // Recovery points of items would take a request an item, and the rules that read them do without.
    let points = Kind::RecoveryServicesPoint;
    for bundled in backuplint::rules::BUNDLED {
        let metadata: toml::Table = bundled.toml.parse().expect("TOML");
        let facts = metadata.get("facts").and_then(toml::Value::as_array).into_iter().flatten();
        for fact in facts {
            let text = |key: &str| fact.get(key).and_then(toml::Value::as_str).unwrap_or_default();
            let is_optional = fact.get("optional").and_then(toml::Value::as_bool) == Some(true);
            let wanted = text("type");
            let is_of_azure = wanted.contains('/')
                && !["Script/", "Terraform/"].iter().any(|code| wanted.starts_with(code));
            if !is_of_azure || Kind::of_type(wanted) == points && is_optional {
                continue;
            }
            let is_it = |kind: &str| {
                kind.eq_ignore_ascii_case(wanted)
                    || Kind::of_type(kind) != Kind::Other
                        && Kind::of_type(kind) == Kind::of_type(wanted)
            };
            let is_asked = plan.topics().iter().any(|topic| is_it(topic.kind));
            assert!(is_asked, "{} reads {wanted}", bundled.folder);
        }
    }
}
