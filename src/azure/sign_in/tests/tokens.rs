//! Tokens over time.

use std::sync::atomic::{AtomicU64, Ordering};

use super::*;
use crate::azure::token::{Audience, Token, TokenSource as _};

/// Gives a new token each time, that is good for so many seconds.
async fn numbering(seconds: u64) -> Scripted {
    let count = AtomicU64::new(0);
    Scripted::start(move |_| {
        let number = count.fetch_add(1, Ordering::Relaxed);
        let body = json!({"token_type": "Bearer", "expires_in": seconds, "access_token": format!("token-{number}")});
        reply(200, &body.to_string())
    })
    .await
}

async fn session(server: &Scripted) -> Session {
    let sign_in = sign_in(server, with_secret(), None);
    sign_in.run_within(&http(), limits()).await.expect("a session")
}

async fn arm(session: &Session) -> Token {
    session.token(Audience::ResourceManager).await.expect("a token")
}

#[tokio::test]
async fn a_token_of_minutes_is_not_asked_for_all_the_time() {
    // Shorter than what tokens are replaced ahead of their end.
    let server = numbering(299).await;
    let session = session(&server).await;
    for _ in 0..5 {
        assert_eq!(arm(&session).await.secret(), "token-0");
    }
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn a_token_is_replaced_before_it_expires() {
    // The credential itself remembers a token until five minutes before its end.
    let server = numbering(200).await;
    let session = session(&server).await;
    assert_eq!(arm(&session).await.secret(), "token-0");
    session.make_due(Audience::ResourceManager).await;
    assert_eq!(arm(&session).await.secret(), "token-1");
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test]
async fn a_token_that_is_still_good_is_used_when_there_is_no_other() {
    let count = AtomicU64::new(0);
    let server = Scripted::start(move |_| match count.fetch_add(1, Ordering::Relaxed) {
        0 => reply(200, r#"{"token_type":"Bearer","expires_in":200,"access_token":"token-0"}"#),
        _ => reply(400, "{}"),
    })
    .await;
    let session = session(&server).await;
    session.make_due(Audience::ResourceManager).await;
    for _ in 0..3 {
        assert_eq!(arm(&session).await.secret(), "token-0");
    }
    assert_eq!(server.asked().len(), 2, "not asked again at once");
}

#[tokio::test]
async fn a_refused_token_is_replaced_once_for_all() {
    let server = numbering(3600).await;
    let session = session(&server).await;
    let refused = arm(&session).await;
    let replacing = (0..8).map(|_| session.replace(Audience::ResourceManager, &refused));
    for token in futures::future::join_all(replacing).await {
        assert_eq!(token.expect("a token").secret(), "token-1");
    }
    assert_eq!(arm(&session).await.secret(), "token-1");
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test]
async fn the_directory_may_refuse_without_harm_and_is_not_asked_all_the_time() {
    let server = Scripted::start(|asked| {
        if asked.field("scope").is_some_and(|scope| scope.contains("graph")) {
            return reply(400, r#"{"error":"invalid_scope","error_description":"AADSTS1: no"}"#);
        }
        token(asked)
    })
    .await;
    let session = session(&server).await;
    for _ in 0..3 {
        let error = session.token(Audience::Directory).await.expect_err("no token");
        assert_eq!(error.message, "AADSTS1: no");
        assert_eq!(arm(&session).await.secret(), "token-for-arm");
    }
    assert_eq!(server.asked().len(), 2);
}
