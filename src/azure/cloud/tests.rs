use std::time::Duration;

use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::*;
use crate::azure::http::Timeouts;
use crate::azure::tests::server::{Scripted, reply};

fn http() -> Http {
    Http::new(Timeouts::default()).expect("TLS")
}

async fn choose(choice: CloudChoice<'_>, variables: &[(&str, &str)]) -> Result<Cloud, CloudError> {
    let environment = variables.iter().copied().collect();
    Cloud::choose(choice, &environment, &http()).await
}

/// A name, the variables, and the name and the authority of what must come of it.
type Case<'a> = (Option<&'a str>, &'a [(&'a str, &'a str)], &'a str, &'a str);

#[tokio::test]
async fn a_cloud_is_found_by_name_or_by_its_authority() {
    let by = |name| CloudChoice { name, arm_endpoint: None };
    let host = |host| [("AZURE_AUTHORITY_HOST", host)];
    let gov = "https://login.microsoftonline.us/";
    let cases: &[Case<'_>] = &[
        (None, &[], "AzureCloud", "https://login.microsoftonline.com/"),
        (Some("azureusgovernment"), &[], "AzureUSGovernment", gov),
        (Some("AzureChinaCloud"), &[], "AzureChinaCloud", "https://login.chinacloudapi.cn/"),
        (None, &host(gov), "AzureUSGovernment", gov),
        (None, &host("login.microsoftonline.us"), "AzureUSGovernment", gov),
        (
            Some("AzureCloud"),
            &host("https://login.example/"),
            "AzureCloud",
            "https://login.example/",
        ),
        (None, &host("https://login.example"), "AzureCloud", "https://login.example/"),
        (None, &host("  "), "AzureCloud", "https://login.microsoftonline.com/"),
    ];
    for (name, variables, expected, authority) in cases {
        let cloud = choose(by(*name), variables).await.expect("a cloud");
        assert_eq!((cloud.name(), cloud.authority().as_str()), (*expected, *authority));
    }
    let cloud = choose(by(Some("AzureUSGovernment")), &[]).await.expect("a cloud");
    assert_eq!(cloud.resource_manager().scope(), "https://management.usgovcloudapi.net/.default");
    assert_eq!(cloud.directory().scope(), "https://graph.microsoft.us/.default");
    let unknown = choose(by(Some("AzureGermanCloud")), &[]).await;
    assert!(matches!(unknown, Err(CloudError::Unknown { .. })), "{unknown:?}");
    let plain = choose(by(None), &host("http://login.example")).await;
    assert!(matches!(plain, Err(CloudError::Address { .. })), "{plain:?}");
}

#[test]
fn only_https_or_this_machine_is_an_address() {
    for good in
        ["https://a.example", "http://127.0.0.1:8080/", "http://[::1]:1", "http://localhost:1/b"]
    {
        assert!(address(good).is_ok(), "{good}");
    }
    for bad in [
        "http://a.example",
        "http://127.0.0.1.example",
        "http://10.0.0.1",
        "http://0.0.0.0:80",
        "ftp://127.0.0.1",
        "file:///etc",
        "127.0.0.1:8080",
        "https://",
        "https://a.example?b",
        "https://a.example#b",
        "",
    ] {
        assert!(address(bad).is_err(), "{bad}");
    }
    let error = address("https://user:hunter2@a.example").expect_err("a password");
    assert!(!error.to_string().contains("hunter2"), "{error}");
}

fn metadata(base: &str) -> Value {
    json!({
        "name": "Simulated",
        "authentication": { "loginEndpoint": base, "audiences": ["https://arm.example/", "b"] },
        "resourceManager": base,
        "microsoftGraphResourceId": format!("{base}/graph"),
    })
}

#[tokio::test]
async fn a_resource_manager_says_which_cloud_it_is_of() {
    for is_list in [false, true] {
        let server = Scripted::start(move |asked| {
            let known = metadata(&asked.base);
            let other = metadata("https://other.example");
            let body = if is_list { json!([other, known]) } else { known };
            reply(200, &body.to_string())
        })
        .await;
        let url = server.url();
        let choice = CloudChoice { name: None, arm_endpoint: Some(&url) };
        let cloud =
            choose(choice, &[("AZURE_AUTHORITY_HOST", "https://login.microsoftonline.com/")]).await;
        let cloud = cloud.expect("a cloud");
        assert_eq!(cloud.name(), "Simulated");
        assert_eq!(cloud.authority().as_str(), format!("{url}/"));
        assert_eq!(cloud.resource_manager().scope(), "https://arm.example/.default");
        assert_eq!(cloud.directory().url().as_str(), format!("{url}/graph"));
        let asked = server.asked();
        assert_eq!(asked[0].target, "/metadata/endpoints?api-version=2022-09-01");
        assert_eq!(asked[0].header("authorization"), None);
    }
}

#[tokio::test]
async fn who_was_started_just_now_is_waited_for() {
    let free = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let place = free.local_addr().expect("an address");
    drop(free);
    let late = async {
        // In one thread with the one who asks, so it is there before anybody asks again.
        tokio::time::sleep(Duration::from_millis(20)).await;
        let listener = TcpListener::bind(place).await.expect("the port");
        Scripted::on(listener, |asked| reply(200, &metadata(&asked.base).to_string()))
    };
    let url = format!("http://{place}");
    let choice = CloudChoice { name: None, arm_endpoint: Some(&url) };
    let (cloud, server) = tokio::join!(choose(choice, &[]), late);
    assert_eq!(cloud.expect("a cloud").name(), "Simulated");
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn what_is_no_cloud_is_an_error() {
    let login = |login: &str| {
        let mut metadata = metadata("https://a.example");
        metadata["authentication"]["loginEndpoint"] = login.into();
        reply(200, &metadata.to_string())
    };
    let mut no_graph = metadata("https://a.example");
    no_graph["microsoftGraphResourceId"] = Value::Null;
    let cases = [
        ("status", reply(404, "")),
        ("not JSON", reply(200, "<html>")),
        ("not a cloud", reply(200, "{}")),
        ("no cloud", reply(200, "[]")),
        ("no Graph", reply(200, &no_graph.to_string())),
        ("plain login", login("http://login.example")),
        ("no login", login("")),
    ];
    for (name, sent) in cases {
        let server = Scripted::start(move |_| sent.clone()).await;
        let url = server.url();
        let choice = CloudChoice { name: None, arm_endpoint: Some(&url) };
        let error = choose(choice, &[]).await.expect_err(name);
        assert!(!matches!(error, CloudError::Unknown { .. }), "{name}: {error}");
    }
}
