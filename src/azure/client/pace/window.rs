//! A quota that is whole again from one moment to the next.

use std::time::Duration;

use tokio::time::Instant;

/// Whoever comes a moment too early is turned away.
const MARGIN: Duration = Duration::from_millis(50);

/// The end of a window is told to the second. It is taken for rounded up, as the documentation reads, until
/// a query is turned away; then for rounded down.
const ROUNDING: Duration = Duration::from_secs(1);

/// What is known of a window.
#[derive(Debug, Default)]
pub(super) struct Window {
    known: Option<Known>,
    rounding: Duration,
}

#[derive(Debug)]
struct Known {
    /// What Azure said last is left.
    told: u32,
    /// The same, less what was sent since.
    left: i64,
    ends_at: Instant,
    /// The window has ended; one query is under way to see what the next one holds.
    is_probed: bool,
}

impl Window {
    /// When the next query may be sent, if not now.
    pub(super) fn opens_at(&self, now: Instant) -> Option<Instant> {
        let known = self.known.as_ref()?;
        if known.ends_at > now {
            return (known.left <= 0).then_some(known.ends_at);
        }
        // The answer wakes whoever waits.
        known.is_probed.then(|| now + ROUNDING)
    }

    pub(super) fn sent(&mut self, now: Instant) {
        if let Some(known) = &mut self.known {
            known.left -= 1;
            known.is_probed = known.ends_at <= now;
        }
    }

    /// A query came to its end, with an answer or without.
    pub(super) fn ended(&mut self) {
        if let Some(known) = &mut self.known {
            known.is_probed = false;
        }
    }

    /// Azure says what is left and for how long. Of the queries under way it may have counted none.
    pub(super) fn told(&mut self, told: u32, after: Duration, under_way: u32, now: Instant) {
        let ends_at = now + after + self.rounding + MARGIN;
        let same = self.known.as_ref().filter(|known| known.ends_at > now && told <= known.told);
        let ends_at = same.map_or(ends_at, |known| known.ends_at.min(ends_at));
        let left = i64::from(told) - i64::from(under_way);
        self.known = Some(Known { told, left, ends_at, is_probed: false });
    }

    /// There is nothing left until then.
    pub(super) fn emptied(&mut self, until: Instant) {
        if self.known.is_some() {
            self.rounding = ROUNDING;
        }
        self.known = Some(Known { told: 0, left: 0, ends_at: until, is_probed: false });
    }
}
