//! Whoever signed in, and the tokens that came of it.

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use azure_core::credentials::TokenCredential;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::choice::AuthChoice;
use super::claims::Identity;
use super::method::Method;
use super::transport::{SignInTransport, is_token};
use crate::azure::text::{WITHHELD, chain, json_fault, printable};
use crate::azure::token::{Audience, Token, TokenError, TokenSource};

/// A token is replaced this long before it expires, so that no request is under way when it does.
const REFRESH_AHEAD: Duration = Duration::from_mins(5);

/// A failure is told again for this long, so that not every question runs a program in vain.
const FAILURE_KEPT: Duration = Duration::from_secs(30);

/// Variables whose values appear nowhere.
const SECRETS: &[&str] =
    &["ACTIONS_ID_TOKEN_REQUEST_TOKEN", "AZURE_CLIENT_SECRET", "IDENTITY_HEADER", "MSI_SECRET"];

/// A sign-in. Keeps its tokens and asks for new ones in time, one at a time for each service.
#[derive(Debug)]
pub struct Session {
    method: Method,
    resource_manager: Mutex<Slot>,
    directory: Mutex<Slot>,
    identity: Identity,
}

/// A credential, and what it sends through.
type Credential = (Arc<dyn TokenCredential>, Arc<SignInTransport>);

#[derive(Debug, Default)]
struct Slot {
    credential: Option<Credential>,
    kept: Option<Kept>,
    failed: Option<(Instant, TokenError)>,
}

#[derive(Clone, Debug)]
struct Kept {
    token: Token,
    refresh_at: SystemTime,
}

impl Session {
    /// Signs in by getting the first token for Resource Manager.
    pub(super) async fn begin(method: Method) -> Result<Self, TokenError> {
        let (resource_manager, directory) = (Mutex::default(), Mutex::default());
        let identity = Identity::default();
        let mut session = Self { method, resource_manager, directory, identity };
        let token = session.token(Audience::ResourceManager).await?;
        session.identity = Identity::of(token.secret());
        Ok(session)
    }

    /// The way that worked.
    pub fn method(&self) -> AuthChoice {
        self.method.choice
    }

    /// Who it is, if the token says so.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Who signed in and how, in one line.
    pub fn summary(&self) -> String {
        let Identity { tenant, name, .. } = &self.identity;
        let who = name.as_ref().map(|name| format!(" as {name}")).unwrap_or_default();
        let tenant = tenant.as_ref().map(|tenant| format!(", tenant {tenant}")).unwrap_or_default();
        let choice = self.method.choice;
        format!("signed in by {}{who}{tenant} ({choice})", choice.name())
    }

    fn slot(&self, audience: Audience) -> &Mutex<Slot> {
        match audience {
            Audience::ResourceManager => &self.resource_manager,
            Audience::Directory => &self.directory,
        }
    }

    /// A new token, unless there was none to be had a moment ago.
    async fn fetch(&self, slot: &mut Slot, audience: Audience) -> Result<Token, TokenError> {
        if let Some((at, error)) = &slot.failed
            && at.elapsed() < FAILURE_KEPT
        {
            return Err(error.clone());
        }
        let fetched = self.ask(slot, audience).await;
        slot.failed = fetched.as_ref().err().map(|error| (Instant::now(), error.clone()));
        fetched
    }

    /// A new token from whoever gives them.
    async fn ask(&self, slot: &mut Slot, audience: Audience) -> Result<Token, TokenError> {
        let failed = |text: &str| TokenError { message: self.without_secrets(text) };
        let (credential, transport) = self.credential(slot).map_err(|said| failed(&said))?;
        let endpoint = match audience {
            Audience::ResourceManager => self.method.cloud.resource_manager(),
            Audience::Directory => self.method.cloud.directory(),
        };
        let scope = endpoint.scope();
        let limit = self.method.limits.token;
        let asked = tokio::time::timeout(limit, credential.get_token(&[&scope], None)).await;
        let given = match asked {
            Ok(Ok(given)) => given,
            Ok(Err(error)) => {
                let said = transport.take_refusal().unwrap_or_else(|| said(&error));
                return Err(failed(&said));
            }
            Err(_) => {
                let said = format!("there was no token for {} seconds", limit.as_secs());
                let last = transport.take_refusal().map(|last| format!("{said}; at last: {last}"));
                return Err(failed(&last.unwrap_or(said)));
            }
        };
        if !is_token(given.token.secret()) {
            return Err(failed("it gave a token that is none"));
        }
        let token = Token::new(given.token.secret(), given.expires_on.into());
        if token.expires_at() <= SystemTime::now() {
            return Err(failed("it gave a token that has expired already; is the clock right?"));
        }
        slot.kept =
            Some(Kept { token: token.clone(), refresh_at: refresh_at(&token, SystemTime::now()) });
        Ok(token)
    }

    /// The credential of a slot, made when it is first needed.
    fn credential(&self, slot: &mut Slot) -> Result<Credential, String> {
        if let Some(known) = &slot.credential {
            return Ok(known.clone());
        }
        let authority = self.method.cloud.authority();
        let transport = Arc::new(SignInTransport::new(&self.method.http, authority));
        let credential = self.method.credential(&transport)?;
        Ok(slot.credential.insert((credential, transport)).clone())
    }

    /// A message as one line without the secrets of the environment.
    fn without_secrets(&self, text: &str) -> String {
        let secrets = SECRETS.iter().filter_map(|name| self.method.environment.get(name));
        let text = secrets.fold(text.to_owned(), |text, secret| text.replace(secret, WITHHELD));
        printable(&text)
    }
}

#[async_trait]
impl TokenSource for Session {
    async fn token(&self, audience: Audience) -> Result<Token, TokenError> {
        let mut slot = self.slot(audience).lock().await;
        let now = SystemTime::now();
        let kept = slot.kept.clone();
        match kept {
            Some(kept) if kept.refresh_at > now => Ok(kept.token),
            Some(kept) if kept.token.expires_at() > now => {
                let fetched = self.fetch(&mut slot, audience).await;
                // It is early: the one that is there will do for now.
                Ok(fetched.unwrap_or(kept.token))
            }
            _ => self.fetch(&mut slot, audience).await,
        }
    }

    async fn replace(&self, audience: Audience, refused: &Token) -> Result<Token, TokenError> {
        let mut slot = self.slot(audience).lock().await;
        if let Some(kept) = &slot.kept
            && kept.token.secret() != refused.secret()
        {
            return Ok(kept.token.clone());
        }
        // The credential remembers the token that was refused.
        slot.credential = None;
        slot.kept = None;
        self.fetch(&mut slot, audience).await
    }
}

/// When to ask for another one: in time, but not all the time if it lives for minutes only.
fn refresh_at(token: &Token, now: SystemTime) -> SystemTime {
    let life = token.expires_at().duration_since(now).unwrap_or_default();
    now + life.saturating_sub(REFRESH_AHEAD).max(life / 2)
}

/// What is wrong, without the words that the library puts before it.
fn said(error: &azure_core::Error) -> String {
    let text = match error.source() {
        Some(source) => match json_error(source) {
            Some(fault) => format!("what it says is no token: {}", json_fault(fault)),
            None => chain(source),
        },
        None => chain(error),
    };
    // The Azure CLI warns before it says what is wrong.
    text.find("ERROR: ").map_or(text.clone(), |at| text[at + "ERROR: ".len()..].to_owned())
}

fn json_error<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e serde_json::Error> {
    let source = |error: &&'e (dyn Error + 'static)| <dyn Error>::source(*error);
    std::iter::successors(Some(error), source).find_map(<dyn Error>::downcast_ref)
}

#[cfg(test)]
impl Session {
    /// Lets the time come at which a token is replaced ahead of its end.
    pub(super) async fn make_due(&self, audience: Audience) {
        if let Some(kept) = &mut self.slot(audience).lock().await.kept {
            kept.refresh_at = SystemTime::UNIX_EPOCH;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_replaced_in_time_and_not_all_the_time() {
        let now = SystemTime::now();
        for (life, after) in [(3_600, 3_300), (700, 400), (600, 300), (60, 30), (0, 0)] {
            let token = Token::new("t", now + Duration::from_secs(life));
            assert_eq!(refresh_at(&token, now), now + Duration::from_secs(after), "{life}");
        }
    }
}
