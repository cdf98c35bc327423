//! The name that somebody probably meant.

/// Likeness below which a suggestion would only confuse.
const LIKE_ENOUGH: f64 = 0.8;

/// The known name that is most like `word`, if any is like enough. Underscores count as hyphens,
/// and case does not matter.
pub(super) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = folded(word);
    let mut best: Option<(f64, &str)> = None;
    for name in known {
        let likeness = strsim::jaro_winkler(&word, &folded(name));
        if likeness >= LIKE_ENOUGH && best.is_none_or(|(most, _)| likeness > most) {
            best = Some((likeness, name));
        }
    }
    best.map(|(_, name)| name)
}

/// Names in backquotes, joined by commas.
pub(super) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn folded(name: &str) -> String {
    name.to_ascii_lowercase().replace('_', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_what_was_meant_and_nothing_else() {
        let known = [
            "min-retention-days",
            "max-retention-days",
            "name",
            "rpo-hours",
            "soft-delete-disabled",
        ];
        for (word, expected) in [
            ("min_retention_days", Some("min-retention-days")),
            ("min-retention-day", Some("min-retention-days")),
            ("Name", Some("name")),
            ("rpo", Some("rpo-hours")),
            ("soft-delete-off", Some("soft-delete-disabled")),
            ("colour", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, known), expected, "{word}");
        }
    }
}
