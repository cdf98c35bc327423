//! What rules on scripts share: which operations they speak of, what an option says, and how loud a failure is.

use std::borrow::Cow;

use serde_json::Value as Json;

use super::contract::{Context, Defect, Outcome, Undecided, Verdict};
use crate::finding::Level;
use crate::inventory::script::{
    ConditionKind, Content, Given, Neighbouring, Operation, Piece, ScriptOperation, Tool, Value,
};
use crate::inventory::{Fact, Kind, Reason, ResourceId, Span, Time, id, placeholder};
pub use body::Property;

mod body;

/// A setting that operations write, and the values of it that weaken something.
#[derive(Clone, Copy, Debug)]
pub struct Written {
    /// The operations, by their names.
    pub operations: &'static [&'static str],
    /// The options that write it, in either language.
    pub options: &'static [&'static str],
    /// The values that are wrong, compared without case.
    pub wrong: &'static [&'static str],
    /// What is wrong then, as one sentence without a full stop.
    pub message: &'static str,
}

/// What an operation says of a setting.
#[derive(Clone, Debug)]
pub enum Said {
    /// Nothing.
    Nothing,
    /// Something that is all right.
    Fine,
    /// Something that is wrong.
    Wrong(Box<Defect>),
}

impl Said {
    /// A defect if there is one.
    pub fn of(defect: Option<Defect>) -> Self {
        defect.map_or(Self::Fine, Self::wrong)
    }

    /// A defect.
    pub fn wrong(defect: Defect) -> Self {
        Self::Wrong(Box::new(defect))
    }
}

impl Written {
    /// What an operation writes there.
    ///
    /// # Errors
    /// When that cannot be told.
    pub fn judge(&self, operation: &Operation) -> Result<Said, Undecided> {
        if !operation.is(self.operations) {
            return Ok(Said::Nothing);
        }
        let Some(given) = operation.given(self.options) else {
            return if operation.complete {
                Ok(Said::Nothing)
            } else {
                Err(hidden(operation, self.options))
            };
        };
        let written = words(given).ok_or_else(|| undecided(given))?;
        let wrong = written
            .iter()
            .any(|word| self.wrong.iter().any(|wrong| word.eq_ignore_ascii_case(wrong)));
        Ok(Said::of(wrong.then(|| at(given, self.message))))
    }
}

/// The verdict on the settings that an operation may write: a proven defect counts whatever else is unknown.
///
/// # Errors
/// When nothing is proven and something cannot be told.
pub fn judge_settings(
    operation: &ScriptOperation<'_>,
    context: &Context<'_, '_>,
    settings: &[Written],
) -> Verdict {
    let judged = settings.iter().map(|setting| setting.judge(operation.operation()));
    settle(operation, context, judged)
}

/// The same for answers that were made elsewhere.
///
/// # Errors
/// When nothing is proven and something cannot be told.
pub fn settle(
    operation: &ScriptOperation<'_>,
    context: &Context<'_, '_>,
    judged: impl Iterator<Item = Result<Said, Undecided>>,
) -> Verdict {
    if operation.is_rehearsal() {
        return Ok(Outcome::NotApplicable);
    }
    let (mut defects, mut undecided, mut writes) = (Vec::new(), None, false);
    for answer in judged {
        match answer {
            Ok(Said::Wrong(defect)) => defects.push(*defect),
            Ok(Said::Fine) => writes = true,
            Ok(Said::Nothing) => {}
            Err(reason) => undecided = undecided.or(Some(reason)),
        }
    }
    match (defects.is_empty(), undecided) {
        (false, _) => fail(operation, context, defects),
        (true, Some(undecided)) => Err(undecided),
        (true, None) if writes => Ok(Outcome::Pass),
        (true, None) => Ok(Outcome::NotApplicable),
    }
}

/// A failure. Where people start the script by hand, and approve it, it is one level lower and says so.
///
/// # Errors
/// Never; it returns a [`Verdict`] so that it can stand last in a check.
pub fn fail(
    operation: &ScriptOperation<'_>,
    context: &Context<'_, '_>,
    mut defects: Vec<Defect>,
) -> Verdict {
    if operation.is_attended() {
        for defect in &mut defects {
            let level = defect.level.unwrap_or(context.level);
            defect.level = Some(match level {
                Level::Error => Level::Warning,
                Level::Warning | Level::Note => Level::Note,
            });
            defect.message.push_str(
                "; people start this by hand, for an environment that may ask for approval",
            );
        }
    }
    Ok(Outcome::Fail(defects))
}

/// One defect at an option, with what it says as evidence.
pub fn at(given: &Given, message: impl Into<String>) -> Defect {
    Defect::at(path(given), message).observed(json(&given.value))
}

/// One defect of an operation as a whole.
pub fn whole(operation: &Operation, message: impl Into<String>) -> Defect {
    Defect::at("", message).observed(shown(operation))
}

/// How people write an operation.
pub fn shown(operation: &Operation) -> String {
    match operation.tool {
        Tool::Az => format!("az {}", operation.name),
        _ => operation.name.to_string(),
    }
}

/// The path of an option in the body of its operation.
pub fn path(given: &Given) -> String {
    path_of(&given.name)
}

/// The path of an option by its name.
pub fn path_of(option: &str) -> String {
    format!("properties.options.{option}")
}

/// An option whose value cannot be told.
pub fn undecided(given: &Given) -> Undecided {
    let reason = given.value.as_unknown().map_or(Reason::UnrecognisedValue, |it| it.cause.reason());
    let message = match given.value.as_unknown() {
        Some(unknown) if !unknown.detail.is_empty() => {
            format!("the value of `{}` comes from `{}`", given.name, unknown.detail)
        }
        _ => String::new(),
    };
    Undecided { reason, path: Cow::Owned(path(given)), message }
}

/// An option, by its names in either language, that may be given in a way that nobody can see through.
pub fn hidden(operation: &Operation, options: &[&str]) -> Undecided {
    let reason = Reason::UnresolvedExpression;
    let is_own = |option: &&&str| option.starts_with("--") == (operation.tool == Tool::Az);
    let option = options.iter().find(is_own).or(options.first()).copied().unwrap_or_default();
    let message =
        format!("some arguments of `{}` are not known; `{option}` may be one", shown(operation));
    Undecided { reason, path: Cow::Owned(path_of(option)), message }
}

/// An unknown fact of an option.
pub fn unknown(operation: &Operation, options: &[&str], reason: Reason) -> Undecided {
    match operation.given(options) {
        Some(given) => undecided(given),
        None => Undecided { reason, ..hidden(operation, options) },
    }
}

/// Whether an option is on.
///
/// # Errors
/// When that cannot be told.
pub fn is_on(operation: &Operation, options: &[&str]) -> Result<bool, Undecided> {
    match operation.truth(options) {
        Fact::Known(on) => Ok(on),
        Fact::Absent => Ok(false),
        Fact::Unknown(reason) => Err(unknown(operation, options, reason)),
    }
}

/// What an option says, as far as that is known, with a placeholder for every piece that is not. Nothing if the option is
/// not given or nothing of it is known.
pub fn form(given: &Given) -> Option<Cow<'_, str>> {
    form_of(&given.value)
}

/// The same of a value.
pub fn form_of(value: &Value) -> Option<Cow<'_, str>> {
    match &value.content {
        Content::Text(text) => Some(Cow::Borrowed(text)),
        Content::Unknown(unknown) if !unknown.pieces.is_empty() => {
            let pieces = unknown.pieces.iter().map(|piece| match piece {
                Piece::Known(text) => text.to_string(),
                Piece::Unknown(detail) => placeholder::placeholder(detail),
            });
            Some(Cow::Owned(pieces.collect()))
        }
        _ => None,
    }
}

/// The single texts of a value: of a list each element; `key=value` also as the value.
fn words(given: &Given) -> Option<Vec<String>> {
    let text = |value: &Value| match &value.content {
        Content::Text(text) => Some(text.to_string()),
        Content::Bool(truth) => Some(truth.to_string()),
        _ => None,
    };
    let all: Option<Vec<String>> = match &given.value.content {
        Content::List(list) => list.iter().map(text).collect(),
        _ => text(&given.value).map(|text| vec![text]),
    };
    let mut all = all?;
    let parts: Vec<String> = all
        .iter()
        .flat_map(|text| text.split_whitespace())
        .filter_map(|part| {
            part.split_once('=').map(|(_, value)| value.trim_matches('"').to_owned())
        })
        .collect();
    all.extend(parts);
    Some(all)
}

/// A value as evidence.
pub fn json(value: &Value) -> Json {
    match &value.content {
        Content::Bool(truth) => (*truth).into(),
        Content::Text(text) => (**text).into(),
        Content::List(list) => list.iter().map(json).collect(),
        Content::Null | Content::Map(_) | Content::Moment(_) | Content::Unknown(_) => Json::Null,
    }
}

/// Something that an operation deletes through a command that deletes anything.
#[derive(Clone, Debug)]
pub struct Deleted<'o> {
    /// Its ARM type, in lower case.
    pub kind: String,
    /// Where that stands; none where it comes through a pipe.
    pub given: Option<&'o Given>,
}

const PROVIDERS: [&str; 2] = ["microsoft.recoveryservices/", "microsoft.dataprotection/"];

impl Deleted<'_> {
    /// Whether it is one of these types, which are written in lower case.
    pub fn is(&self, kinds: &[&str]) -> bool {
        kinds.contains(&self.kind.as_str())
    }

    /// Whether it belongs to the services of Azure Backup.
    pub fn is_of_backup(&self) -> bool {
        PROVIDERS.iter().any(|provider| self.kind.starts_with(provider))
    }

    /// The defect that this is one of them.
    pub fn defect(&self, operation: &Operation, message: &str) -> Defect {
        self.given.map_or_else(|| whole(operation, message), |given| at(given, message))
    }
}

/// What an operation deletes through `az resource delete`, `az rest` and their twins. None if it deletes nothing that way.
///
/// # Errors
/// When what it deletes cannot be told.
pub fn deleted<'o>(script: &ScriptOperation<'o>) -> Result<Option<Vec<Deleted<'o>>>, Undecided> {
    let operation = script.operation();
    let (ids, kinds): (&[&str], &[&str]) = match &*operation.name {
        "resource delete" => (&["--ids"], &["--resource-type"]),
        "Remove-AzResource" => (&["-ResourceId"], &["-ResourceType"]),
        "rest" | "Invoke-AzRestMethod" => {
            match operation.text(&["--method", "-Method"]) {
                Fact::Known(method) if method.eq_ignore_ascii_case("delete") => {}
                Fact::Known(_) | Fact::Absent => return Ok(None),
                Fact::Unknown(reason) => {
                    return Err(unknown(operation, &["--method", "-Method"], reason));
                }
            }
            (&["--uri", "--url", "-Path", "-Uri"], &["-ResourceType"])
        }
        _ => return Ok(None),
    };
    if let Some(given) = operation.given(ids) {
        let values = match &given.value.content {
            Content::List(list) => list.iter().collect(),
            _ => vec![&given.value],
        };
        let kinds = values.into_iter().map(|value| {
            let kind = kind_of(script, value).ok_or_else(|| undecided(given))?;
            Ok(Deleted { kind, given: Some(given) })
        });
        return kinds.collect::<Result<Vec<_>, _>>().map(Some);
    }
    if let Some(given) = operation.given(kinds) {
        let kind = given.value.as_text().ok_or_else(|| undecided(given))?.to_ascii_lowercase();
        let namespace = operation.text(&["--namespace", "-ResourceProviderName"]);
        let kind = match namespace {
            Fact::Known(namespace) if !kind.contains('/') || !kind.starts_with("microsoft.") => {
                format!("{}/{kind}", namespace.to_ascii_lowercase())
            }
            _ => kind,
        };
        return Ok(Some(vec![Deleted { kind, given: Some(given) }]));
    }
    if let Some(kind) = piped(script).and_then(answered) {
        return Ok(Some(vec![Deleted { kind, given: None }]));
    }
    let message = format!("what `{}` deletes is not known", shown(operation));
    Err(Undecided::because(Reason::UnresolvedExpression, message))
}

/// The type of the resource with an id, an address that ends in one, or the id of what a command answers.
fn kind_of(script: &ScriptOperation<'_>, value: &Value) -> Option<String> {
    if let Some(text) = form_of(value) {
        let path = text.split(['?', '#']).next().unwrap_or_default();
        let from = path.find("/subscriptions/").or_else(|| path.find("/providers/"));
        let path = match from {
            Some(at) => &path[at..],
            // An id that is not known, and what lies below it.
            None => path.trim_start_matches("https:/"),
        };
        if let Some(kind) = id::type_of(path) {
            return Some(kind.to_ascii_lowercase());
        }
    }
    answered(script.source(value)?)
}

/// The operation whose objects come through the pipe, also past commands that choose among them.
fn piped<'o>(script: &ScriptOperation<'o>) -> Option<&'o Operation> {
    const CHOOSE: [&str; 3] = ["Where-Object", "Select-Object", "Sort-Object"];
    let job = script.job();
    let mut from = script.operation().piped_from?;
    for _ in 0..job.commands.len() {
        let command = job.commands.get(from as usize)?;
        let chooses = |known: &str| command.name().is_some_and(|it| it.eq_ignore_ascii_case(known));
        if !CHOOSE.iter().any(|known| chooses(known)) {
            return job.operations.iter().find(|operation| operation.command == from);
        }
        from = command.piped_from?;
    }
    None
}

/// The type of what a command answers.
fn answered(source: &Operation) -> Option<String> {
    let kind = match &*source.name {
        "Get-AzResource" => {
            let Fact::Known(kind) = source.text(&["-ResourceType"]) else { return None };
            return Some(kind.to_ascii_lowercase());
        }
        "Get-AzRecoveryServicesVault" | "backup vault show" => Kind::RecoveryServicesVault,
        "Get-AzDataProtectionBackupVault" | "dataprotection backup-vault show" => Kind::BackupVault,
        "Get-AzDataProtectionResourceGuard" | "dataprotection resource-guard show" => {
            Kind::ResourceGuard
        }
        "Get-AzVM" | "vm show" => Kind::VirtualMachine,
        "Get-AzStorageAccount" | "storage account show" => Kind::StorageAccount,
        _ => return None,
    };
    Some(kind.type_name().to_ascii_lowercase())
}

/// Whether the resource group that an operation names is that of a vault or a resource guard.
fn is_on_a_vault(operation: &Operation) -> bool {
    let name = &*operation.name;
    ["backup ", "dataprotection "].iter().any(|group| name.starts_with(group))
        || name.contains("-AzDataProtection")
        || name.ends_with("-AzRecoveryServicesVault")
}

/// Whether a resource group holds a vault or a resource guard: known with what says so, absent if it surely holds none.
pub fn vault_in_group(
    script: &ScriptOperation<'_>,
    context: &Context<'_, '_>,
    group: &str,
) -> Fact<String> {
    let names = |operation: &&Operation| {
        let options = ["--resource-group", "-ResourceGroupName"];
        let of_group = matches!(
            operation.text(&options), Fact::Known(text) if text.eq_ignore_ascii_case(group)
        );
        is_on_a_vault(operation) && of_group
    };
    if let Some(operation) = script.all().find(names) {
        return Fact::Known(format!("`{}` names a vault in it", shown(operation)));
    }
    let estate = context.estate;
    let guards = estate.others.iter().filter(|other| other.kind == Kind::ResourceGuard);
    let held = estate.vaults.iter().map(|vault| &vault.resource).chain(guards);
    let (mut is_open, mut found) = (false, None);
    for resource in held {
        match resource.id.resource_group() {
            Some(name) if name.eq_ignore_ascii_case(group) => found = Some(&resource.id),
            Some(name) if placeholder::has_placeholder(name) => is_open = true,
            Some(_) => {}
            None => is_open = true,
        }
    }
    if let Some(id) = found {
        return Fact::Known(format!("{} is in it", name_in_code(context, id)));
    }
    let mut groups = estate.others.iter().filter(|other| other.kind == Kind::ResourceGroup);
    let of_group = groups.find(|other| other.id.name().eq_ignore_ascii_case(group));
    let is_read = of_group.is_some_and(|group| {
        let kinds = [Kind::RecoveryServicesVault, Kind::BackupVault, Kind::ResourceGuard];
        kinds.iter().all(|kind| estate.coverage.list_of(group.id.as_str(), *kind).is_ok())
    });
    if is_read && !is_open { Fact::Absent } else { Fact::Unknown(Reason::OutsideThisSource) }
}

/// What people call a resource: its address in code, or its name.
pub fn name_in_code<'c>(context: &Context<'c, '_>, id: &'c ResourceId<'_>) -> &'c str {
    context.estate.address(id.key()).map_or(id.name(), |address| address.text)
}

/// Commands that wait until a job has ended.
const WAITS: [&str; 3] =
    ["backup job wait", "Wait-AzRecoveryServicesBackupJob", "dataprotection backup-instance wait"];

/// Commands that ask how a job is, which waits for it when it is done again and again.
const ASKS: [&str; 8] = [
    "backup job show",
    "backup job list",
    "dataprotection job show",
    "dataprotection job list",
    "Get-AzRecoveryServicesBackupJob",
    "Get-AzRecoveryServicesBackupJobDetail",
    "Get-AzDataProtectionJob",
    "Search-AzDataProtectionJobInAzGraph",
];

/// Whether an operation waits for a job.
pub fn waits(neighbour: &Neighbouring<'_>) -> bool {
    let is_repeated = || {
        neighbour.command.is_some_and(|command| {
            command.conditions.iter().any(|condition| condition.kind == ConditionKind::Loop)
        })
    };
    neighbour.operation.is(&WAITS) || neighbour.operation.is(&ASKS) && is_repeated()
}

/// Commands that take a backup on demand.
pub const BACKUPS: [&str; 4] = [
    "backup protection backup-now",
    "dataprotection backup-instance adhoc-backup",
    "Backup-AzRecoveryServicesBackupItem",
    "Backup-AzDataProtectionBackupInstanceAdhoc",
];

/// Commands that restore.
pub const RESTORES: [&str; 7] = [
    "backup restore restore-disks",
    "backup restore restore-azurefiles",
    "backup restore restore-azurefileshare",
    "backup restore restore-azurewl",
    "dataprotection backup-instance restore trigger",
    "Restore-AzRecoveryServicesBackupItem",
    "Start-AzDataProtectionBackupInstanceRestore",
];

/// Commands, tasks and actions that change a machine, or may.
pub const CHANGES: [&str; 31] = [
    "deployment group create",
    "deployment sub create",
    "stack group create",
    "vm delete",
    "vm disk attach",
    "vm disk detach",
    "vm extension delete",
    "vm extension set",
    "vm install-patches",
    "vm reimage",
    "vm resize",
    "vm run-command create",
    "vm run-command invoke",
    "vm update",
    "vmss extension set",
    "vmss reimage",
    "vmss run-command invoke",
    "vmss update",
    "Invoke-AzVMInstallPatch",
    "Invoke-AzVMRunCommand",
    "New-AzResourceGroupDeployment",
    "New-AzSubscriptionDeployment",
    "Remove-AzVM",
    "Remove-AzVMExtension",
    "Set-AzVMExtension",
    "Set-AzVMRunCommand",
    "Update-AzVM",
    "AzureResourceGroupDeployment",
    "AzureResourceManagerTemplateDeployment",
    "azure/arm-deploy",
    "azure/bicep-deploy",
];

/// Until when an on-demand backup is kept, counted from a time: the option, and the time from then. None if it does
/// not say.
///
/// # Errors
/// When that cannot be told.
pub fn kept_until(operation: &Operation, now: Time) -> Result<Option<(&Given, Span)>, Undecided> {
    const OPTIONS: [&str; 2] = ["--retain-until", "-ExpiryDateTimeUTC"];
    let Some(given) = operation.given(&OPTIONS).filter(|_| operation.is(&BACKUPS)) else {
        return Ok(None);
    };
    let span = match &given.value.content {
        Content::Moment(moment) => Span(moment.seconds),
        Content::Text(text) => {
            let until = day(text).or_else(|| Time::parse(text)).ok_or_else(|| undecided(given))?;
            // A day without a time counts to its end.
            let whole = if text.contains(':') { Span(0) } else { Span::days(1) };
            until.plus(whole).since(now)
        }
        _ => return Err(undecided(given)),
    };
    Ok(Some((given, span)))
}

/// A day as the Azure CLI takes it, `31-12-2026`.
fn day(text: &str) -> Option<Time> {
    let mut parts = text.trim().split('-');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let is_day = parts.next().is_none() && day.len() <= 2 && year.len() == 4;
    is_day.then_some(())?;
    Time::of_date(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// The id of another operation of the same script.
pub fn id_of(script: &ScriptOperation<'_>, at: usize) -> String {
    format!("{}/operations/{at}", script.job_id)
}
