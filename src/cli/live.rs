//! What every command shares that reads Azure: where to look, how to sign in, and the run itself.

mod meter;

use std::future::Future;
use std::mem::ManuallyDrop;
use std::path::Path;
use std::sync::Arc;

use clap::Args;
use miette::{Diagnostic, IntoDiagnostic};
use thiserror::Error;

use super::{exit, terminal};
use crate::azure::http::Timeouts;
use crate::azure::{
    AuthChoice, Cancellation, Client, Cloud, CloudChoice, Environment, Http, Options, SignIn,
};
use crate::collect::plan::version::Versions;
use crate::collect::plan::{Plan, Wish};
use crate::collect::{CollectError, Run, Scopes};
use crate::inventory::Time;
use crate::report;
use crate::snapshot::Inputs;
use crate::snapshot::write::{Order, Packing, SnapshotWriter, Written};
pub(super) use meter::{Loudness, Meter};

/// Where to look, what for, and how to sign in.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct LiveArgs {
    /// Tenant to sign in to [default: the one that the sign-in has chosen]
    #[arg(long, value_name = "ID", help_heading = "Azure")]
    tenant: Option<String>,
    /// Only what is below this management group; repeat for several [default: everything visible]
    #[arg(long, value_name = "NAME", help_heading = "Azure")]
    management_group: Vec<String>,
    /// Only this subscription; repeat for several
    #[arg(long, value_name = "GUID", help_heading = "Azure")]
    subscription: Vec<String>,
    /// The one way to sign in: github-oidc, workload-identity, client-secret, managed-identity,
    /// azure-cli or azure-developer-cli [default: the first of them that is set up]
    #[arg(long, value_name = "WAY", help_heading = "Azure")]
    auth: Option<AuthChoice>,
    /// AzureCloud, AzureUSGovernment or AzureChinaCloud [default: AZURE_AUTHORITY_HOST's, else
    /// AzureCloud]
    #[arg(long, value_name = "NAME", help_heading = "Azure", conflicts_with = "arm_endpoint")]
    cloud: Option<String>,
    /// Address of another Azure Resource Manager: https, or http on this machine
    #[arg(long, value_name = "URL", help_heading = "Azure")]
    arm_endpoint: Option<String>,
    /// Only vaults, their settings, what they protect, and virtual machines
    #[arg(long, help_heading = "Azure")]
    minimal: bool,
    /// Collect this as well; repeat or separate by commas (`collect --plan` shows the names)
    #[arg(long, value_name = "NAME", value_delimiter = ',', help_heading = "Azure")]
    with: Vec<String>,
    /// Do not collect this; repeat or separate by commas
    #[arg(long, value_name = "NAME", value_delimiter = ',', help_heading = "Azure")]
    without: Vec<String>,
    /// API version of a service, for clouds that lag behind: recovery-services=2025-02-01; repeat
    /// for several
    #[arg(long, value_name = "AREA=VERSION", help_heading = "Azure")]
    api_version: Vec<String>,
}

/// What was asked for does not make sense.
#[derive(Debug, Error, Diagnostic)]
#[error("{0}")]
#[diagnostic(code(backuplint::collect::arguments))]
struct BadArgument(String);

/// Options for reading Azure, without the wish to read it.
#[derive(Debug, Error, Diagnostic)]
#[error("options of the heading `Azure` are for reading Azure")]
#[diagnostic(code(backuplint::collect::arguments), help("add --live, or leave them out"))]
pub(super) struct NotLive;

/// What the snapshot is called that nobody keeps.
const LIVE: &str = "live";

/// What was read for a command that goes on with it, or why there is nothing.
pub(super) enum Opened {
    Inputs(Inputs),
    Early(u8),
}

/// Reads Azure for a command that goes on with what was read; it is kept only if somebody says where.
pub(super) fn open(
    args: &LiveArgs,
    save: Option<&Path>,
    begun: Time,
    loudness: Loudness,
) -> miette::Result<Opened> {
    let (plan, scopes) = (args.plan()?, args.scopes()?);
    let meter = Arc::new(Meter::new(loudness));
    // Nobody but the owner can look into it, and it is gone when the process ends.
    let folder = tempfile::TempDir::with_prefix("backuplint-").into_diagnostic()?;
    let target = Target {
        folder: save.unwrap_or(folder.path()),
        started_at: begun,
        packing: Packing::Plain,
        is_lasting: save.is_some(),
        resume: false,
    };
    target.check()?;
    let ending = block_on(async {
        // To close hundreds of connections takes time that judging needs; they end with the process.
        let connected = ManuallyDrop::new(args.connect(&meter).await?);
        collect(&connected, (&plan, &scopes), &target, &meter).await
    })?;
    if let Ending::Early(error) = ending {
        return Ok(Opened::Early(complain(error, None)));
    }
    let inputs = Inputs::open(&[target.folder.to_path_buf()])?;
    // The files stay mapped when their names are gone.
    Ok(Opened::Inputs(if save.is_some() { inputs } else { inputs.named(folder.path(), LIVE) }))
}

/// A connection to Azure.
pub(super) struct Connected {
    pub client: Client,
    pub cancellation: Cancellation,
    tenant: Option<String>,
}

/// Where a snapshot goes, and how.
pub(super) struct Target<'a> {
    pub folder: &'a Path,
    pub started_at: Time,
    pub packing: Packing,
    pub is_lasting: bool,
    pub resume: bool,
}

impl Target<'_> {
    /// Whether the folder takes a snapshot; asked before anybody signs in.
    pub(super) fn check(&self) -> miette::Result<()> {
        let goes_on = self.resume && SnapshotWriter::is_begun(self.folder);
        if goes_on { Ok(()) } else { Ok(SnapshotWriter::accepts(self.folder)?) }
    }
}

/// How a run ended.
pub(super) enum Ending {
    /// There is a snapshot.
    Written(Written),
    /// There is a part of one, or none, for this reason.
    Early(CollectError),
}

impl LiveArgs {
    /// Whether any of these options was given.
    pub(super) fn is_given(&self) -> bool {
        let texts = [&self.tenant, &self.cloud, &self.arm_endpoint];
        let lists = [
            &self.management_group,
            &self.subscription,
            &self.with,
            &self.without,
            &self.api_version,
        ];
        self.minimal
            || self.auth.is_some()
            || texts.into_iter().any(Option::is_some)
            || lists.into_iter().any(|list| !list.is_empty())
    }

    /// What is to be asked.
    pub(super) fn plan(&self) -> miette::Result<Plan> {
        let bad = |text: String| BadArgument(report::visible(&text).into_owned());
        let mut versions = Versions::default();
        for text in &self.api_version {
            versions.set(text).map_err(|error| bad(error.to_string()))?;
        }
        let (with, without) = (self.with.clone(), self.without.clone());
        let wish = Wish { is_minimal: self.minimal, with, without };
        Ok(Plan::new(&wish, versions).map_err(|error| bad(error.to_string()))?)
    }

    /// Where it is to be asked.
    pub(super) fn scopes(&self) -> miette::Result<Scopes> {
        let scopes = Scopes::new(&self.management_group, &self.subscription);
        Ok(scopes.map_err(|error| BadArgument(report::visible(&error.to_string()).into_owned()))?)
    }

    /// Signs in.
    pub(super) async fn connect(&self, meter: &Arc<Meter>) -> miette::Result<Connected> {
        let http = Http::new(Timeouts::default()).into_diagnostic()?;
        let environment = Environment::of_process();
        let choice =
            CloudChoice { name: self.cloud.as_deref(), arm_endpoint: self.arm_endpoint.as_deref() };
        let cloud = Cloud::choose(choice, &environment, &http).await?;
        let sign_in = SignIn {
            cloud: cloud.clone(),
            environment,
            choice: self.auth,
            tenant: self.tenant.clone(),
        };
        let session = sign_in.run(&http).await?;
        meter.say(&report::visible(&session.summary()));
        let cancellation = Cancellation::default();
        let options = Options {
            cancellation: cancellation.clone(),
            observer: Some(meter.clone()),
            ..Options::default()
        };
        let tenant = self.tenant.clone().or_else(|| session.identity().tenant.clone());
        let client = Client::new(&http, cloud, Arc::new(session), options);
        Ok(Connected { client, cancellation, tenant })
    }
}

/// Runs something that waits for Azure in this thread, while another sends and receives.
pub(super) fn block_on<T>(work: impl Future<Output = miette::Result<T>>) -> miette::Result<T> {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(1).thread_name("network").enable_all().build();
    let runtime = ManuallyDrop::new(runtime.into_diagnostic()?);
    runtime.block_on(work)
}

/// Reads Azure into a folder.
pub(super) async fn collect(
    connected: &Connected,
    (plan, scopes): (&Plan, &Scopes),
    target: &Target<'_>,
    meter: &Meter,
) -> miette::Result<Ending> {
    let order = Order {
        cloud: connected.client.cloud().name().to_owned(),
        tenant: connected.tenant.clone(),
        scopes: scopes.ids(),
        questions: plan.questions(),
        started_at: target.started_at,
        packing: target.packing,
        is_lasting: target.is_lasting,
    };
    let writer = if target.resume {
        SnapshotWriter::resume(target.folder, &order)?
    } else {
        SnapshotWriter::create(target.folder, &order)?
    };
    let started_at = writer.started_at().unwrap_or(target.started_at);
    let run =
        Run { client: &connected.client, writer: &writer, plan, scopes, started_at, watch: meter };
    let result = stoppable(run.collect(), &connected.cancellation, meter).await;
    meter.finish();
    match result {
        Ok(()) => {
            // A clock that was given is the only one.
            let ended = if target.is_lasting { Time::now() } else { started_at };
            Ok(Ending::Written(writer.finish(ended)?))
        }
        Err(CollectError::Write(error)) => Err(error.into()),
        Err(error @ (CollectError::Unreadable(_) | CollectError::Nothing { .. })) => {
            writer.abandon()?;
            Ok(Ending::Early(error))
        }
        Err(error) => Ok(Ending::Early(error)),
    }
}

/// The exit code of a run that ended early.
pub(super) fn code_of(error: &CollectError) -> u8 {
    match error {
        CollectError::Nothing { .. } | CollectError::Write(_) => exit::ERROR,
        CollectError::Stopped | CollectError::SignIn(_) | CollectError::Unreadable(_) => {
            exit::INCOMPLETE
        }
    }
}

/// Ends a run when somebody presses Ctrl-C or ends the process: once to finish what is being written, twice to
/// wait for nothing.
async fn stoppable(
    work: impl Future<Output = Result<(), CollectError>>,
    cancellation: &Cancellation,
    meter: &Meter,
) -> Result<(), CollectError> {
    let mut work = std::pin::pin!(work);
    loop {
        tokio::select! {
            result = &mut work => return result,
            () = signal() => {
                if cancellation.is_cancelled() {
                    return Err(CollectError::Stopped);
                }
                meter.say("stopping; once more to wait for nothing");
                cancellation.cancel();
            }
        }
    }
}

/// Waits until somebody wants this process to end.
async fn signal() {
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = interrupted => {}
        () = terminated() => {}
    }
}

#[cfg(unix)]
async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut signal) => {
            signal.recv().await;
        }
        Err(_) => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn terminated() {
    std::future::pending().await
}

/// Tells why a run ended early.
pub(super) fn complain(error: CollectError, advice: Option<&str>) -> u8 {
    let code = code_of(&error);
    terminal::complain(&error.into());
    if let Some(advice) = advice {
        terminal::note(advice);
    }
    code
}
