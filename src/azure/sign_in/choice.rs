//! The ways to sign in.

use std::fmt;
use std::str::FromStr;

/// A way to sign in. Without a choice they are tried in the order of [`AuthChoice::ALL`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AuthChoice {
    /// The identity that GitHub gives to a run of a workflow
    /// (<https://learn.microsoft.com/entra/workload-id/workload-identity-federation>).
    GithubOidc,
    /// The identity that Kubernetes gives to a pod
    /// (<https://learn.microsoft.com/azure/aks/workload-identity-overview>).
    WorkloadIdentity,
    /// An application and its secret, from `AZURE_TENANT_ID`, `AZURE_CLIENT_ID` and `AZURE_CLIENT_SECRET`.
    ClientSecret,
    /// The identity of the machine or service that this runs on
    /// (<https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/overview>).
    ManagedIdentity,
    /// Whoever is signed in with `az login`.
    AzureCli,
    /// Whoever is signed in with `azd auth login`.
    AzureDeveloperCli,
}

impl AuthChoice {
    /// All of them, in the order in which they are tried: what is set up for this very run comes before
    /// what somebody left behind on the machine.
    pub const ALL: [Self; 6] = [
        Self::GithubOidc,
        Self::WorkloadIdentity,
        Self::ClientSecret,
        Self::ManagedIdentity,
        Self::AzureCli,
        Self::AzureDeveloperCli,
    ];

    /// The word for it on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::GithubOidc => "github-oidc",
            Self::WorkloadIdentity => "workload-identity",
            Self::ClientSecret => "client-secret",
            Self::ManagedIdentity => "managed-identity",
            Self::AzureCli => "azure-cli",
            Self::AzureDeveloperCli => "azure-developer-cli",
        }
    }

    /// What it is called in a sentence: `signed in by …`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::GithubOidc => "the identity of the GitHub workflow",
            Self::WorkloadIdentity => "the workload identity of the pod",
            Self::ClientSecret => "the client secret of the environment",
            Self::ManagedIdentity => "the managed identity",
            Self::AzureCli => "the Azure CLI",
            Self::AzureDeveloperCli => "the Azure Developer CLI",
        }
    }
}

impl fmt::Display for AuthChoice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.word())
    }
}

impl FromStr for AuthChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|choice| choice.word() == text).ok_or_else(|| {
            let words = Self::ALL.map(Self::word).join(", ");
            format!("there is no such way to sign in; there are {words}")
        })
    }
}
