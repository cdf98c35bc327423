//! Who can do what with backups: the operations, and what each of them takes.
//!
//! It refuses to guess: what Microsoft states no minimum for has none here, and where the guide and
//! Microsoft's documentation differ both are kept.

pub mod action;
pub mod built_in;
pub mod destruction;
pub mod export;
pub mod operation;
pub mod question;
pub mod role;
pub mod role_list;
