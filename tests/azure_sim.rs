//! The simulated Azure answers as Azure does: in the words of its estate, in the shapes of the recordings.

#![allow(
    clippy::panic,
    clippy::pedantic,
    clippy::unwrap_used,
    reason = "a test fails by panicking, and helpers of a test are no API"
)]

#[path = "azure_sim/mod.rs"]
mod azure_sim;
#[path = "azure_sim/tests/mod.rs"]
mod tests;
