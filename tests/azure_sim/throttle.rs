//! Azure's quotas: a bucket of tokens for each subscription and for the tenant, and a window for queries
//! (<https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling>,
//! <https://learn.microsoft.com/azure/governance/resource-graph/concepts/guidance-for-throttled-requests>).

use std::collections::HashMap;
use std::time::{Duration, Instant};

/// Reads that a full bucket holds.
pub const BUCKET: u32 = 250;
/// Reads that come back each second.
pub const REFILL: u32 = 25;
/// Queries of a window.
pub const QUERIES: u32 = 15;
/// How long a window is.
pub const WINDOW: Duration = Duration::from_secs(5);

/// What is left of the quotas.
#[derive(Default)]
pub struct Throttle {
    buckets: HashMap<String, Bucket>,
    window: Option<(Instant, u32)>,
}

struct Bucket {
    tokens: f64,
    at: Instant,
}

/// What is left after a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    /// Requests.
    pub requests: u32,
    /// Until there are more.
    pub wait: Duration,
}

impl Throttle {
    /// Takes a read out of a lane's bucket.
    ///
    /// # Errors
    /// How long to wait where it is empty.
    pub fn read(&mut self, lane: &str, now: Instant) -> Result<Left, Duration> {
        let full = || Bucket { tokens: f64::from(BUCKET), at: now };
        let bucket = self.buckets.entry(lane.to_owned()).or_insert_with(full);
        let gained = now.saturating_duration_since(bucket.at).as_secs_f64() * f64::from(REFILL);
        bucket.tokens = (bucket.tokens + gained).min(f64::from(BUCKET));
        bucket.at = now;
        if bucket.tokens < 1.0 {
            return Err(Duration::from_secs_f64((1.0 - bucket.tokens) / f64::from(REFILL)));
        }
        bucket.tokens -= 1.0;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "at most a full bucket"
        )]
        Ok(Left { requests: bucket.tokens as u32, wait: Duration::ZERO })
    }

    /// Takes a query out of the window.
    ///
    /// # Errors
    /// How long to wait where all are used up.
    pub fn query(&mut self, now: Instant) -> Result<Left, Duration> {
        let current =
            self.window.filter(|(start, _)| now.saturating_duration_since(*start) < WINDOW);
        let (start, used) = current.unwrap_or((now, 0));
        let wait = WINDOW.saturating_sub(now.saturating_duration_since(start));
        if used >= QUERIES {
            return Err(wait);
        }
        self.window = Some((start, used + 1));
        Ok(Left { requests: QUERIES - used - 1, wait })
    }
}

/// A length of time as Resource Graph writes it.
pub fn hours_minutes_seconds(time: Duration) -> String {
    let seconds = whole_seconds(time);
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// Whole seconds, never too short, and at least one.
pub fn whole_seconds(time: Duration) -> u64 {
    (time.as_secs() + u64::from(time.subsec_nanos() > 0)).max(1)
}
