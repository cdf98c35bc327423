//! Fenced code of Markdown: runbooks that people follow by hand. Each fence is a step of its own.

use super::{
    batch,
    model::{Job, Language, Reading, Step},
    pipeline,
    place::Place,
    powershell, shell,
    text::{Text, offset},
    walk::{Recorder, Variables},
};

/// Reads the fences in languages that are known; `$ ` and `PS C:\> ` in front of lines are left out.
/// Variables go from one fence to the next of the same language, as in the one terminal of a person.
pub(super) fn read(source: &str, recorder: &mut Recorder) -> Reading {
    let mut job = Job { place: Place::new(0, offset(source.len())), ..Job::default() };
    let (mut shell_variables, mut powershell_variables) =
        (Variables::default(), Variables::default());
    let mut at = 0;
    while let Some(fence) = next_fence(source, at) {
        at = fence.after;
        let Some(language) = language(fence.info) else { continue };
        let place = Place::new(offset(fence.start), offset(fence.end));
        recorder.step = offset(job.steps.len());
        job.steps.push(Step { place, language: Some(language), ..Step::default() });
        let mut text = code(source, &fence, language);
        pipeline::replace_tokens(&mut text);
        match language {
            Language::Shell => shell_variables = shell::walk(text, shell_variables, recorder),
            Language::PowerShell => {
                powershell_variables = powershell::walk(text, powershell_variables, recorder);
            }
            Language::Batch => batch::walk(&text, recorder),
        }
    }
    super::read::finish_job(&mut job, recorder);
    Reading { jobs: vec![job], ..Reading::default() }
}

struct Fence<'s> {
    info: &'s str,
    indent: usize,
    /// The lines between.
    start: usize,
    end: usize,
    after: usize,
}

fn next_fence(source: &str, from: usize) -> Option<Fence<'_>> {
    let mut at = from;
    while at < source.len() {
        let line_end = source[at..].find('\n').map_or(source.len(), |length| at + length + 1);
        let line = &source[at..line_end];
        if let Some((indent, mark, length)) = opening(line) {
            let info = line.trim().trim_start_matches(mark).trim();
            let (end, after) = closing(source, line_end, mark, length);
            return Some(Fence { info, indent, start: line_end, end, after });
        }
        at = line_end;
    }
    None
}

fn opening(line: &str) -> Option<(usize, char, usize)> {
    let bare = line.trim_start_matches([' ', '>', '\t']);
    let indent = line.len() - bare.len();
    let mark = bare.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
    let length = bare.len() - bare.trim_start_matches(mark).len();
    let info = bare[length..].trim();
    (length >= 3 && !(mark == '`' && info.contains('`'))).then_some((indent, mark, length))
}

fn closing(source: &str, from: usize, mark: char, length: usize) -> (usize, usize) {
    let mut at = from;
    while at < source.len() {
        let line_end = source[at..].find('\n').map_or(source.len(), |length| at + length + 1);
        let line = source[at..line_end].trim_start_matches([' ', '>', '\t']).trim_end();
        if line.len() >= length && line.chars().all(|character| character == mark) {
            return (at, line_end);
        }
        at = line_end;
    }
    (source.len(), source.len())
}

fn language(info: &str) -> Option<Language> {
    let word = info.split([' ', ',', '{', '}', ':', '\t']).find(|word| !word.is_empty())?;
    match word.trim_start_matches('.').to_lowercase().as_str() {
        "bash"
        | "sh"
        | "shell"
        | "zsh"
        | "console"
        | "shell-session"
        | "azurecli"
        | "azurecli-interactive"
        | "azcli"
        | "terminal" => Some(Language::Shell),
        "powershell"
        | "pwsh"
        | "ps1"
        | "ps"
        | "azurepowershell"
        | "azurepowershell-interactive"
        | "powershell-interactive" => Some(Language::PowerShell),
        "bat" | "batch" | "cmd" | "cmd-interactive" => Some(Language::Batch),
        _ => None,
    }
}

/// The lines of a fence without its indentation and without prompts. Where prompts stand, other lines are output.
fn code(source: &str, fence: &Fence<'_>, language: Language) -> Text {
    let body = &source[fence.start..fence.end];
    let prompted = body.lines().any(|line| prompt(line.trim_start(), language) > 0);
    let mut text = Text::default();
    let mut at = fence.start;
    let mut continued = false;
    for line in body.split_inclusive('\n') {
        let blank = line
            .bytes()
            .take(fence.indent)
            .take_while(|byte| matches!(byte, b' ' | b'>' | b'\t'))
            .count();
        let rest = &line[blank..];
        let own = rest.len() - rest.trim_start().len();
        let length = prompt(&rest[own..], language);
        let skip = if length > 0 { blank + own + length } else { blank };
        let mark = if language == Language::PowerShell { '`' } else { '\\' };
        if length > 0 || !prompted || continued {
            text.push(&line[skip..], Place::new(offset(at + skip), offset(at + line.len())));
            continued = line.trim_end().ends_with(mark);
        } else {
            text.push("\n", Place::new(offset(at), offset(at + line.len())));
        }
        at += line.len();
    }
    text
}

fn prompt(line: &str, language: Language) -> usize {
    match language {
        Language::Shell if line.starts_with("$ ") => 2,
        Language::PowerShell if line.starts_with("PS") => {
            let name = line.split_once('>').filter(|(front, _)| {
                front.len() < 80 && (front.len() == 2 || front[2..].starts_with([' ', ':']))
            });
            name.map_or(0, |(front, rest)| front.len() + 1 + usize::from(rest.starts_with(' ')))
        }
        _ => 0,
    }
}
