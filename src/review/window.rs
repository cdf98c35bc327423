//! When a change is to happen: after the estate was read, and how long after.

use super::check::{Judged, REQUEST};
use super::request::Window;
use crate::inventory::{Reason, Span, Time};

/// What is to be said of a window, whatever the change is done to. `read` is when the estate was read.
pub(super) fn statement(window: Window, read: Time, now: Time, max_hours: u32) -> Option<Judged> {
    if window.to <= now {
        return Some(is_over(window));
    }
    let opens = window.from.max(now);
    let age = opens.since(read);
    if age <= Span(0) {
        return None;
    }
    let limit = Span::hours(max_hours.into());
    let says = format!("what was read of the estate will be {age} old when the window opens");
    let judged = if age <= limit {
        Judged::pass(says)
    } else {
        let says = format!("{says}, more than {limit}: until then anything may change");
        Judged::unknown(Reason::NotCollected, says).fix(format!(
            "review it again with what is read in the last {limit} before {opens}, or raise `reading-max-hours` in [review]"
        ))
    };
    Some(judged.at(REQUEST, "window.from", window.from.to_string()).at(
        "the estate",
        "collectedAt",
        read.to_string(),
    ))
}

/// What a window says that ended before the estate was read.
fn is_over(window: Window) -> Judged {
    Judged::stops(format!("the window is over: it ended at {}", window.to))
        .at(REQUEST, "window.to", window.to.to_string())
        .fix("plan it anew, with a window that lies ahead")
}
