//! What scripts do, as resources that rules judge.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use super::script::{ATTACHED, ScriptFile, language};
use super::text::Texts;
use super::workspace::Workspace;
use crate::code::value::Place as CodePlace;
use crate::inventory::placeholder::placeholder;
use crate::inventory::script::{
    Command, Content, Given, Job, Operation, Place, Script, ScriptOperation, Tool, Value,
};
use crate::inventory::{
    Address, Body, CodeLanguage, Completeness, Draft, DraftValue, Estate, Kind, Part, Reason,
    Resource, ResourceId, Slot, Tree, TreeBuilder, ViaKind,
};

/// What one script does.
#[derive(Debug)]
pub(super) struct DeclaredScript<'w> {
    name: &'w str,
    script: Script<'w>,
    is_embedded: bool,
    /// What they are, one tree for all of them.
    tree: Tree,
    jobs: Vec<Entry>,
    operations: Vec<DeclaredOperation<'w>>,
}

/// A job or an operation, ready to be judged.
#[derive(Debug)]
struct Entry {
    id: String,
    address: String,
    body: Slot,
}

#[derive(Debug)]
struct DeclaredOperation<'w> {
    entry: Entry,
    job: usize,
    at: usize,
    attachment: Option<&'w str>,
}

impl<'w> DeclaredScript<'w> {
    /// What a script of a workspace does.
    pub fn new(workspace: &'w Workspace, file: &'w ScriptFile) -> Self {
        let texts = Texts::new(&workspace.texts, file.text);
        let text = workspace.texts.get(file.text).map_or("", |text| &*text.text);
        let script = Script { text, reading: &file.reading };
        let mut addresses = Addresses::default();
        let (mut jobs, mut operations) = (Vec::new(), Vec::new());
        let mut builder = TreeBuilder::default();
        let mut add = |body: &Draft<'_>| {
            let slot = builder.body(body.place);
            builder.draft(slot, body);
            slot
        };
        for (number, job) in file.reading.jobs.iter().enumerate() {
            if job.operations.is_empty() {
                continue;
            }
            let scope = format!("/{}/providers/Script/jobs/{number}", placeholder(&file.name));
            for at in judged(job) {
                let operation = &job.operations[at];
                let attachment = file.attachments.iter().find(|it| (it.0, it.1) == (number, at));
                let attachment = attachment.and_then(|it| {
                    let after = u32::try_from(it.2.checked_sub(file.text)?).ok()?;
                    Some((after, &*workspace.texts.get(it.2)?.text))
                });
                let reader = Reader { texts, attachment };
                let entry = Entry {
                    id: format!("{scope}/operations/{at}"),
                    address: addresses.of(job, operation),
                    body: add(&reader.operation(job, operation)),
                };
                let attachment = attachment.map(|(_, text)| text);
                operations.push(DeclaredOperation { entry, job: number, at, attachment });
            }
            let body = add(&self::job(job));
            let address = addresses.unique(if job.name.is_empty() { "job" } else { &job.name });
            jobs.push(Entry { id: scope, address, body });
        }
        let mut tree = builder.finish();
        tree.stand_in(Arc::clone(&workspace.all), u32::try_from(file.text).unwrap_or(u32::MAX));
        let is_embedded = file.is_embedded;
        Self { name: &file.name, script, is_embedded, tree, jobs, operations }
    }

    /// The operations with their addresses, and where each begins. Those in other code begin where what runs them does, too.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        let entries = self.operations.iter().map(|operation| &operation.entry);
        let own = entries.map(|entry| (entry.address.as_str(), self.tree.at(entry.body).origin()));
        let embedded = self.operations.iter().filter(|_| self.is_embedded);
        own.chain(embedded.flat_map(|operation| {
            let places = self.runners(operation).into_iter().flatten();
            let text = self.script.text;
            places.map(move |place| (operation.entry.address.as_str(), place.of(text)))
        }))
    }

    /// The headers of the resource and of the provisioner that an operation in other code stands in.
    fn runners(&self, operation: &DeclaredOperation<'_>) -> Option<[Place; 2]> {
        let job = self.script.reading.jobs.get(operation.job)?;
        let step = job.operations.get(operation.at)?.step;
        Some([job.place, job.steps.get(step as usize)?.place])
    }

    /// Adds them to the estate-to-be.
    pub fn add<'s>(&'s self, part: &mut Part<'s>) {
        let resource = |entry: &'s Entry, kind| Resource {
            id: ResourceId::new(entry.id.as_str()),
            kind,
            body: Body::Evaluated(self.tree.at(entry.body)),
            completeness: Completeness::Declared,
            flat: false,
        };
        part.others.extend(self.jobs.iter().map(|job| resource(job, Kind::ScriptJob)));
        for DeclaredOperation { entry, job, at, attachment } in &self.operations {
            let Some(job) = self.script.reading.jobs.get(*job) else { continue };
            let scope = entry.id.rsplit_once("/operations/").map_or("", |(scope, _)| scope);
            let resource = resource(entry, Kind::ScriptOperation);
            let operation = ScriptOperation::new(resource, scope, self.script, job, *at);
            part.operations.extend(operation.map(|operation| operation.with(*attachment)));
        }
    }

    /// Says in the estate what they are called in the script.
    pub fn name_in<'s>(&'s self, estate: &mut Estate<'s>) {
        let operations = self.operations.iter().map(|operation| &operation.entry);
        for entry in self.jobs.iter().chain(operations) {
            let key = ResourceId::new(entry.id.as_str()).key();
            let (project, text) = (self.name, entry.address.as_str());
            let language = CodeLanguage::Script;
            estate.name_in_code(key, Address { project, text, variant: None, language });
        }
    }
}

/// The operations of a job that may run. A function that is called several times with the same arguments does the same
/// each time.
fn judged(job: &Job) -> Vec<usize> {
    let mut by_place: HashMap<Place, Vec<usize>> = HashMap::new();
    let mut found = Vec::new();
    for (at, operation) in job.operations.iter().enumerate() {
        if job.is_dead(operation) {
            continue;
        }
        let others = by_place.entry(operation.place).or_default();
        let is_repeated = others.iter().any(|other| same(&job.operations[*other], operation));
        if !is_repeated {
            others.push(at);
            found.push(at);
        }
    }
    found
}

fn same(one: &Operation, other: &Operation) -> bool {
    let options = one.options.iter().zip(&other.options);
    one.name == other.name
        && one.complete == other.complete
        && one.options.len() == other.options.len()
        && options.into_iter().all(|(one, other)| {
            one.name == other.name
                && (one.flag, one.flag_via) == (other.flag, other.flag_via)
                && alike(&one.value, &other.value)
        })
}

/// Whether two values of one place in the script mean the same to whoever reads it.
fn alike(one: &Value, other: &Value) -> bool {
    match (one.as_unknown(), other.as_unknown()) {
        (Some(first), Some(second)) => {
            (one.place, one.via, first.cause, &first.detail)
                == (other.place, other.via, second.cause, &second.detail)
                && first.pieces == second.pieces
        }
        _ => one.same(other),
    }
}

/// Names of operations, each once in a script.
#[derive(Default)]
struct Addresses(HashMap<String, usize>);

impl Addresses {
    fn of(&mut self, job: &Job, operation: &Operation) -> String {
        let tool = if operation.tool == Tool::Az { "az " } else { "" };
        if job.name.is_empty() {
            return self.unique(&format!("{tool}{}", operation.name));
        }
        self.unique(&format!("{}: {tool}{}", job.name, operation.name))
    }

    fn unique(&mut self, name: &str) -> String {
        let count = self.0.entry(name.to_owned()).or_insert(0);
        *count += 1;
        if *count == 1 { name.to_owned() } else { format!("{name} ({count})") }
    }
}

/// Makes bodies of what was read from one script.
#[derive(Clone, Copy)]
struct Reader<'w> {
    texts: Texts<'w>,
    /// The file that an option of the operation names, by its number after that of the script.
    attachment: Option<(u32, &'w str)>,
}

impl<'w> Reader<'w> {
    fn operation(self, job: &'w Job, operation: &'w Operation) -> Draft<'w> {
        let header = place(operation.place);
        let step = job.steps.get(operation.step as usize);
        let command = job.commands.get(operation.command as usize);
        // Of an option that is given twice the last counts, and an object has each name once.
        let options = (1..).zip(&operation.options).filter(|(next, given)| {
            let later = operation.options.get(*next..).unwrap_or_default();
            later.iter().all(|later| later.name != given.name)
        });
        let options = options.map(|(_, given)| (Cow::Borrowed(&*given.name), self.given(given)));
        let tool = match operation.tool {
            Tool::Az => "az",
            Tool::PowerShell => "PowerShell",
            Tool::Task => "task",
        };
        let mut members = vec![
            member("tool", text(tool), header),
            member("command", text(&operation.name), header),
            member("complete", DraftValue::Bool(operation.complete), header),
            member("certain", DraftValue::Bool(command.is_none_or(Command::is_certain)), header),
            member("options", DraftValue::Map(options.collect()), header),
        ];
        if !operation.problems.is_empty() {
            let mut problems: Vec<(Cow<'w, str>, Draft<'w>)> = Vec::new();
            for problem in &operation.problems {
                let value = Draft::new(text(problem.kind.name()), place(problem.place));
                if problems.iter().all(|(given, _)| *given != *problem.given) {
                    problems.push((Cow::Borrowed(&*problem.given), value));
                }
            }
            members.push(member("problems", DraftValue::Map(problems), header));
        }
        if let Some(command) = command {
            members.push(member("language", text(language(command.language)), header));
        }
        if let Some(name) = step.and_then(|step| step.name.as_deref()) {
            members.push(member("step", text(name), header));
        }
        body(members, header)
    }

    /// An option stands where it is written, and is used where the command is.
    fn given(self, given: &'w Given) -> Draft<'w> {
        let mut via = Vec::new();
        let stands = if let Some(written) = given.flag_via {
            via.push((ViaKind::Command, self.line(given.flag).into(), place(given.flag)));
            written
        } else {
            let whole = given.flag.to(given.place);
            // Where a secret stands, the name of the option is place enough.
            let is_long = self.slice(whole).contains('\n') || is_secret(&given.name);
            if is_long { given.flag } else { whole }
        };
        if let Some(set) = given.value.via {
            via.push((ViaKind::Assignment, self.line(given.place).into(), place(set)));
        }
        if let Some((file, text)) = self.attachment.filter(|_| ATTACHED.contains(&&*given.name)) {
            let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or(text);
            let start = line.as_ptr().addr() - text.as_ptr().addr();
            let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            let place = CodePlace { file, start: offset(start), end: offset(start + line.len()) };
            via.push((ViaKind::File, "body".into(), place));
        }
        let value = if is_secret(&given.name) { hidden() } else { value(&given.value) };
        Draft { value, place: place(stands), via }
    }

    fn slice(self, stands: Place) -> &'w str {
        self.texts.slice(place(stands)).unwrap_or_default()
    }

    fn line(self, stands: Place) -> &'w str {
        self.texts.line(place(stands)).unwrap_or_default()
    }
}

/// What a job is.
fn job(job: &Job) -> Draft<'_> {
    let header = place(job.place);
    let operations = job.operations.iter().map(|operation| {
        let place = place(operation.place);
        let command = job.commands.get(operation.command as usize);
        let certain = command.is_none_or(Command::is_certain);
        let members = vec![
            member("command", text(&operation.name), place),
            member("certain", DraftValue::Bool(certain), place),
        ];
        Draft::new(DraftValue::Map(members), place)
    });
    let mut members = vec![
        member("name", text(&job.name), header),
        member("operations", DraftValue::List(operations.collect()), header),
    ];
    if let Some(stage) = &job.stage {
        members.push(member("stage", text(stage), header));
    }
    if let Some(environment) = &job.environment {
        let place = place(environment.place);
        members.push(member("environment", value(environment), place));
    }
    body(members, header)
}

/// A place in the one file of a script.
fn place(place: Place) -> CodePlace {
    CodePlace { file: 0, start: place.start, end: place.end }
}

fn value(value: &Value) -> DraftValue<'_> {
    match &value.content {
        Content::Null => DraftValue::Null,
        Content::Bool(truth) => DraftValue::Bool(*truth),
        Content::Text(known) => text(known),
        Content::List(list) => DraftValue::List(list.iter().map(part).collect()),
        Content::Map(map) => {
            let members = map
                .iter()
                .filter_map(|(name, value)| Some((Cow::Borrowed(name.as_text()?), part(value))));
            DraftValue::Map(members.collect())
        }
        Content::Moment(_) => hidden(),
        Content::Unknown(unknown) => DraftValue::Unknown(unknown.cause.reason()),
    }
}

fn part(part: &Value) -> Draft<'_> {
    Draft::new(value(part), place(part.place))
}

/// What has a value that nobody can write down.
fn hidden<'w>() -> DraftValue<'w> {
    DraftValue::Unknown(Reason::UnresolvedExpression)
}

/// No value of these goes any further: not into evidence, not into the input of a rule.
fn is_secret(option: &str) -> bool {
    let option = option.to_ascii_lowercase();
    ["token", "password", "secret", "account-key", "accountkey"]
        .iter()
        .any(|word| option.contains(word))
}

fn text(text: &str) -> DraftValue<'_> {
    DraftValue::Text(Cow::Borrowed(text))
}

fn member<'w>(
    name: &'static str,
    value: DraftValue<'w>,
    place: CodePlace,
) -> (Cow<'w, str>, Draft<'w>) {
    (Cow::Borrowed(name), Draft::new(value, place))
}

fn body<'w>(members: Vec<(Cow<'w, str>, Draft<'w>)>, header: CodePlace) -> Draft<'w> {
    let properties = member("properties", DraftValue::Map(members), header);
    Draft::new(DraftValue::Map(vec![properties]), header)
}
