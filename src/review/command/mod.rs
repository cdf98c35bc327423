//! A change as a command line: one operation of Azure CLI or Azure PowerShell, perhaps with commands before it that
//! only read, and the change request that it comes to.
//!
//! What the line does not say is unknown, never guessed. What does more than one operation is refused.

mod arguments;
mod choice;
mod refusal;
mod target;

use crate::inventory::script::{
    Cause, Command, Content, Given, Job, Language, Operation, Place, ProblemKind, Reading, Tool,
    Trouble, Value,
};
use crate::inventory::{Estate, Time};

use super::request::{Arguments, Problems, Request, RequestError, Unbound};
use choice::choose;
use refusal::Refusal;
use target::Finder;

/// What requests on the command line are called in messages.
pub const NAME: &str = "the command";

/// A command line that is one operation.
#[derive(Debug)]
pub struct CommandLine {
    /// As it was written, with stars in place of secrets.
    text: String,
    reading: Reading,
    /// The position of the operation in the job.
    at: usize,
}

/// What the ticket says beside the command.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// Where the change is tracked.
    pub ticket: Option<String>,
    /// Who is to do it.
    pub caller: Option<String>,
    /// Who agreed.
    pub approved_by: Option<String>,
}

/// The texts of files that an option names, `--policy @policy.json`.
pub type Files<'f> = dyn Fn(&str) -> Option<String> + 'f;

/// The language of a command line: a cmdlet of Azure, or a line that goes on behind a backtick, is PowerShell.
pub fn language(text: &str) -> Language {
    let is_cmdlet = |word: &str| {
        word.split_once('-').is_some_and(|(verb, noun)| {
            let is_verb = !verb.is_empty() && verb.bytes().all(|byte| byte.is_ascii_alphabetic());
            let lower = noun.to_ascii_lowercase();
            // `restore-azurewl` is a word of `az`.
            let of_azure = noun.len() > 4 && lower.starts_with("az");
            is_verb && of_azure && (!lower.starts_with("azure") || lower.starts_with("azurerm"))
        })
    };
    let words = text.split(|c: char| c.is_whitespace() || "|;(){}=&\\".contains(c));
    let goes_on = text.lines().any(|line| line.trim_end().ends_with('`'));
    if goes_on || words.into_iter().any(is_cmdlet) { Language::PowerShell } else { Language::Shell }
}

impl CommandLine {
    /// Takes what was read of a text.
    ///
    /// # Errors
    /// When it is not one operation; all that is wrong at once.
    pub fn new(text: &str, reading: Reading) -> Result<Self, RequestError> {
        let text = starred(text, &reading);
        let mut problems = Problems::new(NAME, &text);
        let mut refuse = |refusal: Refusal| refusal.add(&mut problems);
        for diagnostic in &reading.diagnostics {
            if diagnostic.kind != Trouble::Language {
                refuse(Refusal::new(diagnostic.place, &*diagnostic.message, "check the quotes"));
            }
        }
        let found = match reading.jobs.first() {
            Some(job) => one(job, &mut refuse),
            None => None,
        };
        let at = problems.into_result(found)?;
        Ok(Self { text, reading, at })
    }

    /// The change request that it comes to in an estate, where names are looked up.
    ///
    /// # Errors
    /// When what it is done to is not in the command, or not found; all that is wrong at once.
    pub fn request(
        &self,
        estate: &Estate<'_>,
        now: Time,
        told: Told,
        files: &Files<'_>,
    ) -> Result<Request, RequestError> {
        let mut problems = Problems::new(NAME, &self.text);
        let request = self.judged(estate, now, told, files).map_err(|refusal| {
            refusal.add(&mut problems);
        });
        problems.into_result(request.ok())
    }

    fn judged(
        &self,
        estate: &Estate<'_>,
        now: Time,
        told: Told,
        files: &Files<'_>,
    ) -> Result<Request, Refusal> {
        let nothing = || Refusal::new(Place::default(), "there is no command", EXAMPLE);
        let job = self.reading.jobs.first().ok_or_else(nothing)?;
        let operation = job.operations.get(self.at).ok_or_else(nothing)?;
        let form = choose(operation)?;
        let line = Line { job, operation };
        let found = Finder { line, estate }.targets(&form)?;
        let mut arguments =
            Arguments { restore_mode: form.mode.map(str::to_owned), ..Arguments::default() };
        arguments::fill(&mut arguments, line, &form, &found, now, files)?;
        Ok(Request {
            operation: form.operation,
            ticket: told.ticket,
            reason: Some(format!("the command: {}", self.text.trim())),
            caller: told.caller,
            approved_by: told.approved_by,
            targets: found.ids,
            select: None,
            window: None,
            arguments,
        })
    }
}

/// A text with stars in place of what options for secrets are given, since it is shown in messages and reviews.
fn starred(text: &str, reading: &Reading) -> String {
    let secret = |given: &&Given| {
        let name = given.name.to_ascii_lowercase();
        ["token", "password", "secret"].iter().any(|word| name.contains(word))
    };
    let operations = reading.jobs.iter().flat_map(|job| &job.operations);
    let given = operations.flat_map(|operation| operation.options.iter().filter(secret));
    let mut starred = text.to_owned();
    for place in given.flat_map(|given| [Some(given.value.place), given.value.via]).flatten() {
        let range = place.start as usize..place.end as usize;
        if let Some(found) = starred.get(range.clone()) {
            starred.replace_range(range, &"*".repeat(found.len()));
        }
    }
    starred
}

const EXAMPLE: &str = "write for example --command 'az backup protection disable --vault-name rsv --resource-group rg --container-name vm --item-name vm --yes'";

/// The operation of a job, and the commands before it.
#[derive(Clone, Copy)]
struct Line<'r> {
    job: &'r Job,
    operation: &'r Operation,
}

impl<'r> Line<'r> {
    /// The operations before it.
    fn before(self) -> impl DoubleEndedIterator<Item = &'r Operation> {
        let own = self.operation.command;
        self.job.operations.iter().filter(move |other| other.command < own)
    }

    /// The operation that gives the value of an option.
    fn source(self, value: &Value) -> Option<&'r Operation> {
        let from = value.as_unknown()?.from?;
        self.before().find(|other| other.command == from)
    }

    /// The operation that gives what comes through the pipe.
    fn piped(self, operation: &Operation) -> Option<&'r Operation> {
        let from = operation.piped_from?;
        self.before().find(|other| other.command == from)
    }
}

/// The one operation of a job that changes something.
fn one(job: &Job, refuse: &mut dyn FnMut(Refusal)) -> Option<usize> {
    let mut found = Vec::new();
    for (at, operation) in job.operations.iter().enumerate() {
        let command = job.commands.get(operation.command as usize);
        if reads(operation) {
            check(operation, refuse);
        } else {
            if let Some(condition) = command.and_then(|command| command.conditions.first()) {
                let message = "the command runs under a condition, or again and again";
                let help =
                    "review the command itself: what decides whether it runs is no part of it";
                refuse(Refusal::new(condition.place, message, help));
            }
            check(operation, refuse);
            found.push(at);
        }
    }
    for command in job.commands.iter().filter(|command| !is_known(command, job)) {
        let name = command.name().unwrap_or("this").to_owned();
        let message = format!("`{name}` is no command of Azure");
        let help = "review one command of `az` or Azure PowerShell; commands that only read may stand before it";
        refuse(Refusal::new(command.place, message, help));
    }
    match found[..] {
        [only] => Some(only),
        [] => {
            let message = "the line has no operation that changes anything";
            refuse(Refusal::new(Place::default(), message, EXAMPLE));
            None
        }
        [_, ref more @ ..] => {
            for at in more {
                let operation = &job.operations[*at];
                let message = format!("{} is one operation too many", shown(operation));
                refuse(Refusal::new(operation.place, message, "review each change by itself"));
            }
            None
        }
    }
}

/// What the tool would refuse, and arguments that nobody can count.
fn check(operation: &Operation, refuse: &mut dyn FnMut(Refusal)) {
    for problem in &operation.problems {
        let given = &problem.given;
        let message = match problem.kind {
            ProblemKind::UnknownCommand => format!("there is no command {}", shown(operation)),
            ProblemKind::MissingValue => format!("`{given}` has no value"),
            _ => format!("{} does not take `{given}`", shown(operation)),
        };
        let expected: Vec<&str> = problem.expected.iter().take(12).map(|it| &**it).collect();
        let help = match expected[..] {
            [] => "see its --help, or Get-Help".to_owned(),
            _ => format!("it takes {}", expected.join(", ")),
        };
        refuse(Refusal::new(problem.place, message, help));
    }
    if !operation.complete && operation.problems.is_empty() {
        let message = format!("some arguments of {} stand in a variable", shown(operation));
        refuse(Refusal::new(operation.place, message, "write them out"));
    }
}

/// Whether it only reads, waits, or says where what follows happens.
fn reads(operation: &Operation) -> bool {
    let name = &*operation.name;
    match operation.tool {
        Tool::Az => {
            let last = name.rsplit(' ').next().unwrap_or_default();
            ["show", "list", "wait"].contains(&last)
                || name.starts_with("account")
                || name.starts_with("login")
        }
        Tool::PowerShell => {
            let verb = name.split('-').next().unwrap_or_default();
            let only_says =
                ["Set-AzContext", "Select-AzSubscription", "Set-AzRecoveryServicesVaultContext"];
            name != "Get-AzRecoveryServicesBackupRPMountScript"
                && (["Get", "Connect", "Wait"].iter().any(|it| verb.eq_ignore_ascii_case(it))
                    || only_says.iter().any(|it| name.eq_ignore_ascii_case(it)))
        }
        Tool::Task => false,
    }
}

/// Whether a command is an operation, or only shapes what others give.
fn is_known(command: &Command, job: &Job) -> bool {
    let shapes =
        ["Where-Object", "Select-Object", "Out-Null", "Write-Output", "set", "export", "echo"];
    let is_shape = command
        .name()
        .is_some_and(|name| shapes.iter().any(|known| known.eq_ignore_ascii_case(name)));
    is_shape || job.operations.iter().any(|operation| operation.command == command.order)
}

/// How people write an operation.
fn shown(operation: &Operation) -> String {
    match operation.tool {
        Tool::Az => format!("`az {}`", operation.name),
        _ => format!("`{}`", operation.name),
    }
}

/// A known text, or why it is none.
fn text<'o>(operation: &'o Operation, options: &[&str]) -> Result<Option<&'o str>, Refusal> {
    let Some(given) = operation.given(options) else { return Ok(None) };
    given.value.as_text().map(Some).ok_or_else(|| unsaid(given))
}

/// Why an option that has to be known is not.
fn unsaid(given: &Given) -> Refusal {
    Refusal::new(given.place, says(given), "write the value itself")
}

fn says(given: &Given) -> String {
    match given.value.as_unknown() {
        Some(unknown) if unknown.cause == Cause::CommandOutput => {
            format!("`{}` is what another command answers", given.name)
        }
        Some(unknown) if !unknown.detail.is_empty() => {
            format!(
                "`{}` comes from `{}`, which the command does not say",
                given.name, unknown.detail
            )
        }
        _ => format!("`{}` has no value that can be told from the command", given.name),
    }
}

/// Notes that an argument is given and not known.
fn unbound(arguments: &mut Arguments, key: &'static str, given: &Given) {
    arguments.unbound.push(Unbound { key, says: says(given) });
}

/// The single texts of an option that takes several.
fn texts(given: &Given) -> Result<Vec<&str>, Refusal> {
    let values = match &given.value.content {
        Content::List(list) => list.iter().collect(),
        _ => vec![&given.value],
    };
    values.into_iter().map(|value| value.as_text().ok_or_else(|| unsaid(given))).collect()
}
