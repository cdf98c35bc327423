//! A quota that fills up again at a steady rate.

use std::time::Duration;

use tokio::time::Instant;

/// The part of what is left above the reserve that would be used within a second, if it were that much all
/// the time. More of it makes for less waiting and for less room for others.
const HASTE: f64 = 4.0;

/// What is known of a bucket: what Azure said last, less what was sent since, plus what came back since.
#[derive(Debug)]
pub(super) struct Bucket {
    /// Requests that come back a second.
    refill: f64,
    /// What is sent at once as long as this much is left.
    plenty: f64,
    /// What pacing leaves in it: for others, and for what is not counted yet.
    reserve: f64,
    level: Option<f64>,
    at: Instant,
    sent_at: Option<Instant>,
}

impl Bucket {
    /// Of one principal in one subscription: 250 reads, 25 of them back a second
    /// (<https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling>).
    pub(super) fn of_principal() -> Self {
        Self::new(25.0, 50.0, 5.0)
    }

    /// Of all principals in one subscription: 15 times as much.
    pub(super) fn of_all() -> Self {
        Self::new(375.0, 750.0, 75.0)
    }

    fn new(refill: f64, plenty: f64, reserve: f64) -> Self {
        Self { refill, plenty, reserve, level: None, at: Instant::now(), sent_at: None }
    }

    /// When the next request may be sent, if not now.
    pub(super) fn opens_at(&self, now: Instant) -> Option<Instant> {
        let level = self.level(now)?;
        if level >= self.plenty {
            return None;
        }
        // The further it goes down, the nearer to the rate at which it fills up: what is left above the
        // reserve would be used within a fraction of a second.
        let rate = self.refill + (level - self.reserve) * HASTE;
        let rate = rate.max(self.refill / 2.0);
        let spaced = self.sent_at.map(|sent_at| sent_at + Duration::from_secs_f64(1.0 / rate));
        let lacking = (1.0 - level).max(0.0) / self.refill;
        let filled = (lacking > 0.0).then(|| now.max(self.at) + Duration::from_secs_f64(lacking));
        spaced.max(filled)
    }

    pub(super) fn has_plenty(&self, now: Instant) -> bool {
        self.level(now).is_some_and(|level| level >= self.plenty)
    }

    pub(super) fn sent(&mut self, now: Instant) {
        self.level = self.level(now).map(|level| level - 1.0);
        self.at = self.at.max(now);
        self.sent_at = Some(now);
    }

    /// Azure says what is left. Of the requests under way it may have counted none.
    pub(super) fn told(&mut self, remaining: u32, under_way: u32, now: Instant) {
        if self.at > now {
            // It was emptied in the meantime; this is older news.
            return;
        }
        self.level = Some(f64::from(remaining) - f64::from(under_way));
        self.at = now;
    }

    /// There is nothing left until then.
    pub(super) fn emptied(&mut self, until: Instant) {
        self.level = Some(1.0);
        self.at = self.at.max(until);
    }

    fn level(&self, now: Instant) -> Option<f64> {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        self.level.map(|level| level + passed * self.refill)
    }
}
