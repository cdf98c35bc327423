//! Asks what the plan says, each question as soon as the answers are there that it follows from.

mod agenda;
mod ask;
mod directory;
mod each;
mod graph;
mod header;

use std::collections::VecDeque;

use futures::stream::{FuturesUnordered, StreamExt};

use super::error::CollectError;
use super::known::{Known, Subscription};
use super::plan::Plan;
use super::plan::topic::Topic;
use super::progress::{Event, Watch};
use super::scope::Scopes;
use crate::azure::{Client, Failure, FailureKind, Service};
use crate::inventory::{Gap, Time};
use crate::snapshot::write::{Question, Section, SnapshotWriter, WriteError};
use agenda::{Agenda, Step, Task};

/// The subscriptions that were named and that no query showed.
pub const UNSEEN: &str = "named-subscriptions";

/// Parts that are read at a time. How many requests are under way is for the client to say.
const PARTS: usize = 64;

/// Questions of one part that are asked at a time.
const QUESTIONS: usize = 32;

/// What was listed and could not be read by itself: the name of its files.
pub fn listed_only(name: &str) -> String {
    format!("{name}-as-listed")
}

/// One run.
pub struct Run<'r> {
    /// Who asks.
    pub client: &'r Client,
    /// Where answers go.
    pub writer: &'r SnapshotWriter,
    /// What is asked.
    pub plan: &'r Plan,
    /// Where it is asked.
    pub scopes: &'r Scopes,
    /// When collecting began.
    pub started_at: Time,
    /// Who watches.
    pub watch: &'r dyn Watch,
}

impl Run<'_> {
    /// Asks everything that no earlier run has an answer to.
    ///
    /// # Errors
    /// When it cannot go on. What could not be read is a gap, not an error.
    pub async fn collect(&self) -> Result<(), CollectError> {
        self.watch.see(Event::Stage { name: "subscriptions and their groups" });
        self.find_subscriptions().await?;
        let subscriptions = self.known().subscriptions()?;
        if subscriptions.is_empty() {
            return Err(CollectError::Nothing { scopes: self.scopes.ids().join(", ") });
        }
        self.watch.see(Event::Stage { name: "vaults, their settings, and what goes with them" });
        self.follow(&mut Agenda::new(self), &subscriptions).await
    }

    /// Does tasks side by side. Each writes files of its own, so it does not matter which ends first.
    async fn follow(
        &self,
        agenda: &mut Agenda,
        subscriptions: &[Subscription],
    ) -> Result<(), CollectError> {
        let mut queue = VecDeque::new();
        let mut running = FuturesUnordered::new();
        loop {
            let (tasks, parts) = agenda.ready(self, subscriptions)?;
            self.watch.see(Event::Parts { count: parts, done: parts - tasks.len() });
            queue.extend(tasks);
            while running.len() < PARTS
                && let Some(task) = queue.pop_front()
            {
                running.push(self.one(task, subscriptions));
            }
            match running.next().await {
                // What goes on has had its turn.
                Some(step) => {
                    running.extend(agenda.step(step?).map(|task| self.one(task, subscriptions)));
                }
                None => return Ok(()),
            }
        }
    }

    async fn one(&self, task: Task, subscriptions: &[Subscription]) -> Result<Step, CollectError> {
        let topics = task.topics().to_vec();
        match task {
            Task::Query(query) => self.query(&query, subscriptions).await?,
            Task::List { topic, subscription } => {
                let listed = Box::new(self.list_of(topic, &subscription).await);
                return Ok(Step::Listed { topic, subscription, listed });
            }
            Task::Each { topic, subscription, listed, fates } => {
                self.get_each(topic, &subscription, &listed, &fates).await?;
            }
            Task::Places { topic, subscription, places, fates } => {
                self.ask_at(topic, &subscription, &places, &fates).await?;
            }
            Task::Directory(topic) => self.directory(topic).await?,
        }
        Ok(Step::Done(topics))
    }

    fn is_done(&self, task: &Task) -> bool {
        let is_finished = |topic: &Topic, subscription: Option<&str>| {
            self.writer.is_finished(&self.question(topic, topic.name, subscription, ""))
        };
        match task {
            Task::Query(query) => query.topics.iter().all(|topic| is_finished(topic, None)),
            Task::List { topic, subscription }
            | Task::Each { topic, subscription, .. }
            | Task::Places { topic, subscription, .. } => {
                is_finished(topic, Some(&subscription.guid))
            }
            Task::Directory(topic) => is_finished(topic, None),
        }
    }

    fn known(&self) -> Known<'_> {
        Known::new(self.writer)
    }

    fn question<'q>(
        &'q self,
        topic: &Topic,
        name: &'q str,
        subscription: Option<&'q str>,
        call: &'q str,
    ) -> Question<'q> {
        Question {
            subscription,
            name,
            call,
            api_version: self.plan.versions.of(topic.area),
            completeness: topic.completeness(),
        }
    }

    fn finish(
        &self,
        section: Section<'_>,
        topic: &Topic,
        subscription: Option<&str>,
    ) -> Result<(), CollectError> {
        section.finish()?;
        self.watch.see(Event::Part { name: topic.name, subscription });
        Ok(())
    }

    /// Writes a row, and tells whether it is kept. One that cannot be is a gap, and the rest of the answer is
    /// not affected.
    fn write(
        &self,
        section: &mut Section<'_>,
        topic: &Topic,
        scope: &str,
        row: &[u8],
    ) -> Result<bool, CollectError> {
        match section.write(row) {
            Err(WriteError::Body { cause }) => {
                let reason = crate::inventory::GapReason::Malformed;
                let gap = Gap::of_input(scope, super::gap::gap_kind(topic), reason, cause);
                self.note(section, &gap);
                Ok(false)
            }
            other => Ok(other.map(|()| true)?),
        }
    }

    fn note(&self, section: &mut Section<'_>, gap: &Gap) {
        section.add_gap(gap);
        self.watch.see(Event::Gap(gap));
    }

    fn read(&self, section: &mut Section<'_>, rows: usize, requests: u32) {
        section.count_calls(requests.into());
        self.watch.see(Event::Read { rows: rows as u64, requests: requests.into() });
    }
}

/// A failure after which nothing else can be asked either.
fn fatal(failure: &Failure, service: Service) -> Option<CollectError> {
    match (failure.kind, service) {
        (FailureKind::Cancelled, _) => Some(CollectError::Stopped),
        (FailureKind::SignIn, Service::ResourceManager) => {
            Some(CollectError::SignIn(failure.clone()))
        }
        _ => None,
    }
}
