//! The wish to stop, from whoever runs the program.

use std::sync::Arc;

use tokio::sync::watch;

/// Tells everybody who holds a copy that the run is to end. Once cancelled it stays cancelled.
#[derive(Clone, Debug)]
pub struct Cancellation {
    is_cancelled: Arc<watch::Sender<bool>>,
}

impl Default for Cancellation {
    fn default() -> Self {
        Self { is_cancelled: Arc::new(watch::Sender::new(false)) }
    }
}

impl Cancellation {
    /// Asks to stop: what waits for Azure ends with a failure.
    pub fn cancel(&self) {
        self.is_cancelled.send_replace(true);
    }

    /// Whether somebody asked to stop.
    pub fn is_cancelled(&self) -> bool {
        *self.is_cancelled.borrow()
    }

    /// Waits until somebody asks to stop.
    pub async fn cancelled(&self) {
        let mut changes = self.is_cancelled.subscribe();
        // The sender lives as long as `self`, so that waiting cannot fail.
        let _ = changes.wait_for(|is_cancelled| *is_cancelled).await;
    }
}
