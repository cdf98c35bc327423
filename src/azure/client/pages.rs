//! A list from its first page to its last.

use std::collections::HashSet;

use bytes::Bytes;
use reqwest::Url;

use super::call::{Call, Get, GraphQuery, Lane, Service};
use super::failure::{Failure, FailureKind};
use super::page::{GraphPage, ListPage, Page, Row};
use super::{Answer, Client};

/// The pages of a list, asked for one by one.
#[derive(Debug)]
pub struct Pages<'c> {
    client: &'c Client,
    lane: Lane,
    path: String,
    /// `None` when the last page was given or there is no way on.
    next: Option<Next>,
    /// What is wrong with the end of the list; told after the rows that came before it.
    failure: Option<Failure>,
    /// Links and tokens that were followed.
    followed: HashSet<String>,
    /// The ids of the rows that were given.
    given: HashSet<String>,
    rows: u64,
    duplicates: u64,
}

#[derive(Debug)]
enum Next {
    List(Service, Url),
    Graph(GraphQuery, Option<String>),
}

impl<'c> Pages<'c> {
    pub(super) fn of_list(client: &'c Client, get: &Get) -> Self {
        let next = Next::List(get.service, get.url(client.cloud()));
        Self::new(client, get.lane.clone(), get.path.clone(), next)
    }

    pub(super) fn of_query(client: &'c Client, query: &GraphQuery) -> Self {
        let next = Next::Graph(query.clone(), None);
        Self::new(client, Lane::ResourceGraph, super::call::RESOURCE_GRAPH.to_owned(), next)
    }

    fn new(client: &'c Client, lane: Lane, path: String, next: Next) -> Self {
        Self {
            client,
            lane,
            path,
            next: Some(next),
            failure: None,
            followed: HashSet::new(),
            given: HashSet::new(),
            rows: 0,
            duplicates: 0,
        }
    }

    /// The next page; `None` after the last. A page may be empty and still not be the last.
    ///
    /// # Errors
    /// When the list cannot be read to its end. What was given before is right, but not all. Afterwards
    /// there is nothing more.
    pub async fn next(&mut self) -> Result<Option<Page>, Failure> {
        if let Some(failure) = self.failure.take() {
            return Err(failure);
        }
        match self.next.take() {
            None => Ok(None),
            Some(Next::List(service, url)) => self.list_page(service, url).await.map(Some),
            Some(Next::Graph(query, token)) => self.graph_page(query, token).await.map(Some),
        }
    }

    /// How many rows came twice and were given once.
    pub fn duplicates(&self) -> u64 {
        self.duplicates
    }

    async fn list_page(&mut self, service: Service, url: Url) -> Result<Page, Failure> {
        self.followed.insert(url.to_string());
        let call = Call::Read(service, url.clone());
        let (answer, page) = self.ask(&call, ListPage::read).await?;
        if let Some(link) = page.next_link {
            match self.link(&url, &link) {
                Ok(url) => self.next = Some(Next::List(service, url)),
                Err((kind, message)) => self.fail(kind, message),
            }
        }
        Ok(self.page(page.rows, answer.requests))
    }

    async fn graph_page(
        &mut self,
        query: GraphQuery,
        token: Option<String>,
    ) -> Result<Page, Failure> {
        let call = Call::Query(query.body(token.as_deref()));
        let (answer, page) = self.ask(&call, GraphPage::read).await?;
        let count = page.rows.len() as u64;
        let result = self.page(page.rows, answer.requests);
        match page.skip_token {
            Some(token) if !self.followed.insert(token.clone()) => {
                self.fail(FailureKind::PageLoop, "the pages go round in a circle".to_owned());
            }
            Some(token) => self.next = Some(Next::Graph(query, Some(token))),
            None if page.is_truncated => {
                let message = "Resource Graph holds rows back without a way to them".to_owned();
                self.fail(FailureKind::CountMismatch, message);
            }
            None => {
                if let Some(total) = page.total.filter(|total| *total != self.rows) {
                    let message =
                        format!("Resource Graph counts {total} rows and gave {}", self.rows);
                    self.fail(FailureKind::CountMismatch, message);
                }
            }
        }
        if let Some(told) = page.count.filter(|told| *told != count) {
            self.next = None;
            let message = format!("a page says that it has {told} rows and has {count}");
            self.fail(FailureKind::CountMismatch, message);
        }
        Ok(result)
    }

    async fn ask<P>(
        &self,
        call: &Call,
        read: impl Fn(&Bytes) -> Result<P, serde_json::Error> + Sync,
    ) -> Result<(Answer, P), Failure> {
        self.client.ask(call, &self.lane, read).await.map_err(|mut failure| {
            failure.path.clone_from(&self.path);
            failure
        })
    }

    fn page(&mut self, rows: Vec<Row>, requests: u32) -> Page {
        let before = rows.len();
        let is_new = |row: &Row| row.id().is_none_or(|id| self.given.insert(id));
        let rows: Vec<Row> = rows.into_iter().filter(is_new).collect();
        self.rows += rows.len() as u64;
        self.duplicates += (before - rows.len()) as u64;
        Page { rows, requests }
    }

    fn fail(&mut self, kind: FailureKind, message: String) {
        self.failure.get_or_insert(Failure {
            kind,
            status: Some(200),
            code: None,
            message,
            missing_action: None,
            requests: 0,
            path: self.path.clone(),
        });
    }

    /// Where a link leads, if a token may be sent there.
    fn link(&mut self, page: &Url, link: &str) -> Result<Url, (FailureKind, String)> {
        let foreign = || {
            let message = "the next page is said to be on another host or not on https".to_owned();
            (FailureKind::ForeignLink, message)
        };
        // Without a host it is no link as Azure writes them.
        let url = Url::parse(link).map_err(|_| foreign())?;
        if url.origin() != page.origin() || !url.username().is_empty() || url.password().is_some() {
            return Err(foreign());
        }
        if !self.followed.insert(url.to_string()) {
            return Err((FailureKind::PageLoop, "the pages go round in a circle".to_owned()));
        }
        Ok(url)
    }
}
