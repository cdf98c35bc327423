//! Waiting to the moment: timers of the runtime are up to two milliseconds late, which adds up over the
//! answers of a run.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Instant;

use tokio::sync::Notify;

/// Wakes whoever waits.
pub struct Clock {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    news: Condvar,
}

#[derive(Default)]
struct State {
    /// The next moment last, as all of this heap is turned round.
    waiting: BinaryHeap<Reverse<Moment>>,
    count: u64,
    is_stopped: bool,
}

struct Moment {
    at: Instant,
    /// In the order of asking.
    number: u64,
    waker: Arc<Notify>,
}

impl Clock {
    /// Starts one.
    ///
    /// # Errors
    /// When there is no thread to be had.
    pub fn start() -> std::io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let own = Arc::clone(&shared);
        let thread = std::thread::Builder::new().name("azure-clock".to_owned());
        let thread = thread.spawn(move || own.run())?;
        Ok(Self { shared, thread: Some(thread) })
    }

    /// Waits until then.
    pub async fn until(&self, at: Instant) {
        let waker = Arc::new(Notify::new());
        {
            let mut state = self.shared.state();
            let number = state.count;
            state.count += 1;
            state.waiting.push(Reverse(Moment { at, number, waker: Arc::clone(&waker) }));
        }
        self.shared.news.notify_one();
        waker.notified().await;
    }
}

impl Drop for Clock {
    fn drop(&mut self) {
        self.shared.state().is_stopped = true;
        self.shared.news.notify_one();
        if let Some(thread) = self.thread.take() {
            // Nothing but a panic ends it early, and that was reported.
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self) {
        let mut state = self.state();
        while !state.is_stopped {
            let now = Instant::now();
            let next = state.waiting.peek().map(|Reverse(moment)| moment.at);
            state = match next {
                Some(at) if at <= now => {
                    if let Some(Reverse(moment)) = state.waiting.pop() {
                        moment.waker.notify_one();
                    }
                    state
                }
                Some(at) => {
                    let woken = self.news.wait_timeout(state, at - now);
                    woken.unwrap_or_else(PoisonError::into_inner).0
                }
                None => self.news.wait(state).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }
}

impl Ord for Moment {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.number).cmp(&(other.at, other.number))
    }
}

impl PartialOrd for Moment {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Moment {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Moment {}
