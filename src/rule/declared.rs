//! What the business declares about its estate, as rules see it.

use crate::inventory::Resource;

/// Whether a pattern of the configuration holds for a text.
pub type Matcher = Box<dyn Fn(&str) -> bool + Send + Sync>;

/// Whether a selector of the configuration holds for a resource.
pub type ResourceMatcher = Box<dyn Fn(&Resource<'_>) -> bool + Send + Sync>;

/// Declarations of the configuration.
#[derive(Default)]
pub struct Declarations {
    /// Restore staging accounts.
    pub staging: Staging,
}

/// Restore staging accounts, `[staging]`.
#[derive(Default)]
pub struct Staging {
    /// Which storage accounts they are; any one matcher suffices.
    pub accounts: Vec<ResourceMatcher>,
    /// What accounts serve.
    pub serves: Vec<Serves>,
}

/// One entry of `serves`.
pub struct Serves {
    /// The account's id.
    pub account: Matcher,
    /// The vaults or regions it serves.
    pub targets: Vec<ServedTarget>,
}

/// A vault or region that a staging account serves.
pub struct ServedTarget {
    /// As the configuration spells it: an id or glob if it has a slash, else a region.
    pub text: String,
    /// Whether a vault's id is meant.
    pub is_vault: Matcher,
}

impl Staging {
    /// Whether this storage account is a staging account.
    pub fn names(&self, account: &Resource<'_>) -> bool {
        self.accounts.iter().any(|is_one| is_one(account))
            || self.serves.iter().any(|serves| (serves.account)(account.id.as_str()))
    }

    /// What an account is declared to serve; nothing if there is no mapping for it.
    pub fn served_by(&self, account: &Resource<'_>) -> Vec<&ServedTarget> {
        let entries = self.serves.iter().filter(|serves| (serves.account)(account.id.as_str()));
        entries.flat_map(|serves| &serves.targets).collect()
    }
}
