//! Quotas as Azure documents them.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::json;

use super::super::azure_sim::Options;
use super::super::azure_sim::throttle::{
    BUCKET, Left, QUERIES, REFILL, Throttle, WINDOW, hours_minutes_seconds, whole_seconds,
};
use super::{PRODUCTION, Served, read};

#[test]
fn a_bucket_empties_and_fills_again() {
    let mut throttle = Throttle::default();
    let start = Instant::now();
    for left in (0..BUCKET).rev() {
        assert_eq!(throttle.read("one", start).map(|left| left.requests), Ok(left));
    }
    assert_eq!(throttle.read("one", start), Err(Duration::from_millis(40)));
    // Each lane has its own.
    assert!(throttle.read("two", start).is_ok());
    let second = start + Duration::from_secs(1);
    for left in (0..REFILL).rev() {
        assert_eq!(throttle.read("one", second).map(|left| left.requests), Ok(left));
    }
    assert!(throttle.read("one", second).is_err());
    let long_after = start + Duration::from_secs(3600);
    assert_eq!(throttle.read("one", long_after).map(|left| left.requests), Ok(BUCKET - 1));
}

#[test]
fn a_window_of_queries_begins_with_the_first_of_them() {
    let mut throttle = Throttle::default();
    let start = Instant::now();
    let at = |seconds: u64| start + Duration::from_secs(seconds);
    assert_eq!(throttle.query(at(0)), Ok(Left { requests: QUERIES - 1, wait: WINDOW }));
    for left in (0..QUERIES - 1).rev() {
        assert_eq!(
            throttle.query(at(2)),
            Ok(Left { requests: left, wait: Duration::from_secs(3) })
        );
    }
    assert_eq!(throttle.query(at(4)), Err(Duration::from_secs(1)));
    assert_eq!(throttle.query(at(5)).map(|left| left.requests), Ok(QUERIES - 1));
}

#[test]
fn waits_are_written_in_whole_seconds_and_never_too_short() {
    assert_eq!(whole_seconds(Duration::from_millis(40)), 1);
    assert_eq!(whole_seconds(Duration::from_millis(3001)), 4);
    assert_eq!(hours_minutes_seconds(Duration::from_secs(5)), "00:00:05");
    assert_eq!(hours_minutes_seconds(Duration::from_secs(3725)), "01:02:05");
}

#[tokio::test]
async fn headers_tell_what_is_left_and_what_goes_beyond_is_refused() {
    let served = Served::contoso(Options { throttle: true, ..Options::default() });
    let path = format!("/subscriptions/{PRODUCTION}?api-version=2022-12-01");
    let header = |response: &reqwest::Response, name: &str| {
        response.headers().get(name).map(|value| value.to_str().unwrap().to_owned())
    };
    let first = served.send(Method::GET, &path, None).await;
    assert_eq!(
        header(&first, "x-ms-ratelimit-remaining-subscription-reads").as_deref(),
        Some("249")
    );
    let tenant = served.send(Method::GET, "/subscriptions?api-version=2022-12-01", None).await;
    assert_eq!(header(&tenant, "x-ms-ratelimit-remaining-tenant-reads").as_deref(), Some("249"));
    let query = "/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01";
    let body = json!({"query": "resources | count"});
    let mut refused = None;
    for _ in 0..=QUERIES {
        let response = served.send(Method::POST, query, Some(body.clone())).await;
        if response.status() == 429 {
            refused = Some(response);
            break;
        }
        assert!(header(&response, "x-ms-user-quota-resets-after").unwrap().starts_with("00:00:0"));
    }
    let refused = refused.unwrap();
    assert_eq!(header(&refused, "x-ms-user-quota-remaining").as_deref(), Some("0"));
    assert!((1..=5).contains(&header(&refused, "retry-after").unwrap().parse::<u64>().unwrap()));
    assert_eq!(read(refused).await.1["error"]["code"], "RateLimiting");
}
