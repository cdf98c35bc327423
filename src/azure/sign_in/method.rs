//! From a way to sign in to its credential.

use std::sync::Arc;
use std::time::Duration;

use azure_core::cloud::{CloudConfiguration, CustomConfiguration};
use azure_core::credentials::TokenCredential;
use azure_core::http::{ClientOptions, ExponentialRetryOptions, RetryOptions, Transport};
use azure_core::time::Duration as Span;
use azure_identity::{
    AzureCliCredential, AzureCliCredentialOptions, AzureDeveloperCliCredential,
    AzureDeveloperCliCredentialOptions, ClientAssertionCredential,
    ClientAssertionCredentialOptions, ClientSecretCredential, ClientSecretCredentialOptions,
    Executor, ManagedIdentityCredential, ManagedIdentityCredentialOptions, UserAssignedId,
    WorkloadIdentityCredential, WorkloadIdentityCredentialOptions,
};
use reqwest::Url;

use super::choice::AuthChoice;
use super::command::Commands;
use super::github::Workflow;
use super::transport::SignInTransport;
use crate::azure::cloud::Cloud;
use crate::azure::environment::Environment;
use crate::azure::http::Http;
use crate::azure::text::chain;

/// Whether a way to sign in is set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Readiness {
    /// It can be tried.
    Ready,
    /// Nobody has set it up, because of this.
    Absent(String),
    /// Somebody has begun to set it up; this is missing.
    Incomplete(String),
}

/// A way to sign in with all that it takes.
#[derive(Clone, Debug)]
pub(super) struct Method {
    pub(super) choice: AuthChoice,
    pub(super) http: Http,
    pub(super) cloud: Cloud,
    pub(super) environment: Environment,
    /// Named by the user; otherwise that of the environment, or the one that the tool has chosen.
    pub(super) tenant: Option<String>,
    pub(super) limits: Limits,
}

/// How long to wait for others.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// For a program: the Azure CLI needs seconds when it was not used for long.
    pub(super) command: Duration,
    /// For a token, from whomever: a virtual machine's identity is tried for 72 s.
    pub(super) token: Duration,
    /// Before a sign-in service is asked again, doubled from one time to the next.
    pub(super) retry: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self { command: seconds(30), token: seconds(90), retry: Duration::from_millis(400) }
    }
}

impl Method {
    /// Whether it is set up. What is asked for by name need not be announced by variables.
    pub(super) fn readiness(&self, is_chosen: bool) -> Readiness {
        let has = |name: &str| self.environment.has(name);
        let lacks = |names: &[&str]| {
            let is_lacking = |name: &&&str| match **name {
                "AZURE_TENANT_ID" => self.tenant().is_none(),
                name => !has(name),
            };
            let lacking: Vec<&str> = names.iter().filter(is_lacking).copied().collect();
            (!lacking.is_empty()).then(|| format!("{} is not set", lacking.join(", ")))
        };
        let application = ["AZURE_TENANT_ID", "AZURE_CLIENT_ID"];
        match self.choice {
            AuthChoice::GithubOidc => {
                let request = ["ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"];
                // Every workflow with the permission has these; it may sign in with `azure/login` all the same.
                lacks(&[request, application].concat()).map_or(Readiness::Ready, Readiness::Absent)
            }
            AuthChoice::WorkloadIdentity | AuthChoice::ClientSecret => {
                let name = match self.choice {
                    AuthChoice::ClientSecret => "AZURE_CLIENT_SECRET",
                    _ => "AZURE_FEDERATED_TOKEN_FILE",
                };
                match lacks(&application) {
                    _ if !has(name) => Readiness::Absent(self.absent(name)),
                    Some(lacking) => Readiness::Incomplete(format!("{name} is set, but {lacking}")),
                    None => Readiness::Ready,
                }
            }
            AuthChoice::ManagedIdentity => {
                let is_announced = has("IDENTITY_ENDPOINT") && has("IDENTITY_HEADER");
                if is_announced || is_chosen {
                    Readiness::Ready
                } else if has("MSI_ENDPOINT") {
                    let said = "MSI_ENDPOINT is of a service whose identities are not supported \
                                (Cloud Shell, Azure Machine Learning)";
                    Readiness::Absent(said.to_owned())
                } else {
                    let said = "IDENTITY_ENDPOINT and IDENTITY_HEADER are not set; on a virtual machine \
                                ask for it with `--auth managed-identity`";
                    Readiness::Absent(said.to_owned())
                }
            }
            AuthChoice::AzureCli | AuthChoice::AzureDeveloperCli => Readiness::Ready,
        }
    }

    /// Says too what is there in its stead, for other tools take it.
    fn absent(&self, name: &str) -> String {
        let others = ["AZURE_CLIENT_CERTIFICATE_PATH", "AZURE_USERNAME"];
        match others.into_iter().find(|other| self.environment.has(other)) {
            Some(other) if self.choice == AuthChoice::ClientSecret => {
                format!("{name} is not set; {other} is, which is not supported: use `az login`")
            }
            _ => format!("{name} is not set"),
        }
    }

    /// The tenant to sign in to, if somebody named one.
    pub(super) fn tenant(&self) -> Option<&str> {
        self.tenant.as_deref().or_else(|| self.environment.get("AZURE_TENANT_ID"))
    }

    /// A new credential, which remembers nothing of another one.
    pub(super) fn credential(
        &self,
        transport: &Arc<SignInTransport>,
    ) -> Result<Arc<dyn TokenCredential>, String> {
        let value = |name: &str| self.environment.get(name).unwrap_or_default().to_owned();
        let (tenant, client) =
            (self.tenant().unwrap_or_default().to_owned(), value("AZURE_CLIENT_ID"));
        let client_options = self.client_options(transport);
        let credential: azure_core::Result<Arc<dyn TokenCredential>> = match self.choice {
            AuthChoice::GithubOidc => {
                let (url, token) = (
                    value("ACTIONS_ID_TOKEN_REQUEST_URL"),
                    value("ACTIONS_ID_TOKEN_REQUEST_TOKEN"),
                );
                let workflow = Workflow::new(&self.http, &url, &token)?;
                let options = ClientAssertionCredentialOptions { client_options };
                ClientAssertionCredential::new(tenant, client, workflow, Some(options))
                    .map(|credential| credential as _)
            }
            AuthChoice::WorkloadIdentity => {
                WorkloadIdentityCredential::new(Some(WorkloadIdentityCredentialOptions {
                    credential_options: ClientAssertionCredentialOptions { client_options },
                    client_id: Some(client),
                    tenant_id: Some(tenant),
                    token_file_path: Some(value("AZURE_FEDERATED_TOKEN_FILE").into()),
                }))
                .map(|credential| credential as _)
            }
            AuthChoice::ClientSecret => {
                let secret = value("AZURE_CLIENT_SECRET").into();
                let options = ClientSecretCredentialOptions { client_options };
                ClientSecretCredential::new(&tenant, client, secret, Some(options))
                    .map(|credential| credential as _)
            }
            AuthChoice::ManagedIdentity => {
                ManagedIdentityCredential::new(Some(ManagedIdentityCredentialOptions {
                    user_assigned_id: Some(client)
                        .filter(|client| !client.is_empty())
                        .map(UserAssignedId::ClientId),
                    client_options,
                }))
                .map(|credential| credential as _)
            }
            AuthChoice::AzureCli => AzureCliCredential::new(Some(AzureCliCredentialOptions {
                tenant_id: self.tenant.clone(),
                executor: Some(self.commands()),
                ..AzureCliCredentialOptions::default()
            }))
            .map(|credential| credential as _),
            AuthChoice::AzureDeveloperCli => {
                AzureDeveloperCliCredential::new(Some(AzureDeveloperCliCredentialOptions {
                    tenant_id: self.tenant.clone(),
                    executor: Some(self.commands()),
                }))
                .map(|credential| credential as _)
            }
        };
        credential.map_err(|error| chain(&error))
    }

    fn commands(&self) -> Arc<dyn Executor> {
        let environment = self.environment.clone();
        Arc::new(Commands { environment, time_limit: self.limits.command })
    }

    fn client_options(&self, transport: &Arc<SignInTransport>) -> ClientOptions {
        let mut configuration = CustomConfiguration::default();
        configuration.authority_host = https(self.cloud.authority());
        ClientOptions {
            transport: Some(Transport::new(Arc::clone(transport) as _)),
            cloud: Some(Arc::new(CloudConfiguration::Custom(configuration))),
            retry: RetryOptions::exponential(ExponentialRetryOptions {
                initial_delay: self.limits.retry.try_into().unwrap_or(Span::SECOND),
                max_retries: 3,
                max_total_elapsed: Span::seconds(20),
                max_delay: Span::seconds(5),
            }),
            ..ClientOptions::default()
        }
    }
}

/// The address as the credentials insist on having it; see [`SignInTransport`].
fn https(authority: &Url) -> String {
    match authority.as_str().strip_prefix("http://") {
        Some(rest) => format!("https://{rest}"),
        None => authority.to_string(),
    }
}
