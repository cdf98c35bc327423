//! Queries of Resource Graph, whose rows belong to several topics.

use futures::future::join;

use super::header::{Header, nameless};
use super::{Run, UNSEEN, fatal};
use crate::azure::{Failure, Get, GraphQuery, Page, RESOURCE_GRAPH, Service};
use crate::collect::error::CollectError;
use crate::collect::gap;
use crate::collect::known::Subscription;
use crate::collect::plan::topic::Condition;
use crate::collect::plan::version::Area;
use crate::collect::plan::{Query, queries};
use crate::collect::progress::Event;
use crate::collect::scope::Within;
use crate::inventory::{Completeness, Span, Time};
use crate::snapshot::write::{Question, Section};

/// For how long Resource Graph knows jobs
/// (<https://learn.microsoft.com/azure/backup/query-backups-using-azure-resource-graph>).
const JOBS_KNOWN: Span = Span::days(-14);

/// Rows that are written before others have their turn: half a millisecond's work.
const ROWS_AT_ONCE: usize = 100;

impl Run<'_> {
    /// Finds the subscriptions, with their resource groups.
    pub(super) async fn find_subscriptions(&self) -> Result<(), CollectError> {
        for query in queries(self.plan).iter().filter(|query| query.is_first()) {
            let is_known = |name| {
                let topic = query.topics.iter().find(|topic| topic.name == name);
                topic.is_none_or(|topic| {
                    self.writer.is_finished(&self.question(topic, name, None, ""))
                })
            };
            if query.topics.iter().all(|topic| is_known(topic.name)) {
                continue;
            }
            self.rows(query, &self.scopes.first(), &[]).await?;
        }
        self.look_for_named().await
    }

    /// Asks for the subscriptions that were named and that no query showed.
    async fn look_for_named(&self) -> Result<(), CollectError> {
        let call = "GET /subscriptions/{subscription}";
        let question = Question {
            subscription: None,
            name: UNSEEN,
            call,
            api_version: self.plan.versions.of(Area::Subscriptions),
            completeness: Completeness::Complete,
        };
        let found = self.known().subscriptions()?;
        let is_missing = |guid: &&String| !found.iter().any(|known| known.guid == **guid);
        let missing: Vec<&String> = self.scopes.subscriptions().iter().filter(is_missing).collect();
        if missing.is_empty() || self.writer.is_finished(&question) {
            return Ok(());
        }
        let Some(topic) = self.plan.topics().iter().find(|topic| topic.name == "subscriptions")
        else {
            return Ok(());
        };
        let mut section = self.writer.section(&question)?;
        for guid in missing {
            let scope = format!("/subscriptions/{guid}");
            let asking = self.body(&Get::arm(scope.clone(), question.api_version)).await;
            self.read(&mut section, asking.bodies().count(), asking.requests);
            for body in asking.bodies() {
                self.write(&mut section, topic, &scope, body)?;
            }
            if let Some(failure) = asking.failure {
                if let Some(error) = fatal(&failure, Service::ResourceManager) {
                    return Err(error);
                }
                // Nothing in it can be read either.
                let mut gap = gap::gap(topic, &scope, &failure);
                "*".clone_into(&mut gap.kind);
                self.note(&mut section, &gap);
            }
        }
        self.finish(section, topic, None)
    }

    /// Asks a query and writes its rows to their topics.
    pub(super) async fn query(
        &self,
        query: &Query,
        subscriptions: &[Subscription],
    ) -> Result<(), CollectError> {
        let guids: Vec<String> = subscriptions.iter().map(|known| known.guid.clone()).collect();
        self.rows(query, &self.scopes.then(&guids), &guids).await
    }

    /// The same. Topics that an earlier run has finished are not asked again.
    async fn rows(
        &self,
        query: &Query,
        within: &[Within],
        guids: &[String],
    ) -> Result<(), CollectError> {
        let mut query = query.clone();
        query
            .topics
            .retain(|topic| !self.writer.is_finished(&self.question(topic, topic.name, None, "")));
        let call = query.topics.first().map(|topic| topic.call()).unwrap_or_default();
        let sections = query
            .topics
            .iter()
            .map(|topic| self.writer.section(&self.question(topic, topic.name, None, &call)));
        let mut sections: Vec<Section<'_>> = sections.collect::<Result<_, _>>()?;
        let (mut failed, mut rows) = (None, 0);
        for (subscriptions, management_groups) in within {
            let graph = GraphQuery {
                text: query.text(),
                subscriptions: subscriptions.clone(),
                management_groups: management_groups.clone(),
            };
            let mut pages = self.client.query(&graph);
            let mut next = pages.next().await;
            loop {
                match next {
                    Ok(Some(page)) => {
                        // The next page is on its way while this one is written.
                        let taking = self.take(&query, &mut sections, &page);
                        let (following, taken) = join(pages.next(), taking).await;
                        let taken = taken?;
                        if taken < page.rows.len() {
                            failed.get_or_insert_with(|| nameless(RESOURCE_GRAPH));
                        }
                        rows += taken;
                        next = following;
                    }
                    Ok(None) => break,
                    Err(failure) => {
                        if let Some(error) = fatal(&failure, Service::ResourceManager) {
                            return Err(error);
                        }
                        if let Some(section) = sections.first_mut() {
                            self.read(section, 0, failure.requests);
                        }
                        failed = Some(failure);
                        break;
                    }
                }
            }
        }
        if let Some(failure) = failed.take_if(|_| query.is_first() && rows == 0) {
            return Err(CollectError::Unreadable(failure));
        }
        self.conclude(&query, sections, guids, failed.as_ref())
    }

    /// Writes the rows of a page, and tells how many of them are something. Answers that lead to more questions
    /// need not wait until all are written.
    async fn take(
        &self,
        query: &Query,
        sections: &mut [Section<'_>],
        page: &Page,
    ) -> Result<usize, CollectError> {
        if let Some(section) = sections.first_mut() {
            self.read(section, page.rows.len(), page.requests);
        }
        let mut taken = 0;
        for (at, row) in page.rows.iter().enumerate() {
            if at % ROWS_AT_ONCE == 0 {
                tokio::task::yield_now().await;
            }
            let Some(header) = Header::of_row(row) else { continue };
            taken += 1;
            // Rows of a type that nobody asked for are kept all the same.
            let at = query.topic_of(&header.kind).unwrap_or_default();
            if let (Some(section), Some(topic)) = (sections.get_mut(at), query.topics.get(at)) {
                self.write(section, topic, "/", row.as_bytes())?;
            }
        }
        Ok(taken)
    }

    fn conclude(
        &self,
        query: &Query,
        mut sections: Vec<Section<'_>>,
        guids: &[String],
        failed: Option<&Failure>,
    ) -> Result<(), CollectError> {
        let own = guids.iter().map(|guid| format!("/subscriptions/{guid}"));
        let scopes: Vec<String> = if self.scopes.is_everything() || guids.is_empty() {
            self.scopes.ids()
        } else {
            own.collect()
        };
        for (topic, section) in query.topics.iter().zip(&mut sections) {
            match failed {
                Some(failure) => {
                    for scope in &scopes {
                        self.note(section, &gap::gap(topic, scope, failure));
                    }
                }
                None if matches!(query.condition(), Condition::OneOf(..)) => {}
                None => {
                    let since: Option<Time> =
                        (topic.name == "jobs").then(|| self.started_at.plus(JOBS_KNOWN));
                    for guid in guids {
                        section.add_collection(
                            &format!("/subscriptions/{guid}"),
                            topic.kind,
                            since,
                        );
                    }
                }
            }
        }
        // One question, so that whoever is killed here asks for none or for all of it again.
        self.writer.finish_together(sections)?;
        for topic in &query.topics {
            self.watch.see(Event::Part { name: topic.name, subscription: None });
        }
        Ok(())
    }
}
