//! Azure's clouds: where they sign people in, and where they answer.

use std::net::IpAddr;

use reqwest::Url;
use thiserror::Error;

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

/// An address that is none of a cloud.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{url} is no address for Azure: {cause}")]
pub struct AddressError {
    /// What was given.
    pub url: String,
    /// What is wrong with it.
    pub cause: String,
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
    /// A cloud by its addresses.
    ///
    /// # Errors
    /// When one of them is not https; http is taken for this machine alone.
    pub fn new(
        name: &str,
        authority: &str,
        (resource_manager, audience): (&str, &str),
        directory: &str,
    ) -> Result<Self, AddressError> {
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
pub(super) fn address(text: &str) -> Result<Url, AddressError> {
    let wrong = |cause: &str| AddressError { url: text.to_owned(), cause: cause.to_owned() };
    let url = Url::parse(text).map_err(|error| wrong(&error.to_string()))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(AddressError {
            url: "the address".to_owned(),
            cause: "it holds a name or a password".to_owned(),
        });
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("it must end with its path"));
    }
    match url.scheme() {
        "https" if url.has_host() => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => {
            Err(wrong("http is for this machine alone (127.0.0.1, ::1, localhost); use https"))
        }
        _ => Err(wrong("use https")),
    }
}

/// Whether an address is this very machine's.
pub(super) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
