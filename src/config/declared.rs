//! What only the user can know: mandates, operators, staging accounts, restore tests, break-glass
//! accounts. Rules that need them are not applicable where nothing is declared.

use std::ops::Range;

use super::error::Problems;
use super::pattern::Pattern;
use super::reader::{Fields, Text, pattern, texts_of};
use super::selector::Selector;
use crate::inventory::Time;

/// `[[mandate]]`: the vaults and policies that some data must use.
#[derive(Clone, Debug)]
pub struct Mandate {
    /// The data.
    pub selector: Selector,
    /// Allowed vaults; empty allows any.
    pub vaults: Vec<Pattern>,
    /// Allowed backup policies; empty allows any.
    pub policies: Vec<Pattern>,
}

/// `[[operator]]`: a principal with the operations it is meant to do.
#[derive(Clone, Debug)]
pub struct Operator {
    /// Object id of a user, group or service principal.
    pub principal: String,
    /// Names of operations.
    pub operations: Vec<OperationName>,
    /// Where it is meant to do them; empty is everywhere.
    pub on: Vec<Pattern>,
}

/// The name of an operation, with its place so that an unknown one can be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationName {
    /// The name.
    pub name: String,
    pub(super) at: Range<usize>,
}

/// `[staging]`: the storage accounts that restores go through.
#[derive(Clone, Debug, Default)]
pub struct Staging {
    /// Accounts by id or glob.
    pub ids: Vec<Pattern>,
    /// Accounts by tag, scope or type.
    pub selector: Option<Selector>,
    /// Accounts with the vaults (ids, globs) or regions they serve.
    pub serves: Vec<Serves>,
    /// Whether each region with vaults needs one.
    pub require_per_region: bool,
}

/// One entry of `serves`.
#[derive(Clone, Debug)]
pub struct Serves {
    /// The account.
    pub account: Pattern,
    /// Vaults, or regions in any spelling.
    pub targets: Vec<Pattern>,
}

/// `[[restore-evidence]]`: a restore test that Azure's job history does not show.
#[derive(Clone, Debug)]
pub struct RestoreEvidence {
    /// The vault restored from.
    pub vault: Pattern,
    /// When.
    pub date: Time,
    /// What was done.
    pub note: Option<String>,
}

/// `[break-glass]`: accounts for emergencies.
#[derive(Clone, Debug, Default)]
pub struct BreakGlass {
    /// Their object ids.
    pub principals: Vec<String>,
}

impl Serves {
    /// Whether the account is meant for a vault in a region.
    pub fn holds(&self, vault: &str, region: &str) -> bool {
        let plain = |text: &str| text.replace(' ', "").to_ascii_lowercase();
        let region = plain(region);
        self.targets.iter().any(|target| target.matches(vault) || plain(target.text()) == region)
    }
}

const OBJECT_ID: &str = "00000000-0000-0000-0000-000000000000";

impl Mandate {
    pub(super) fn read(problems: &mut Problems, mut fields: Fields<'_>) -> Self {
        let mandate = Self {
            selector: Selector::required(problems, &mut fields),
            vaults: fields.patterns(problems, "vaults", Pattern::id),
            policies: fields.patterns(problems, "policies", Pattern::id),
        };
        if fields.value("vaults").is_none() && fields.value("policies").is_none() {
            let message = "[[mandate]] has neither `vaults` nor `policies`".to_owned();
            problems.missing(
                fields.at(),
                message,
                "name what must be used: `vaults = [\"<id or glob>\"]`",
            );
        }
        fields.finish(problems);
        mandate
    }
}

impl Operator {
    pub(super) fn read(problems: &mut Problems, mut fields: Fields<'_>) -> Self {
        let principal = fields.text(problems, "principal", OBJECT_ID);
        fields.require(
            problems,
            "principal",
            "the object id, as `az ad user show --id NAME --query id` prints it",
        );
        let operations = fields.texts(problems, "operations", "restore-create-new");
        fields.require(problems, "operations", "`backuplint explain` lists their names");
        let on = fields.patterns(problems, "on", Pattern::scope);
        fields.finish(problems);
        Self {
            principal: principal.map(|text| text.text).unwrap_or_default(),
            operations: operations
                .into_iter()
                .map(|Text { text, at }| OperationName { name: text, at })
                .collect(),
            on,
        }
    }
}

impl Staging {
    pub(super) fn read(problems: &mut Problems, mut fields: Fields<'_>) -> Self {
        let help = "write `serves = { \"<account id>\" = [\"<vault id or region>\"] }`";
        let mut staging = Self {
            ids: fields.patterns(problems, "ids", Pattern::id),
            selector: Selector::optional(problems, &mut fields),
            serves: Vec::new(),
            require_per_region: fields.boolean(problems, "require-per-region").unwrap_or_default(),
        };
        for (account, value) in
            fields.table(problems, "serves", "`serves`", help).iter().flat_map(Fields::entries)
        {
            let compiled = pattern(problems, "serves", &account, Pattern::id);
            let texts = texts_of(problems, &format!("\"{}\"", account.text), value, "westeurope");
            let targets = texts
                .iter()
                .filter_map(|text| pattern(problems, "serves", text, Pattern::id))
                .collect();
            staging.serves.extend(compiled.map(|account| Serves { account, targets }));
        }
        fields.finish(problems);
        staging
    }

    /// Whether nothing is declared.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty() && self.selector.is_none() && self.serves.is_empty()
    }
}

impl RestoreEvidence {
    pub(super) fn read(problems: &mut Problems, mut fields: Fields<'_>) -> Option<Self> {
        let vault = fields.text(problems, "vault", "<vault id>");
        fields.require(problems, "vault", "the id of the vault that was restored from");
        let date = date(problems, &mut fields);
        fields.require(
            problems,
            "date",
            "when the restore ended, such as `date = \"2026-08-12T06:00:00Z\"`",
        );
        let note = fields.text(problems, "note", "yearly exercise").map(|text| text.text);
        fields.finish(problems);
        let vault = pattern(problems, "vault", &vault?, Pattern::id)?;
        Some(Self { vault, date: date?, note })
    }
}

impl BreakGlass {
    pub(super) fn read(problems: &mut Problems, mut fields: Fields<'_>) -> Self {
        let principals = fields.texts(problems, "principals", OBJECT_ID);
        fields.finish(problems);
        Self { principals: principals.into_iter().map(|text| text.text).collect() }
    }
}

/// A TOML date or time, or RFC 3339 in quotes.
fn date(problems: &mut Problems, fields: &mut Fields<'_>) -> Option<Time> {
    let value = fields.value("date")?;
    let text = match value.get_ref().as_datetime() {
        Some(date) => Some(date.to_string()),
        None => value.get_ref().as_str().map(str::to_owned),
    };
    let time =
        text.as_deref().filter(|text| text.as_bytes().get(4) == Some(&b'-')).and_then(Time::parse);
    if time.is_none() {
        problems.value(
            value.span(),
            "`date` is no date",
            "expected RFC 3339",
            "write for example `date = \"2026-08-12T06:00:00Z\"` or `date = 2026-08-12`",
        );
    }
    time
}
