//! The shape in which bundled rules are compiled in; `rules/mod.rs`, which is generated, lists them.

use super::Check;

/// One bundled rule.
#[derive(Clone, Copy)]
pub struct Bundled {
    /// Its folder below `rules/`, for example `vault/soft_delete_disabled`.
    pub folder: &'static str,
    /// Its `rule.toml`.
    pub toml: &'static str,
    /// Its logic.
    pub logic: BundledLogic,
}

/// The logic of a bundled rule.
#[derive(Clone, Copy)]
pub enum BundledLogic {
    /// `check.rs`.
    Native(Check),
    /// The text of `check.rego`.
    Rego(&'static str),
}
