//! The `backuplint.toml` that `backuplint init` writes: every key, explained, with an example.
//!
//! A line of prose starts with `# `, an example with `#` alone, so that removing that one character
//! switches it on. Both forms are valid; a test parses both.

use std::fmt::Write;
use std::sync::Arc;

use super::parameter::{expected, shown};
use crate::finding::Severity;
use crate::rule::{Metadata, Profile};

/// The commented file, with the parameters of these rules.
pub fn template(rules: &[Arc<Metadata>]) -> String {
    let mut text = HEAD.to_owned();
    text.push_str(&profiles());
    text.push_str(TOP);
    rule_tables(&mut text, rules);
    text.push_str(DECLARATIONS);
    suppression(&mut text, rules);
    text
}

const HEAD: &str = "\
# Configuration of backuplint, found upwards from the working directory.
# To use an example, remove the `#` in front of it. Words in <angle brackets> are yours to fill in.

";

const TOP: &str = r#"
# Failures of this severity or worse end with exit code 1: critical, high, medium, low, info.
fail-on = "medium"

# Folders and files with rules of your own, relative to this file.
#rule-packs = ["policies/"]

# Whether every suppression must have a last day.
#require-expiry = true

# Whether the code that `backuplint lint` reads is all there is: complete, or partial if locks, alerts or
# endpoints are declared elsewhere. Then what is missing is undecided instead of wrong.
#iac-scope = "partial"
"#;

const DECLARATIONS: &str = r#"
# What the business demands for a kind of data. In `match`, all that is given must hold:
# tag.NAME = glob on the value, scope = globs on ids (with everything below), type = ARM types.
# In a glob `*` stays within one segment of an id, `**` crosses them; a bare name matches anywhere.
#[[class]]
#name = "gold"
#match = { tag.tier = "gold" }
# Days of the longest tier, or a table such as { daily = 30, weekly = 84, monthly = 365, yearly = 2555 }.
#min-retention-days = 365
#max-retention-days = 3650
# Longest time between two backups, and longest time a restore may take.
#rpo-hours = 24
#rto-hours = 8
# What Azure calls the security level of a vault: minimum, adequate, maximum.
#security-level = "maximum"
# Quoted in findings.
#framework = "ISO 27001 A.8.13"

# Vaults and backup policies that some data must use.
#[[mandate]]
#match = { tag.mandate = "central" }
#vaults = ["/subscriptions/<id>/resourceGroups/backup/providers/Microsoft.RecoveryServices/vaults/*"]
#policies = ["gold-*"]

# Who is meant to do which operations, and where (everywhere, if `on` is left out).
#[[operator]]
#principal = "<object id>"
#operations = ["on-demand-backup", "restore-create-new"]
#on = ["/subscriptions/<id>"]

# Storage accounts that restores go through, with the vaults or regions they serve.
#[staging]
#ids = ["stagingrestore*"]
#serves = { "<account id>" = ["westeurope"] }
#require-per-region = false

# A restore test that Azure's job history does not show.
#[[restore-evidence]]
#vault = "<vault id>"
#date = "2026-08-12T06:00:00Z"
#note = "yearly exercise"

# Accounts for emergencies.
#[break-glass]
#principals = ["<object id>"]

# What is decided about changes, for `backuplint review`; shown with the defaults.
#[review]
#replace-existing-requires-running = "inform"  # or "block", as the guide asks
#minimum = "documented"                        # or "guide": whose minimum of roles counts
#on-demand-supported = 3
#on-demand-hard-cap = 9
#on-demand-min-days = 1
#parallel-restore-days = 7
#fresh-point-hours = 24
#reading-max-hours = 168
#file-recovery-hours = 12
#file-recovery-large-gb = 5
"#;

fn profiles() -> String {
    let mut text = "# Sets of rules; those beside `default` add to it.\n".to_owned();
    for profile in Profile::ALL {
        let meaning = match profile {
            Profile::Default => "what every estate should pass",
            Profile::Strict => "what a security team asks for",
            Profile::Regulated => "what regulated data needs",
            Profile::Hygiene => "tidiness",
        };
        let _ = writeln!(text, "#   {profile}: {meaning}");
    }
    text + "profile = [\"default\"]\n"
}

/// One table for each rule that has parameters.
fn rule_tables(text: &mut String, rules: &[Arc<Metadata>]) {
    let names = Severity::ALL.map(Severity::name).join(", ");
    let _ = writeln!(
        text,
        "\n# Any rule takes `severity` ({names}) and `enabled` (true, false); these take more,\n\
         # shown with their defaults. `backuplint rules show ID` explains a rule."
    );
    let mut with_parameters: Vec<&Metadata> =
        rules.iter().map(|rule| &**rule).filter(|rule| !rule.parameters.is_empty()).collect();
    with_parameters
        .sort_by(|left, right| (&left.family, &left.id).cmp(&(&right.family, &right.id)));
    for rule in with_parameters {
        let _ = writeln!(text, "\n# {}\n#[rules.{}]", one_line(&rule.title), rule.id);
        for (name, parameter) in &rule.parameters {
            let kind = expected(&parameter.default, parameter);
            let _ = writeln!(
                text,
                "# {} ({kind})",
                one_line(&parameter.description).trim_end_matches('.')
            );
            let _ = writeln!(text, "#{name} = {}", shown(&parameter.default));
        }
    }
}

fn suppression(text: &mut String, rules: &[Arc<Metadata>]) {
    let usual = rules.iter().find(|rule| rule.id == "cross-region-restore-disabled");
    let Some(rule) = usual.or(rules.first()) else { return };
    let _ = write!(
        text,
        r#"
# A finding that somebody accepts. Reports still show it, with the reason and the owner.
# `resource` is a glob on ids, `path` one on files (a folder stands for what is in it).
# `expires` is the last day on which it holds.
#[[suppression]]
#rule = "{}"
#resource = "*/vaults/legacy-*"
#reason = "paired region not allowed by contract 17"
#owner = "backup-team@example.com"
#expires = 2027-01-31
"#,
        rule.id
    );
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
