//! What goes wrong, when and how: a script of faults, each of which fires at certain calls.

mod action;
mod body;
mod gzip;

use std::io;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

pub use action::Action;
use globset::{GlobBuilder, GlobMatcher};
use serde::Deserialize;

use super::phase::Phase;
use super::request::Request;
use super::resource_graph;
use super::world::{Refusal, id};

/// A fault: all conditions that are given must hold.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Fault {
    /// The method.
    #[serde(default)]
    pub method: Option<String>,
    /// A pattern for the path, in any case; `*` stands for anything, slashes too.
    #[serde(default)]
    pub path: Option<String>,
    /// The service.
    #[serde(default)]
    pub phase: Option<Phase>,
    /// The ARM type that is asked for, by a GET or a LIST.
    #[serde(default)]
    pub kind: Option<String>,
    /// Part of the query's text, in any case: of the address, or of a query to Resource Graph.
    #[serde(default)]
    pub query: Option<String>,
    /// The first call that it strikes, from 1, of those that meet the conditions.
    #[serde(default = "first")]
    pub call: u64,
    /// How many calls it strikes; all that follow if it is not told.
    #[serde(default)]
    pub times: Option<u64>,
    /// What happens.
    pub action: Action,
}

fn first() -> u64 {
    1
}

impl Fault {
    /// A fault that always strikes.
    pub fn new(action: Action) -> Self {
        Self {
            method: None,
            path: None,
            phase: None,
            kind: None,
            query: None,
            call: 1,
            times: None,
            action,
        }
    }

    /// At paths of this pattern.
    pub fn at(mut self, path: &str) -> Self {
        self.path = Some(path.to_owned());
        self
    }

    /// In this service.
    pub fn in_phase(mut self, phase: Phase) -> Self {
        self.phase = Some(phase);
        self
    }

    /// Where this ARM type is asked for.
    pub fn of_kind(mut self, kind: &str) -> Self {
        self.kind = Some(kind.to_owned());
        self
    }

    /// Where the query holds this text.
    pub fn asking(mut self, query: &str) -> Self {
        self.query = Some(query.to_owned());
        self
    }

    /// So many times, from this call on.
    pub fn on_calls(mut self, call: u64, times: u64) -> Self {
        (self.call, self.times) = (call, Some(times));
        self
    }
}

/// A script: what goes wrong, and what the caller may not read.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Script {
    /// The faults; the first that fires counts.
    #[serde(default, rename = "fault")]
    pub faults: Vec<Fault>,
    /// What is kept from the caller, also in answers of Resource Graph.
    #[serde(default, rename = "refusal")]
    pub refusals: Vec<Refusal>,
}

impl Script {
    /// Reads a script, in JSON or in TOML.
    ///
    /// # Errors
    /// When it cannot be read, or says something that is not known.
    pub fn open(path: &Path) -> io::Result<Self> {
        let text = std::fs::read_to_string(path)?;
        let invalid = |cause: String| {
            io::Error::new(io::ErrorKind::InvalidData, format!("{}: {cause}", path.display()))
        };
        if path.extension().is_some_and(|end| end == "json") {
            serde_json::from_str(&text).map_err(|cause| invalid(cause.to_string()))
        } else {
            toml::from_str(&text).map_err(|cause| invalid(cause.to_string()))
        }
    }
}

/// The faults of a running simulation.
pub struct Faults {
    armed: Vec<Armed>,
    is_over: AtomicBool,
}

struct Armed {
    fault: Fault,
    path: Option<GlobMatcher>,
    calls: Mutex<u64>,
}

impl Faults {
    /// Arms a script.
    ///
    /// # Errors
    /// When a pattern is none.
    pub fn new(faults: Vec<Fault>) -> io::Result<Self> {
        let arm = |fault: Fault| {
            let glob = fault
                .path
                .as_deref()
                .map(|path| GlobBuilder::new(path).case_insensitive(true).build());
            let path =
                glob.transpose().map_err(io::Error::other)?.map(|glob| glob.compile_matcher());
            Ok(Armed { fault, path, calls: Mutex::new(0) })
        };
        let armed = faults.into_iter().map(arm).collect::<io::Result<_>>()?;
        Ok(Self { armed, is_over: AtomicBool::new(false) })
    }

    /// Nothing happens any more.
    pub fn end(&self) {
        self.is_over.store(true, Ordering::Relaxed);
    }

    /// What happens to a request. Every fault that it meets counts the call.
    pub fn strike(&self, request: &Request, phase: Phase) -> Option<&Action> {
        let mut struck = None;
        if self.is_over.load(Ordering::Relaxed) {
            return None;
        }
        for armed in self.armed.iter().filter(|armed| armed.meets(request, phase)) {
            let mut calls = armed.calls.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            *calls += 1;
            let fault = &armed.fault;
            let is_due =
                *calls >= fault.call && fault.times.is_none_or(|times| *calls - fault.call < times);
            if is_due && struck.is_none() {
                struck = Some(&fault.action);
            }
        }
        struck
    }
}

impl Armed {
    fn meets(&self, request: &Request, phase: Phase) -> bool {
        let fault = &self.fault;
        let text = || match phase {
            Phase::ResourceGraph => resource_graph::text_of(request).unwrap_or_default(),
            _ => request.query.iter().map(|(name, value)| format!("{name}={value}&")).collect(),
        };
        let asks = |part: &String| text().to_ascii_lowercase().contains(&part.to_ascii_lowercase());
        fault.phase.is_none_or(|known| known == phase)
            && fault
                .method
                .as_ref()
                .is_none_or(|method| method.eq_ignore_ascii_case(request.method.as_str()))
            && self.path.as_ref().is_none_or(|path| path.is_match(&request.path))
            && fault.kind.as_ref().is_none_or(|kind| is_of_kind(request, &id::kind_key(kind)))
            && fault.query.as_ref().is_none_or(asks)
    }
}

/// Whether a path asks for a type, one of it or a list.
fn is_of_kind(request: &Request, kind: &str) -> bool {
    let key = id::key(&request.path);
    let one = id::kind_of(&key);
    let list = id::kind_of(&format!("{key}/x"));
    let stands_for = list.as_deref().and_then(super::arm::stands_for);
    [one.as_deref(), list.as_deref(), stands_for].contains(&Some(kind))
}
