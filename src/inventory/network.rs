//! Private endpoints: whether a vault can be reached through one, and which DNS zones it has.
//!
//! Two places tell of a connection: the vault's own list, and the endpoint, which code declares and
//! which may lie in any subscription. Nothing is concluded from an endpoint's name.

pub(super) mod access;
mod connection;
pub(super) mod dns_zones;
pub(super) mod endpoint;
pub(super) mod service;
