mod faults;
mod lists;
mod queries;
mod retries;
mod script;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;

use super::*;
use crate::azure::http::Timeouts;
use crate::azure::tests::server::Scripted;
use crate::azure::token::{Audience, Token, TokenError};

/// Gives one token for each audience, and another when it is refused.
#[derive(Debug)]
struct Two;

#[async_trait]
impl TokenSource for Two {
    async fn token(&self, audience: Audience) -> Result<Token, TokenError> {
        Ok(token(&format!("first-{audience:?}")))
    }

    async fn replace(&self, audience: Audience, _: &Token) -> Result<Token, TokenError> {
        Ok(token(&format!("second-{audience:?}")))
    }
}

fn token(secret: &str) -> Token {
    Token::new(secret, SystemTime::now() + Duration::from_hours(1))
}

fn cloud(url: &str) -> Cloud {
    Cloud::new("AzureCloud", url, (url, url), url).expect("addresses of this machine")
}

/// A client over something else than a network.
pub fn script_client(transport: Box<dyn Transport>, options: Options) -> Client {
    Client::over(transport, cloud("http://127.0.0.1:1"), Arc::new(Two), options)
}

/// A client that is as patient as a test.
fn client(server: &Scripted) -> Client {
    client_with(server, Timeouts::default(), Options::default())
}

fn client_with(server: &Scripted, timeouts: Timeouts, options: Options) -> Client {
    let patience = Patience { first_wait: Duration::from_millis(1), ..options.patience };
    let http = Http::new(timeouts).expect("TLS");
    Client::new(&http, cloud(&server.url()), Arc::new(Two), Options { patience, ..options })
}

/// All rows of a list as texts, and how it ended.
async fn read_all(mut pages: Pages<'_>) -> (Vec<String>, Option<Failure>) {
    let mut rows = Vec::new();
    loop {
        match pages.next().await {
            Ok(Some(page)) => {
                rows.extend(page.rows.iter().map(|row| String::from_utf8_lossy(row).into_owned()));
            }
            Ok(None) => return (rows, None),
            Err(failure) => {
                assert_eq!(pages.next().await, Ok(None), "nothing comes after a failure");
                return (rows, Some(failure));
            }
        }
    }
}
