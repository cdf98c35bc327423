//! Evaluation of many roots at once: on a few threads with stacks of their own size, the answers in the order of the roots.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError, mpsc};
use std::thread;

use super::super::evaluate;
use super::super::limits;
use super::super::result::Root;
use super::Project;
use super::load::on_large_stack;

/// For each thread, how many results beyond the one that is awaited may be finished already: what is kept in memory.
const AHEAD: usize = 8;

impl Project {
    /// Evaluates every root, several at once, makes something of each where it was evaluated, and hands the results
    /// over in the order of the roots. Few roots are in memory at a time.
    pub fn evaluate_with<T: Send>(
        &self,
        make: impl Fn(Root) -> T + Sync,
        take: impl FnMut(T) + Send,
    ) {
        let root = |at: usize| {
            let number = self.roots.get(at).copied().unwrap_or_default();
            make(evaluate::root(self, number, &self.options))
        };
        in_order(self.roots.len(), root, take);
    }
}

/// Works on so many things, several at once, and hands the results over in their order. The threads stay the same: what
/// each allocates lies together, and little of it is left when the rest is given back.
pub(super) fn in_order<T: Send>(
    count: usize,
    one: impl Fn(usize) -> T + Sync,
    mut take: impl FnMut(T) + Send,
) {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(count);
    if threads < 2 {
        return on_large_stack(|| (0..count).for_each(|at| take(one(at))));
    }
    let (next, turn) = (AtomicUsize::new(0), Turn::default());
    let (send, receive) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..threads {
            let (send, next, turn, one) = (send.clone(), &next, &turn, &one);
            let work = move || {
                let _guard = Guard(turn);
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    if at >= count {
                        return;
                    }
                    turn.wait_for(at, threads * AHEAD);
                    // Nobody hangs up before every thread has ended.
                    let _ = send.send((at, one(at)));
                }
            };
            let builder = thread::Builder::new().stack_size(limits::STACK_BYTES);
            if let Err(error) = builder.spawn_scoped(scope, work) {
                turn.end();
                std::panic::resume_unwind(Box::new(format!("no thread for evaluation: {error}")));
            }
        }
        drop(send);
        let (mut early, mut awaited) = (BTreeMap::new(), 0);
        for (at, result) in receive {
            early.insert(at, result);
            while let Some(result) = early.remove(&awaited) {
                take(result);
                awaited += 1;
                turn.is_at(awaited);
            }
        }
    });
}

/// Which result is awaited, so that nobody runs too far ahead.
#[derive(Default)]
struct Turn {
    awaited: Mutex<usize>,
    moved: Condvar,
}

impl Turn {
    fn wait_for(&self, at: usize, ahead: usize) {
        let awaited = self.awaited.lock().unwrap_or_else(PoisonError::into_inner);
        let is_early = |awaited: &mut usize| at >= awaited.saturating_add(ahead);
        drop(self.moved.wait_while(awaited, is_early));
    }

    fn is_at(&self, at: usize) {
        let mut awaited = self.awaited.lock().unwrap_or_else(PoisonError::into_inner);
        *awaited = at.max(*awaited);
        self.moved.notify_all();
    }

    /// Nobody waits for anything any more.
    fn end(&self) {
        self.is_at(usize::MAX);
    }
}

/// A thread that fails gives no result: the others must not wait until it is taken.
struct Guard<'t>(&'t Turn);

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.end();
        }
    }
}
