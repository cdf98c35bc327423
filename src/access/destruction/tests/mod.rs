//! Tests of the pure model: settings by settings, and against brute force.

mod brute_force;
mod settings;
