//! A running simulation: who is asked what, and the handle that tests hold.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use hyper::Method;
use tokio::sync::oneshot;

use super::answer::Answer;
use super::arm::{self, Arm};
use super::directory::Directory;
use super::journal::{Entry, Journal};
use super::options::Options;
use super::request::Request;
use super::sign_in::{self, SignIn};
use super::token::{Rejection, Tokens};
use super::world::World;
use super::{certificate, resource_graph, server};

/// A simulated Azure that answers until it is dropped.
pub struct Simulator {
    state: Arc<State>,
    address: SocketAddr,
    authority: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// What all connections share.
pub struct State {
    world: World,
    options: Options,
    journal: Journal,
    tokens: Mutex<Tokens>,
}

/// A service, as the journal calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// Azure Resource Manager.
    ResourceManager,
    /// Microsoft Graph.
    Directory,
}

impl Simulator {
    /// Serves an estate on loopback, HTTP and HTTPS on the same port.
    ///
    /// # Errors
    /// When the port is taken or a file cannot be written.
    pub fn start(mut world: World, options: Options) -> io::Result<Self> {
        world.refuse(options.refusals.iter().cloned());
        let identity = certificate::identity().map_err(io::Error::other)?;
        if let Some(path) = &options.certificate {
            std::fs::write(path, &identity.authority)?;
        }
        let journal = Journal::new(options.log.as_deref())?;
        let listener = std::net::TcpListener::bind(("127.0.0.1", options.port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let state = Arc::new(State { world, options, journal, tokens: Mutex::default() });
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let shared = Arc::clone(&state);
        let thread = std::thread::Builder::new().name("azure-sim".to_owned()).spawn(move || {
            runtime.block_on(server::serve(listener, identity.acceptor, shared, stopped));
        })?;
        let (stop, thread) = (Some(stop), Some(thread));
        Ok(Self { state, address, authority: identity.authority, stop, thread })
    }

    /// Where it answers HTTP.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where it answers HTTPS.
    pub fn https_url(&self) -> String {
        format!("https://{}", self.address)
    }

    /// The certificate that a client must trust for HTTPS, in PEM.
    pub fn certificate(&self) -> &str {
        &self.authority
    }

    /// The tenant that it serves.
    pub fn tenant(&self) -> &str {
        &self.state.world.tenant
    }

    /// Every request so far, in the order they came.
    pub fn log(&self) -> Vec<Entry> {
        self.state.journal.entries()
    }

    /// How many requests came for a service so far; see [`Entry::phase`].
    pub fn requests(&self, phase: &str) -> usize {
        self.log().iter().filter(|entry| entry.phase == phase).count()
    }

    /// Lets every token expire now.
    pub fn expire_tokens(&self) {
        self.state.tokens.lock().unwrap_or_else(PoisonError::into_inner).expire();
    }

    /// Waits for ever.
    pub fn wait(mut self) {
        if let Some(thread) = self.thread.take() {
            // Nothing but a panic ends it, and that was reported.
            let _ = thread.join();
        }
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // It may have ended by itself.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl State {
    /// Answers a request and notes it.
    pub async fn handle(&self, request: Request) -> Answer {
        if !self.options.latency.is_zero() {
            tokio::time::sleep(self.options.latency).await;
        }
        let (phase, answer) = self.answer(&request);
        self.journal.note(Entry {
            number: 0,
            phase,
            method: request.method.to_string(),
            path: request.path.clone(),
            query: request.query.clone(),
            text: if phase == "resource-graph" { resource_graph::text_of(&request) } else { None },
            status: answer.status,
            client_request_id: request.header("x-ms-client-request-id").to_owned(),
        });
        answer
    }

    fn answer(&self, request: &Request) -> (&'static str, Answer) {
        let (world, options) = (&self.world, &self.options);
        if let Some(answer) = (SignIn { world, options, tokens: &self.tokens }).answer(request) {
            return ("sign-in", answer);
        }
        let parts = request.parts();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let graph = match parts[..] {
            ["v1.0", ..] => Some(&parts[1..]),
            ["graph", "v1.0", ..] => Some(&parts[2..]),
            _ => None,
        };
        if let Some(parts) = graph {
            let answer = match self.authenticate(request, Service::Directory) {
                Ok(()) => Directory { world, options }.answer(request, parts),
                Err(why) => sign_in::unauthorised_directory(why),
            };
            return ("directory", answer);
        }
        let is_query = parts == ["providers", "microsoft.resourcegraph", "resources"];
        let phase = if is_query { "resource-graph" } else { "resource-manager" };
        let answer = match self.authenticate(request, Service::ResourceManager) {
            Ok(()) if is_query && request.method == Method::POST => self.query(request),
            Ok(()) if request.method == Method::GET => Arm { world, options }.answer(request),
            Ok(()) => {
                Answer::error(405, "MethodNotAllowed", "This Azure is simulated and read only.")
            }
            Err(why) => sign_in::unauthorised(&request.origin, &world.tenant, why),
        };
        (phase, answer)
    }

    fn query(&self, request: &Request) -> Answer {
        let version = request.parameter("api-version");
        let answer = || resource_graph::answer(&self.world, request);
        arm::error::api_version(version).unwrap_or_else(answer)
    }

    fn authenticate(&self, request: &Request, service: Service) -> Result<(), Rejection> {
        let header = request.header("authorization");
        let scheme = header.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("bearer "));
        let token = scheme.and_then(|_| header.get(7..)).ok_or(Rejection::Missing)?;
        if self.options.known_tokens.iter().any(|known| known == token) {
            return Ok(());
        }
        let graph = sign_in::graph_address(&request.origin);
        let audiences: &[&str] = match service {
            Service::ResourceManager => &[sign_in::MANAGEMENT_AUDIENCE, &request.origin],
            Service::Directory => &[&graph],
        };
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner).check(token, audiences)
    }
}
