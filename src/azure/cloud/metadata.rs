//! What a Resource Manager says of its cloud, as the Azure CLI asks for it when a cloud is registered.

use std::time::Duration;

use reqwest::header::ACCEPT;
use reqwest::{Response, Url};
use serde::Deserialize;

use super::{Cloud, CloudError, address};
use crate::azure::http::{Http, Unread, body};
use crate::azure::text::{chain, json_fault, printable};

const PATH: &str = "/metadata/endpoints?api-version=2022-09-01";

const MAX_BYTES: usize = 1 << 20;

/// The waits before somebody who takes no connections is asked again: they may have been started just now.
const PAUSES: [Duration; 2] = [Duration::from_millis(500), Duration::from_secs(1)];

/// One cloud, or the list of them that older versions answer.
#[derive(Deserialize)]
#[serde(untagged)]
enum Answer {
    One(Metadata),
    Several(Vec<Metadata>),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    name: Option<String>,
    authentication: Authentication,
    resource_manager: Option<String>,
    microsoft_graph_resource_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Authentication {
    login_endpoint: String,
    #[serde(default)]
    audiences: Vec<String>,
}

/// Asks the Resource Manager at an address which cloud it is of.
pub(super) async fn discover(endpoint: &str, http: &Http) -> Result<Cloud, CloudError> {
    let endpoint = address(endpoint)?;
    let base = endpoint.as_str().trim_end_matches('/');
    let failed = |cause: String| CloudError::Metadata { url: base.to_owned(), cause };
    let url = Url::parse(&format!("{base}{PATH}")).map_err(|error| failed(error.to_string()))?;
    let response = ask(&url, http).await.map_err(|error| failed(chain(&error.without_url())))?;
    let status = response.status().as_u16();
    if status != 200 {
        return Err(failed(format!("it answers with status {status}")));
    }
    let body = body(response, MAX_BYTES).await.map_err(|unread| match unread {
        Unread::TooLarge => failed("its answer is too large".to_owned()),
        Unread::Broken(error) => failed(chain(&error.without_url())),
    })?;
    let answer = serde_json::from_slice(&body).map_err(|error| failed(json_fault(&error)))?;
    let metadata = of_endpoint(answer, &endpoint);
    let metadata = metadata.ok_or_else(|| failed("its answer names no cloud".to_owned()))?;
    let graph = metadata.microsoft_graph_resource_id.as_deref();
    let graph = graph.ok_or_else(|| failed("its answer names no Microsoft Graph".to_owned()))?;
    let name = metadata.name.as_deref().map(printable).filter(|name| !name.is_empty());
    let audience = metadata.authentication.audiences.first().map_or(base, String::as_str);
    let cloud = Cloud::new(
        name.as_deref().unwrap_or("custom"),
        &metadata.authentication.login_endpoint,
        (base, audience),
        graph,
    )?;
    // What is far away has no business on this machine.
    let others = [&cloud.authority, &cloud.directory.url];
    if endpoint.scheme() == "https" && others.iter().any(|url| url.scheme() != "https") {
        return Err(failed("its answer names addresses without https".to_owned()));
    }
    Ok(cloud)
}

async fn ask(url: &Url, http: &Http) -> reqwest::Result<Response> {
    let client = http.client(url)?;
    let mut pauses = PAUSES.into_iter();
    loop {
        let request = client.get(url.clone()).header(ACCEPT, "application/json");
        let answer = request.send().await;
        let is_closed = answer.as_ref().is_err_and(reqwest::Error::is_connect);
        match pauses.next().filter(|_| is_closed) {
            Some(pause) => tokio::time::sleep(pause).await,
            None => return answer,
        }
    }
}

fn of_endpoint(answer: Answer, endpoint: &Url) -> Option<Metadata> {
    let clouds = match answer {
        Answer::One(metadata) => return Some(metadata),
        Answer::Several(clouds) => clouds,
    };
    let is_this = |cloud: &Metadata| {
        let url = cloud.resource_manager.as_deref().and_then(|url| Url::parse(url).ok());
        url.is_some_and(|url| url.origin() == endpoint.origin())
    };
    clouds.into_iter().find(is_this)
}
