//! Time on the wall, and processor time, which other work on the machine disturbs less.

use std::time::{Duration, Instant};

/// What some work took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spent {
    pub wall: Duration,
    /// Of all threads together; zero where the system does not say.
    pub processor: Duration,
}

impl Spent {
    pub fn less(self, other: Self) -> Self {
        Self {
            wall: self.wall.saturating_sub(other.wall),
            processor: self.processor.saturating_sub(other.processor),
        }
    }
}

pub struct Clock {
    wall: Instant,
    processor: Duration,
}

impl Clock {
    pub fn start() -> Self {
        Self { processor: processor(), wall: Instant::now() }
    }

    pub fn spent(&self) -> Spent {
        let wall = self.wall.elapsed();
        Spent { wall, processor: processor().saturating_sub(self.processor) }
    }
}

/// The time on a processor of every thread there is: the first number of proc(5) `schedstat`.
fn processor() -> Duration {
    let tasks = std::fs::read_dir("/proc/self/task").into_iter().flatten().filter_map(Result::ok);
    let nanoseconds = tasks.filter_map(|task| {
        let text = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        text.split_ascii_whitespace().next()?.parse::<u64>().ok()
    });
    Duration::from_nanos(nanoseconds.sum())
}
