//! `--select` and `--ignore`: rules by id, family, control or framework.

use super::error::ConfigError;
use super::nearest::nearest;
use crate::rule::Metadata;

/// What one option names. Every word in it names at least one rule.
#[derive(Clone, Debug, Default)]
pub(super) struct Selection<'a> {
    words: Vec<&'a str>,
}

impl<'a> Selection<'a> {
    /// Checks the words of an option.
    pub(super) fn read<'r>(
        option: &str,
        words: &'a [String],
        rules: &(impl Iterator<Item = &'r Metadata> + Clone),
        errors: &mut Vec<ConfigError>,
    ) -> Self {
        let mut selection = Self::default();
        for word in words {
            if rules.clone().any(|rule| names(rule, word)) {
                selection.words.push(word);
            } else {
                errors.push(unknown(option, word, rules.clone()));
            }
        }
        selection
    }

    pub(super) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Whether a rule is named in any way.
    pub(super) fn holds(&self, rule: &Metadata) -> bool {
        self.words.iter().any(|word| names(rule, word))
    }

    /// Whether a word is a control or a framework of some rule.
    pub(super) fn names_control<'r>(&self, rules: impl Iterator<Item = &'r Metadata>) -> bool {
        let mut controls = rules.flat_map(|rule| &rule.controls);
        controls.any(|(framework, controls)| {
            self.words.iter().any(|word| {
                framework.eq_ignore_ascii_case(word)
                    || controls.iter().any(|control| is_control(control, word))
            })
        })
    }

    /// Whether a rule is named by its id or a former one.
    pub(super) fn holds_by_id(&self, rule: &Metadata) -> bool {
        self.words.iter().any(|word| is_id(rule, word))
    }

    /// The words as they were typed.
    pub(super) fn shown(&self) -> String {
        self.words.join(",")
    }
}

fn names(rule: &Metadata, word: &str) -> bool {
    is_id(rule, word)
        || same_family(&rule.family, word)
        || rule.controls.iter().any(|(framework, controls)| {
            framework.eq_ignore_ascii_case(word)
                || controls.iter().any(|control| is_control(control, word))
        })
}

fn is_id(rule: &Metadata, word: &str) -> bool {
    rule.id == word || rule.aliases.iter().any(|alias| alias == word)
}

/// `backup-policy` is the same family as `backup_policy`.
fn same_family(family: &str, word: &str) -> bool {
    family.replace('_', "-").eq_ignore_ascii_case(&word.replace('_', "-"))
}

/// `CP-9` names its enhancements `CP-9(8)` too, as NIST counts them.
fn is_control(control: &str, word: &str) -> bool {
    control.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
        && matches!(control.as_bytes().get(word.len()), None | Some(b'('))
}

fn unknown<'r>(
    option: &str,
    word: &str,
    rules: impl Iterator<Item = &'r Metadata> + Clone,
) -> ConfigError {
    let known = rules.flat_map(|rule| {
        let controls = rule.controls.iter().flat_map(|(framework, controls)| {
            std::iter::once(framework.as_str()).chain(controls.iter().map(String::as_str))
        });
        [rule.id.as_str(), rule.family.as_str()].into_iter().chain(controls)
    });
    let near = nearest(word, known);
    ConfigError::UnknownName {
        message: format!("`{option} {word}` names no rule, family or control"),
        help: near.map_or_else(
            || "`backuplint rules list` shows every id with its family and controls".to_owned(),
            |near| format!("did you mean `{option} {near}`?"),
        ),
    }
}
