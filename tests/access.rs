//! Effective permissions, compared with a second implementation that is written to be obviously right.
//!
//! A failure is shrunk to the smallest estate that still shows it and printed; put it into
//! `tests/access/cases/`, where every file is compared again.

#![allow(
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test fails by panicking, and helpers of a test are no API"
)]

#[path = "access/naive.rs"]
mod naive;
#[path = "access/random.rs"]
mod random;
#[path = "access/recorded.rs"]
mod recorded;
#[path = "access/stories.rs"]
mod stories;

use std::path::Path;

use backuplint::access::action::{ActionTable, Actions};
use backuplint::access::{Access, AccessIndex, Held, Strength};
use backuplint::inventory::Time;
use backuplint::snapshot::Inputs;
use naive::Naive;
use random::{ACTIONS, NOW, PRINCIPALS, SCOPES};
use rayon::prelude::*;
use serde_json::Value;

/// The first difference between the two at some scopes, in words.
fn difference(snapshot: &Value, scopes: &[&str]) -> Option<String> {
    let inputs = Inputs::of_text("estate.json", snapshot.to_string());
    let estate = inputs.read();
    let table = ActionTable::CLOSED;
    let index = AccessIndex::new(&estate, Time::parse(NOW).unwrap(), &table);
    let access = Access::new(&index, &estate);
    let naive = Naive::new(snapshot, NOW);
    let strength = |strength| match strength {
        naive::Strength::Allowed => Strength::Allowed,
        naive::Strength::Eligible => Strength::Eligible,
        naive::Strength::Conditional => Strength::Conditional,
        naive::Strength::Possible => Strength::Possible,
    };
    let all: Actions = ACTIONS.iter().map(|action| table.find(action).unwrap()).collect();
    let raised = access.raised();
    for scope in scopes {
        let effective = access.at(scope);
        let could_hold = access.could_hold(scope, all, &raised);
        for principal in PRINCIPALS {
            let id = access.find(principal);
            let held = id.map(|id| effective.of(id)).unwrap_or_default();
            for action in ACTIONS {
                let ours = held.strength(table.find(action).unwrap());
                let theirs = naive
                    .strength(principal, &action.to_lowercase(), &scope.to_lowercase())
                    .map(strength);
                if ours != theirs {
                    return Some(format!(
                        "{principal} {action} at {scope}: {ours:?}, not {theirs:?}"
                    ));
                }
            }
            let Some(id) = id else { continue };
            let can_grant = naive.can_grant(principal, &scope.to_lowercase());
            let granted = could_hold.iter().find(|holder| holder.principal == id);
            for action in ACTIONS {
                let ours =
                    granted.and_then(|holder| holder.held.strength(table.find(action).unwrap()));
                let (name, place) = (action.to_lowercase(), scope.to_lowercase());
                let theirs = can_grant
                    .and_then(|can| naive.undenied(can, principal, &name, &place))
                    .map(strength);
                if ours != theirs {
                    return Some(format!(
                        "{principal} gives itself {action} at {scope}: {ours:?}, not {theirs:?}"
                    ));
                }
            }
            // The ways to an action explain it: no more and no less.
            let chains = access.chains(scope, id, all);
            let explained = chains.iter().fold(Held::NOTHING, |sum, chain| sum.and(chain.held));
            if explained != held.only(all) {
                return Some(format!(
                    "{principal} at {scope}: {held:?}, explained as {explained:?}"
                ));
            }
        }
    }
    None
}

/// The smallest snapshot that still shows a difference, by leaving out one element after the other.
fn shrunk(mut snapshot: Value, scopes: &[&str]) -> Value {
    loop {
        let smaller = (0..lists(&snapshot).len())
            .flat_map(|list| (0..lists(&snapshot)[list].1).map(move |at| (list, at)))
            .map(|(list, at)| {
                let mut smaller = snapshot.clone();
                let pointer = lists(&snapshot)[list].0.clone();
                smaller.pointer_mut(&pointer).and_then(Value::as_array_mut).unwrap().remove(at);
                smaller
            })
            .find(|smaller| difference(smaller, scopes).is_some());
        match smaller {
            Some(smaller) => snapshot = smaller,
            None => return snapshot,
        }
    }
}

/// Every list of a snapshot whose elements can be left out: its pointer and its length.
fn lists(snapshot: &Value) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    let mut waiting = vec![(String::new(), snapshot)];
    while let Some((pointer, value)) = waiting.pop() {
        match value {
            Value::Array(list) => {
                found.push((pointer.clone(), list.len()));
                waiting.extend(
                    list.iter().enumerate().map(|(at, value)| (format!("{pointer}/{at}"), value)),
                );
            }
            Value::Object(members) => {
                let named = members.iter().filter(|(name, _)| *name != "scopes");
                waiting.extend(named.map(|(name, value)| {
                    (format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1")), value)
                }));
            }
            _ => {}
        }
    }
    // The outer lists first: they take more away at once.
    found.sort_by_key(|(pointer, _)| pointer.matches('/').count());
    found
}

#[test]
fn the_engine_agrees_with_the_naive_implementation() {
    // Small estates first, so that a failure is small before it is shrunk.
    for (size, count) in [(2, 800), (6, 1500), (16, 700)] {
        let found = (0..count).into_par_iter().find_map_first(|seed| {
            let snapshot = random::estate(seed * 31 + size as u64, size);
            // A few scopes of each: the next estates have the others.
            let scopes = [0, 3, 7].map(|step| SCOPES[(seed as usize + step) % SCOPES.len()]);
            difference(&snapshot, &scopes).map(|found| (seed, snapshot, scopes, found))
        });
        if let Some((seed, snapshot, scopes, found)) = found {
            let small = shrunk(snapshot, &scopes);
            let still = difference(&small, &scopes).unwrap_or_default();
            panic!("seed {seed}, size {size}: {found}\nshrunk: {still}\n{small:#}");
        }
    }
}

#[test]
fn what_once_differed_agrees() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/access/cases");
    let mut count = 0;
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.unwrap();
        if entry.path().extension().is_some_and(|ending| ending == "json") {
            let snapshot = serde_json::from_slice(&std::fs::read(entry.path()).unwrap()).unwrap();
            assert_eq!(difference(&snapshot, SCOPES), None, "{}", entry.path().display());
            count += 1;
        }
    }
    assert!(count > 0, "no case was found");
}

/// Nothing, all and something of what a grant could give must be left by the denials, often.
#[test]
fn the_random_estates_show_grants_that_are_denied() {
    let (action, scope) = (ACTIONS[2].to_lowercase(), SCOPES[7].to_lowercase());
    let (mut whole, mut weaker, mut none) = (0, 0, 0);
    for seed in 0..600 {
        let snapshot = random::estate(seed, 12);
        let naive = Naive::new(&snapshot, NOW);
        for principal in ["u0", "u1", "s0"] {
            let Some(can) = naive.can_grant(principal, &scope) else { continue };
            match naive.undenied(can, principal, &action, &scope) {
                Some(left) if left == can => whole += 1,
                Some(_) => weaker += 1,
                None => none += 1,
            }
        }
    }
    assert!(whole >= 10 && weaker >= 10 && none >= 10, "{whole} {weaker} {none}");
}

/// The random estates would prove nothing if a feature were never in them.
#[test]
fn the_random_estates_show_every_strength() {
    let mut seen = std::collections::BTreeMap::new();
    let (action, scope) = (ACTIONS[1].to_lowercase(), SCOPES[7].to_lowercase());
    for seed in 0..300 {
        let snapshot = random::estate(seed, 12);
        let naive = Naive::new(&snapshot, NOW);
        for principal in ["u0", "u1", "g0"] {
            *seen.entry(naive.strength(principal, &action, &scope)).or_insert(0) += 1;
        }
    }
    assert_eq!(seen.len(), 5, "{seen:?}");
    assert!(seen.values().all(|count| *count >= 10), "{seen:?}");
}
