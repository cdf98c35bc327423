mod server;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;

use super::*;
use crate::azure::http::Timeouts;
use crate::azure::token::{Audience, Token, TokenError};
use server::{Scripted, reply};

/// Always the same token.
#[derive(Debug)]
struct Fixed;

#[async_trait]
impl TokenSource for Fixed {
    async fn token(&self, _: Audience) -> Result<Token, TokenError> {
        Ok(Token::new("first-token", SystemTime::now() + Duration::from_hours(1)))
    }

    async fn replace(&self, _: Audience, _: &Token) -> Result<Token, TokenError> {
        Ok(Token::new("second-token", SystemTime::now() + Duration::from_hours(1)))
    }
}

fn client(server: &Scripted) -> Client {
    let url = server.url();
    let cloud =
        Cloud::new("AzureCloud", &url, (&url, &url), &url).expect("addresses of this machine");
    let http = Http::new(Timeouts::default()).expect("TLS");
    Client::new(&http, cloud, Arc::new(Fixed), Options::default())
}

#[tokio::test]
async fn a_list_is_read_to_its_end_and_its_rows_as_they_stand() {
    let server = Scripted::start(|request| match request.target.as_str() {
        "/subscriptions/A/vaults?api-version=1" => reply(
            200,
            &format!(
                r#"{{"value":[ {{"id":"/A","n":1.0}} ],"nextLink":"{}/next?page=%20b"}}"#,
                request.base
            ),
        ),
        "/next?page=%20b" => {
            reply(200, &format!(r#"{{"value":[],"@odata.nextLink":"{}/last"}}"#, request.base))
        }
        "/last" => reply(200, r#"{"value":[{"id":"/a"},{"id":"/b"}],"nextLink":null}"#),
        _ => reply(404, ""),
    })
    .await;
    let client = client(&server);
    let mut pages = client.pages(&Get::arm("/subscriptions/A/vaults", "1"));
    let mut rows = Vec::new();
    while let Some(page) = pages.next().await.expect("a page") {
        assert_eq!(page.requests, 1);
        rows.extend(page.rows.iter().map(|row| String::from_utf8_lossy(row).into_owned()));
    }
    assert_eq!(rows, [r#"{"id":"/A","n":1.0}"#, r#"{"id":"/b"}"#]);
    assert_eq!(pages.duplicates(), 1);
    let asked = server.asked();
    assert_eq!(asked.len(), 3);
    assert!(asked.iter().all(|asked| asked.method == "GET"
        && asked.header("authorization") == Some("Bearer first-token")));
}
