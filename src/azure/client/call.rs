//! What can be asked. There is no way to say anything but a GET and a query of Resource Graph.

use bytes::Bytes;
use reqwest::Url;
use serde_json::json;

use crate::azure::cloud::Cloud;
use crate::azure::token::Audience;

/// Where queries of Resource Graph go: the one path that a POST is sent to.
pub const RESOURCE_GRAPH: &str = "/providers/Microsoft.ResourceGraph/resources";

/// The version of Resource Graph's API.
const RESOURCE_GRAPH_VERSION: &str = "2024-04-01";

/// The most rows that one page of Resource Graph holds
/// (<https://learn.microsoft.com/azure/governance/resource-graph/concepts/work-with-data>).
const RESOURCE_GRAPH_PAGE: u32 = 1_000;

/// Who is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Service {
    /// Azure Resource Manager.
    ResourceManager,
    /// Microsoft Graph.
    Directory,
}

/// What Azure counts requests by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lane {
    /// Reads of one subscription, by its GUID.
    Subscription(String),
    /// Reads of what is in no subscription.
    Tenant,
    /// Queries of Resource Graph.
    ResourceGraph,
    /// Reads of Microsoft Graph.
    Directory,
}

impl Lane {
    /// The lane that a path of Resource Manager is counted in.
    pub fn of(path: &str) -> Self {
        let mut segments = path.split('/').skip(1);
        let is_subscription =
            segments.next().is_some_and(|first| first.eq_ignore_ascii_case("subscriptions"));
        match segments.next() {
            Some(guid) if is_subscription && !guid.is_empty() => {
                Self::Subscription(guid.to_ascii_lowercase())
            }
            _ => Self::Tenant,
        }
    }
}

/// One thing to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Get {
    /// Who is asked.
    pub service: Service,
    /// What for; begins with `/`.
    pub path: String,
    /// The parameters, not escaped.
    pub query: Vec<(String, String)>,
    /// What Azure counts it by.
    pub lane: Lane,
}

impl Get {
    /// Something of Resource Manager.
    pub fn arm(path: impl Into<String>, api_version: &str) -> Self {
        let path = path.into();
        let lane = Lane::of(&path);
        let query = vec![("api-version".to_owned(), api_version.to_owned())];
        Self { service: Service::ResourceManager, path, query, lane }
    }

    /// Something of Microsoft Graph; the path includes its version, `/v1.0`.
    pub fn directory(path: impl Into<String>) -> Self {
        let (service, lane) = (Service::Directory, Lane::Directory);
        Self { service, path: path.into(), query: Vec::new(), lane }
    }

    /// The same with one more parameter, such as `$filter`.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.query.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(super) fn url(&self, cloud: &Cloud) -> Url {
        let base = match self.service {
            Service::ResourceManager => cloud.resource_manager().url(),
            Service::Directory => cloud.directory().url(),
        };
        let mut url = below(base, &self.path);
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        url
    }
}

/// A query of Resource Graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphQuery {
    /// In the Kusto query language. It projects `id` and orders by it, else there is no way to the second
    /// page.
    pub text: String,
    /// The subscriptions to look in; all visible ones if this and the management groups are empty.
    pub subscriptions: Vec<String>,
    /// The management groups to look in.
    pub management_groups: Vec<String>,
}

impl GraphQuery {
    /// The body of the request for one page.
    pub(super) fn body(&self, skip_token: Option<&str>) -> Bytes {
        let mut options = json!({ "resultFormat": "objectArray", "$top": RESOURCE_GRAPH_PAGE });
        if let Some(token) = skip_token {
            options["$skipToken"] = token.into();
        }
        let mut body = json!({ "query": self.text, "options": options });
        if !self.subscriptions.is_empty() {
            body["subscriptions"] = self.subscriptions.clone().into();
        }
        if !self.management_groups.is_empty() {
            body["managementGroups"] = self.management_groups.clone().into();
        }
        body.to_string().into()
    }
}

/// One request as it is sent. These two are all there are.
#[derive(Clone, Debug)]
pub(super) enum Call {
    /// A GET.
    Read(Service, Url),
    /// A POST of this body to [`RESOURCE_GRAPH`].
    Query(Bytes),
}

impl Call {
    pub(super) fn audience(&self) -> Audience {
        match self {
            Self::Read(Service::Directory, _) => Audience::Directory,
            Self::Read(Service::ResourceManager, _) | Self::Query(_) => Audience::ResourceManager,
        }
    }

    pub(super) fn method(&self) -> &'static str {
        match self {
            Self::Read(..) => "GET",
            Self::Query(_) => "POST",
        }
    }

    /// The path, without parameters: those of a link to the next page may be anything.
    pub(super) fn path(&self) -> &str {
        match self {
            Self::Read(_, url) => url.path(),
            Self::Query(_) => RESOURCE_GRAPH,
        }
    }
}

/// Where queries go.
pub(super) fn resource_graph(cloud: &Cloud) -> Url {
    let mut url = below(cloud.resource_manager().url(), RESOURCE_GRAPH);
    url.set_query(Some(&format!("api-version={RESOURCE_GRAPH_VERSION}")));
    url
}

/// A path below an endpoint. `set_path` escapes what must be, so that no path can change the host or add
/// parameters.
fn below(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}{path}", base.path().trim_end_matches('/')));
    url
}
