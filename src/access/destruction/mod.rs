//! Who could destroy the backups of a vault: how few people it takes, how long, and what would stop it.
//!
//! A vault's settings say which sets of steps lead to the loss of all its recovery points ([`plans`]);
//! who holds what says how few people can take all steps of one set ([`frontier`], an exact search).
//! What is not known is counted twice, once in favour of each side, so that the answer is a range.
//!
//! It judges what Azure's control plane allows. It knows nothing of keys that encrypt a vault, of
//! passphrases of agents, of support cases, or of rights over a single item.

mod analysis;
mod change;
mod estate;
mod holders;
mod locks;
mod path;
mod plan;
mod power;
mod search;
mod settings;
mod snapshots;
mod summary;
#[cfg(test)]
mod tests;
mod vault;

pub use analysis::{Analysis, Approval, Bound, Held, Holder, Input, Range, SOMEBODY, analyse};
pub use change::{Change, ChangeKind, Worth};
pub use estate::{Destructions, VaultDestruction};
pub use path::{How, Path, Step};
pub use plan::{Plan, at_the_datasource, plans};
pub use power::{Power, Powers};
pub use search::{Choice, NAMED_SETS, Offer, frontier};
pub use settings::{
    Copies, Guard, Immutability, LEAST_RETENTION_DAYS, LEAST_SOFT_DELETE_DAYS, Locks, Settings,
    SoftDelete,
};
pub use summary::{
    Actor, Assigned, Course, Improvement, Move, Needed, Place, Summary, Ways, in_words,
};
pub use vault::Missing;
