//! Serves an estate as Azure, for clients that know nothing of it:
//! `cargo run --example azure-sim -- --estate fixtures/estates/contoso --port 8443`.

#![allow(clippy::print_stdout, clippy::pedantic, reason = "an example is no API")]

#[path = "../../tests/azure_sim/mod.rs"]
mod azure_sim;

use std::path::PathBuf;
use std::time::Duration;

use azure_sim::{Options, Script, Simulator, World};
use clap::Parser;

/// Serves an estate as Azure, on loopback, HTTP and HTTPS on the same port.
#[derive(Parser)]
#[command(name = "azure-sim")]
struct Arguments {
    /// A snapshot's folder, or a folder or file of exports.
    #[arg(long, value_name = "PATH")]
    estate: PathBuf,
    /// The port; any free one if zero.
    #[arg(long, default_value_t = 8443)]
    port: u16,
    /// Where to write the certificate that clients must trust for HTTPS.
    #[arg(long, value_name = "FILE")]
    tls_cert: Option<PathBuf>,
    /// How many rows of a list an answer holds.
    #[arg(long, default_value_t = 100)]
    page_size: usize,
    /// Milliseconds that every answer waits.
    #[arg(long, default_value_t = 0, value_name = "MS")]
    latency: u64,
    /// Count requests against Azure's documented quotas, and refuse what goes beyond.
    #[arg(long)]
    throttle: bool,
    /// What goes wrong and when, in TOML or JSON.
    #[arg(long, value_name = "FILE")]
    faults: Option<PathBuf>,
    /// The only client secret that is accepted; any without it.
    #[arg(long)]
    secret: Option<String>,
    /// Seconds that a token is good for.
    #[arg(long, default_value_t = 3599, value_name = "SECONDS")]
    token_lifetime: u64,
    /// A provider that no subscription uses; repeatable.
    #[arg(long, value_name = "NAMESPACE")]
    unregistered: Vec<String>,
    /// Where to note every request, one JSON object a line.
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments = Arguments::parse();
    let world = World::open(&arguments.estate)?;
    let script = arguments.faults.as_deref().map(Script::open).transpose()?.unwrap_or_default();
    let simulator = Simulator::start(
        world,
        Options {
            port: arguments.port,
            page_size: arguments.page_size.max(1),
            latency: Duration::from_millis(arguments.latency),
            throttle: arguments.throttle,
            faults: script.faults,
            refusals: script.refusals,
            secret: arguments.secret,
            token_lifetime: Duration::from_secs(arguments.token_lifetime),
            unregistered: arguments.unregistered,
            certificate: arguments.tls_cert,
            log: arguments.log,
            ..Options::default()
        },
    )?;
    println!("tenant {}", simulator.tenant());
    println!("{} and {}", simulator.url(), simulator.https_url());
    simulator.wait();
    Ok(())
}
