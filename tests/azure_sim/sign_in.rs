//! What clients ask before they can ask anything: which cloud this is, where to sign in, and for a token.

use serde_json::{Value, json};

use super::answer::Answer;
use super::options::Options;
use super::request::Request;
use super::token::{Rejection, Tokens};
use super::world::World;

/// The name that tokens for Azure Resource Manager are given out to: not its address, as in any cloud
/// with a name of its own.
pub const MANAGEMENT_AUDIENCE: &str = "https://management.simulated.example.com";

/// What a question is asked of.
pub struct SignIn<'a> {
    /// The estate.
    pub world: &'a World,
    /// How it is served.
    pub options: &'a Options,
    /// The tokens given out.
    pub tokens: &'a std::sync::Mutex<Tokens>,
}

impl SignIn<'_> {
    /// Answers what needs no token.
    pub fn answer(&self, request: &Request) -> Answer {
        let parts = request.parts();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let post = request.method == hyper::Method::POST;
        match parts[..] {
            ["metadata", "endpoints"] => endpoints(request),
            ["metadata", "identity", "oauth2", "token"] => {
                self.managed_identity(request, "metadata")
            }
            ["msi", "token"] => self.managed_identity(request, "x-identity-header"),
            ["oidc", "token"] => self.workflow(request),
            ["common", "discovery", "instance"] => instances(request),
            [tenant, ".well-known", "openid-configuration"]
            | [tenant, "v2.0", ".well-known", "openid-configuration"] => {
                self.configuration(request, tenant)
            }
            [tenant, "discovery", "keys"] | [tenant, "discovery", "v2.0", "keys"]
                if self.is_ours(tenant) =>
            {
                Answer::json(&json!({"keys": []}))
            }
            [tenant, "oauth2", "token"] | [tenant, "oauth2", "v2.0", "token"] if post => {
                self.client_credentials(request, tenant)
            }
            _ => super::arm::error::no_such_path(&request.path),
        }
    }

    fn is_ours(&self, tenant: &str) -> bool {
        tenant.eq_ignore_ascii_case(&self.world.tenant)
            || matches!(tenant, "common" | "organizations" | "simulated.example.com")
    }

    fn configuration(&self, request: &Request, tenant: &str) -> Answer {
        if !self.is_ours(tenant) {
            return no_tenant(tenant);
        }
        let (origin, ours) = (&request.origin, &self.world.tenant);
        Answer::json(&json!({
            "issuer": format!("{origin}/{ours}/v2.0"),
            "authorization_endpoint": format!("{origin}/{tenant}/oauth2/v2.0/authorize"),
            "token_endpoint": format!("{origin}/{tenant}/oauth2/v2.0/token"),
            "device_authorization_endpoint": format!("{origin}/{tenant}/oauth2/v2.0/devicecode"),
            "jwks_uri": format!("{origin}/{tenant}/discovery/v2.0/keys"),
            "response_types_supported": ["code", "id_token"],
            "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
            "cloud_instance_name": "simulated.example.com",
            "tenant_region_scope": "EU",
        }))
    }

    fn client_credentials(&self, request: &Request, tenant: &str) -> Answer {
        if !self.is_ours(tenant) {
            return no_tenant(tenant);
        }
        let form = request.form();
        let field = |name: &str| {
            let named = form.iter().find(|(known, _)| known == name);
            named.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
        };
        if field("grant_type") != Some("client_credentials") {
            let message = "AADSTS70003: The app requested an unsupported grant type.";
            return oauth_error(400, "unsupported_grant_type", message, 70003);
        }
        match (field("client_secret"), field("client_assertion"), &self.options.secret) {
            (None, None, _) => {
                let message = "AADSTS7000218: The request body must contain the following parameter: \
                               'client_assertion' or 'client_secret'.";
                return oauth_error(401, "invalid_client", message, 7_000_218);
            }
            (Some(given), _, Some(secret)) if given != secret => {
                let message = "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in \
                               the request is the client secret value, not the client secret ID.";
                return oauth_error(401, "invalid_client", message, 7_000_215);
            }
            _ => {}
        }
        let Some(scope) = field("scope").or_else(|| field("resource")) else {
            let message =
                "AADSTS900144: The request body must contain the following parameter: 'scope'.";
            return oauth_error(400, "invalid_request", message, 900_144);
        };
        let token = self.issue(request, scope);
        let seconds = self.options.token_lifetime.as_secs();
        Answer::json(&json!({
            "token_type": "Bearer",
            "expires_in": seconds,
            "ext_expires_in": seconds,
            "access_token": token.text,
        }))
    }

    /// App Service's protocol and that of virtual machines: they differ in the header that proves that
    /// nobody was tricked into asking.
    fn managed_identity(&self, request: &Request, header: &str) -> Answer {
        if request.header(header).is_empty() {
            let body = json!({"error": "invalid_request", "error_description": format!("The header {header} is missing.")});
            return Answer::text(400, body.to_string());
        }
        let Some(resource) = request.parameter("resource") else {
            let body = json!({"error": "invalid_request", "error_description": "The parameter resource is missing."});
            return Answer::text(400, body.to_string());
        };
        let token = self.issue(request, resource);
        Answer::json(&json!({
            "access_token": token.text,
            "client_id": super::arm::error::CLIENT,
            "expires_on": token.expires_on.to_string(),
            "resource": resource,
            "token_type": "Bearer",
        }))
    }

    /// The token of a workflow run, as GitHub gives it out.
    fn workflow(&self, request: &Request) -> Answer {
        if !request.header("authorization").to_ascii_lowercase().starts_with("bearer ") {
            return Answer::text(401, json!({"message": "Unauthorized"}).to_string());
        }
        let audience = request.parameter("audience").unwrap_or("https://github.com/simulated");
        let value = self.issue(request, audience).text;
        Answer::json(&json!({"count": value.len(), "value": value}))
    }

    fn issue(&self, request: &Request, scope: &str) -> super::token::Token {
        let audience = scope.split_whitespace().next().unwrap_or_default();
        let audience = audience.strip_suffix("/.default").unwrap_or(audience);
        let issuer = format!("{}/{}/", request.origin, self.world.tenant);
        let mut tokens = self.tokens.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        tokens.issue(audience, &self.world.tenant, &issuer, self.options.token_lifetime)
    }
}

/// The address of Microsoft Graph, below our own so that its tokens have a name of their own.
pub fn graph_address(origin: &str) -> String {
    format!("{origin}/graph")
}

fn endpoints(request: &Request) -> Answer {
    let origin = &request.origin;
    let cloud = json!({
        "portal": origin,
        "authentication": {
            "loginEndpoint": origin,
            "audiences": [MANAGEMENT_AUDIENCE, origin],
            "tenant": "common",
            "identityProvider": "AAD",
        },
        "media": MANAGEMENT_AUDIENCE,
        "graphAudience": graph_address(origin),
        "graph": graph_address(origin),
        "name": "Simulated",
        "suffixes": {
            "azureDataLakeStoreFileSystem": "azuredatalakestore.simulated.example.com",
            "acrLoginServer": "azurecr.simulated.example.com",
            "sqlServerHostname": "database.simulated.example.com",
            "azureDataLakeAnalyticsCatalogAndJob": "azuredatalakeanalytics.simulated.example.com",
            "keyVaultDns": "vault.simulated.example.com",
            "storage": "core.simulated.example.com",
            "storageSyncEndpointSuffix": "afs.simulated.example.com",
            "mhsmDns": "managedhsm.simulated.example.com",
            "mysqlServerEndpoint": "mysql.database.simulated.example.com",
            "postgresqlServerEndpoint": "postgres.database.simulated.example.com",
            "mariadbServerEndpoint": "mariadb.database.simulated.example.com",
            "synapseAnalytics": "dev.azuresynapse.simulated.example.com",
            "attestationEndpoint": "attest.simulated.example.com",
        },
        "batch": MANAGEMENT_AUDIENCE,
        "resourceManager": origin,
        "vmImageAliasDoc": format!("{origin}/aliases.json"),
        "sqlManagement": MANAGEMENT_AUDIENCE,
        "microsoftGraphResourceId": graph_address(origin),
        "gallery": format!("{origin}/gallery"),
    });
    match request.parameter("api-version") {
        // Older versions list every cloud they know.
        Some(version) if version < "2022" => Answer::json(&Value::Array(vec![cloud])),
        Some(_) => Answer::json(&cloud),
        None => super::arm::error::api_version(None).unwrap_or_else(|| Answer::json(&cloud)),
    }
}

fn instances(request: &Request) -> Answer {
    let host = request.origin.split_once("://").map_or("", |(_, host)| host);
    let tenant = request.parameter("authorization_endpoint").and_then(|url| url.split('/').nth(3));
    Answer::json(&json!({
        "tenant_discovery_endpoint": format!(
            "{}/{}/v2.0/.well-known/openid-configuration",
            request.origin,
            tenant.unwrap_or("common")
        ),
        "api-version": "1.1",
        "metadata": [{"preferred_network": host, "preferred_cache": host, "aliases": [host]}],
    }))
}

fn no_tenant(tenant: &str) -> Answer {
    let message = format!(
        "AADSTS90002: Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are \
         signing into the correct cloud."
    );
    oauth_error(400, "invalid_request", &message, 90002)
}

fn oauth_error(status: u16, error: &str, message: &str, code: u32) -> Answer {
    let body = json!({
        "error": error,
        "error_description": message,
        "error_codes": [code],
        "timestamp": "2026-11-20 02:00:00Z",
        "trace_id": "6d0a3b52-1b0c-4f7e-8d7d-0e5c4a3f2b00",
        "correlation_id": "0c9d8e7f-6a5b-4c3d-9e2f-1a0b9c8d7e6f",
    });
    Answer::text(status, body.to_string())
}

/// What ARM answers without a token that it accepts.
pub fn unauthorised(origin: &str, tenant: &str, why: Rejection) -> Answer {
    let (code, message) = match why {
        Rejection::Missing => (
            "AuthenticationFailed",
            "Authentication failed. The 'Authorization' header is missing.",
        ),
        Rejection::Unknown => ("InvalidAuthenticationToken", "The access token is invalid."),
        Rejection::Expired => (
            "ExpiredAuthenticationToken",
            "The access token expiry UTC time '11/20/2026 1:59:59 AM' is earlier than current UTC time \
             '11/20/2026 2:00:00 AM'.",
        ),
        Rejection::Audience => (
            "InvalidAuthenticationTokenAudience",
            "The access token has been obtained for wrong audience or resource. It should exactly match \
             with one of the allowed audiences.",
        ),
    };
    let challenge = format!(
        "Bearer authorization_uri=\"{origin}/{tenant}\", error=\"invalid_token\", error_description=\"{message}\""
    );
    Answer::error(401, code, message).with("www-authenticate", challenge)
}

/// What Microsoft Graph answers without a token that it accepts.
pub fn unauthorised_directory(why: Rejection) -> Answer {
    let message = match why {
        Rejection::Missing => "Access token is empty.",
        Rejection::Unknown => "IDX14100: JWT is not well formed.",
        Rejection::Expired => "Lifetime validation failed, the token is expired.",
        Rejection::Audience => "Access token validation failure. Invalid audience.",
    };
    let challenge = "Bearer realm=\"\", authorization_uri=\"/common/oauth2/authorize\"";
    super::directory::error(401, "InvalidAuthenticationToken", message)
        .with("www-authenticate", challenge)
}
