//! Lists whose bodies leave settings out, and then each of their resources by itself.

use std::borrow::Cow;
use std::collections::BTreeMap;

use futures::stream::{self, StreamExt};
use tokio::sync::watch;

use super::ask::Asking;
use super::header::Header;
use super::{QUESTIONS, Run, fatal, listed_only};
use crate::azure::{Failure, Get, Row, Service};
use crate::collect::error::CollectError;
use crate::collect::gap;
use crate::collect::known::Subscription;
use crate::collect::plan::topic::{Asked, Topic};
use crate::collect::progress::Event;
use crate::inventory::Completeness;
use crate::snapshot::write::Section;

/// What became of the resources of a list, by their ids in lower case: the id of what is kept of each, and
/// nothing where nothing is. Nothing at all until all are read.
pub type Fates = Option<BTreeMap<String, Option<String>>>;

/// The rows of a list, with their ids.
pub fn named(listed: &Asking) -> impl Iterator<Item = (&Row, Cow<'_, str>)> {
    listed.rows.iter().filter_map(|row| Some((row, Header::of_row(row)?.id)))
}

/// The id of what is kept of a place, once that is known.
pub async fn kept(place: &str, fates: &[watch::Receiver<Fates>]) -> Option<String> {
    let key = place.to_ascii_lowercase();
    for source in fates {
        // Whoever could tell is gone only when the run ends.
        if let Ok(fates) = source.clone().wait_for(Option::is_some).await
            && let Some(fate) = fates.as_ref().and_then(|fates| fates.get(&key))
        {
            return fate.clone();
        }
    }
    Some(place.to_owned())
}

impl Run<'_> {
    /// Lists the resources of a subscription.
    pub(super) async fn list_of(&self, topic: &Topic, subscription: &Subscription) -> Asking {
        let Asked::Each((path, _)) = topic.asked else { return Asking::default() };
        let path = format!("/subscriptions/{}{path}", subscription.guid);
        self.list(&Get::arm(path, self.plan.versions.of(topic.area))).await
    }

    /// Reads each resource of such a list, and tells what became of them.
    pub(super) async fn get_each(
        &self,
        topic: &Topic,
        subscription: &Subscription,
        listed: &Asking,
        fates: &watch::Sender<Fates>,
    ) -> Result<(), CollectError> {
        let (guid, call) = (subscription.guid.as_str(), topic.call());
        let version = self.plan.versions.of(topic.area);
        let scope = format!("/subscriptions/{guid}");
        let mut section =
            self.writer.section(&self.question(topic, topic.name, Some(guid), &call))?;
        self.read(&mut section, 0, listed.requests);
        let is_empty = |failure: &Failure| {
            listed.rows.is_empty() && gap::is_empty_answer(topic, &scope, failure)
        };
        match &listed.failure {
            Some(failure) if !is_empty(failure) => {
                if let Some(error) = fatal(failure, Service::ResourceManager) {
                    return Err(error);
                }
                self.note(&mut section, &gap::gap(topic, &scope, failure));
            }
            _ => section.add_collection(&scope, topic.kind, None),
        }
        let mut answers = stream::iter(named(listed))
            .map(|(row, id)| async move {
                let asking = self.body(&Get::arm(&*id, version)).await;
                (row, id, asking)
            })
            .buffered(QUESTIONS);
        let (mut only_listed, mut kept) = (Vec::new(), BTreeMap::new());
        while let Some((row, id, asking)) = answers.next().await {
            self.read(&mut section, asking.bodies().count(), asking.requests);
            let fate = kept.entry(id.to_ascii_lowercase()).or_default();
            for body in asking.bodies() {
                if self.write(&mut section, topic, &id, body)? {
                    *fate = Header::of(body).map(|header| header.id.into_owned());
                }
            }
            let Some(failure) = asking.failure else { continue };
            if let Some(error) = fatal(&failure, Service::ResourceManager) {
                return Err(error);
            }
            let gap = gap::gap(topic, &id, &failure);
            if failure.kind != crate::azure::FailureKind::NotFound {
                only_listed.push(row);
                *fate = Some(id.clone().into_owned());
            }
            self.note(&mut section, &gap);
        }
        drop(answers);
        let listed = self.keep_listed(topic, guid, &call, &only_listed)?;
        self.writer.finish_together(listed.into_iter().chain([section]).collect())?;
        self.watch.see(Event::Part { name: topic.name, subscription: Some(guid) });
        fates.send_replace(Some(kept));
        Ok(())
    }

    /// Keeps what a list shows of resources that could not be read by themselves: better little than nothing.
    fn keep_listed(
        &self,
        topic: &Topic,
        guid: &str,
        call: &str,
        rows: &[&Row],
    ) -> Result<Option<Section<'_>>, CollectError> {
        if rows.is_empty() {
            return Ok(None);
        }
        let name = listed_only(topic.name);
        let mut question = self.question(topic, &name, Some(guid), call);
        question.completeness = Completeness::Partial;
        let mut section = self.writer.section(&question)?;
        for row in rows {
            self.write(&mut section, topic, &format!("/subscriptions/{guid}"), row.as_bytes())?;
        }
        Ok(Some(section))
    }
}
