//! A running simulation, and the handle that tests hold.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, PoisonError};
use std::thread::JoinHandle;

use tokio::sync::oneshot;

use super::journal::Entry;
use super::options::Options;
use super::phase::Phase;
use super::state::State;
use super::world::World;
use super::{certificate, server};

/// A simulated Azure that answers until it is dropped.
pub struct Simulator {
    state: Arc<State>,
    address: SocketAddr,
    authority: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Simulator {
    /// Serves an estate on loopback, HTTP and HTTPS on the same port.
    ///
    /// # Errors
    /// When the port is taken or a file cannot be written.
    pub fn start(world: World, options: Options) -> io::Result<Self> {
        let identity = certificate::identity().map_err(io::Error::other)?;
        if let Some(path) = &options.certificate {
            std::fs::write(path, &identity.authority)?;
        }
        let listener = std::net::TcpListener::bind(("127.0.0.1", options.port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let state = Arc::new(State::new(world, options)?);
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

    /// How many requests came for a service so far.
    pub fn requests(&self, phase: Phase) -> usize {
        self.log().iter().filter(|entry| entry.phase == phase.as_str()).count()
    }

    /// Lets every token expire now.
    pub fn expire_tokens(&self) {
        self.state.tokens.lock().unwrap_or_else(PoisonError::into_inner).expire();
    }

    /// Goes on as if nobody had asked yet, but for the work that was done: the same questions are answered from
    /// memory.
    pub fn forget(&self) {
        self.state.forget();
    }

    /// Lets nothing go wrong any more.
    pub fn end_faults(&self) {
        self.state.faults.end();
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
