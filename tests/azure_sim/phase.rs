//! Which service a request asks.

use super::request::Request;

/// A service, as the journal and fault scripts call it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// What clients ask before they can ask anything.
    SignIn,
    /// Azure Resource Manager.
    ResourceManager,
    /// Azure Resource Graph.
    ResourceGraph,
    /// Microsoft Graph.
    Directory,
}

impl Phase {
    /// The service of a path.
    pub fn of(request: &Request) -> Self {
        let parts = request.parts();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        match parts[..] {
            ["v1.0", ..] | ["graph", ..] => Self::Directory,
            ["providers", "microsoft.resourcegraph", "resources"] => Self::ResourceGraph,
            ["metadata" | "msi" | "oidc" | "common", ..]
            | [_, "oauth2" | ".well-known" | "discovery", ..]
            | [_, "v2.0", ..] => Self::SignIn,
            _ => Self::ResourceManager,
        }
    }

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::ResourceManager => "resource-manager",
            Self::ResourceGraph => "resource-graph",
            Self::Directory => "directory",
        }
    }
}
