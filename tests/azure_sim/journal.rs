//! Every request, in the order it came.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

/// One request and how it was answered.
#[derive(Clone, Debug, Serialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// From 1, in the order of arrival.
    pub number: u64,
    /// Which service it asked: `sign-in`, `resource-manager`, `resource-graph` or `directory`.
    pub phase: &'static str,
    /// The method.
    pub method: String,
    /// The path, decoded.
    pub path: String,
    /// The query, decoded.
    pub query: Vec<(String, String)>,
    /// The text of a query to Resource Graph.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The status answered; zero if the connection was dropped before.
    pub status: u16,
    /// The fault that struck.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
    /// `x-ms-client-request-id`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub client_request_id: String,
}

/// The requests so far.
pub struct Journal {
    entries: Mutex<Vec<Entry>>,
    file: Option<Mutex<File>>,
}

impl Journal {
    /// A journal, also in a file if one is named.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn new(path: Option<&Path>) -> io::Result<Self> {
        let file = path.map(File::create).transpose()?.map(Mutex::new);
        Ok(Self { entries: Mutex::default(), file })
    }

    /// Notes a request and numbers it.
    pub fn note(&self, mut entry: Entry) -> u64 {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entry.number = 1 + entries.len() as u64;
        if let Some(file) = &self.file {
            let mut line = serde_json::to_string(&entry).unwrap_or_default();
            line.push('\n');
            // What cannot be noted on disk is still noted here.
            let _ = file.lock().unwrap_or_else(PoisonError::into_inner).write_all(line.as_bytes());
        }
        let number = entry.number;
        entries.push(entry);
        number
    }

    /// Begins anew; a file keeps what it has.
    pub fn forget(&self) {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The requests so far.
    pub fn entries(&self) -> Vec<Entry> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
