//! Globs on resource ids, file paths and plain values, compiled once.
//!
//! `*` and `?` stay within one segment, `**` crosses `/`, `[ab]` and `{a,b}` choose. A pattern that
//! begins with `/` starts at the root; any other may start at any segment, so that a bare name means
//! the resource with that name, and `*/vaults/legacy-*` a vault in any resource group. A pattern
//! equal to the candidate always holds, so ids with brackets can be pasted as they are.

use globset::{GlobBuilder, GlobMatcher};

/// Longer patterns are refused: no id or path is as long, and compiling takes memory.
const LONGEST: usize = 4096;

/// One compiled pattern.
#[derive(Clone, Debug)]
pub struct Pattern {
    text: String,
    form: Form,
    matcher: Matcher,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// The resource itself.
    Id,
    /// The resource and everything below it.
    Scope,
    /// A file, or everything in a folder; case matters.
    Path,
    /// A tag's value or a type: one text, in which `*` crosses everything.
    Value,
}

#[derive(Clone, Debug)]
enum Matcher {
    /// No wildcard: compared without a regular expression. Without `/`, without the slash in front.
    Literal {
        text: String,
        rooted: bool,
    },
    Glob {
        itself: GlobMatcher,
        below: Option<GlobMatcher>,
    },
}

impl Pattern {
    /// A pattern on ARM ids, or on addresses in code. Case does not matter.
    ///
    /// # Errors
    /// The message when it is no glob.
    pub fn id(text: &str) -> Result<Self, String> {
        Self::compile(text, Form::Id)
    }

    /// A pattern on ARM ids that also holds for everything below what it names.
    ///
    /// # Errors
    /// The message when it is no glob.
    pub fn scope(text: &str) -> Result<Self, String> {
        Self::compile(text, Form::Scope)
    }

    /// A pattern on files; a folder stands for all files in it, as in `.gitignore`.
    ///
    /// # Errors
    /// The message when it is no glob.
    pub fn path(text: &str) -> Result<Self, String> {
        Self::compile(text, Form::Path)
    }

    /// A pattern on a tag's value or a resource type. Case does not matter.
    ///
    /// # Errors
    /// The message when it is no glob.
    pub fn value(text: &str) -> Result<Self, String> {
        Self::compile(text, Form::Value)
    }

    /// The pattern as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it has no wildcard, so that it names one thing.
    pub fn is_literal(&self) -> bool {
        matches!(self.matcher, Matcher::Literal { .. })
    }

    /// Whether it holds for an id, path or value.
    pub fn matches(&self, candidate: &str) -> bool {
        let candidate = self.form.trimmed(candidate);
        match &self.matcher {
            Matcher::Literal { text, rooted } => self.form.holds(text, *rooted, candidate),
            Matcher::Glob { itself, below } => {
                self.form.same(self.form.trimmed(&self.text), candidate)
                    || itself.is_match(candidate)
                    || below.as_ref().is_some_and(|below| below.is_match(candidate))
            }
        }
    }

    fn compile(text: &str, form: Form) -> Result<Self, String> {
        if text.len() > LONGEST {
            return Err(format!("longer than {LONGEST} characters"));
        }
        let body = form.trimmed(text);
        let matcher = if form == Form::Value {
            if has_wildcard(body) {
                Matcher::Glob { itself: form.glob(body)?, below: None }
            } else {
                Matcher::Literal { text: body.to_owned(), rooted: true }
            }
        } else {
            let rooted = text.starts_with('/');
            let bare = body.trim_start_matches('/');
            if has_wildcard(bare) {
                let start = match (rooted, form) {
                    (true, Form::Path) => "",
                    (true, _) => "/",
                    (false, _) => "**/",
                };
                let whole = format!("{start}{bare}");
                let below =
                    (form != Form::Id).then(|| form.glob(&format!("{whole}/**"))).transpose()?;
                Matcher::Glob { itself: form.glob(&whole)?, below }
            } else {
                Matcher::Literal { text: bare.to_owned(), rooted }
            }
        };
        Ok(Self { text: text.to_owned(), form, matcher })
    }
}

impl Form {
    /// Without what does not count: a slash at the end, `./` at the start of a path.
    fn trimmed(self, text: &str) -> &str {
        if self == Self::Value {
            return text;
        }
        let text = if self == Self::Path { text.strip_prefix("./").unwrap_or(text) } else { text };
        text.strip_suffix('/').unwrap_or(text)
    }

    fn same(self, left: &str, right: &str) -> bool {
        if self == Self::Path { left == right } else { left.eq_ignore_ascii_case(right) }
    }

    /// A literal at the root or at any segment, itself or a parent of the candidate.
    fn holds(self, literal: &str, rooted: bool, candidate: &str) -> bool {
        if self == Self::Value {
            return self.same(literal, candidate);
        }
        let candidate = candidate.strip_prefix('/').unwrap_or(candidate);
        let ends = |at: usize| {
            at == candidate.len() || (self != Self::Id && candidate.as_bytes()[at] == b'/')
        };
        let stands_at = |start: usize| {
            let end = start + literal.len();
            candidate.get(start..end).is_some_and(|part| self.same(part, literal)) && ends(end)
        };
        if rooted {
            // The root itself, `/`, holds everything below it.
            return if literal.is_empty() {
                self != Self::Id || candidate.is_empty()
            } else {
                stands_at(0)
            };
        }
        if self == Self::Id {
            let start = candidate.len().checked_sub(literal.len());
            return start.is_some_and(|start| {
                stands_at(start) && (start == 0 || candidate.as_bytes()[start - 1] == b'/')
            });
        }
        stands_at(0)
            || memchr::memchr_iter(b'/', candidate.as_bytes()).any(|slash| stands_at(slash + 1))
    }

    fn glob(self, text: &str) -> Result<GlobMatcher, String> {
        GlobBuilder::new(text)
            .literal_separator(self != Self::Value)
            .case_insensitive(self != Self::Path)
            .backslash_escape(true)
            .build()
            .map(|glob| glob.compile_matcher())
            .map_err(|error| error.kind().to_string())
    }
}

fn has_wildcard(text: &str) -> bool {
    text.contains(['*', '?', '[', ']', '{', '}', '\\'])
}

#[cfg(test)]
mod tests {
    use super::*;

    const VAULT: &str = "/subscriptions/S1/resourceGroups/rg-Prod/providers/Microsoft.RecoveryServices/vaults/legacy-01";
    const ITEM: &str = "/subscriptions/s1/resourceGroups/rg/providers/Microsoft.RecoveryServices/vaults/v/backupFabrics/Azure/protectionContainers/IaasVMContainer;iaasvmcontainerv2;rg;vm1/protectedItems/VM;iaasvmcontainerv2;rg;vm1";

    #[test]
    fn globs_on_ids() {
        for (pattern, id, expected) in [
            (VAULT, VAULT, true),
            ("legacy-01", VAULT, true),
            ("LEGACY-*", VAULT, true),
            ("legacy", VAULT, false),
            ("egacy-01", VAULT, false),
            ("*/vaults/legacy-*", VAULT, true),
            ("vaults/legacy-*", VAULT, true),
            ("/vaults/legacy-*", VAULT, false),
            ("/subscriptions/s1/**", VAULT, true),
            ("/subscriptions/s1/", VAULT, false),
            ("/subscriptions/s1/*", VAULT, false),
            ("/SUBSCRIPTIONS/S1/resourcegroups/*/providers/*/vaults/legacy-0?", VAULT, true),
            ("**", VAULT, true),
            ("*", VAULT, true),
            ("{legacy,old}-*", VAULT, true),
            ("legacy-*", ITEM, false),
            ("**/vaults/v/**", ITEM, true),
            ("vm;iaasvmcontainerv2;rg;vm1", ITEM, true),
            ("azurerm_recovery_services_vault.*", "azurerm_recovery_services_vault.main", true),
            ("module.a[\"x\"].vault.b", "module.a[\"x\"].vault.b", true),
            ("/", VAULT, false),
        ] {
            assert_eq!(Pattern::id(pattern).unwrap().matches(id), expected, "{pattern} on {id}");
        }
    }

    #[test]
    fn scopes_hold_what_lies_below() {
        for (pattern, expected) in [
            ("/subscriptions/s1", true),
            ("/subscriptions/s", false),
            ("/subscriptions/s1/resourceGroups/rg-*", true),
            ("rg-*", true),
            ("rg-prod", true),
            ("prod", false),
            ("resourceGroups/rg-prod/", true),
            ("/resourceGroups/rg-prod", false),
            ("/", true),
        ] {
            assert_eq!(Pattern::scope(pattern).unwrap().matches(VAULT), expected, "{pattern}");
        }
    }

    #[test]
    fn paths_keep_case_and_hold_folders() {
        for (pattern, path, expected) in [
            ("modules/legacy", "modules/legacy/main.tf", true),
            ("modules/legacy/", "infra/modules/legacy/a/main.tf", true),
            ("/modules/legacy", "infra/modules/legacy/main.tf", false),
            ("/infra/*/main.tf", "infra/a/main.tf", true),
            ("./infra/main.tf", "infra/main.tf", true),
            ("infra/main.tf", "./infra/main.tf", true),
            ("main.tf", "infra/main.tf", true),
            ("*.tf", "infra/a/main.tf", true),
            ("Main.tf", "infra/main.tf", false),
            ("infra/*.tf", "infra/a/main.tf", false),
            ("infra/**", "infra/a/main.tf", true),
        ] {
            assert_eq!(
                Pattern::path(pattern).unwrap().matches(path),
                expected,
                "{pattern} on {path}"
            );
        }
    }

    #[test]
    fn values_are_one_text() {
        let holds = |pattern, value| Pattern::value(pattern).unwrap().matches(value);
        assert!(holds("gold", "Gold"));
        assert!(holds("team-*", "team-a/b"));
        assert!(holds("Microsoft.Compute/*", "microsoft.compute/disks"));
        assert!(!holds("gold", "gold/"));
        assert!(holds("a/b/", "a/b/"));
    }

    #[test]
    fn refuses_what_is_no_glob() {
        assert!(Pattern::id("vaults/[a-").is_err());
        assert!(Pattern::path("{a").is_err());
        assert!(Pattern::id(&"a*".repeat(LONGEST)).is_err());
    }
}
