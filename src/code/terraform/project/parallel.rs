//! Evaluation of many roots at once: each on a thread with a stack of its own size, the answers in the order of the roots.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use super::super::evaluate;
use super::super::result::Root;
use super::Project;
use super::load::on_large_stack;

/// How many roots beyond the one that is awaited may be finished already: what is kept in memory.
const AHEAD: usize = 8;

impl Project {
    /// Evaluates every root, several at once, makes something of each where it was evaluated, and hands the results
    /// over in the order of the roots. Few roots are in memory at a time.
    pub fn evaluate_with<T: Send>(
        &self,
        make: impl Fn(Root) -> T + Sync,
        mut take: impl FnMut(T) + Send,
    ) {
        let one = |number: usize| make(evaluate::root(self, number, &self.options));
        let threads = thread::available_parallelism().map_or(1, usize::from).min(self.roots.len());
        if threads < 2 {
            return on_large_stack(|| self.roots.iter().for_each(|&root| take(one(root))));
        }
        for some in self.roots.chunks(threads * AHEAD) {
            for result in together(some, threads, &one) {
                take(result);
            }
        }
    }
}

/// The results for some roots, in their order.
fn together<T: Send>(
    roots: &[usize],
    threads: usize,
    one: &(impl Fn(usize) -> T + Sync),
) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let (send, receive) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..threads {
            let (send, next) = (send.clone(), &next);
            scope.spawn(move || {
                on_large_stack(|| {
                    while let at = next.fetch_add(1, Ordering::Relaxed)
                        && let Some(&root) = roots.get(at)
                    {
                        // Nobody hangs up before every thread has ended.
                        let _ = send.send((at, one(root)));
                    }
                });
            });
        }
    });
    drop(send);
    let mut results: Vec<(usize, T)> = receive.into_iter().collect();
    results.sort_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}
