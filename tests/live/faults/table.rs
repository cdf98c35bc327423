//! What can go wrong with an answer, and what is to come of it.

use std::collections::BTreeMap;

use super::place::Shape::{self, Body, List, Query};
use crate::azure_sim::Action;

/// The action that Azure names in a refusal.
pub const TOLD: &str = "Microsoft.Told/by/azure/read";

/// What a run makes of a fault.
#[derive(Clone, Copy, Debug)]
pub enum Outcome {
    /// Nobody can tell that it happened.
    Passes,
    /// No answer: status (zero for none), reason and the action that is named.
    Gap(u64, &'static str, Named),
    /// An answer that is not whole: the same, but what came is kept.
    Cut(u64, &'static str),
    /// There is nothing of the kind.
    Nothing(u64, &'static str),
}

/// The action that a gap names.
#[derive(Clone, Copy, Debug)]
pub enum Named {
    None,
    /// The one that the plan knows.
    Known,
    /// The one that Azure says.
    Told,
}

/// One fault.
pub struct Case {
    pub name: &'static str,
    pub action: Action,
    /// How many calls it strikes; all if none.
    pub times: Option<u64>,
    /// Where it can strike.
    pub on: &'static [Shape],
    pub outcome: Outcome,
    /// How many requests meet it; any number within the limits of a question if none.
    pub struck: Option<usize>,
}

const ALL: &[Shape] = &[Query, List, Body];
const LISTS: &[Shape] = &[Query, List];

fn status(status: u16) -> Action {
    Action::Status { status, code: None, body: None, headers: BTreeMap::new() }
}

fn waiting(status: u16, header: &str, value: &str) -> Action {
    let headers = BTreeMap::from([(header.to_owned(), value.to_owned())]);
    Action::Status { status, code: None, body: None, headers }
}

fn saying(status: u16, code: &str) -> Action {
    Action::Status { status, code: Some(code.to_owned()), body: None, headers: BTreeMap::new() }
}

fn told(status: u16, body: &str) -> Action {
    let body = Some(body.to_owned());
    Action::Status { status, code: None, body, headers: BTreeMap::new() }
}

fn with(body: &str) -> Action {
    Action::Replace { body: body.to_owned() }
}

/// Strikes so many calls and is over.
fn passing(name: &'static str, action: Action, times: u64, on: &'static [Shape]) -> Case {
    let struck = usize::try_from(times).ok();
    Case { name, action, times: Some(times), on, outcome: Outcome::Passes, struck }
}

/// Strikes every call, and nothing comes of so many.
fn lasting(name: &'static str, action: Action, outcome: Outcome, struck: usize) -> Case {
    Case { name, action, times: None, on: ALL, outcome, struck: Some(struck) }
}

/// The same for lists or queries alone.
fn of_lists(
    name: &'static str,
    action: Action,
    on: &'static [Shape],
    outcome: Outcome,
    struck: Option<usize>,
) -> Case {
    Case { name, action, times: None, on, outcome, struck }
}

/// Every fault.
pub fn all() -> Vec<Case> {
    let mut all = transient();
    all.extend(refused());
    all.extend(broken());
    all.extend(spoiled());
    all.extend(misleading());
    all
}

fn transient() -> Vec<Case> {
    let quick = Action::Throttle { retry_after: Some(0) };
    let html = Action::Head { name: "content-type".to_owned(), value: "text/html".to_owned() };
    let slow = Action::Slow { bytes: 400, pause_ms: 1 };
    let words = r#"{"code":"Limit","message":"Please try again after '0' seconds."}"#;
    vec![
        passing("500 once", status(500), 1, ALL),
        passing("500 four times", status(500), 4, ALL),
        passing("502 of a proxy once", Action::Html { status: 502 }, 1, ALL),
        passing("503 with a wait once", waiting(503, "retry-after", "0"), 1, ALL),
        passing("504 once", status(504), 1, ALL),
        passing("408 once", status(408), 1, ALL),
        passing("429 once", quick.clone(), 1, ALL),
        passing("429 seven times", quick, 7, ALL),
        passing("429 without a wait", Action::Throttle { retry_after: None }, 2, ALL),
        passing("429 in milliseconds", waiting(429, "x-ms-retry-after-ms", "1"), 2, ALL),
        passing("429 in words", told(429, words), 1, ALL),
        passing("401 once", status(401), 1, ALL),
        passing("dropped once", Action::Drop, 1, ALL),
        passing("dropped four times", Action::Drop, 4, ALL),
        passing("cut once", Action::Cut { bytes: 5 }, 1, ALL),
        passing("too long a length once", Action::Length { by: 20 }, 1, ALL),
        passing("hanging once", Action::Hang, 1, ALL),
        passing("truncated twice", Action::Truncate { bytes: 5 }, 2, ALL),
        passing("malformed twice", Action::Malform, 2, ALL),
        passing("a page of HTML once", Action::Html { status: 200 }, 1, ALL),
        passing("a redirect once", status(302), 1, ALL),
        passing("204 once", status(204), 1, ALL),
        passing("an empty body once", with(""), 1, ALL),
        passing("slow", slow, 1, ALL),
        passing("a byte order mark", Action::Precede { with: "\u{feff}".to_owned() }, 1, ALL),
        passing("the type of a page of HTML", html, 1, ALL),
        passing("late", Action::Delay { ms: 20 }, 1, ALL),
        passing("padded", Action::Pad { megabytes: 1 }, 1, ALL),
        passing("little quota", Action::Quota { remaining: 4 }, 1, ALL),
        passing("a row lost once", Action::LoseRow, 1, &[Query]),
        passing("counted wrong once", Action::CountMismatch { by: 2 }, 1, &[Query]),
        passing("a row twice once", Action::DuplicateRows, 1, LISTS),
        of_lists("a row twice on every page", Action::DuplicateRows, LISTS, Outcome::Passes, None),
    ]
}

fn refused() -> Vec<Case> {
    use Named::{Known, None, Told};
    let gap = Outcome::Gap;
    let hour = Action::Throttle { retry_after: Some(3600) };
    let forbid = Action::Forbid { permission: TOLD.to_owned() };
    let unregister = Action::Unregister { namespace: "Microsoft.RecoveryServices".to_owned() };
    vec![
        lasting("401", status(401), gap(401, "forbidden", Known), 2),
        lasting("403", forbid, gap(403, "forbidden", Told), 1),
        lasting("403 of a proxy", Action::Html { status: 403 }, gap(403, "forbidden", Known), 1),
        lasting("404", Action::Vanish, gap(404, "vanished", None), 1),
        lasting("404 of a proxy", Action::Html { status: 404 }, gap(404, "vanished", None), 1),
        lasting("400", saying(400, "BadRequest"), gap(400, "rejected", None), 1),
        lasting("405", status(405), gap(405, "rejected", None), 1),
        lasting("409", saying(409, "Conflict"), gap(409, "rejected", None), 1),
        lasting("410", status(410), gap(410, "rejected", None), 1),
        lasting(
            "no licence",
            saying(400, "AadPremiumLicenseRequired"),
            gap(400, "rejected", None),
            1,
        ),
        of_lists(
            "not registered",
            unregister,
            ALL,
            Outcome::Nothing(409, "not-registered"),
            Some(1),
        ),
        lasting("429", Action::Throttle { retry_after: Some(0) }, gap(429, "throttled", None), 8),
        lasting("429 for an hour", hour, gap(429, "throttled", None), 1),
        lasting("500", status(500), gap(500, "server-error", None), 5),
        lasting("501", status(501), gap(501, "rejected", None), 1),
        lasting("502 of a proxy", Action::Html { status: 502 }, gap(502, "server-error", None), 5),
        lasting("503", status(503), gap(503, "server-error", None), 5),
        lasting(
            "503 for an hour",
            waiting(503, "retry-after", "3600"),
            gap(503, "server-error", None),
            1,
        ),
        lasting("504", status(504), gap(504, "server-error", None), 5),
    ]
}

fn spoiled() -> Vec<Case> {
    let spoil = |row: &str| Action::SpoilRow { row: row.to_owned() };
    let case = |name, row| {
        let outcome = Outcome::Gap(200, "malformed", Named::None);
        let times = Some(1);
        Case { name, action: spoil(row), times, on: LISTS, outcome, struck: Some(1) }
    };
    vec![
        case("a row without an id", "{}"),
        case("a row with an empty id", r#"{"id":"","type":"x/y"}"#),
        case("a row with a list for an id", r#"{"id":["/x"],"type":"x/y"}"#),
        case("a row that is null", "null"),
        case("a row that is a number", "7"),
        case("a row that is an array", r#"["/x","x/y"]"#),
    ]
}

fn broken() -> Vec<Case> {
    let gap = |status, reason| Outcome::Gap(status, reason, Named::None);
    let malformed = || gap(200, "malformed");
    let error = r#"{"error":{"code":"InternalError","message":"no"}}"#;
    let head =
        |name: &str, value: &str| Action::Head { name: name.to_owned(), value: value.to_owned() };
    let deep = "[".repeat(100_000);
    let table = r#"{"totalRecords":0,"count":0,"data":{"columns":[],"rows":[]}}"#;
    vec![
        lasting("dropped", Action::Drop, gap(0, "connection-cut"), 5),
        lasting("cut", Action::Cut { bytes: 5 }, gap(0, "connection-cut"), 5),
        lasting("too long a length", Action::Length { by: 20 }, gap(0, "connection-cut"), 5),
        lasting("hanging", Action::Hang, gap(0, "timeout"), 3),
        lasting("truncated", Action::Truncate { bytes: 5 }, malformed(), 3),
        lasting("malformed", Action::Malform, malformed(), 3),
        lasting("a page of HTML", Action::Html { status: 200 }, malformed(), 3),
        lasting("a redirect", waiting(302, "location", "/"), gap(302, "malformed"), 3),
        lasting("204", status(204), gap(204, "malformed"), 3),
        lasting("an empty body", with(""), malformed(), 3),
        lasting("null", with("null"), malformed(), 3),
        lasting("an array", with("[]"), malformed(), 3),
        lasting("an array in an array", with("[[]]"), malformed(), 3),
        lasting("a text", with("\"value\""), malformed(), 3),
        lasting("endless depth", with(&deep), malformed(), 3),
        of_lists("no rows", with("{}"), LISTS, malformed(), Some(3)),
        of_lists(
            "rows that are none",
            with(r#"{"value":{},"data":{}}"#),
            LISTS,
            malformed(),
            Some(3),
        ),
        of_lists("rows as a table", with(table), &[Query], malformed(), Some(3)),
        of_lists("a body without an id", with("{}"), &[Body], malformed(), Some(1)),
        of_lists(
            "a body with a number for an id",
            with(r#"{"id":7}"#),
            &[Body],
            malformed(),
            Some(1),
        ),
        of_lists("an error for a body", with(error), &[Body], malformed(), Some(1)),
        of_lists("an error for a list", with(error), LISTS, malformed(), Some(3)),
        lasting("not packed as it says", head("content-encoding", "gzip"), gap(0, "malformed"), 3),
        lasting("two answers in one", Action::Precede { with: "{}".to_owned() }, malformed(), 3),
        lasting("unpacked too large", Action::GzipBomb { megabytes: 8 }, gap(0, "truncated"), 1),
        lasting("too large", Action::Pad { megabytes: 5 }, gap(0, "truncated"), 1),
    ]
}

fn misleading() -> Vec<Case> {
    let cut = Outcome::Cut(200, "truncated");
    let elsewhere = |url: &str| Action::ForeignLink { url: url.to_owned() };
    let empty = Outcome::Gap(200, "truncated", Named::None);
    let list: &[Shape] = &[List];
    vec![
        of_lists("pages in a circle", Action::PageLoop, LISTS, cut, None),
        of_lists("empty pages for ever", Action::EmptyPage, LISTS, empty, None),
        of_lists("a link to another host", elsewhere("https://example.com/x"), list, cut, Some(1)),
        of_lists("a link to another port", elsewhere("http://127.0.0.1:1/x"), list, cut, Some(1)),
        of_lists("a link without a host", elsewhere("/subscriptions"), list, cut, Some(1)),
        of_lists("a link that is none", elsewhere("javascript:x"), list, cut, Some(1)),
        of_lists("rows held back", Action::ResultTruncated, &[Query], cut, Some(1)),
        of_lists("a row lost on every page", Action::LoseRow, &[Query], cut, None),
        of_lists("counted wrong", Action::CountMismatch { by: 3 }, &[Query], cut, None),
        of_lists("counted too low", Action::CountMismatch { by: -1 }, &[Query], cut, None),
    ]
}
