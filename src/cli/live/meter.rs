//! What is shown of a run: one line a stage, and why it waits.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::azure::{Exchange, Observer, Pause, PauseReason};
use crate::cli::terminal;
use crate::collect::progress::{Event, Watch};
use crate::report;

/// A wait is worth a line of its own from here on, where nothing can be redrawn.
const LONG_WAIT: Duration = Duration::from_secs(5);

/// How much is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loudness {
    /// Nothing but errors.
    Quiet,
    /// Lines, no bars.
    Lines,
    /// A bar on a terminal, else lines.
    Usual,
    /// Every request.
    Verbose,
}

/// Shows how a run goes.
#[derive(Debug)]
pub struct Meter {
    loudness: Loudness,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    bar: Option<ProgressBar>,
    stage: Option<Stage>,
    gaps: u64,
    is_waiting: bool,
}

#[derive(Debug)]
struct Stage {
    name: &'static str,
    began: Instant,
    parts: usize,
    done: usize,
    rows: u64,
    requests: u64,
}

impl Meter {
    /// One that shows so much.
    pub fn new(loudness: Loudness) -> Self {
        Self { loudness, state: Mutex::default() }
    }

    /// Says something once.
    pub fn say(&self, text: &str) {
        if self.loudness == Loudness::Quiet {
            return;
        }
        match &self.state().bar {
            Some(bar) => bar.suspend(|| terminal::note(text)),
            None => terminal::note(text),
        }
    }

    /// Ends the last stage.
    pub fn finish(&self) {
        self.end_stage();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin_stage(&self, name: &'static str) {
        self.end_stage();
        if self.loudness == Loudness::Quiet {
            return;
        }
        let mut state = self.state();
        let began = Instant::now();
        state.stage = Some(Stage { name, began, parts: 0, done: 0, rows: 0, requests: 0 });
        if self.loudness == Loudness::Usual {
            // Hidden by itself where standard error is no terminal.
            let bar = ProgressBar::new(0).with_prefix(name).with_message("asking");
            restyle(&bar, "{prefix}: {msg}, {elapsed}");
            bar.enable_steady_tick(Duration::from_millis(200));
            state.bar = Some(bar);
        }
    }

    fn end_stage(&self) {
        let mut state = self.state();
        if let Some(bar) = state.bar.take() {
            bar.finish_and_clear();
        }
        let gaps = std::mem::take(&mut state.gaps);
        let stage = state.stage.take();
        drop(state);
        if let Some(stage) = stage {
            self.say(&stage.line(gaps));
        }
    }

    fn redraw(state: &State) {
        let (Some(bar), Some(stage)) = (&state.bar, &state.stage) else { return };
        let wait = if state.is_waiting { ", waiting for Azure's quota" } else { "" };
        bar.set_length(stage.parts as u64);
        bar.set_position(stage.done as u64);
        bar.set_message(format!("{} ({}/s){wait}", stage.counts(), stage.rate()));
    }
}

fn restyle(bar: &ProgressBar, template: &str) {
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
}

impl Stage {
    fn counts(&self) -> String {
        let requests = if self.requests == 1 { "request" } else { "requests" };
        format!("{} resources in {} {requests}", self.rows, self.requests)
    }

    fn rate(&self) -> u64 {
        let millis = self.began.elapsed().as_millis().max(1);
        u64::try_from(u128::from(self.rows) * 1_000 / millis).unwrap_or(u64::MAX)
    }

    fn line(&self, gaps: u64) -> String {
        let gaps = match gaps {
            0 => String::new(),
            1 => ", 1 gap".to_owned(),
            many => format!(", {many} gaps"),
        };
        let parts = match self.parts {
            0 => String::new(),
            parts => format!("{} of {parts} parts, ", self.done),
        };
        format!(
            "read {}: {parts}{}{gaps}, {:.1} s",
            self.name,
            self.counts(),
            self.began.elapsed().as_secs_f64()
        )
    }
}

impl Watch for Meter {
    fn see(&self, event: Event<'_>) {
        match event {
            Event::Stage { name } => self.begin_stage(name),
            Event::Parts { count, done } => {
                let mut state = self.state();
                if let Some(stage) = &mut state.stage {
                    stage.parts += count;
                    stage.done += done;
                }
                if let (true, Some(bar)) = (count > 0, &state.bar) {
                    let template =
                        "{prefix}: {pos} of {len} parts, {msg}, {elapsed} (about {eta} more)";
                    restyle(bar, template);
                }
                Self::redraw(&state);
            }
            Event::Part { .. } => {
                let mut state = self.state();
                if let Some(stage) = &mut state.stage {
                    stage.done = stage.parts.min(stage.done + 1);
                }
                Self::redraw(&state);
            }
            Event::Read { rows, requests } => {
                let mut state = self.state();
                if let Some(stage) = &mut state.stage {
                    stage.rows += rows;
                    stage.requests += requests;
                }
                Self::redraw(&state);
            }
            Event::Gap(gap) => {
                self.state().gaps += 1;
                if self.loudness == Loudness::Verbose {
                    let text =
                        format!("gap: {} {}: {}: {}", gap.scope, gap.kind, gap.reason, gap.message);
                    self.say(&report::visible(&text));
                }
            }
        }
    }
}

impl Observer for Meter {
    fn answered(&self, exchange: &Exchange<'_>) {
        self.state().is_waiting = false;
        if self.loudness == Loudness::Verbose {
            let Exchange { method, path, status, failure, elapsed, attempt } = exchange;
            let status = status.map_or("-".to_owned(), |status| status.to_string());
            let failure = failure.map(|failure| format!(" {failure}")).unwrap_or_default();
            let again = if *attempt > 1 { format!(" (request {attempt})") } else { String::new() };
            let text =
                format!("{method} {path} {status}{failure} {} ms{again}", elapsed.as_millis());
            self.say(&report::visible(&text));
        }
    }

    fn waiting(&self, pause: &Pause<'_>) {
        let is_quota = pause.reason != PauseReason::Retry;
        let was_waiting = {
            let mut state = self.state();
            let before = std::mem::replace(&mut state.is_waiting, is_quota);
            Self::redraw(&state);
            before && state.bar.is_none()
        };
        let is_news = pause.length >= LONG_WAIT && !was_waiting;
        if self.loudness == Loudness::Verbose || is_news && self.loudness != Loudness::Quiet {
            let why = match pause.reason {
                PauseReason::Quota => "the quota is used up",
                PauseReason::Throttled => "Azure takes no more requests",
                PauseReason::Retry => "asking again",
            };
            self.say(&format!("waiting {:.1} s: {why}", pause.length.as_secs_f64()));
        }
    }
}
