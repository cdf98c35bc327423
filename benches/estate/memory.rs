//! The peak of anonymous memory: the heap and stacks, without mapped files.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// Often enough to see a peak of a few milliseconds, rarely enough to cost nothing.
const INTERVAL: Duration = Duration::from_millis(2);

/// Samples this process until it is stopped.
pub struct Watch {
    done: Arc<AtomicBool>,
    thread: JoinHandle<u64>,
}

impl Watch {
    pub fn start() -> Self {
        let done = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&done);
        let thread = std::thread::spawn(move || {
            let mut peak = 0;
            while !seen.load(Ordering::Relaxed) {
                peak = peak.max(anonymous());
                std::thread::sleep(INTERVAL);
            }
            peak.max(anonymous())
        });
        Self { done, thread }
    }

    /// The peak in KiB; 0 where the system does not say.
    pub fn stop(self) -> u64 {
        self.done.store(true, Ordering::Relaxed);
        self.thread.join().unwrap_or_default()
    }
}

/// `RssAnon` of proc(5), in KiB.
fn anonymous() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
    line.and_then(|line| line.split_ascii_whitespace().next()?.parse().ok()).unwrap_or_default()
}
