//! Lists whose bodies leave settings out, and then each of their resources by itself.

use futures::stream::{self, StreamExt};

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

impl Run<'_> {
    /// Lists the resources of a subscription, and reads each.
    pub(super) async fn list_and_get(
        &self,
        topic: &Topic,
        subscription: &Subscription,
    ) -> Result<(), CollectError> {
        let Asked::Each((path, _)) = topic.asked else { return Ok(()) };
        let (guid, call) = (subscription.guid.as_str(), topic.call());
        let version = self.plan.versions.of(topic.area);
        let scope = format!("/subscriptions/{guid}");
        let mut section =
            self.writer.section(&self.question(topic, topic.name, Some(guid), &call))?;
        let listed = self.list(&Get::arm(format!("{scope}{path}"), version)).await;
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
        let named = listed.rows.iter().filter_map(|row| Some((row, Header::of(row)?.id)));
        let mut answers = stream::iter(named)
            .map(|(row, id)| async move {
                let asking = self.body(&Get::arm(&*id, version)).await;
                (row, id, asking)
            })
            .buffered(QUESTIONS);
        let mut only_listed = Vec::new();
        while let Some((row, id, asking)) = answers.next().await {
            self.read(&mut section, asking.bodies().count(), asking.requests);
            for body in asking.bodies() {
                self.write(&mut section, topic, &id, body)?;
            }
            let Some(failure) = asking.failure else { continue };
            if let Some(error) = fatal(&failure, Service::ResourceManager) {
                return Err(error);
            }
            let gap = gap::gap(topic, &id, &failure);
            if failure.kind != crate::azure::FailureKind::NotFound {
                only_listed.push(row);
            }
            self.note(&mut section, &gap);
        }
        drop(answers);
        let listed = self.keep_listed(topic, guid, &call, &only_listed)?;
        self.writer.finish_together(listed.into_iter().chain([section]).collect())?;
        self.watch.see(Event::Part { name: topic.name, subscription: Some(guid) });
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
