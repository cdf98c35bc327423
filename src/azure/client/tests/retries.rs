//! What is asked again, when, and when not. Time passes at once.

use std::sync::Mutex;

use tokio::time::Instant;

use super::script::{Script, answer, broken};
use super::*;
use crate::azure::client::transport::Broken;

const OK: &str = "{}";

fn get() -> Get {
    Get::arm("/subscriptions/S/vaults", "1")
}

/// Hears everything.
#[derive(Debug, Default)]
struct Heard(Mutex<Vec<String>>);

impl Observer for Heard {
    fn answered(&self, exchange: &Exchange<'_>) {
        let Exchange { method, path, status, failure, attempt, .. } = exchange;
        let failure = failure.map(FailureKind::word).unwrap_or_default();
        let line = format!("{attempt} {method} {path} {} {failure}", status.unwrap_or(0));
        self.0.lock().expect("a lock").push(line);
    }

    fn waiting(&self, pause: &Pause<'_>) {
        self.0.lock().expect("a lock").push(format!("{:?} {:?}", pause.reason, pause.length));
    }
}

#[tokio::test(start_paused = true)]
async fn troubles_that_pass_are_sat_out() {
    let cut = || broken(Broken::Network(NetworkFault::Cut, "cut".into()));
    let cases = [
        vec![
            answer(500, &[], ""),
            answer(502, &[], "<html>"),
            answer(503, &[], ""),
            answer(200, &[], OK),
        ],
        vec![answer(408, &[], ""), answer(504, &[], ""), answer(200, &[], OK)],
        vec![cut(), cut(), cut(), cut(), answer(200, &[], OK)],
        vec![answer(200, &[], "{\"a\":"), answer(200, &[], ""), answer(200, &[], OK)],
        vec![
            broken(Broken::Undecodable),
            answer(302, &[("location", "https://evil.example")], ""),
            answer(200, &[], OK),
        ],
        vec![answer(429, &[], ""), answer(429, &[("retry-after", "2")], ""), answer(200, &[], OK)],
    ];
    for answers in cases {
        let count = u32::try_from(answers.len()).expect("a few");
        let client = Script::new(answers).client(Options::default());
        let began = Instant::now();
        let answer = client.get(&get()).await.expect("an answer");
        assert_eq!(answer.requests, count);
        assert!(began.elapsed() < Duration::from_secs(12), "{:?}", began.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn what_does_not_pass_is_asked_once() {
    let denied = r#"{"error":{"code":"AuthorizationFailed","message":"x does not have authorization to perform action 'A.b/c/read' over scope '/s'"}}"#;
    let unregistered = r#"{"error":{"code":"MissingSubscriptionRegistration","message":"m"}}"#;
    let unregistered_404 = r#"{"error":{"code":"SubscriptionNotRegistered","message":"m"}}"#;
    let premium = r#"{"error":{"code":"AadPremiumLicenseRequired","message":"m"}}"#;
    let cases = [
        (400, premium, FailureKind::Rejected, Some("AadPremiumLicenseRequired")),
        (403, denied, FailureKind::Forbidden, Some("AuthorizationFailed")),
        (404, "", FailureKind::NotFound, None),
        (404, unregistered_404, FailureKind::NotRegistered, Some("SubscriptionNotRegistered")),
        (409, unregistered, FailureKind::NotRegistered, Some("MissingSubscriptionRegistration")),
        (405, "<html>", FailureKind::Rejected, None),
        (501, "", FailureKind::Rejected, None),
    ];
    for (status, body, kind, code) in cases {
        let client = Script::new(vec![answer(status, &[], body)]).client(Options::default());
        let failure = client.get(&get()).await.expect_err("a failure");
        assert_eq!((failure.kind, failure.status, failure.requests), (kind, Some(status), 1));
        assert_eq!(failure.code.as_deref(), code);
        assert_eq!(failure.path, "/subscriptions/S/vaults");
        let action = (body == denied).then_some("A.b/c/read");
        assert_eq!(failure.missing_action.as_deref(), action);
        assert!(!failure.message.is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn the_server_is_given_the_time_it_asks_for() {
    let began = Instant::now();
    let answers = vec![
        answer(429, &[("x-ms-retry-after-ms", "40000")], ""),
        answer(503, &[("retry-after", "20")], ""),
        answer(200, &[], OK),
    ];
    let script = Script::new(answers);
    let asked = Arc::clone(&script.asked);
    let client = script.client(Options::default());
    client.get(&get()).await.expect("an answer");
    let at: Vec<u64> =
        asked.lock().expect("a lock").iter().map(|(at, _)| (*at - began).as_secs()).collect();
    assert!(at[0] == 0 && (40..=41).contains(&at[1]) && (60..=63).contains(&at[2]), "{at:?}");
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_for_an_hour() {
    let body = r#"{"error":{"code":"ResourceRequestsThrottled","message":"Please try again after '324' seconds."}}"#;
    for answers in [
        vec![answer(429, &[("retry-after", "3600")], "")],
        vec![answer(503, &[("retry-after", "3600")], "")],
        vec![answer(429, &[], body)],
    ] {
        let client = Script::new(answers).client(Options::default());
        let began = Instant::now();
        let failure = client.get(&get()).await.expect_err("a failure");
        assert_eq!(began.elapsed(), Duration::ZERO);
        assert!(failure.message.contains("asks to wait"), "{}", failure.message);
        // Another question is not held up by it.
        assert!(matches!(failure.kind, FailureKind::Throttled | FailureKind::Server));
    }
}

#[tokio::test(start_paused = true)]
async fn a_storm_ends_with_what_azure_says() {
    let answers = (0..8).map(|_| answer(429, &[("retry-after", "5")], "")).collect();
    let client = Script::new(answers).client(Options::default());
    let failure = client.get(&get()).await.expect_err("a failure");
    assert_eq!((failure.kind, failure.requests), (FailureKind::Throttled, 8));
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_is_replaced_once() {
    let answers = vec![answer(401, &[], ""), answer(200, &[], OK)];
    let script = Script::new(answers);
    let asked = Arc::clone(&script.asked);
    let client = script.client(Options::default());
    assert_eq!(client.get(&get()).await.expect("an answer").requests, 2);
    let tokens: Vec<String> =
        asked.lock().expect("a lock").iter().map(|(_, token)| token.clone()).collect();
    assert_eq!(tokens, ["first-ResourceManager", "second-ResourceManager"]);

    let body = r#"{"error":{"code":"InvalidAuthenticationTokenTenant","message":"wrong tenant"}}"#;
    let answers = vec![answer(401, &[], body), answer(401, &[], body)];
    let failure = Script::new(answers).client(Options::default()).get(&get()).await;
    let failure = failure.expect_err("a failure");
    assert_eq!((failure.kind, failure.requests), (FailureKind::Unauthorized, 2));
    assert_eq!(failure.message, "wrong tenant");
}

#[tokio::test(start_paused = true)]
async fn a_network_that_is_down_is_tried_long_only_once() {
    let down = || broken(Broken::Network(NetworkFault::Dns, "no such host".into()));
    let answers = vec![
        down(),
        down(),
        down(),
        down(),
        down(),
        down(),
        answer(200, &[], OK),
        down(),
        answer(200, &[], OK),
    ];
    let client = Script::new(answers).client(Options::default());
    let requests = async || client.get(&get()).await.map_or_else(|f| f.requests, |a| a.requests);
    assert_eq!(requests().await, 5);
    assert_eq!(requests().await, 1);
    assert_eq!(requests().await, 1);
    assert_eq!(requests().await, 2, "it is up again");
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_ended_ends_at_once() {
    let cancellation = Cancellation::default();
    let options = Options { cancellation: cancellation.clone(), ..Options::default() };
    let client = Script::new(vec![answer(429, &[("retry-after", "60")], "")]).client(options);
    let began = Instant::now();
    let get = get();
    let ending = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        cancellation.cancel();
    };
    let (failure, ()) = tokio::join!(client.get(&get), ending);
    let failure = failure.expect_err("a failure");
    assert_eq!((failure.kind, failure.requests), (FailureKind::Cancelled, 1));
    assert_eq!(began.elapsed().as_secs(), 1);
    let failure = client.get(&get).await.expect_err("a failure");
    assert_eq!((failure.kind, failure.requests), (FailureKind::Cancelled, 0));
}

#[tokio::test(start_paused = true)]
async fn who_listens_hears_of_every_request_and_wait() {
    let heard = Arc::new(Heard::default());
    let observer: Arc<dyn Observer> = Arc::<Heard>::clone(&heard);
    let options = Options { observer: Some(observer), ..Options::default() };
    let answers = vec![answer(429, &[("retry-after", "8")], ""), answer(200, &[], OK)];
    Script::new(answers).client(options).get(&get()).await.expect("an answer");
    let lines = heard.0.lock().expect("a lock").clone();
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert_eq!(lines[0], "1 GET /subscriptions/S/vaults 429 throttled");
    assert!(lines[1].starts_with("Throttled 8."), "{lines:?}");
    assert_eq!(lines[2], "2 GET /subscriptions/S/vaults 200 ");
}

#[tokio::test(start_paused = true)]
async fn without_a_token_nothing_is_sent() {
    #[derive(Debug)]
    struct Nobody;

    #[async_trait]
    impl TokenSource for Nobody {
        async fn token(&self, _: Audience) -> Result<Token, TokenError> {
            Err(TokenError { message: "nobody is signed in".to_owned() })
        }

        async fn replace(&self, _: Audience, _: &Token) -> Result<Token, TokenError> {
            Err(TokenError { message: "nobody is signed in".to_owned() })
        }
    }

    let transport = Box::new(Script::new(Vec::new()));
    let client =
        Client::over(transport, cloud("http://127.0.0.1:1"), Arc::new(Nobody), Options::default());
    let failure = client.get(&get()).await.expect_err("a failure");
    assert_eq!((failure.kind, failure.requests), (FailureKind::SignIn, 0));
    assert_eq!(failure.message, "nobody is signed in");
}
