//! Lists of Resource Manager and of Microsoft Graph.

use super::*;
use crate::azure::tests::server::reply;

const PATH: &str = "/subscriptions/A/vaults";

#[tokio::test]
async fn a_list_is_read_to_its_end_and_its_rows_as_they_stand() {
    let server = Scripted::start(|asked| match asked.target.as_str() {
        "/subscriptions/A/vaults?api-version=1&%24filter=a+eq+%27b%26c%27" => reply(
            200,
            &format!(
                r#"{{"value":[ {{"id":"/A" ,"n":1.0}} ],"nextLink":"{}/next?page=%20b%2B"}}"#,
                asked.base
            ),
        ),
        "/next?page=%20b%2B" => {
            reply(200, &format!(r#"{{"value":[],"@odata.nextLink":"{}/last"}}"#, asked.base))
        }
        "/last" => {
            reply(200, r#"{"value":[{"id":"/a"},{"id":"/b"},{"n":1},{"n":1}],"nextLink":""}"#)
        }
        _ => reply(404, ""),
    })
    .await;
    let client = client(&server);
    let mut pages = client.pages(&Get::arm(PATH, "1").with("$filter", "a eq 'b&c'"));
    let mut rows = Vec::new();
    while let Some(page) = pages.next().await.expect("a page") {
        assert_eq!(page.requests, 1);
        rows.extend(page.rows.iter().map(|row| String::from_utf8_lossy(row).into_owned()));
    }
    assert_eq!(rows, [r#"{"id":"/A" ,"n":1.0}"#, r#"{"id":"/b"}"#, r#"{"n":1}"#, r#"{"n":1}"#]);
    assert_eq!(pages.duplicates(), 1);
    let asked = server.asked();
    assert_eq!(asked.len(), 3);
    for asked in asked {
        assert_eq!(asked.method, "GET");
        assert_eq!(asked.header("authorization"), Some("Bearer first-ResourceManager"));
    }
}

#[tokio::test]
async fn the_directory_gets_its_own_token() {
    let server = Scripted::start(|_| reply(200, r#"{"value":[{"id":"1"}]}"#)).await;
    let client = client(&server);
    let get = Get::directory("/v1.0/groups/g/transitiveMembers").with("$top", "999");
    let (rows, failure) = read_all(client.pages(&get)).await;
    assert_eq!((rows.len(), failure), (1, None));
    let asked = &server.asked()[0];
    assert_eq!(asked.target, "/v1.0/groups/g/transitiveMembers?%24top=999");
    assert_eq!(asked.header("authorization"), Some("Bearer first-Directory"));
}

#[tokio::test]
async fn no_path_leaves_its_host_or_gains_parameters() {
    let server = Scripted::start(|_| reply(200, "{}")).await;
    let client = client(&server);
    for path in ["//evil.example/a", "/a?b=c#d", "/a/../../b", "/ä \u{0}\n"] {
        client.get(&Get::arm(path, "1")).await.expect("an answer");
    }
    for asked in server.asked() {
        assert_eq!(asked.target.matches('?').count(), 1, "{}", asked.target);
        assert!(asked.target.ends_with("?api-version=1"), "{}", asked.target);
    }
}

#[tokio::test]
async fn no_token_follows_a_link_to_another_host() {
    for link in [
        "https://evil.example/next",
        "http://127.0.0.1:1/next",
        "https://127.0.0.1/next",
        "//evil.example/next",
        "/next",
        "next",
        "file:///etc/passwd",
        "http://user:password@{}/next",
        "http://[",
    ] {
        let other = Scripted::start(move |asked| {
            let link = link.replace("{}", &asked.base.replace("http://", ""));
            reply(200, &format!(r#"{{"value":[{{"id":"/a"}}],"nextLink":"{link}"}}"#))
        })
        .await;
        let client = client(&other);
        let (rows, failure) = read_all(client.pages(&Get::arm(PATH, "1"))).await;
        assert_eq!(rows.len(), 1, "{link}");
        assert_eq!(failure.expect("a failure").kind, FailureKind::ForeignLink, "{link}");
        assert_eq!(other.asked().len(), 1, "{link}");
    }
}

#[tokio::test]
async fn a_circle_of_pages_ends() {
    let server = Scripted::start(|asked| {
        let next = if asked.target == "/two" { "one" } else { "two" };
        reply(
            200,
            &format!(r#"{{"value":[{{"id":"{next}"}}],"nextLink":"{}/{next}"}}"#, asked.base),
        )
    })
    .await;
    let client = client(&server);
    let (rows, failure) = read_all(client.pages(&Get::arm(PATH, "1"))).await;
    assert_eq!(rows.len(), 2);
    assert_eq!(failure.expect("a failure").kind, FailureKind::PageLoop);
    assert_eq!(server.asked().len(), 3);
}

#[tokio::test]
async fn pages_without_anything_new_end() {
    let server = Scripted::start(|asked| {
        let number: u32 = asked.target.trim_start_matches("/p").parse().unwrap_or(0);
        let body =
            format!(r#"{{"value":[{{"id":"/a"}}],"nextLink":"{}/p{}"}}"#, asked.base, number + 1);
        reply(200, &body)
    })
    .await;
    let client = client(&server);
    let (rows, failure) = read_all(client.pages(&Get::arm(PATH, "1"))).await;
    assert_eq!(rows.len(), 1);
    assert_eq!(failure.expect("a failure").kind, FailureKind::PageLoop);
}

#[tokio::test]
async fn what_came_before_a_failure_is_given() {
    let server = Scripted::start(|asked| match asked.target.as_str() {
        "/next" => reply(403, r#"{"error":{"code":"AuthorizationFailed","message":"no"}}"#),
        _ => {
            reply(200, &format!(r#"{{"value":[{{"id":"/a"}}],"nextLink":"{}/next"}}"#, asked.base))
        }
    })
    .await;
    let client = client(&server);
    let (rows, failure) = read_all(client.pages(&Get::arm(PATH, "1"))).await;
    assert_eq!(rows, [r#"{"id":"/a"}"#]);
    let failure = failure.expect("a failure");
    assert_eq!((failure.kind, failure.requests), (FailureKind::Forbidden, 1));
    assert_eq!(failure.path, PATH);
}
