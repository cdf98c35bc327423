//! What the suites share: a served estate and a client of it.

mod containers;
mod estates;
mod faults;
mod lists;
mod own_client;
mod queries;
mod quotas;
mod sign_in;

use std::path::Path;

use reqwest::{Client, Method, Response};
use serde_json::{Value, json};

use super::azure_sim::{Options, Simulator, World};

/// The subscription of contoso's production.
pub const PRODUCTION: &str = "230a374c-5a1b-499d-8a88-7e345b9a4fc0";
/// A subscription of which something is kept from the collector.
pub const PLANTS: &str = "d4aaa2a3-54be-4d88-951b-19fdc24bf907";
/// A token that is accepted everywhere.
pub const TOKEN: &str = "any-token";

/// A served estate, and a client that holds a token.
pub struct Served {
    /// The simulation.
    pub simulator: Simulator,
    /// A client without anything special.
    pub client: Client,
}

/// Where the estate of contoso lies.
pub fn contoso() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/estates/contoso")
}

/// A client that trusts what it is told to.
pub fn client(authority: Option<&str>) -> Client {
    // Whichever suite is first installs it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = Client::builder().no_proxy();
    match authority {
        Some(pem) => {
            let certificate = reqwest::Certificate::from_pem(pem.as_bytes()).unwrap();
            builder.tls_certs_only([certificate]).build().unwrap()
        }
        None => builder.build().unwrap(),
    }
}

impl Served {
    /// Serves contoso.
    pub fn contoso(options: Options) -> Self {
        Self::world(World::open(&contoso()).unwrap(), options)
    }

    /// Serves a world.
    pub fn world(world: World, mut options: Options) -> Self {
        options.known_tokens.push(TOKEN.to_owned());
        Self { simulator: Simulator::start(world, options).unwrap(), client: client(None) }
    }

    /// A request with a token.
    pub async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Response {
        let url = if path.starts_with('/') {
            format!("{}{path}", self.simulator.url())
        } else {
            path.to_owned()
        };
        let mut request = self.client.request(method, url).bearer_auth(TOKEN);
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        request.send().await.unwrap()
    }

    /// The status and the body of a GET.
    pub async fn get(&self, path: &str) -> (u16, Value) {
        read(self.send(Method::GET, path, None).await).await
    }

    /// The rows of a list, by all its pages, and how many those were.
    pub async fn list(&self, path: &str) -> (Vec<Value>, usize) {
        let mut rows = Vec::new();
        let mut next = Some(path.to_owned());
        let mut pages = 0;
        while let Some(path) = next {
            let (status, body) = self.get(&path).await;
            assert_eq!(status, 200, "{path}: {body}");
            rows.extend(body["value"].as_array().unwrap().iter().cloned());
            let link = body.get("nextLink").or_else(|| body.get("@odata.nextLink"));
            next = link.map(|link| link.as_str().unwrap().to_owned());
            pages += 1;
        }
        (rows, pages)
    }
}

/// The status and the body of an answer.
pub async fn read(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}")))
}

/// The lines of a file of contoso, in all its subscriptions or in one.
pub fn estate_rows(file: &str, subscription: Option<&str>) -> Vec<Value> {
    let mut rows = Vec::new();
    for entry in walkdir::WalkDir::new(contoso()).sort_by_file_name() {
        let entry = entry.unwrap();
        let path = entry.path();
        let is_asked = subscription.is_none_or(|name| path.to_string_lossy().contains(name));
        if path.file_name().is_some_and(|name| name == file) && is_asked {
            let text = std::fs::read_to_string(path).unwrap();
            rows.extend(text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()));
        }
    }
    assert!(!rows.is_empty(), "{file}");
    rows
}

/// A small world of bodies.
pub fn world(bodies: &[Value]) -> World {
    let bodies = bodies.iter().map(Value::to_string).collect();
    super::azure_sim::Seed { bodies, ..super::azure_sim::Seed::default() }.into()
}

/// A resource with nothing but its id.
pub fn bare(id: &str) -> Value {
    json!({"id": id, "name": id.rsplit('/').next(), "properties": {}})
}
