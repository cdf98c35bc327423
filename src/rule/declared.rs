//! What the business declares about its estate, as rules see it.

use std::borrow::Cow;

use crate::inventory::{Resource, Span, Time};

/// Whether a pattern of the configuration holds for a text.
pub type Matcher = Box<dyn Fn(&str) -> bool + Send + Sync>;

/// Whether a selector of the configuration holds for a resource.
pub type ResourceMatcher = Box<dyn Fn(&Resource<'_>) -> bool + Send + Sync>;

/// Whether a selector of the configuration holds for data; `None` if that depends on a tag that was
/// not read.
pub type DataMatcher = Box<dyn Fn(&Data<'_, '_>) -> Option<bool> + Send + Sync>;

/// What a selector speaks of: something worth a backup, of which only the id may be known.
#[derive(Clone, Debug)]
pub struct Data<'d, 'a> {
    /// Its ARM id.
    pub id: &'d str,
    /// Its ARM type.
    pub type_name: Cow<'d, str>,
    /// Its body, if it was read.
    pub resource: Option<&'d Resource<'a>>,
}

/// Declarations of the configuration.
#[derive(Default)]
pub struct Declarations {
    /// What the business demands for kinds of data.
    pub classes: Vec<Class>,
    /// The vaults and policies that some data must use.
    pub mandates: Vec<Mandate>,
    /// Who is meant to do what.
    pub operators: Vec<Operator>,
    /// Restore staging accounts.
    pub staging: Staging,
    /// Restore tests that Azure's job history does not show.
    pub restore_evidence: Vec<RestoreEvidence>,
    /// Object ids of accounts for emergencies.
    pub break_glass: Vec<String>,
}

/// One `[[class]]`: what the business demands for a kind of data.
pub struct Class {
    /// Its name, unique.
    pub name: String,
    /// The data it speaks of.
    pub holds: DataMatcher,
    /// How long recovery points must be kept.
    pub min_retention: RetentionDays,
    /// How long they may be kept.
    pub max_retention: RetentionDays,
    /// Longest time between two backups.
    pub rpo: Option<Span>,
    /// Longest time that a restore may take.
    pub rto: Option<Span>,
    /// The security level that its vaults must reach.
    pub security_level: Option<SecurityLevel>,
    /// The clause that demands it, quoted in findings.
    pub framework: Option<String>,
}

impl Class {
    /// As findings name it: `class gold (ISO 27001 A.8.13)`.
    pub fn described(&self) -> String {
        let framework = self.framework.as_ref().map_or(String::new(), |name| format!(" ({name})"));
        format!("class {}{framework}", self.name)
    }
}

impl Declared for Class {
    fn holds(&self) -> &DataMatcher {
        &self.holds
    }
}

/// One `[[mandate]]`: the vaults and policies that some data must use.
pub struct Mandate {
    /// The data it speaks of.
    pub holds: DataMatcher,
    /// Allowed vaults; empty allows any.
    pub vaults: Vec<Named>,
    /// Allowed backup policies; empty allows any.
    pub policies: Vec<Named>,
}

impl Declared for Mandate {
    fn holds(&self) -> &DataMatcher {
        &self.holds
    }
}

/// A declaration about data.
pub trait Declared {
    /// Whether it speaks of some data.
    fn holds(&self) -> &DataMatcher;
}

/// An id, name or glob of the configuration.
pub struct Named {
    /// As the configuration spells it.
    pub text: String,
    /// Whether it holds for an id, or for a name where it has no slash.
    pub matches: Matcher,
}

/// One `[[operator]]`: a principal with the operations it is meant to do.
pub struct Operator {
    /// Object id of a user, group or service principal.
    pub principal: String,
    /// Names of operations.
    pub operations: Vec<String>,
    /// Where it is meant to do them; empty is everywhere.
    pub on: Vec<Named>,
}

/// One `[[restore-evidence]]`: a restore test done outside Azure's job history.
pub struct RestoreEvidence {
    /// The vault restored from.
    pub vault: Named,
    /// When.
    pub date: Time,
    /// What was done.
    pub note: Option<String>,
}

/// Days of retention, in total or by tier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RetentionDays {
    /// The longest tier, whichever it is.
    pub longest: Option<u32>,
    /// The daily tier.
    pub daily: Option<u32>,
    /// The weekly tier.
    pub weekly: Option<u32>,
    /// The monthly tier.
    pub monthly: Option<u32>,
    /// The yearly tier.
    pub yearly: Option<u32>,
}

/// Azure's security level of a vault, as `secureScore` spells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SecurityLevel {
    /// `bcdrSecurityLevel` Poor.
    None,
    /// `bcdrSecurityLevel` Fair.
    Minimum,
    /// `bcdrSecurityLevel` Good.
    Adequate,
    /// `bcdrSecurityLevel` Excellent.
    Maximum,
}

impl SecurityLevel {
    /// Every level, lowest first.
    pub const ALL: [Self; 4] = [Self::None, Self::Minimum, Self::Adequate, Self::Maximum];

    /// The name used in configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Minimum => "minimum",
            Self::Adequate => "adequate",
            Self::Maximum => "maximum",
        }
    }

    /// The level with this name, in Azure's older words (`Poor` to `Excellent`) too, in any case.
    pub fn of(name: &str) -> Option<Self> {
        const OLDER: [&str; 4] = ["poor", "fair", "good", "excellent"];
        Self::ALL.into_iter().zip(OLDER).find_map(|(level, older)| {
            let same = name.eq_ignore_ascii_case(level.name()) || name.eq_ignore_ascii_case(older);
            same.then_some(level)
        })
    }
}

impl RetentionDays {
    /// Whether nothing is demanded.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The tiers with their names, from daily to yearly.
    pub fn tiers(&self) -> [(&'static str, Option<u32>); 4] {
        [
            ("daily", self.daily),
            ("weekly", self.weekly),
            ("monthly", self.monthly),
            ("yearly", self.yearly),
        ]
    }

    /// The first tier in which `self` demands more than `most` allows.
    pub fn beyond(&self, most: &Self) -> Option<(u32, u32)> {
        let tiers =
            self.tiers().into_iter().zip(most.tiers()).map(|((_, least), (_, most))| (least, most));
        std::iter::once((self.longest, most.longest))
            .chain(tiers)
            .find_map(|(least, most)| least.zip(most).filter(|(least, most)| least > most))
    }
}

/// Restore staging accounts, `[staging]`.
#[derive(Default)]
pub struct Staging {
    /// Accounts named by id or glob, as the configuration spells them.
    pub named: Vec<Named>,
    /// Whether each region with vaults needs one.
    pub require_per_region: bool,
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
