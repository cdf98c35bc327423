//! Azure's quotas, simulated: how long a run takes against the least that the quota allows.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use super::*;
use crate::azure::client::call::Call;
use crate::azure::client::tests::script_client;
use crate::azure::client::transport::{Broken, Reply, Transport};
use crate::azure::client::{Client, Get, GraphQuery, Options};
use crate::azure::token::Token;

/// How Azure counts.
#[derive(Debug)]
enum Quota {
    Bucket { level: f64, at: Instant, capacity: f64, refill: f64 },
    Window { left: u32, ends_at: Instant, size: u32, length: Duration, rounds_up: bool },
    None,
}

#[derive(Debug)]
struct Azure {
    quota: Arc<Mutex<Quota>>,
    latency: Duration,
    refused: Arc<AtomicU32>,
}

impl Azure {
    fn headers(&self) -> Result<Vec<(&'static str, String)>, u64> {
        let now = Instant::now();
        match &mut *self.quota.lock().expect("a lock") {
            Quota::Bucket { level, at, capacity, refill } => {
                *level = (*level + (now - *at).as_secs_f64() * *refill).min(*capacity);
                *at = now;
                if *level < 1.0 {
                    return Err(1);
                }
                *level -= 1.0;
                Ok(vec![(OWN_READS[0], format!("{level:.0}"))])
            }
            Quota::Window { left, ends_at, size, length, rounds_up } => {
                if now >= *ends_at {
                    (*left, *ends_at) = (*size, now + *length);
                }
                let rest = *ends_at - now;
                let up = u64::from(*rounds_up && rest.subsec_nanos() > 0);
                let rest = rest.as_secs() + up;
                *left = left.checked_sub(1).ok_or(rest + 1)?;
                Ok(vec![
                    (QUERIES_LEFT, left.to_string()),
                    (QUERIES_RESET, format!("00:00:{rest:02}")),
                ])
            }
            Quota::None => Ok(Vec::new()),
        }
    }
}

#[async_trait]
impl Transport for Azure {
    async fn exchange(&self, _: &Call, _: &Token, _: usize) -> Result<Reply, Broken> {
        tokio::time::sleep(self.latency / 2).await;
        let result = self.headers();
        tokio::time::sleep(self.latency / 2).await;
        let (status, headers) = match result {
            Ok(headers) => (200, headers),
            Err(wait) => {
                self.refused.fetch_add(1, Ordering::Relaxed);
                (429, vec![("retry-after", wait.to_string())])
            }
        };
        let headers: HeaderMap = headers
            .into_iter()
            .map(|(name, value)| {
                (HeaderName::from_static(name), HeaderValue::from_str(&value).expect("a header"))
            })
            .collect();
        let body = Bytes::from_static(br#"{"value":[],"data":[],"totalRecords":0,"count":0}"#);
        Ok(Reply { status, headers, body })
    }
}

/// Runs as many requests as may be under way and tells how long it took and how many were turned away.
async fn run(quota: Quota, latency: u64, requests: u32, is_query: bool) -> (f64, u32) {
    let refused = Arc::new(AtomicU32::new(0));
    let azure = Azure {
        quota: Arc::new(Mutex::new(quota)),
        latency: Duration::from_millis(latency),
        refused: Arc::clone(&refused),
    };
    let client: Client = script_client(Box::new(azure), Options::default());
    let began = Instant::now();
    let get = Get::arm("/subscriptions/S/vaults", "1");
    let query =
        GraphQuery { text: "resources".into(), subscriptions: vec![], management_groups: vec![] };
    futures::stream::iter(0..requests)
        .map(|_| async {
            if is_query {
                client.query(&query).next().await.expect("a page");
            } else {
                client.get(&get).await.expect("an answer");
            }
        })
        .buffer_unordered(64)
        .collect::<Vec<()>>()
        .await;
    (began.elapsed().as_secs_f64(), refused.load(Ordering::Relaxed))
}

fn bucket(level: f64) -> Quota {
    Quota::Bucket { level, at: Instant::now(), capacity: 250.0, refill: 25.0 }
}

#[tokio::test(start_paused = true)]
async fn reads_take_hardly_longer_than_their_quota() {
    for latency in [1, 50, 300] {
        for (level, requests) in
            [(250.0, 100), (250.0, 250), (250.0, 600), (250.0, 2_000), (40.0, 300)]
        {
            let (seconds, refused) = run(bucket(level), latency, requests, false).await;
            // Eight at a time at the least, and what the bucket holds and gets.
            let by_latency =
                f64::from(requests) / 8.0 * f64::from(u32::try_from(latency).expect("small")) / 1e3;
            let by_quota = (f64::from(requests) - level) / 25.0;
            let least = by_latency.max(by_quota).max(0.001);
            assert_eq!(refused, 0, "{latency} ms, {level}, {requests}: {seconds} s");
            assert!(
                seconds <= least * 1.2 + 0.5,
                "{latency} ms, {level}, {requests}: {seconds:.2} s; the least is {least:.2} s"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn queries_take_hardly_longer_than_their_quota() {
    for rounds_up in [true, false] {
        for (latency, requests) in [(50, 10), (50, 15), (50, 60), (400, 60), (50, 200)] {
            let (size, length) = (15, Duration::from_secs(5));
            let ends_at = Instant::now() + length;
            let quota = Quota::Window { left: size, ends_at, size, length, rounds_up };
            let (seconds, refused) = run(quota, latency, requests, true).await;
            let windows = (requests - 1) / size;
            let least = f64::from(windows) * 5.0;
            let what =
                format!("{latency} ms, {requests}, {rounds_up}: {seconds:.2} s for {least} s");
            assert!(refused <= u32::from(!rounds_up), "{what}: {refused} refused");
            assert!(seconds <= least * 1.2 + 1.5, "{what}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_where_nothing_is_said() {
    let (seconds, _) = run(Quota::None, 10, 4_000, false).await;
    assert!(seconds < 4_000.0 / 8.0 * 0.010 * 1.3, "{seconds}");
    let (seconds, _) = run(Quota::None, 10, 400, true).await;
    assert!(seconds < 400.0 / 4.0 * 0.010 * 1.3, "{seconds}");
}

#[tokio::test(start_paused = true)]
async fn an_empty_bucket_costs_one_refusal_for_each_under_way() {
    let (seconds, refused) = run(bucket(0.0), 50, 100, false).await;
    assert!(refused <= 8, "{refused}");
    assert!(seconds < 100.0 / 25.0 + 3.0, "{seconds}");
}

/// Counts how many requests are under way at a time.
#[derive(Debug, Default)]
struct Crowd {
    now: AtomicU32,
    most: Arc<AtomicU32>,
}

#[async_trait]
impl Transport for Crowd {
    async fn exchange(&self, _: &Call, _: &Token, _: usize) -> Result<Reply, Broken> {
        let now = 1 + self.now.fetch_add(1, Ordering::Relaxed);
        self.most.fetch_max(now, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(50)).await;
        self.now.fetch_sub(1, Ordering::Relaxed);
        let headers = HeaderMap::from_iter([(
            HeaderName::from_static(OWN_READS[0]),
            HeaderValue::from_static("249"),
        )]);
        Ok(Reply { status: 200, headers, body: Bytes::from_static(b"{}") })
    }
}

#[tokio::test(start_paused = true)]
async fn hundreds_of_subscriptions_are_not_asked_all_at_once() {
    let most = Arc::default();
    let crowd = Crowd { most: Arc::clone(&most), ..Crowd::default() };
    let client: Client = script_client(Box::new(crowd), Options::default());
    let gets: Vec<Get> =
        (0..3_200).map(|n| Get::arm(format!("/subscriptions/{}/a", n % 400), "1")).collect();
    let answers = gets.iter().map(|get| client.get(get));
    let answers = futures::future::join_all(answers).await;
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!(most.load(Ordering::Relaxed) as usize, ALL_IN_FLIGHT);
}

#[tokio::test(start_paused = true)]
async fn a_quota_that_is_known_is_used_sooner() {
    // Eight at a time would take 1.6 s.
    let (seconds, refused) = run(bucket(250.0), 50, 190, false).await;
    assert_eq!(refused, 0);
    assert!(seconds < 0.6, "{seconds}");
}

#[test]
fn durations_are_read_with_and_without_fractions() {
    let read = |text: &'static str| duration(&HeaderValue::from_static(text));
    assert_eq!(read("00:00:05"), Some(Duration::from_secs(5)));
    assert_eq!(read("01:01:04.5"), Some(Duration::from_millis(3_664_500)));
    for text in ["", "5", "00:05", "00:00:-1", "a:b:c", "00:00:inf"] {
        assert_eq!(read(text), None, "{text}");
    }
}
