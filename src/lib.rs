//! Policy-as-code linter and compliance auditor for Azure Backup.
//!
//! Data flows one way: inputs → inventory → engine (rules) → findings → reports.
//! `ARCHITECTURE.md` says what each module may use and what is deliberately absent.

pub mod access;
pub mod azure;
pub mod change;
pub mod cli;
pub mod code;
pub mod collect;
pub mod config;
pub mod demo;
pub mod diff;
pub mod encoding;
pub mod engine;
pub mod finding;
pub mod inventory;
pub mod lint;
pub mod readiness;
#[cfg(feature = "rego")]
pub mod rego;
pub mod report;
pub mod result;
pub mod review;
pub mod rule;
pub mod script;
pub mod snapshot;

#[path = "../rules/mod.rs"]
pub mod rules;
