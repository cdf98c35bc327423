//! What all connections share, and how a request becomes an answer.

use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use hyper::Method;

use super::answer::{Answer, Delivery};
use super::arm::{self, Arm};
use super::clock::Clock;
use super::directory::Directory;
use super::fault::{Action, Faults};
use super::journal::{Entry, Journal};
use super::memory::Memory;
use super::options::Options;
use super::phase::Phase;
use super::request::Request;
use super::resource_graph;
use super::sign_in::{self, SignIn};
use super::throttle::{Left, QUERIES, Throttle, WINDOW, hours_minutes_seconds, whole_seconds};
use super::token::{Rejection, Tokens};
use super::world::{World, id};

/// A simulated Azure.
pub struct State {
    /// The estate.
    pub world: World,
    /// How it is served.
    pub options: Options,
    /// Every request.
    pub journal: Journal,
    /// The tokens given out.
    pub tokens: Mutex<Tokens>,
    /// What goes wrong.
    pub faults: Faults,
    throttle: Mutex<Throttle>,
    queries: resource_graph::Memory,
    answers: Memory,
    /// For answers that have a latency.
    clock: Option<Clock>,
}

impl State {
    /// An Azure that nobody has asked yet.
    ///
    /// # Errors
    /// When the log cannot be written, a fault's pattern is none, or there is no thread for a clock.
    pub fn new(mut world: World, mut options: Options) -> io::Result<Self> {
        world.refuse(options.refusals.iter().cloned());
        let journal = Journal::new(options.log.as_deref())?;
        let faults = Faults::new(std::mem::take(&mut options.faults))?;
        let (tokens, throttle) = (Mutex::default(), Mutex::default());
        let (queries, answers) = (resource_graph::Memory::default(), Memory::default());
        let clock = (!options.latency.is_zero()).then(Clock::start).transpose()?;
        Ok(Self { world, options, journal, tokens, faults, throttle, queries, answers, clock })
    }

    /// Is as if nobody had asked yet: nothing is noted, no quota is used, no token was given out. Answers that
    /// were worked out stay so.
    pub fn forget(&self) {
        self.journal.forget();
        *self.tokens.lock().unwrap_or_else(PoisonError::into_inner) = Tokens::default();
        *self.throttle.lock().unwrap_or_else(PoisonError::into_inner) = Throttle::default();
    }

    /// Answers a request and notes it.
    pub async fn handle(&self, request: Request) -> Answer {
        let arrived = Instant::now();
        let phase = Phase::of(&request);
        let fault = self.faults.strike(&request, phase);
        let answer = match fault {
            Some(action) => self.disturbed(action, &request, phase),
            None => self.answer(&request, phase),
        };
        let is_query = phase == Phase::ResourceGraph;
        let number = self.journal.note(Entry {
            number: 0,
            phase: phase.as_str(),
            method: request.method.to_string(),
            path: request.path.clone(),
            query: request.query.clone(),
            text: if is_query { resource_graph::text_of(&request) } else { None },
            status: if answer.delivery == Delivery::Nothing { 0 } else { answer.status },
            fault: fault.map(Action::name),
            client_request_id: request.header("x-ms-client-request-id").to_owned(),
        });
        // Of the shape of a GUID, and the same in every run.
        let answer =
            answer.with("x-ms-request-id", format!("5e3b1c2d-0000-4000-8000-{number:012x}"));
        // The work that the answer takes is a part of its latency.
        if let Some(clock) = &self.clock {
            clock.until(arrived + self.options.latency).await;
        }
        if let Some(pause) = fault.map(Action::pause).filter(|pause| !pause.is_zero()) {
            tokio::time::sleep(pause).await;
        }
        answer
    }

    fn disturbed(&self, action: &Action, request: &Request, phase: Phase) -> Answer {
        if matches!(action, Action::ExpireTokens) {
            self.tokens.lock().unwrap_or_else(PoisonError::into_inner).expire();
        }
        match action.instead(request, phase) {
            Some(answer) => answer,
            None => action.disturb(request, self.answer(request, phase)),
        }
    }

    fn answer(&self, request: &Request, phase: Phase) -> Answer {
        let (world, options) = (&self.world, &self.options);
        if phase == Phase::SignIn {
            return SignIn { world, options, tokens: &self.tokens }.answer(request);
        }
        if let Err(why) = self.authenticate(request, phase) {
            return match phase {
                Phase::Directory => sign_in::unauthorised_directory(why),
                _ => sign_in::unauthorised(&request.origin, &world.tenant, why),
            };
        }
        match phase {
            Phase::Directory => Directory { world, options }.answer(request),
            Phase::ResourceGraph => self.query(request),
            _ => self.read(request),
        }
    }

    /// A question to Azure Resource Manager, within its quota.
    fn read(&self, request: &Request) -> Answer {
        let is_registration = request.method == Method::POST && request.path.ends_with("/register");
        if request.method != Method::GET && !is_registration {
            return Answer::error(
                405,
                "MethodNotAllowed",
                "This Azure is simulated and read only.",
            );
        }
        let key = id::key(&request.path);
        let subscription = id::subscription_of(&key);
        let mut left = Ok(Left { requests: super::throttle::BUCKET - 1, wait: WINDOW });
        if self.options.throttle {
            let lane = subscription.unwrap_or_default();
            let mut throttle = self.throttle.lock().unwrap_or_else(PoisonError::into_inner);
            left = throttle.read(lane, Instant::now());
        }
        let (world, options) = (&self.world, &self.options);
        let (answer, left) = match left {
            Ok(left) => {
                let answer =
                    self.answers.recall(request, || Arm { world, options }.answer(request));
                (answer, left.requests)
            }
            Err(wait) => (arm::error::throttled(whole_seconds(wait)), 0),
        };
        let lane = if subscription.is_some() { "subscription" } else { "tenant" };
        answer.with(&format!("x-ms-ratelimit-remaining-{lane}-reads"), left)
    }

    /// A query to Resource Graph, within its quota.
    fn query(&self, request: &Request) -> Answer {
        if request.method != Method::POST {
            return Answer::error(405, "MethodNotAllowed", "Queries are posted.");
        }
        if let Some(error) = arm::error::api_version(request.parameter("api-version")) {
            return error;
        }
        let mut left = Ok(Left { requests: QUERIES - 1, wait: WINDOW });
        if self.options.throttle {
            let mut throttle = self.throttle.lock().unwrap_or_else(PoisonError::into_inner);
            left = throttle.query(Instant::now());
        }
        let (answer, left, wait) = match left {
            Ok(left) => {
                let size = self.options.graph_page_size;
                let answer = self.answers.recall(request, || {
                    resource_graph::answer(&self.world, &self.queries, request, size)
                });
                (answer, left.requests, left.wait)
            }
            Err(wait) => (resource_graph::throttled(whole_seconds(wait)), 0, wait),
        };
        answer
            .with("x-ms-user-quota-remaining", left)
            .with("x-ms-user-quota-resets-after", hours_minutes_seconds(wait))
    }

    fn authenticate(&self, request: &Request, phase: Phase) -> Result<(), Rejection> {
        let header = request.header("authorization");
        let scheme = header.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("bearer "));
        let token = scheme.and_then(|_| header.get(7..)).ok_or(Rejection::Missing)?;
        if self.options.known_tokens.iter().any(|known| known == token) {
            return Ok(());
        }
        let graph = sign_in::graph_address(&request.origin);
        let audiences: &[&str] = match phase {
            Phase::Directory => &[&graph],
            _ => &[sign_in::MANAGEMENT_AUDIENCE, &request.origin],
        };
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner).check(
            token,
            &self.world.tenant,
            audiences,
        )
    }
}
