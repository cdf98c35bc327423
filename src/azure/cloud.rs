//! Azure's clouds: where they sign people in, and where they answer.

mod metadata;
#[cfg(test)]
mod tests;

use std::net::IpAddr;

use miette::Diagnostic;
use reqwest::Url;
use thiserror::Error;

use super::environment::Environment;
use super::http::Http;
use super::text::printable;

/// One of Azure's clouds, or one of its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cloud {
    name: String,
    authority: Url,
    resource_manager: Endpoint,
    directory: Endpoint,
}

/// A service of a cloud.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    url: Url,
    audience: String,
}

/// The clouds that are known by name: name, authority, Resource Manager, Microsoft Graph
/// (<https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud>,
/// <https://learn.microsoft.com/graph/deployments>).
const KNOWN: [[&str; 4]; 3] = [
    [
        "AzureCloud",
        "https://login.microsoftonline.com",
        "https://management.azure.com",
        "https://graph.microsoft.com",
    ],
    [
        "AzureUSGovernment",
        "https://login.microsoftonline.us",
        "https://management.usgovcloudapi.net",
        "https://graph.microsoft.us",
    ],
    [
        "AzureChinaCloud",
        "https://login.chinacloudapi.cn",
        "https://management.chinacloudapi.cn",
        "https://microsoftgraph.chinacloudapi.cn",
    ],
];

/// A cloud that cannot be asked.
#[derive(Debug, Error, Diagnostic)]
pub enum CloudError {
    /// A name that no cloud has.
    #[error("there is no cloud `{name}`")]
    #[diagnostic(
        code(backuplint::azure::cloud),
        help(
            "they are AzureCloud, AzureUSGovernment and AzureChinaCloud; others are named by `--arm-endpoint URL`"
        )
    )]
    Unknown {
        /// What was given.
        name: String,
    },
    /// An address that no token may be sent to.
    #[error("{url} is no address of Azure: {cause}")]
    #[diagnostic(
        code(backuplint::azure::address),
        help(
            "an address begins with https://; http:// is taken for this machine alone, such as http://127.0.0.1:8080"
        )
    )]
    Address {
        /// What was given.
        url: String,
        /// What is wrong with it.
        cause: String,
    },
    /// The cloud does not say where it signs people in.
    #[error("{url} does not say which cloud it is of: {cause}")]
    #[diagnostic(
        code(backuplint::azure::metadata),
        help(
            "`--arm-endpoint` takes the address of an Azure Resource Manager; see whether `URL/metadata/endpoints` answers"
        )
    )]
    Metadata {
        /// What was asked.
        url: String,
        /// What is wrong with the answer.
        cause: String,
    },
}

/// How a cloud is chosen.
#[derive(Clone, Copy, Debug, Default)]
pub struct CloudChoice<'a> {
    /// By its name.
    pub name: Option<&'a str>,
    /// By the address of its Resource Manager.
    pub arm_endpoint: Option<&'a str>,
}

impl Endpoint {
    /// Where it answers.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The scope of the tokens it takes.
    pub fn scope(&self) -> String {
        format!("{}/.default", self.audience.trim_end_matches('/'))
    }
}

impl Cloud {
    /// The cloud that is asked for: by the address of its Resource Manager, which says where the rest is; by
    /// name; by `AZURE_AUTHORITY_HOST`; or the public one. That variable also moves the authority of a cloud
    /// that is known by name.
    ///
    /// # Errors
    /// When there is no such cloud, or it does not answer.
    pub async fn choose(
        choice: CloudChoice<'_>,
        environment: &Environment,
        http: &Http,
    ) -> Result<Self, CloudError> {
        if let Some(endpoint) = choice.arm_endpoint {
            return metadata::discover(endpoint, http).await;
        }
        let authority = environment.get("AZURE_AUTHORITY_HOST").map(|host| {
            if host.contains("://") { host.to_owned() } else { format!("https://{host}") }
        });
        let authority = authority.as_deref().map(address).transpose()?;
        let is_there = |known: &&[&str; 4]| {
            let host = authority.as_ref().and_then(Url::host_str);
            Url::parse(known[1]).is_ok_and(|known| known.host_str() == host)
        };
        let name = match (choice.name, KNOWN.iter().find(is_there)) {
            (Some(name), _) => name,
            (None, Some([name, ..])) => name,
            (None, None) => KNOWN[0][0],
        };
        let cloud = Self::named(name)?;
        Ok(Self { authority: authority.unwrap_or(cloud.authority), ..cloud })
    }

    /// One of the clouds that are known by name, as the Azure CLI spells it.
    ///
    /// # Errors
    /// When none has the name.
    pub fn named(name: &str) -> Result<Self, CloudError> {
        let known = KNOWN.iter().find(|known| known[0].eq_ignore_ascii_case(name));
        let Some([name, authority, resource_manager, directory]) = known else {
            return Err(CloudError::Unknown { name: printable(name) });
        };
        Self::new(name, authority, (resource_manager, resource_manager), directory)
    }

    /// A cloud by its addresses.
    ///
    /// # Errors
    /// When one of them is not https; http is taken for this machine alone.
    pub fn new(
        name: &str,
        authority: &str,
        (resource_manager, audience): (&str, &str),
        directory: &str,
    ) -> Result<Self, CloudError> {
        let endpoint = |url: &str, audience: &str| {
            address(url).map(|url| Endpoint { url, audience: audience.to_owned() })
        };
        Ok(Self {
            name: name.to_owned(),
            authority: address(authority)?,
            resource_manager: endpoint(resource_manager, audience)?,
            directory: endpoint(directory, directory)?,
        })
    }

    /// Its name, as the Azure CLI spells it: `AzureCloud`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where it signs people in.
    pub fn authority(&self) -> &Url {
        &self.authority
    }

    /// Azure Resource Manager.
    pub fn resource_manager(&self) -> &Endpoint {
        &self.resource_manager
    }

    /// Microsoft Graph.
    pub fn directory(&self) -> &Endpoint {
        &self.directory
    }
}

/// An address that secrets may be sent to: https, or http to this very machine.
fn address(text: &str) -> Result<Url, CloudError> {
    let wrong = |cause: &str| CloudError::Address { url: printable(text), cause: cause.to_owned() };
    let url = Url::parse(text).map_err(|error| wrong(&error.to_string()))?;
    if !url.username().is_empty() || url.password().is_some() {
        let cause = "it holds a name or a password".to_owned();
        return Err(CloudError::Address { url: "what was given".to_owned(), cause });
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("it must end with its path"));
    }
    match url.scheme() {
        "https" if url.has_host() => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        _ => Err(wrong("it is neither https nor of this machine")),
    }
}

/// Whether an address is this very machine's.
pub(super) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
