//! Asking another program for a token.

use std::ffi::OsStr;
use std::io;
use std::process::{Output, Stdio};
use std::time::Duration;

use async_trait::async_trait;
use azure_identity::Executor;
use tokio::process::Command;

use crate::azure::environment::Environment;

/// Runs a program with the variables that were given, without a terminal, for a while.
#[derive(Debug)]
pub(super) struct Commands {
    pub(super) environment: Environment,
    pub(super) time_limit: Duration,
}

#[async_trait]
impl Executor for Commands {
    async fn run(&self, program: &OsStr, arguments: &[&OsStr]) -> io::Result<Output> {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .env_clear()
            .envs(self.environment.variables())
            .stdin(Stdio::null())
            .kill_on_drop(true);
        let ended = tokio::time::timeout(self.time_limit, command.output()).await;
        ended.unwrap_or_else(|_| {
            let said = format!("it said nothing for {} seconds", self.time_limit.as_secs());
            Err(io::Error::new(io::ErrorKind::TimedOut, said))
        })
    }
}
