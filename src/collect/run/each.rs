//! Lists whose bodies leave settings out, and then each of their resources by itself.

use futures::stream::{self, StreamExt};
use serde_json::Value;

use super::ask::Asking;
use super::{QUESTIONS, Run, fatal, listed_only};
use crate::azure::{Get, Row, Service};
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
        match listed.failure {
            Some(failure) if !gap::is_empty_answer(topic, &failure) => {
                if let Some(error) = fatal(&failure, Service::ResourceManager) {
                    return Err(error);
                }
                self.note(&mut section, &gap::gap(topic, &scope, &failure));
            }
            _ => section.add_collection(&scope, topic.kind, None),
        }
        let mut answers = stream::iter(&listed.rows)
            .map(|row| async move { (row, self.each(row, version).await) })
            .buffered(QUESTIONS);
        let mut only_listed = Vec::new();
        while let Some((row, asking)) = answers.next().await {
            let Some((id, asking)) = asking else {
                self.write(&mut section, topic, &scope, row.as_bytes())?;
                continue;
            };
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

    /// Reads one resource of a list; `None` if the list does not say which that is.
    async fn each(&self, row: &Row, version: &str) -> Option<(String, Asking)> {
        let body: Value = serde_json::from_slice(row.as_bytes()).ok()?;
        let id = body.get("id")?.as_str().filter(|id| id.starts_with('/'))?;
        Some((id.to_owned(), self.body(&Get::arm(id, version)).await))
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
