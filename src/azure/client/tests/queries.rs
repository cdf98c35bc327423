//! Queries of Resource Graph.

use serde_json::{Value, json};

use super::*;
use crate::azure::tests::server::{Asked, reply, reply_with};

fn query() -> GraphQuery {
    GraphQuery {
        text: "resources | project id | order by id asc".into(),
        subscriptions: vec!["s".into()],
        management_groups: Vec::new(),
    }
}

fn skip_token(asked: &Asked) -> Option<String> {
    let body: Value = serde_json::from_str(&asked.body).expect("JSON");
    body["options"]["$skipToken"].as_str().map(str::to_owned)
}

fn rows(ids: std::ops::Range<u32>) -> Vec<Value> {
    ids.map(|id| json!({ "id": format!("/{id}") })).collect()
}

fn page(rows: &[Value], total: usize, token: Option<&str>) -> Value {
    let mut page = json!({
        "totalRecords": total, "count": rows.len(), "resultTruncated": "false", "facets": [], "data": rows
    });
    if let Some(token) = token {
        page["$skipToken"] = token.into();
        page["resultTruncated"] = "true".into();
    }
    page
}

#[tokio::test]
async fn a_query_is_read_by_its_skip_tokens() {
    let server = Scripted::start(|asked| match skip_token(asked).as_deref() {
        None => reply(200, &page(&rows(0..2), 3, Some("more")).to_string()),
        Some("more") => reply(200, &page(&rows(2..3), 3, None).to_string()),
        Some(_) => reply(400, ""),
    })
    .await;
    let client = client(&server);
    let (rows, failure) = read_all(client.query(&query())).await;
    assert_eq!((rows.len(), failure), (3, None));
    let asked = server.asked();
    assert_eq!(asked.len(), 2);
    for asked in &asked {
        assert_eq!(asked.method, "POST");
        let target = "/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01";
        assert_eq!(asked.target, target);
    }
    let body: Value = serde_json::from_str(&asked[0].body).expect("JSON");
    let expected = json!({
        "query": "resources | project id | order by id asc",
        "options": { "resultFormat": "objectArray", "$top": 1000 },
        "subscriptions": ["s"]
    });
    assert_eq!(body, expected);
}

/// What a page says in place of the second of two, and what must come of it.
struct Case {
    name: &'static str,
    first: Value,
    then: Value,
    rows: usize,
    says: Option<&'static str>,
    requests: usize,
}

#[tokio::test]
async fn lost_rows_are_never_silent() {
    let mut without_token = page(&rows(0..2), 5, None);
    without_token["resultTruncated"] = "true".into();
    let mut truth = without_token.clone();
    truth["resultTruncated"] = true.into();
    let mut odd = without_token.clone();
    odd["resultTruncated"] = "maybe".into();
    let mut off = page(&rows(0..2), 2, None);
    off["count"] = 3.into();
    let first = page(&rows(0..2), 4, Some("more"));
    let cases = [
        (
            "truncated without a token",
            without_token.clone(),
            json!({}),
            2,
            Some("holds rows back"),
            1,
        ),
        ("truncated, as a truth", truth, json!({}), 2, Some("holds rows back"), 1),
        ("truncated, in a new word", odd, json!({}), 2, Some("holds rows back"), 1),
        ("a page that counts wrong", off, json!({}), 2, Some("counts 3"), 2),
        (
            "too few",
            first.clone(),
            page(&rows(2..3), 4, None),
            3,
            Some("counts 4 rows and gives 3"),
            4,
        ),
        ("one row twice", first.clone(), page(&rows(1..3), 4, None), 3, Some("gives 3"), 4),
        ("too many", first.clone(), page(&rows(2..5), 4, None), 5, Some("gives 5"), 4),
        ("no total", first.clone(), json!({ "data": rows(2..4) }), 4, None, 2),
        ("a moving total", first.clone(), page(&rows(2..5), 5, None), 5, Some("4 rows, then 5"), 4),
        ("a circle", first.clone(), first, 2, Some("circle"), 2),
        ("no data", json!({ "count": 0 }), json!({}), 0, Some("not what it should be"), 3),
    ]
    .map(|(name, first, then, rows, says, requests)| Case {
        name,
        first,
        then,
        rows,
        says,
        requests,
    });
    for Case { name, first, then, rows, says, requests } in cases {
        let server = Scripted::start(move |asked| {
            let page = if skip_token(asked).is_some() { &then } else { &first };
            reply(200, &page.to_string())
        })
        .await;
        let client = client(&server);
        let (found, failure) = read_all(client.query(&query())).await;
        assert_eq!(found.len(), rows, "{name}");
        let message = failure.map(|failure| failure.message);
        match says {
            Some(says) => {
                let is_said = message.as_ref().is_some_and(|message| message.contains(says));
                assert!(is_said, "{name}: {message:?}");
            }
            None => assert_eq!(message, None, "{name}"),
        }
        assert_eq!(server.asked().len(), requests, "{name}");
    }
}

#[tokio::test]
async fn rows_that_move_while_they_are_read_are_read_again() {
    // A row that sorts before the others goes away after the first page; the second begins one too far.
    let asked_before = std::sync::atomic::AtomicU32::new(0);
    let server = Scripted::start(move |asked| {
        let number = asked_before.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let body = match (skip_token(asked), number) {
            (None, 0) => page(&rows(0..2), 4, Some("more")),
            (None, _) => page(&rows(1..3), 3, Some("more")),
            (Some(_), _) => page(&rows(3..4), 3, None),
        };
        reply(200, &body.to_string())
    })
    .await;
    let client = client(&server);
    let mut pages = client.query(&query());
    let mut found = Vec::new();
    while let Some(page) = pages.next().await.expect("a page") {
        found.extend(page.rows.iter().filter_map(|row| row.id().map(str::to_ascii_lowercase)));
    }
    assert_eq!(found, ["/0", "/1", "/3", "/2"]);
    assert_eq!((pages.duplicates(), server.asked().len()), (0, 4));
}

#[tokio::test]
async fn a_tenant_too_large_for_one_query_is_a_failure() {
    let server = Scripted::start(|_| {
        let body = page(&rows(0..1), 1, None).to_string();
        reply_with(200, &[("x-ms-tenant-subscription-limit-hit", "true")], body.as_bytes())
    })
    .await;
    let client = client(&server);
    let (rows, failure) = read_all(client.query(&query())).await;
    assert_eq!(rows.len(), 1);
    let failure = failure.expect("a failure");
    assert_eq!(failure.kind, FailureKind::CountMismatch);
    assert!(failure.message.contains("10,000"), "{}", failure.message);
}
