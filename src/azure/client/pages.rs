//! A list from its first page to its last.

use std::collections::{HashMap, HashSet};

use reqwest::Url;

use super::Client;
use super::ask::Reader;
use super::call::{Call, Get, GraphQuery, Lane, RESOURCE_GRAPH, Service};
use super::failure::{Failure, FailureKind};
use super::judge::Wrong;
use super::page::{GraphPage, ListPage, Page, Row};
use crate::azure::text::printable;

/// Pages in a row without anything new. A list may have empty pages, but not for ever.
const MAX_BARREN: u32 = 1_000;

/// How often the rows of a query are read when Azure's count of them does not match.
const MAX_PASSES: u32 = 2;

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
    /// The ids of the rows that were given, and the pass in which they were read last.
    given: HashMap<String, u32>,
    pass: Pass,
    duplicates: u64,
}

#[derive(Debug)]
enum Next {
    List(Service, Url),
    Graph(GraphQuery, Option<String>),
}

/// One way through all pages.
#[derive(Debug, Default)]
struct Pass {
    number: u32,
    /// Different rows.
    rows: u64,
    /// Those of them that have no id, so that nobody could tell whether they come again.
    anonymous: u64,
    barren: u32,
    /// What Azure said last about how many rows there are.
    total: Option<u64>,
    /// What is wrong with the counts, if something is.
    mismatch: Option<String>,
}

impl<'c> Pages<'c> {
    pub(super) fn of_list(client: &'c Client, get: &Get) -> Self {
        let next = Next::List(get.service, get.url(client.cloud()));
        Self::new(client, get.lane.clone(), printable(&get.path), next)
    }

    pub(super) fn of_query(client: &'c Client, query: &GraphQuery) -> Self {
        let next = Next::Graph(query.clone(), None);
        Self::new(client, Lane::ResourceGraph, RESOURCE_GRAPH.to_owned(), next)
    }

    fn new(client: &'c Client, lane: Lane, path: String, next: Next) -> Self {
        Self {
            client,
            lane,
            path,
            next: Some(next),
            failure: None,
            followed: HashSet::new(),
            given: HashMap::new(),
            pass: Pass::default(),
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
        let (requests, page) = self.ask(&Call::Read(service, url.clone()), &ListPage::read).await?;
        let rows = self.take(page.rows);
        if let Some(link) = page.next_link {
            match follow(&url, &link) {
                Some(next) => self.go_on(next.to_string(), Next::List(service, next)),
                None => self.fail(
                    FailureKind::ForeignLink,
                    "the next page is said to be on another host, where no token may be sent",
                ),
            }
        }
        Ok(Page { rows, requests })
    }

    async fn graph_page(
        &mut self,
        query: GraphQuery,
        token: Option<String>,
    ) -> Result<Page, Failure> {
        let call = Call::Query(query.body(token.as_deref()));
        let (requests, page) = self.ask(&call, &GraphPage::read).await?;
        self.pass.count(&page);
        let rows = self.take(page.rows);
        match page.skip_token {
            Some(token) => self.go_on(token.clone(), Next::Graph(query, Some(token))),
            None if page.is_limited => self.fail(
                FailureKind::CountMismatch,
                "Resource Graph looks into 10,000 subscriptions and there are more; name them",
            ),
            None if page.is_truncated => self.fail(
                FailureKind::CountMismatch,
                "Resource Graph holds rows back and shows no way to them",
            ),
            None => self.end_pass(query),
        }
        Ok(Page { rows, requests })
    }

    async fn ask<P>(&self, call: &Call, read: Reader<'_, P>) -> Result<(u32, P), Failure> {
        let asked = self.client.ask(call, &self.lane, read).await;
        let whole_list = |failure| Failure { path: self.path.clone(), ..failure };
        let (answer, page) = asked.map_err(whole_list)?;
        Ok((answer.requests, page))
    }

    /// The rows that were not given yet.
    fn take(&mut self, mut rows: Vec<Row>) -> Vec<Row> {
        let before = self.pass.rows;
        rows.retain(|row| {
            let Some(id) = row.id().map(str::to_ascii_lowercase) else {
                self.pass.rows += 1;
                self.pass.anonymous += 1;
                return true;
            };
            let last = self.given.insert(id, self.pass.number);
            if last == Some(self.pass.number) {
                self.duplicates += 1;
            } else {
                self.pass.rows += 1;
            }
            last.is_none()
        });
        let is_barren = self.pass.rows == before;
        self.pass.barren = if is_barren { self.pass.barren + 1 } else { 0 };
        rows
    }

    fn go_on(&mut self, mark: String, next: Next) {
        if !self.followed.insert(mark) || self.pass.barren >= MAX_BARREN {
            self.fail(FailureKind::PageLoop, "the pages go round in a circle");
        } else {
            self.next = Some(next);
        }
    }

    /// Rows that come or go while the pages are read move others from one page to another: then all are
    /// read once more, and given if they are new.
    fn end_pass(&mut self, query: GraphQuery) {
        let Some(mismatch) = self.pass.mismatch() else { return };
        let number = self.pass.number + 1;
        if self.pass.anonymous > 0 || number >= MAX_PASSES {
            self.fail(FailureKind::CountMismatch, &mismatch);
            return;
        }
        self.pass = Pass { number, ..Pass::default() };
        self.followed.clear();
        self.next = Some(Next::Graph(query, None));
    }

    fn fail(&mut self, kind: FailureKind, message: &str) {
        let wrong = Wrong { status: Some(200), ..Wrong::new(kind, message) };
        self.failure = Some(wrong.into_failure(0, self.path.clone()));
    }
}

impl Pass {
    fn count(&mut self, page: &GraphPage) {
        let rows = page.rows.len() as u64;
        if let Some(count) = page.count.filter(|count| *count != rows) {
            self.mismatch =
                Some(format!("a page of Resource Graph has {rows} rows and counts {count}"));
        }
        if let Some((before, now)) =
            self.total.zip(page.total).filter(|(before, now)| before != now)
        {
            let said = format!("Resource Graph counts {before} rows, then {now}");
            self.mismatch.get_or_insert(said);
        }
        self.total = page.total.or(self.total);
    }

    fn mismatch(&self) -> Option<String> {
        self.mismatch.clone().or_else(|| {
            let total = self.total.filter(|total| *total != self.rows)?;
            Some(format!("Resource Graph counts {total} rows and gives {}", self.rows))
        })
    }
}

/// Where a link leads, if it is where the token of this page may be sent: the same host, by the same
/// protocol. It is followed as it stands.
fn follow(page: &Url, link: &str) -> Option<Url> {
    let url = Url::parse(link).ok()?;
    let is_same = url.origin() == page.origin();
    (is_same && url.username().is_empty() && url.password().is_none()).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_goes_nowhere_else() {
        let page = Url::parse("https://arm.example/subscriptions").expect("an address");
        let next = "https://arm.example/subscriptions?%24skiptoken=a%2Bb";
        assert_eq!(follow(&page, next).map(String::from).as_deref(), Some(next));
        for elsewhere in [
            "http://arm.example/subscriptions",
            "https://arm.example:444/subscriptions",
            "https://arm.example.evil.example/subscriptions",
            "https://evil.example/subscriptions",
            "https://user@arm.example/subscriptions",
            "https://:word@arm.example/subscriptions",
            "//arm.example/subscriptions",
            "/subscriptions",
            "javascript:alert(1)",
            "",
        ] {
            assert_eq!(follow(&page, elsewhere), None, "{elsewhere}");
        }
    }
}
