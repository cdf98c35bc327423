//! What a client tells about its work, for logs and progress. Never a header, a parameter or a body.

use std::fmt::Debug;
use std::time::Duration;

use super::failure::FailureKind;

/// Somebody who wants to know. Called between two requests: it should be quick.
pub trait Observer: Debug + Send + Sync {
    /// A request came to its end.
    fn answered(&self, exchange: &Exchange<'_>) {
        let _ = exchange;
    }

    /// Nothing is sent for a while.
    fn waiting(&self, pause: &Pause<'_>) {
        let _ = pause;
    }
}

/// One request and what became of it.
#[derive(Clone, Copy, Debug)]
pub struct Exchange<'a> {
    /// `GET`, or `POST` for a query.
    pub method: &'static str,
    /// The path, printable.
    pub path: &'a str,
    /// The status, if there was an answer.
    pub status: Option<u16>,
    /// What went wrong, if something did.
    pub failure: Option<FailureKind>,
    /// From the first byte sent to the last one received.
    pub elapsed: Duration,
    /// Which request for the same thing it was, from 1.
    pub attempt: u32,
}

/// A wait.
#[derive(Clone, Copy, Debug)]
pub struct Pause<'a> {
    /// What is to be asked next.
    pub path: &'a str,
    /// Why nothing is sent.
    pub reason: PauseReason,
    /// How long.
    pub length: Duration,
}

/// Why nothing is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PauseReason {
    /// Azure said how many more requests it takes.
    Quota,
    /// Azure took one no more.
    Throttled,
    /// Something went wrong and is tried again.
    Retry,
}
