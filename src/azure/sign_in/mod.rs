//! Signing in with what people already have.
//!
//! The ways are tried in a fixed order. What is set up and does not work ends it: to go on with another
//! identity would read another part of Azure than was meant, and nobody would notice.

mod advice;
mod choice;
mod claims;
mod command;
mod github;
mod method;
mod session;
#[cfg(test)]
mod tests;
mod transport;

use std::fmt;

use miette::Diagnostic;
use thiserror::Error;

use advice::advice;
pub use choice::AuthChoice;
pub use claims::Identity;
use method::{Limits, Method, Readiness};
pub use session::Session;

use super::cloud::Cloud;
use super::environment::Environment;
use super::http::Http;

/// How to sign in.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// The cloud to sign in to.
    pub cloud: Cloud,
    /// The variables that say how.
    pub environment: Environment,
    /// The one way to try; otherwise all in order.
    pub choice: Option<AuthChoice>,
    /// The tenant to sign in to, instead of the one that the environment or the tool has chosen.
    pub tenant: Option<String>,
}

/// Why nobody is signed in.
#[derive(Debug, Error, Diagnostic)]
pub enum SignInError {
    /// What is set up, or was asked for, does not work.
    #[error("cannot sign in to Azure by {}: {cause}", choice.name())]
    #[diagnostic(code(backuplint::azure::refused), help("{advice}"))]
    Refused {
        /// The way that was tried.
        choice: AuthChoice,
        /// What is wrong.
        cause: String,
        /// What to do.
        advice: String,
    },
    /// Nothing is set up.
    #[error("nobody is signed in to Azure; tried in turn:{tried}")]
    #[diagnostic(
        code(backuplint::azure::not_signed_in),
        help(
            "run `az login`, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET of an application \
             that is Reader; `--auth` names one way and shows what is wrong with it"
        )
    )]
    Nobody {
        /// What was tried, and why it did not work.
        tried: Tried,
    },
}

/// The ways that were tried, and why they did not work.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tried(pub Vec<(AuthChoice, String)>);

impl fmt::Display for Tried {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|(choice, cause)| write!(formatter, "\n  {choice}: {cause}"))
    }
}

impl SignIn {
    /// Signs in.
    ///
    /// # Errors
    /// When nothing is set up, or what is set up does not work.
    pub async fn run(&self, http: &Http) -> Result<Session, SignInError> {
        self.run_within(http, Limits::default()).await
    }

    async fn run_within(&self, http: &Http, limits: Limits) -> Result<Session, SignInError> {
        let choices = self.choice.map_or(AuthChoice::ALL.to_vec(), |choice| vec![choice]);
        let mut tried = Tried::default();
        for choice in choices {
            let method = Method {
                choice,
                http: http.clone(),
                cloud: self.cloud.clone(),
                environment: self.environment.clone(),
                tenant: self.tenant.clone(),
                limits,
            };
            let cause = match method.readiness(self.choice.is_some()) {
                Readiness::Ready => match Session::begin(method).await {
                    Ok(session) => return Ok(session),
                    Err(error) if self.choice.is_none() && is_absent(choice, &error.message) => {
                        error.message
                    }
                    Err(error) => return Err(refused(choice, error.message)),
                },
                Readiness::Absent(cause) if self.choice.is_none() => cause,
                Readiness::Absent(cause) | Readiness::Incomplete(cause) => {
                    return Err(refused(choice, cause));
                }
            };
            tried.0.push((choice, cause));
        }
        Err(SignInError::Nobody { tried })
    }
}

fn refused(choice: AuthChoice, cause: String) -> SignInError {
    let advice = advice(choice, &cause);
    SignInError::Refused { choice, cause, advice }
}

/// Whether a tool is not there, or nobody has signed in with it. Anything else is a sign-in that does not
/// work.
fn is_absent(choice: AuthChoice, cause: &str) -> bool {
    let is_tool = matches!(choice, AuthChoice::AzureCli | AuthChoice::AzureDeveloperCli);
    let is_unused = ["not found on PATH", "to setup account", "not logged in"];
    is_tool && !cause.contains("AADSTS") && is_unused.iter().any(|said| cause.contains(said))
}
