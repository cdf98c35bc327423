//! A simulated Azure: serves any estate over real HTTP and HTTPS as Azure Resource Manager, Azure
//! Resource Graph, Microsoft Graph and the sign-in endpoints, for clients that know nothing of it.
//!
//! It refuses to guess: a question that it does not understand is an error in Azure's own words, never an
//! answer that might be wrong. It reads, and changes nothing.

#![allow(dead_code, unused_imports, reason = "each suite uses a part of it")]

mod answer;
mod arm;
mod certificate;
mod clock;
mod directory;
pub mod fault;
mod filter;
mod journal;
mod memory;
mod options;
mod phase;
mod request;
mod resource_graph;
mod server;
mod sign_in;
mod simulator;
mod state;
pub mod throttle;
mod token;
pub mod world;

pub use fault::{Action, Fault, Script};
pub use journal::Entry;
pub use options::Options;
pub use phase::Phase;
pub use simulator::Simulator;
pub use world::{Refusal, Seed, World};
