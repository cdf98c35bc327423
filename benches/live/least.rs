//! The least time in which Azure lets anybody read a world.
//!
//! What is documented (and what the simulated Azure enforces), each for one principal:
//!
//! * reads of a subscription come out of a bucket of 250, into which 25 come back each second
//!   (<https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling>);
//! * Resource Graph answers 15 queries in a window of five seconds, which the first of them opens
//!   (<https://learn.microsoft.com/azure/governance/resource-graph/concepts/guidance-for-throttled-requests>).
//!
//! Nothing limits how many requests are under way at a time, nor is any time reckoned for what the two programs
//! do with a request: both only make the least time shorter, and what is measured against it look worse.
//!
//! On top of the quotas stands what must wait for the answer to something else:
//!
//! 1. where to sign in is asked of Azure Resource Manager, since the cloud is a custom one;
//! 2. then the token;
//! 3. then Resource Graph for the subscriptions, a page after the other, which opens the first window;
//! 4. then, all at once: the other queries, each a page after the other; and in each subscription the lists, of
//!    which that of the vaults leads to each vault and to its settings.

use std::time::Duration;

use crate::azure_sim::throttle::{BUCKET, QUERIES, REFILL, WINDOW};
use crate::world::Demand;

/// The list of vaults; each vault, and beside it its settings, whose addresses follow from the list.
const CHAIN_OF_VAULTS: u32 = 2;

/// What the least time is made of.
pub struct Least {
    /// Until the subscriptions are known.
    pub first: Duration,
    /// Answers of Resource Graph after that, with the windows.
    pub queries: Duration,
    /// Reads of one subscription after that, with its bucket.
    pub reads: Duration,
}

impl Least {
    pub fn of(demand: &Demand, latency: Duration, is_throttled: bool) -> Self {
        let [subscriptions, queries @ ..] = demand.queries.map(whole);
        let first = latency * (2 + subscriptions);

        // The last query of all is sent in the last window that is needed, which begins so long after the first
        // query of all was; and its answer takes its time.
        let all = subscriptions + queries.iter().sum::<u32>();
        let windows =
            if is_throttled { WINDOW * (all.saturating_sub(1) / QUERIES) } else { Duration::ZERO };
        let by_window = (windows + latency).saturating_sub(latency * subscriptions);
        let longest = queries.into_iter().max().unwrap_or_default();
        let queries = by_window.max(latency * longest);

        // The bucket is full when the first read is sent.
        let beyond = whole(demand.reads).saturating_sub(BUCKET);
        let refilled = Duration::from_secs_f64(f64::from(beyond) / f64::from(REFILL));
        let by_bucket = if is_throttled { refilled + latency } else { latency };
        let reads = by_bucket.max(latency * CHAIN_OF_VAULTS);
        Self { first, queries, reads }
    }

    pub fn total(&self) -> Duration {
        self.first + self.queries.max(self.reads)
    }
}

fn whole(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
