//! As fast as Azure allows, and not faster.
//!
//! Azure says with each answer how many more requests it takes. From that each lane knows when to send the
//! next one. Where it says nothing, nothing is held back. Nobody but this module and the one that asks
//! again makes anybody wait.

mod bucket;
#[cfg(test)]
mod tests;
mod window;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderValue};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use super::call::Lane;
use bucket::Bucket;
use window::Window;

/// What is left of the quota of this principal
/// (<https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling>).
const OWN_READS: [&str; 2] =
    ["x-ms-ratelimit-remaining-subscription-reads", "x-ms-ratelimit-remaining-tenant-reads"];

/// What is left of the quota of all principals together.
const ALL_READS: [&str; 2] = [
    "x-ms-ratelimit-remaining-subscription-global-reads",
    "x-ms-ratelimit-remaining-tenant-global-reads",
];

/// What is left of the quota of Resource Graph, in queries, and for how long
/// (<https://learn.microsoft.com/azure/governance/resource-graph/concepts/guidance-for-throttled-requests>).
const QUERIES_LEFT: &str = "x-ms-user-quota-remaining";
const QUERIES_RESET: &str = "x-ms-user-quota-resets-after";

/// Requests of one lane that are under way at a time, as long as nothing is known of its quota.
const IN_FLIGHT: usize = 8;

/// Those of one subscription that are under way at a time once Azure has said how many more it takes: enough
/// to use the quota up also where answers take a second.
const KNOWN_IN_FLIGHT: usize = 64;

/// Requests that are under way at a time in all lanes together: each has a connection, and an answer in
/// memory.
const ALL_IN_FLIGHT: usize = 256;

/// Queries that are under way at a time: the quota is three a second, so that more would only fail.
const QUERIES_IN_FLIGHT: usize = 4;

/// The lanes, made when they are first used.
#[derive(Debug)]
pub(super) struct Pace {
    lanes: Mutex<HashMap<Lane, Arc<Gate>>>,
    slots: Arc<Semaphore>,
}

/// One lane.
#[derive(Debug)]
struct Gate {
    slots: Arc<Semaphore>,
    state: Mutex<State>,
    /// Told whenever something new is known.
    news: Notify,
}

#[derive(Debug)]
struct State {
    gauge: Gauge,
    under_way: u32,
    /// Azure has turned a request away and wants none before this.
    closed_until: Option<Instant>,
    /// Azure has said how many more requests it takes.
    is_known: bool,
}

/// What is known of a quota.
#[derive(Debug)]
enum Gauge {
    /// Of one subscription or of the tenant: a bucket of each principal, and one of all of them.
    Buckets { own: Bucket, all: Bucket },
    /// Of Resource Graph.
    Window(Window),
    /// Microsoft Graph says nothing before it is too late.
    Unknown,
}

/// The right to send one request, given back when dropped.
#[derive(Debug)]
pub(super) struct Turn {
    gate: Arc<Gate>,
    /// Of the lane, and of all.
    _slots: [OwnedSemaphorePermit; 2],
}

impl Default for Pace {
    fn default() -> Self {
        Self { lanes: Mutex::default(), slots: Arc::new(Semaphore::new(ALL_IN_FLIGHT)) }
    }
}

impl Pace {
    /// Waits until a request may be sent. `tell` hears of the wait for the quota, if there is one.
    pub(super) async fn turn(&self, lane: &Lane, tell: impl Fn(Duration)) -> Turn {
        let gate = self.gate(lane);
        let own = slot(&gate.slots).await;
        let mut is_told = false;
        loop {
            let news = gate.news.notified();
            let now = Instant::now();
            let Err(at) = gate.state().send(now) else { break };
            if !std::mem::replace(&mut is_told, true) {
                tell(at - now);
            }
            tokio::select! {
                () = tokio::time::sleep_until(at) => (),
                () = news => (),
            }
        }
        // Whoever waits for a quota does not hold up the other lanes.
        let all = slot(&self.slots).await;
        Turn { gate, _slots: [own, all] }
    }

    fn gate(&self, lane: &Lane) -> Arc<Gate> {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        let gate = lanes.entry(lane.clone()).or_insert_with(|| Arc::new(Gate::new(lane)));
        Arc::clone(gate)
    }
}

/// Nobody closes the semaphores.
async fn slot(slots: &Arc<Semaphore>) -> OwnedSemaphorePermit {
    loop {
        if let Ok(slot) = Arc::clone(slots).acquire_owned().await {
            return slot;
        }
    }
}

impl Turn {
    /// Learns from the headers of the answer, whatever its status.
    pub(super) fn answered(&self, headers: &HeaderMap) {
        if self.gate.state().learn(headers, Instant::now()) {
            self.gate.slots.add_permits(KNOWN_IN_FLIGHT - IN_FLIGHT);
        }
        self.gate.news.notify_waiters();
    }

    /// Azure has turned the request away: nothing more of this lane before the wait is over. Unless there
    /// is plenty left of the lane's quota, for then it was the quota of some service behind it.
    pub(super) fn refused(&self, wait: Duration) {
        let now = Instant::now();
        self.gate.state().close(now, now + wait);
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.gate.state().end();
        self.gate.news.notify_waiters();
    }
}

impl Gate {
    fn new(lane: &Lane) -> Self {
        let (gauge, slots) = match lane {
            Lane::Subscription(_) | Lane::Tenant => {
                let (own, all) = (Bucket::of_principal(), Bucket::of_all());
                (Gauge::Buckets { own, all }, IN_FLIGHT)
            }
            Lane::ResourceGraph => (Gauge::Window(Window::default()), QUERIES_IN_FLIGHT),
            Lane::Directory => (Gauge::Unknown, IN_FLIGHT),
        };
        let state = State { gauge, under_way: 0, closed_until: None, is_known: false };
        let slots = Arc::new(Semaphore::new(slots));
        Self { slots, state: Mutex::new(state), news: Notify::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Counts a request that is sent now, or says when to try again.
    fn send(&mut self, now: Instant) -> Result<(), Instant> {
        let quota = match &self.gauge {
            Gauge::Buckets { own, all } => own.opens_at(now).max(all.opens_at(now)),
            Gauge::Window(window) => window.opens_at(now),
            Gauge::Unknown => None,
        };
        if let Some(at) = quota.max(self.closed_until).filter(|at| *at > now) {
            return Err(at);
        }
        self.under_way += 1;
        match &mut self.gauge {
            Gauge::Buckets { own, all } => {
                own.sent(now);
                all.sent(now);
            }
            Gauge::Window(window) => window.sent(now),
            Gauge::Unknown => (),
        }
        Ok(())
    }

    fn end(&mut self) {
        self.under_way -= 1;
        if let Gauge::Window(window) = &mut self.gauge {
            window.ended();
        }
    }

    /// Takes note of what is left, and tells whether that is the first that is known of a subscription.
    fn learn(&mut self, headers: &HeaderMap, now: Instant) -> bool {
        // The request that was answered is counted in what Azure says; those under way may not be.
        let others = self.under_way.saturating_sub(1);
        let mut is_first = false;
        match &mut self.gauge {
            Gauge::Buckets { own, all } => {
                if let Some(remaining) = OWN_READS.iter().find_map(|name| number(headers, name)) {
                    own.told(remaining, others, now);
                    is_first = !std::mem::replace(&mut self.is_known, true);
                }
                if let Some(remaining) = ALL_READS.iter().find_map(|name| number(headers, name)) {
                    all.told(remaining, others, now);
                }
            }
            Gauge::Window(window) => {
                let resets_after = headers.get(QUERIES_RESET).and_then(duration);
                if let Some((remaining, after)) = number(headers, QUERIES_LEFT).zip(resets_after) {
                    window.told(remaining, after, others, now);
                }
            }
            Gauge::Unknown => (),
        }
        is_first
    }

    fn close(&mut self, now: Instant, until: Instant) {
        match &mut self.gauge {
            Gauge::Buckets { own, .. } if own.has_plenty(now) => return,
            Gauge::Buckets { own, .. } => own.emptied(until),
            Gauge::Window(window) => window.emptied(until),
            Gauge::Unknown => (),
        }
        self.closed_until = self.closed_until.max(Some(until));
    }
}

fn number(headers: &HeaderMap, name: &str) -> Option<u32> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

/// A duration as `hh:mm:ss`, with or without a fraction.
fn duration(value: &HeaderValue) -> Option<Duration> {
    let mut parts = value.to_str().ok()?.trim().splitn(3, ':');
    let (hours, minutes): (u32, u32) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let seconds: f64 = parts.next()?.parse().ok()?;
    let total = f64::from(hours) * 3600.0 + f64::from(minutes) * 60.0 + seconds;
    Duration::try_from_secs_f64(total).ok()
}
