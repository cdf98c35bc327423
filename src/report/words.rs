//! Numbers, plurals and short names, as every format for people writes them.

use std::borrow::Cow;

/// A number with thousands separated: `12,345`.
pub fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number with its noun: `1 finding`, `2 findings`.
pub fn count(value: u64, noun: &str) -> String {
    format!("{} {noun}{}", number(value), if value == 1 { "" } else { "s" })
}

/// A number with its noun, of which the plural is known: `1 backup policy`, `2 backup policies`.
pub fn count_of(value: u64, plural: &str) -> String {
    let noun = if value == 1 { singular(plural) } else { Cow::Borrowed(plural) };
    format!("{} {noun}", number(value))
}

fn singular(plural: &str) -> Cow<'_, str> {
    if let Some(stem) = plural.strip_suffix("ies") {
        return Cow::Owned(format!("{stem}y"));
    }
    let stem = match plural.strip_suffix("es") {
        Some(stem) if stem.ends_with("ss") => Some(stem),
        _ => plural.strip_suffix('s').filter(|stem| !stem.ends_with('s')),
    };
    Cow::Borrowed(stem.unwrap_or(plural))
}

/// The number of items, as reports count.
pub fn len<T>(list: &[T]) -> u64 {
    list.len() as u64
}

/// Whether a resource is named by an ARM id, not by an address in code.
pub fn is_arm_id(resource: &str) -> bool {
    resource.starts_with('/')
}

/// What people call a resource: the last name in an ARM id, or the whole address in code. A
/// protected item's id carries its container in front of the last semicolon.
pub fn name(resource: &str) -> &str {
    if !is_arm_id(resource) {
        return resource;
    }
    let trimmed = resource.trim_end_matches('/');
    let name = trimmed.rsplit('/').next().unwrap_or(trimmed);
    let is_item =
        trimmed[..trimmed.len() - name.len()].to_ascii_lowercase().ends_with("/protecteditems/");
    let name = if is_item { name.rsplit(';').next().unwrap_or(name) } else { name };
    if name.is_empty() { resource } else { name }
}

/// Where a resource stands, in short: subscription, resource group, and the resource it is part of.
pub fn place(resource: &str) -> String {
    if !is_arm_id(resource) {
        return String::new();
    }
    let segments: Vec<&str> = resource.split('/').filter(|segment| !segment.is_empty()).collect();
    let after = |word: &str| {
        let at = segments.iter().position(|segment| segment.eq_ignore_ascii_case(word))?;
        segments.get(at + 1).copied()
    };
    let mut parts = Vec::new();
    parts.extend(after("subscriptions").map(short_guid));
    parts.extend(after("resourceGroups"));
    match segments.iter().position(|segment| segment.eq_ignore_ascii_case("providers")) {
        // providers / namespace / type / name, and more behind it when this is a child.
        Some(at) if segments.len() > at + 5 => parts.push(segments[at + 3]),
        Some(_) => {}
        // The last part is the name of the scope itself.
        None => drop(parts.pop()),
    }
    parts.join("/")
}

fn short_guid(text: &str) -> &str {
    let is_guid =
        text.len() == 36 && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    if is_guid { &text[..8] } else { text }
}

/// An ARM type in words: `Microsoft.RecoveryServices/vaults/backupPolicies` is `backup policies`.
pub fn type_in_short(resource_type: &str) -> String {
    let last = resource_type.rsplit('/').next().unwrap_or(resource_type);
    let mut words = String::with_capacity(last.len() + 4);
    for c in last.chars() {
        if c.is_ascii_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.push(c.to_ascii_lowercase());
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names() {
        assert_eq!(
            [number(0), number(999), number(1000), number(1_234_567)],
            ["0", "999", "1,000", "1,234,567"]
        );
        assert_eq!(count(1, "rule"), "1 rule");
        let counted = ["jobs", "backup policies", "ip addresses", "vaultstorageconfig", "access"];
        let one = counted.map(|noun| count_of(1, noun));
        assert_eq!(
            one,
            ["1 job", "1 backup policy", "1 ip address", "1 vaultstorageconfig", "1 access"]
        );
        assert_eq!(count_of(1_200, "backup policies"), "1,200 backup policies");
        assert_eq!(type_in_short("Microsoft.DataProtection/backupVaults"), "backup vaults");
        let vault = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg/providers/Microsoft.RecoveryServices/vaults/v";
        assert_eq!((name(vault), place(vault).as_str()), ("v", "11111111/rg"));
        let policy = format!("{vault}/backupPolicies/p");
        assert_eq!((name(&policy), place(&policy).as_str()), ("p", "11111111/rg/v"));
        let subscription = "/subscriptions/s1";
        assert_eq!((name(subscription), place(subscription).as_str()), ("s1", ""));
        assert_eq!(
            (name("azurerm_x.this"), place("azurerm_x.this").as_str()),
            ("azurerm_x.this", "")
        );
        assert_eq!((name("/"), place("/").as_str()), ("/", ""));
    }
}
