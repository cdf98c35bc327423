//! The change request: what somebody wants to do, to what, when, and who.

mod argument;
mod document;
mod error;
mod read;
mod schema;
mod template;

use crate::access::operation::Operation;
use crate::inventory::Time;

pub use argument::{ARGUMENTS, Argument, Form, PURPOSE_WORDS, arguments_of};
pub(in crate::review) use error::Problems;
pub use error::RequestError;
pub use schema::schema;
pub use template::template;

/// What requests may say of themselves.
pub const SCHEMA: &str = "backuplint.change/1";

/// What somebody wants to do.
#[derive(Clone, Debug)]
pub struct Request {
    /// The operation.
    pub operation: &'static Operation,
    /// Where the change is tracked.
    pub ticket: Option<String>,
    /// Why it is done.
    pub reason: Option<String>,
    /// The object id or the sign-in name of whoever is to do it.
    pub caller: Option<String>,
    /// The object id or the sign-in name of whoever agreed, as the ticket says.
    pub approved_by: Option<String>,
    /// ARM ids.
    pub targets: Vec<String>,
    /// What else is meant.
    pub select: Option<Select>,
    /// When it is to happen.
    pub window: Option<Window>,
    /// Arguments of the operation.
    pub arguments: Arguments,
}

/// When it is to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Not before.
    pub from: Time,
    /// Not after.
    pub to: Time,
}

/// A selector: all that is given must hold. Patterns compare without case, and `*` stands for any text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Select {
    /// Patterns of ids; what lies below one counts too.
    pub scope: Vec<String>,
    /// Patterns of ids or names of vaults.
    pub vault: Vec<String>,
    /// Patterns of ids or names of backup policies.
    pub policy: Vec<String>,
    /// Patterns of names: of items, or of what they protect.
    pub name: Vec<String>,
    /// Tags of what is protected, or of the vault where a vault is meant; each with patterns of its value.
    pub tag: Vec<(String, Vec<String>)>,
}

/// Arguments of the operation.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(missing_docs, reason = "each is the row of its name in the table of arguments")]
pub struct Arguments {
    pub recovery_point: Option<String>,
    pub point_in_time: Option<Time>,
    pub restore_mode: Option<String>,
    pub target_group: Option<String>,
    pub target_network: Option<String>,
    pub target_region: Option<String>,
    pub staging_account: Option<String>,
    pub retain_until: Option<Time>,
    pub vault: Option<String>,
    pub backup_policy: Option<String>,
    pub retention: Option<Retention>,
    pub redundancy: Option<String>,
    pub size_gb: Option<f64>,
    pub purpose: Option<String>,
    pub unbound: Vec<Unbound>,
}

/// An argument that is given, and whose value nobody knows: a variable in a command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unbound {
    /// The key of the argument.
    pub key: &'static str,
    /// Why it is not known, as one sentence without a full stop.
    pub says: String,
}

impl Arguments {
    /// Why an argument that is given is not known.
    pub fn unbound(&self, keys: &[&str]) -> Option<&Unbound> {
        self.unbound.iter().find(|unbound| keys.contains(&unbound.key))
    }
}

/// Days that each tier keeps; none where there is no such tier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retention {
    /// From daily to yearly.
    pub days: [Option<u32>; 4],
}

/// The names of the tiers, in the order of [`Retention::days`].
pub const TIERS: [&str; 4] = ["daily", "weekly", "monthly", "yearly"];

impl Request {
    /// Reads a request, TOML or JSON. `name` is used in messages.
    ///
    /// # Errors
    /// When anything in it is wrong; all that is wrong at once.
    pub fn parse(name: &str, text: &str) -> Result<Self, RequestError> {
        read::request(name, text)
    }
}
