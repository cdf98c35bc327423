//! Controls of frameworks, and the rules that speak of each.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::Metadata;

/// One control and its rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Control<'m> {
    /// The framework, such as `MCSB`.
    pub framework: &'m str,
    /// The id within it, such as `BR-2`.
    pub id: &'m str,
    /// Positions of the rules among those given.
    pub rules: Vec<usize>,
}

/// The controls that rules name, by framework and then in the order of their numbers: `3.1.10` comes
/// after `3.1.2`.
pub fn controls<'m>(rules: impl Iterator<Item = &'m Metadata>) -> Vec<Control<'m>> {
    let mut found: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for (at, rule) in rules.enumerate() {
        for (framework, ids) in &rule.controls {
            for id in ids {
                found.entry((framework, id)).or_default().push(at);
            }
        }
    }
    let control = |((framework, id), rules)| Control { framework, id, rules };
    let mut controls: Vec<_> = found.into_iter().map(control).collect();
    controls.sort_by(|left, right| {
        left.framework.cmp(right.framework).then_with(|| by_number(left.id, right.id))
    });
    controls
}

/// Whether a rule speaks of a control, of whichever framework.
pub fn names_control(rule: &Metadata, control: &str) -> bool {
    rule.controls.values().flatten().any(|known| known.eq_ignore_ascii_case(control))
}

/// Compares runs of digits as numbers and everything else as text.
fn by_number(left: &str, right: &str) -> Ordering {
    let pieces = |text: &str| -> Vec<(u64, String)> {
        let mut pieces: Vec<(u64, String)> = vec![(0, String::new())];
        for c in text.chars() {
            let (number, word) = pieces.last_mut().expect("never empty");
            match c.to_digit(10) {
                Some(digit) if word.is_empty() => {
                    *number = number.saturating_mul(10).saturating_add(u64::from(digit));
                }
                Some(digit) => pieces.push((u64::from(digit), String::new())),
                None => word.push(c),
            }
        }
        pieces
    };
    pieces(left).cmp(&pieces(right)).then_with(|| left.cmp(right))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_stand_in_the_order_of_their_numbers() {
        let mut ids = ["CP-10", "3.1.10", "CP-9(8)", "BR-2", "3.1.2", "CP-9", "A.8.13", "A.5.3"];
        ids.sort_by(|left, right| by_number(left, right));
        assert_eq!(ids, ["A.5.3", "A.8.13", "BR-2", "CP-9", "CP-9(8)", "CP-10", "3.1.2", "3.1.10"]);
    }
}
