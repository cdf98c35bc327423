//! Who can do what with backups: the operations and what each of them takes, and who holds that where.
//!
//! It refuses to guess: what Microsoft states no minimum for has none here, and where the guide and
//! Microsoft's documentation differ both are kept. What was not read makes an answer less sure, never
//! smaller.

pub mod action;
mod assignment;
pub mod built_in;
mod chain;
mod denial;
pub mod destruction;
mod directory;
mod doubt;
mod effective;
pub mod export;
mod grant;
mod index;
mod lock;
pub mod operation;
pub mod operator;
mod party;
pub mod question;
pub mod role;
pub mod role_list;
mod scope;
pub mod who_can;

pub use assignment::Tenure;
pub use chain::Chain;
pub use directory::{Principal, PrincipalId, PrincipalKind};
pub use doubt::{Doubt, Missing};
pub use effective::{Effective, Held, Holder, Strength};
pub use index::{Access, AccessIndex, TakenAway};
pub use party::{Overlap, Party};
pub use scope::{Lineage, ROOT};
