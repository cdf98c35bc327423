//! What to do when signing in does not work.

use super::choice::AuthChoice;

/// What Entra's codes take to be put right
/// (<https://learn.microsoft.com/entra/identity-platform/reference-error-codes>).
const BY_CODE: &[(&str, &str)] = &[
    ("AADSTS7000215", "AZURE_CLIENT_SECRET must be the value of the secret, not its id"),
    ("AADSTS7000222", "the secret has expired: make a new one and set AZURE_CLIENT_SECRET"),
    (
        "AADSTS700016",
        "the tenant does not know this application: check AZURE_CLIENT_ID and AZURE_TENANT_ID",
    ),
    ("AADSTS90002", "there is no such tenant in this cloud: check AZURE_TENANT_ID and `--cloud`"),
    ("AADSTS900023", "AZURE_TENANT_ID must be the tenant's GUID or one of its domains"),
    (
        "AADSTS70021",
        "the application has no federated credential for this issuer and subject: add one",
    ),
    ("AADSTS700211", "the application has no federated credential for this issuer: add one"),
    ("AADSTS700213", "the application has no federated credential for this subject: add one"),
    (
        "AADSTS53003",
        "Conditional Access forbids it from here; ask who looks after the tenant's policies",
    ),
    ("AADSTS50076", "sign in again with a second factor: `az login --tenant TENANT`"),
    ("AADSTS700082", "the sign-in is too old: `az login`"),
    ("AADSTS70043", "the sign-in is too old: `az login`"),
];

/// What to do, for people.
pub(super) fn advice(choice: AuthChoice, cause: &str) -> String {
    let code = |code: &str| {
        cause.match_indices(code).any(|(at, _)| {
            !cause[at + code.len()..].starts_with(|letter: char| letter.is_ascii_digit())
        })
    };
    if let Some((_, advice)) = BY_CODE.iter().find(|(known, _)| code(known)) {
        return (*advice).to_owned();
    }
    match choice {
        AuthChoice::GithubOidc => {
            "the job needs `permissions: id-token: write`, and the application a federated credential for it"
        }
        AuthChoice::WorkloadIdentity => {
            "check the annotations of the service account and the file of AZURE_FEDERATED_TOKEN_FILE"
        }
        AuthChoice::ClientSecret => {
            "check AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, or name another way with `--auth`"
        }
        AuthChoice::ManagedIdentity => {
            "give this machine or service an identity; name one of several by AZURE_CLIENT_ID"
        }
        AuthChoice::AzureCli => {
            "see whether `az account get-access-token` works; sign in with `az login`"
        }
        AuthChoice::AzureDeveloperCli => {
            "see whether `azd auth token --output json` works; sign in with `azd auth login`"
        }
    }
    .to_owned()
}
