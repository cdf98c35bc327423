//! Questions at places: a list or a body of each.

use bytes::Bytes;
use futures::stream::{self, StreamExt};
use tokio::sync::watch;

use super::each::{Fates, kept};
use super::header::{Header, nameless};
use super::{QUESTIONS, Run, fatal};
use crate::azure::{Failure, Get, Row, Service};
use crate::collect::error::CollectError;
use crate::collect::gap;
use crate::collect::known::Subscription;
use crate::collect::plan::topic::{Asked, Filter, Place, Topic};
use crate::inventory::{Span, Time};
use crate::snapshot::write::Section;

/// How far back restores are asked for.
const RESTORES_ASKED: Span = Span::days(-366);

/// How far back Azure is trusted to remember restores, and the jobs of Backup vaults: it does not say for how
/// long it keeps them, and portal and command line show a quarter.
const JOBS_KEPT: Span = Span::days(-100);

/// What came of one question.
#[derive(Debug, Default)]
pub struct Asking {
    pub rows: Vec<Row>,
    pub body: Option<Bytes>,
    pub requests: u32,
    pub failure: Option<Failure>,
}

impl Asking {
    /// The resources, as Azure answered them.
    pub fn bodies(&self) -> impl Iterator<Item = &[u8]> {
        self.rows.iter().map(Row::as_bytes).chain(self.body.as_deref())
    }
}

impl Run<'_> {
    /// Asks the same at some places of one subscription. What is only listed so far is asked at once, and the
    /// answer waits until it is known whether the place is there.
    pub(super) async fn ask_at(
        &self,
        topic: &Topic,
        subscription: &Subscription,
        places: &[String],
        fates: &[watch::Receiver<Fates>],
    ) -> Result<(), CollectError> {
        let (guid, call) = (subscription.guid.as_str(), topic.call());
        let mut section =
            self.writer.section(&self.question(topic, topic.name, Some(guid), &call))?;
        let mut answers = stream::iter(places)
            .map(|place| async move {
                let asking = self.ask(topic, place).await;
                (kept(place, fates).await, asking)
            })
            .buffered(QUESTIONS);
        while let Some((place, asking)) = answers.next().await {
            let Some(place) = &place else { continue };
            self.read(&mut section, asking.bodies().count(), asking.requests);
            for body in asking.bodies() {
                self.write(&mut section, topic, place, body)?;
            }
            let is_empty = |failure: &Failure| {
                asking.rows.is_empty() && gap::is_empty_answer(topic, place, failure)
            };
            match &asking.failure {
                Some(failure) if !is_empty(failure) => {
                    if let Some(error) = fatal(failure, Service::ResourceManager) {
                        return Err(error);
                    }
                    self.note(&mut section, &gap::gap(topic, place, failure));
                }
                _ => self.claim(&mut section, topic, place, subscription),
            }
        }
        drop(answers);
        self.finish(section, topic, Some(guid))
    }

    /// Says that a list was read to its end.
    fn claim(
        &self,
        section: &mut Section<'_>,
        topic: &Topic,
        place: &str,
        subscription: &Subscription,
    ) {
        let since = match topic.name {
            "restores" | "backup-vault-jobs" => Some(self.started_at.plus(JOBS_KEPT)),
            _ => None,
        };
        section.add_collection(place, topic.kind, since);
        let is_access =
            matches!(topic.asked, Asked::List(Place::Subscription, _)) && topic.name != "locks";
        if is_access {
            // Without a filter the list also holds what is inherited from above
            // (<https://learn.microsoft.com/azure/role-based-access-control/role-assignments-list-rest>).
            for above in subscription.groups.iter().map(String::as_str).chain(["/"]) {
                section.add_collection_at(above, topic.kind);
            }
        }
    }

    async fn ask(&self, topic: &Topic, place: &str) -> Asking {
        let (Asked::List(_, (path, filter)) | Asked::Get(_, (path, filter))) = topic.asked else {
            return Asking::default();
        };
        let mut get = Get::arm(format!("{place}{path}"), self.plan.versions.of(topic.area));
        if let Some(text) = self.filter(filter) {
            get = get.with("$filter", &text);
        }
        if matches!(topic.asked, Asked::Get(..)) {
            self.body(&get).await
        } else {
            self.list(&get).await
        }
    }

    /// All rows of a list that have an id, also of one that ends too early.
    pub(super) async fn list(&self, get: &Get) -> Asking {
        let mut asking = Asking::default();
        let mut pages = self.client.pages(get);
        loop {
            match pages.next().await {
                Ok(Some(page)) => {
                    asking.requests += page.requests;
                    asking.rows.extend(page.rows);
                }
                Ok(None) => break,
                Err(failure) => {
                    asking.requests += failure.requests;
                    asking.failure = Some(failure);
                    break;
                }
            }
        }
        let all = asking.rows.len();
        asking.rows.retain(|row| Header::of_row(row).is_some());
        if asking.rows.len() < all {
            asking.failure.get_or_insert_with(|| nameless(&get.path));
        }
        asking
    }

    /// One body that has an id.
    pub(super) async fn body(&self, get: &Get) -> Asking {
        match self.client.get(get).await {
            Ok(answer) if Header::of(&answer.body).is_none() => Asking {
                requests: answer.requests,
                failure: Some(nameless(&get.path)),
                ..Asking::default()
            },
            Ok(answer) => {
                Asking { body: Some(answer.body), requests: answer.requests, ..Asking::default() }
            }
            Err(failure) => {
                Asking { requests: failure.requests, failure: Some(failure), ..Asking::default() }
            }
        }
    }

    fn filter(&self, filter: Filter) -> Option<String> {
        match filter {
            Filter::None => None,
            Filter::Text(text) => Some(text.to_owned()),
            Filter::Restores => {
                let from = self.started_at.plus(RESTORES_ASKED);
                let (from, to) = (of_filter(from), of_filter(self.started_at.plus(Span::days(1))));
                Some(format!(
                    "operation eq 'Restore' and startTime eq '{from}' and endTime eq '{to}'"
                ))
            }
        }
    }
}

/// A time as filters of jobs spell it: `2026-11-20 02:00:00 AM`
/// (<https://learn.microsoft.com/rest/api/backup/backup-jobs/list>).
fn of_filter(time: Time) -> String {
    let text = time.to_string();
    let (date, clock) = text.trim_end_matches('Z').split_once('T').unwrap_or((&text, ""));
    let (hour, rest) = clock.split_once(':').unwrap_or((clock, ""));
    let hour: u32 = hour.parse().unwrap_or_default();
    let (hour, half) = match hour {
        0 => (12, "AM"),
        1..=11 => (hour, "AM"),
        12 => (12, "PM"),
        _ => (hour - 12, "PM"),
    };
    format!("{date} {hour:02}:{rest} {half}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_spelled_as_filters_want_them() {
        let spelled = |text: &str| of_filter(Time::parse(text).expect("a time"));
        assert_eq!(spelled("2026-11-20T00:05:09Z"), "2026-11-20 12:05:09 AM");
        assert_eq!(spelled("2026-11-20T02:00:00Z"), "2026-11-20 02:00:00 AM");
        assert_eq!(spelled("2026-11-20T12:00:00Z"), "2026-11-20 12:00:00 PM");
        assert_eq!(spelled("2026-11-20T23:59:59Z"), "2026-11-20 11:59:59 PM");
    }
}
