//! Scripts that stand in infrastructure code: provisioners and deployment scripts.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::script::{add, mentions_azure};
use super::text::{Text, Texts};
use super::workspace::{Folders, Workspace};
use crate::code::embedded::{EmbeddedScript, Interpreter, Piece};
use crate::code::value::{Part, Place, Value};
use crate::inventory::script::{Language, Place as ScriptPlace, Value as ScriptValue};
use crate::script::{
    Code, EmbeddedJob, EmbeddedStep, LARGEST_FILE, language_of, read_embedded, unknown,
};

/// Scripts that one place of the code gives, one for each instance; more are not told apart.
const MOST_VERSIONS: usize = 64;
/// A longer expression is not repeated.
const LONGEST_EXPRESSION: usize = 120;

/// The scripts in one file.
#[derive(Default)]
struct File {
    /// Where its text stands among all texts.
    text: usize,
    jobs: Vec<EmbeddedJob>,
    /// How much code the jobs have.
    length: usize,
    /// What was read, by the place of the first script of an instance.
    seen: HashMap<ScriptPlace, Vec<Vec<EmbeddedScript>>>,
}

/// Reads the scripts that were found in code. What a file is given by is judged in that file, and only once.
pub(super) fn read(workspace: &mut Workspace, folders: &Folders) {
    let mut found = std::mem::take(&mut workspace.embedded);
    for (first_text, script) in &mut found {
        workspace.count_script();
        stand_in_its_file(workspace, *first_text, script);
    }
    found.retain(|(_, script)| !is_judged_itself(workspace, script));
    let mut files: BTreeMap<String, File> = BTreeMap::new();
    for one in found.chunk_by(|one, next| one.0 == next.0 && is_of_one(&one.1, &next.1)) {
        let Some((first_text, first)) = one.first() else { continue };
        let at = first_text + first.place.file as usize;
        let Some(Text { name, text }) = workspace.texts.get(at).cloned() else { continue };
        let file = files.entry(name).or_insert_with(|| File { text: at, ..File::default() });
        let scripts: Vec<&EmbeddedScript> = one.iter().map(|(_, script)| script).collect();
        for Trouble { place, message, is_gap } in file.take(&text, &scripts) {
            if is_gap {
                workspace.broken(*first_text, place, &message);
            } else {
                let position = Texts::new(&workspace.texts, *first_text).position(place);
                workspace.notice(format!("{position}: {message}"));
            }
        }
    }
    for (name, file) in files {
        if let Some(text) = workspace.texts.get(file.text).map(|text| Arc::clone(&text.text)) {
            let reading = read_embedded(&text, file.jobs);
            add(workspace, folders, &folders.working.join(name), (file.text, reading, true));
        }
    }
}

/// Whether two scripts belong to one instance of a resource, the one after the other.
fn is_of_one(one: &EmbeddedScript, next: &EmbeddedScript) -> bool {
    one.address == next.address
        && one.place.file == next.place.file
        && one.place.start < next.place.start
}

/// Why a script is not read.
struct Trouble {
    place: Place,
    message: String,
    is_gap: bool,
}

impl Trouble {
    fn new(script: &EmbeddedScript, message: impl Into<String>, is_gap: bool) -> Self {
        Self { place: script.place, message: message.into(), is_gap }
    }
}

impl File {
    /// Takes the scripts of one instance, and answers what of them is not read.
    fn take(&mut self, text: &str, scripts: &[&EmbeddedScript]) -> Vec<Trouble> {
        let Some(first) = scripts.first() else { return Vec::new() };
        let versions = self.seen.entry(script_place(first.place)).or_default();
        let is_seen = |seen: &Vec<EmbeddedScript>| {
            seen.len() == scripts.len()
                && seen.iter().zip(scripts).all(|(seen, script)| is_same(seen, script))
        };
        if versions.len() > MOST_VERSIONS || versions.iter().any(is_seen) {
            return Vec::new();
        }
        versions.push(scripts.iter().copied().cloned().collect());
        if versions.len() > MOST_VERSIONS {
            let message =
                format!("{}: from here on, versions of this script are not read", first.address);
            return vec![Trouble::new(first, message, true)];
        }
        let mut troubles = Vec::new();
        for (on_destroy, ending) in [(false, ""), (true, ", on destroy")] {
            let own = scripts.iter().filter(|script| script.on_destroy == on_destroy);
            let mut steps = Vec::new();
            for script in own {
                match self.step(text, script) {
                    Ok(step) => steps.extend(step),
                    Err(trouble) => troubles.push(trouble),
                }
            }
            if !steps.is_empty() {
                let name = format!("{}{ending}", first.address).into();
                let place = script_place(first.header);
                self.jobs.push(EmbeddedJob { name, place, steps });
            }
        }
        troubles
    }

    /// A script, unless nothing in it runs anything of Azure.
    fn step(
        &mut self,
        text: &str,
        script: &EmbeddedScript,
    ) -> Result<Option<EmbeddedStep>, Trouble> {
        let code = code(script, text);
        if is_computed(&code) {
            let message = format!("{} runs a command that the code does not tell", script.address);
            return Err(Trouble::new(script, message, false));
        }
        if !mentions_azure(code.as_str()) {
            return Ok(None);
        }
        let language = language(&script.interpreter).map_err(|program| {
            let message = format!("a script for {program}, which is not read");
            Trouble::new(script, message, false)
        })?;
        self.length += code.as_str().len();
        if self.length > LARGEST_FILE {
            let message = format!("{}: the scripts in this file are too large", script.address);
            return Err(Trouble::new(script, message, true));
        }
        let environment = script.environment.iter();
        let environment = environment
            .map(|(name, value)| (Arc::clone(name), variable(value, script.place, text)))
            .collect();
        let place = script_place(script.place);
        Ok(Some(EmbeddedStep { place, language, code, environment }))
    }
}

/// A script that a template takes from a file as it is stands there.
fn stand_in_its_file(workspace: &Workspace, first_text: usize, script: &mut EmbeddedScript) {
    let [Piece { value, whole }] = script.pieces.as_mut_slice() else { return };
    let Some(text) = value.as_text() else { return };
    let mut texts = workspace.texts.iter().skip(first_text);
    let file = texts.position(|file| std::ptr::eq(&raw const *file.text, &raw const *text));
    let Some(file) = file.filter(|_| !text.is_empty()) else { return };
    let place = Place { file: offset(file), start: 0, end: offset(text.len()) };
    (value.place, *whole) = (place, place);
    (script.header, script.place) = (place, place);
}

/// Whether the whole text of a script is that of a file that is read as a script.
fn is_judged_itself(workspace: &Workspace, script: &EmbeddedScript) -> bool {
    let [Piece { value, .. }] = script.pieces.as_slice() else { return false };
    let Some(text) = value.as_text() else { return false };
    let texts = workspace.scripts.iter().filter_map(|file| workspace.texts.get(file.text));
    texts.into_iter().any(|file| &*file.text == text)
}

fn is_same(one: &EmbeddedScript, other: &EmbeddedScript) -> bool {
    let is_equal = |one: &Value, other: &Value| {
        one.place == other.place
            && match (one.as_unknown(), other.as_unknown()) {
                (Some(one), Some(other)) => Arc::ptr_eq(one, other) || one.detail == other.detail,
                (None, None) => one.as_text() == other.as_text(),
                _ => false,
            }
    };
    let pieces = || one.pieces.iter().zip(&other.pieces);
    let variables = || one.environment.iter().zip(&other.environment);
    one.on_destroy == other.on_destroy
        && one.pieces.len() == other.pieces.len()
        && one.environment.len() == other.environment.len()
        && pieces().all(|(one, other)| is_equal(&one.value, &other.value))
        && variables().all(|(one, other)| one.0 == other.0 && is_equal(&one.1, &other.1))
}

/// The script as its interpreter gets it. A secret is as unknown as what nobody knows.
fn code(script: &EmbeddedScript, file: &str) -> Code {
    let mut code = Code::default();
    for piece in &script.pieces {
        // What comes from another file is here where it is used.
        let own = if piece.value.place.file == script.place.file {
            piece.value.place
        } else if piece.whole.file == script.place.file {
            piece.whole
        } else {
            script.place
        };
        let place = script_place(own);
        let text = piece.value.as_text().filter(|_| !piece.value.is_sensitive());
        let Some(text) = text else {
            push_unknown(&mut code, &piece.value, place, file);
            continue;
        };
        let runs = if own == piece.value.place { piece.runs(text, file) } else { None };
        let Some(runs) = runs else {
            code.push(text, place);
            continue;
        };
        for run in runs {
            let stretch = text.get(run.text).unwrap_or_default();
            code.push(stretch, ScriptPlace::new(offset(run.source.start), offset(run.source.end)));
        }
    }
    code
}

/// Adds a text of which not all is known; what is known of it counts.
fn push_unknown(code: &mut Code, value: &Value, place: ScriptPlace, file: &str) {
    let form = value.form().filter(|form| form.len() > 1 && !value.is_sensitive());
    let Some(form) = form else {
        code.unknown(detail(value, place.of(file)), place);
        return;
    };
    for part in form.iter() {
        match part {
            Part::Known(text) => code.push(text, place),
            Part::Hole(name) => code.unknown(name, place),
            Part::Reference(reference) => code.unknown(&reference.address, place),
        }
    }
}

/// What to call something unknown: as the code writes it, or why it is unknown.
fn detail<'d>(value: &'d Value, written: &'d str) -> &'d str {
    let is_short = (1..=LONGEST_EXPRESSION).contains(&written.len()) && !written.contains('\n');
    match value.as_unknown() {
        Some(unknown) if !is_short => &unknown.detail,
        _ if is_short => written,
        _ => "a value",
    }
}

/// Whether not even the program is known that runs.
fn is_computed(code: &Code) -> bool {
    let text = code.as_str();
    let start = text.len() - text.trim_start().len();
    let next = text.trim_start().chars().nth(1);
    code.is_unknown_at(offset(start)) && next.is_none_or(char::is_whitespace)
}

fn variable(value: &Value, header: Place, file: &str) -> ScriptValue {
    let place = if value.place.file == header.file { value.place } else { header };
    let place = script_place(place);
    match value.as_text().filter(|_| !value.is_sensitive()) {
        Some(text) => ScriptValue::text(text, place),
        None => unknown(detail(value, place.of(file)), place),
    }
}

/// The language of a script, or the name of what reads it
/// (<https://developer.hashicorp.com/terraform/language/resources/provisioners/local-exec#interpreter>).
fn language(interpreter: &Interpreter) -> Result<Language, String> {
    let given = match interpreter {
        Interpreter::Shell => return Ok(Language::Shell),
        Interpreter::PowerShell => return Ok(Language::PowerShell),
        Interpreter::Given(given) => given,
    };
    let words = given.as_list().unwrap_or(std::slice::from_ref(given));
    let is_program = |word: &&Value| {
        word.as_text().is_none_or(|word| !word.starts_with('-') && !word.ends_with("env"))
    };
    let program = words.iter().find(is_program).and_then(Value::as_text);
    let program = program.ok_or("an interpreter that is not known")?;
    language_of(program).ok_or_else(|| format!("`{program}`"))
}

fn script_place(place: Place) -> ScriptPlace {
    ScriptPlace::new(place.start, place.end)
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
