//! Patterns of roles: which actions they stand for.

/// Whether an action matches a pattern of a role, where `*` stands for any text, slashes included, and
/// case does not count (<https://learn.microsoft.com/azure/role-based-access-control/role-definitions>).
pub fn matches_pattern(pattern: &str, action: &str) -> bool {
    let mut parts = pattern.as_bytes().split(|letter| *letter == b'*');
    let first = parts.next().unwrap_or_default();
    let Some(mut left) = without_prefix(action.as_bytes(), first) else { return false };
    let Some(last) = parts.next_back() else { return left.is_empty() };
    for part in parts {
        let Some(rest) = after(left, part) else { return false };
        left = rest;
    }
    left.len() >= last.len() && left[left.len() - last.len()..].eq_ignore_ascii_case(last)
}

fn without_prefix<'a>(text: &'a [u8], prefix: &[u8]) -> Option<&'a [u8]> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

/// What follows the first place where a part stands: taking the first leaves most for the others.
fn after<'a>(text: &'a [u8], part: &[u8]) -> Option<&'a [u8]> {
    (0..=text.len()).find_map(|at| without_prefix(&text[at..], part))
}

#[cfg(test)]
mod tests {
    use super::matches_pattern;

    #[test]
    fn a_star_stands_for_any_text() {
        let action = "Microsoft.KeyVault/vaults/keys/wrap/action";
        for pattern in [
            "*",
            "**",
            "microsoft.keyvault/vaults/*",
            "Microsoft.KeyVault/*/wrap/*",
            "*/ACTION",
            "*keys*action",
            "Microsoft.KeyVault/vaults/keys/wrap/action*",
            "*Microsoft.KeyVault/vaults/keys/wrap/action",
            action,
        ] {
            assert!(matches_pattern(pattern, action), "{pattern}");
        }
        for pattern in [
            "",
            "*/read",
            "Microsoft.KeyVault/vaults/keys",
            "Microsoft.Key*/wrap",
            "*x*",
            "Microsoft.KeyVault/vaults/keys/wrap/action/*",
            "*keys*keys*",
            "Microsoft.KeyVault/vaults/keys/*keys/wrap/action",
            "*action*action",
        ] {
            assert!(!matches_pattern(pattern, action), "{pattern}");
        }
        assert!(matches_pattern("*", "") && matches_pattern("", ""));
        assert!(!matches_pattern("Ü*", "Microsoft.KeyVault/vaults/read"));
    }
}
