//! A tenant is read over real HTTP from the simulated Azure, and says what its estate says.

#![allow(
    clippy::panic,
    clippy::pedantic,
    clippy::unwrap_used,
    reason = "a test fails by panicking, and helpers of a test are no API"
)]

#[path = "../azure_sim/mod.rs"]
mod azure_sim;
mod command;
mod equal;
mod faults;
mod honest;
mod killed;
mod requests;
mod resumed;
mod support;
mod world;
