//! What a report says of the two questions, in words and numbers that every format for people shares.

use super::view::View;
use super::words;
use crate::finding::{BaselineState, Severity};
use crate::rule::Metadata;

/// How good or bad something is that a report says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Neither.
    Plain,
    /// Examined, and in order.
    Good,
    /// Not proven either way.
    Doubt,
    /// Something is wrong.
    Bad,
}

/// What the verdicts say of one question.
pub struct Answer {
    /// The question.
    pub question: &'static str,
    /// The answer: no failure is not yet a "no".
    pub text: String,
    /// How bad it is.
    pub tone: Tone,
}

/// Both questions, answered.
pub fn answers(view: &View<'_>) -> Vec<Answer> {
    QUESTIONS.iter().map(|question| question.answer(view)).collect()
}

/// One of the two questions, and the families of rules that answer it.
struct Question {
    text: &'static str,
    families: &'static [&'static str],
    /// Rules of other families.
    rules: &'static [&'static str],
}

const QUESTIONS: [Question; 2] = [
    Question {
        text: "Could somebody destroy our backups?",
        families: &["vault", "encryption", "network", "resource_guard", "access", "iac", "change"],
        rules: &[
            "script-deletes-backup-data",
            "script-deletes-vault",
            "script-deploys-in-complete-mode",
            "script-disables-immutability",
            "script-disables-soft-delete",
            "script-invalid-option",
            "script-removes-lock",
            "script-removes-mua",
            "script-shortens-retention",
            "script-uses-retired-command",
            "script-weakens-vault-settings",
        ],
    },
    Question {
        text: "Could we really restore?",
        families: &["coverage", "protected_item", "recovery", "backup_policy"],
        rules: &[
            "deploy-without-on-demand-backup",
            "on-demand-retention-too-short",
            "restore-without-staging-region-check",
            "script-excludes-disks",
            "script-invalid-option",
            "script-job-not-awaited",
            "script-restore-exposes-disks",
            "script-restore-overwrites-source",
            "script-restore-without-target-group",
            "script-retain-until-in-past",
            "script-shortens-retention",
            "script-stops-protection",
            "script-unregisters-container",
            "script-uses-retired-command",
            "script-vm-name-in-wrong-group",
        ],
    },
];

impl Question {
    fn asks(&self, rule: &Metadata) -> bool {
        self.families.contains(&rule.family.replace('-', "_").as_str())
            || self.rules.contains(&rule.id.as_str())
    }

    fn answer(&self, view: &View<'_>) -> Answer {
        let report = view.report;
        let failures = view.failures.iter().map(|entry| entry.outline);
        let failures = failures.filter(|outline| self.asks(&report.rules[outline.rule]));
        let (mut worst, mut lesser) = (0, 0);
        for outline in failures {
            *(if outline.severity >= Severity::High { &mut worst } else { &mut lesser }) += 1;
        }
        let rules: Vec<_> = view.judging().filter(|(_, rule, _)| self.asks(rule)).collect();
        let undecided: u64 = rules.iter().map(|(_, _, counts)| counts[1]).sum();
        let judged: u64 = rules.iter().map(|(_, _, counts)| counts[..3].iter().sum::<u64>()).sum();
        let gaps = report.gaps.iter().filter(|gap| {
            let blinds = |id: &String| rules.iter().any(|(_, rule, _)| rule.id == *id);
            gap.rules.is_empty() || gap.rules.iter().any(blinds)
        });
        let gaps = gaps.count() as u64;
        let mut parts = Vec::new();
        if worst > 0 {
            parts.push(words::count(worst, "critical or high finding"));
        }
        if lesser > 0 {
            parts.push(words::count(
                lesser,
                if worst > 0 { "lesser finding" } else { "medium, low or info finding" },
            ));
        }
        if parts.is_empty() {
            parts.push("no finding".to_owned());
        }
        if undecided > 0 {
            parts.push(format!("{} undecided", words::number(undecided)));
        }
        if gaps > 0 {
            parts.push(words::count(gaps, "gap"));
        }
        if !report.rule_errors.is_empty() {
            parts.push("rules failed to run".to_owned());
        }
        let doubt = undecided > 0 || gaps > 0 || !report.rule_errors.is_empty();
        let mut text = parts.join(", ");
        let tone = if judged == 0 && worst + lesser == 0 {
            "not examined: no rule for it had anything to judge".clone_into(&mut text);
            Tone::Doubt
        } else if worst > 0 {
            Tone::Bad
        } else if lesser > 0 || doubt {
            if lesser == 0 {
                text.push_str(": not proven");
            }
            Tone::Doubt
        } else {
            text.push_str(" by ");
            text.push_str(&words::count(words::len(&rules), "rule"));
            Tone::Good
        };
        Answer { question: self.text, text, tone }
    }
}

/// What a report without failures says as a whole.
pub fn verdict(view: &View<'_>) -> Option<(Tone, &'static str)> {
    let report = view.report;
    if !view.failures.is_empty() {
        return None;
    }
    Some(if !report.gaps.is_empty() || !report.rule_errors.is_empty() {
        (Tone::Doubt, "Incomplete: nothing was found, and not everything was looked at.")
    } else if report.summary.unknown > 0 {
        (Tone::Doubt, "No failure, but not everything could be decided.")
    } else if report.summary.pass == 0 {
        (Tone::Doubt, "No rule had anything to judge.")
    } else if report.summary.suppressed > 0 {
        (Tone::Plain, "No failure besides the suppressed ones, and nothing left undecided.")
    } else {
        (Tone::Good, "No failure, and nothing left undecided.")
    })
}

/// The numbers beside the failures.
pub fn rest(view: &View<'_>) -> Vec<String> {
    let summary = &view.report.summary;
    let mut rest = vec![
        format!("undecided {}", words::number(summary.unknown)),
        format!("passed {}", words::number(summary.pass)),
        format!("not applicable {}", words::number(summary.not_applicable)),
        format!("gaps {}", words::number(words::len(&view.report.gaps))),
    ];
    if summary.suppressed > 0 {
        rest.push(format!("suppressed {} (listed in json)", words::number(summary.suppressed)));
    }
    let known = in_baseline(view);
    if known > 0 {
        rest.push(format!("in baseline {}", words::number(known)));
    }
    rest
}

/// How many failures an earlier report knows.
pub fn in_baseline(view: &View<'_>) -> u64 {
    let states = view.failures.iter().map(|entry| entry.outline.baseline);
    states.filter(|state| *state == Some(BaselineState::Unchanged)).count() as u64
}

/// How many failures there are of each severity that has some, worst first: `1 critical, 14 high`.
pub fn by_severity(view: &View<'_>) -> String {
    let counts = Severity::ALL.into_iter().filter_map(|severity| {
        let of_it = view.failures.iter().filter(|entry| entry.outline.severity == severity);
        match of_it.count() as u64 {
            0 => None,
            count => Some(format!("{} {severity}", words::number(count))),
        }
    });
    counts.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::QUESTIONS;

    #[test]
    fn every_rule_on_scripts_answers_a_question() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/rules/script");
        let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
        let folders = entries.filter(|entry| entry.path().is_dir());
        let ids: BTreeSet<String> =
            folders.map(|entry| entry.file_name().to_string_lossy().replace('_', "-")).collect();
        let named = QUESTIONS.iter().flat_map(|question| question.rules);
        assert_eq!(named.map(|id| (*id).to_owned()).collect::<BTreeSet<_>>(), ids);
    }
}
