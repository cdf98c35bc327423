//! Code that a command gets as a text, and commands that run other commands.

use super::{
    model::{Language, Word, WordKind},
    place::Place,
    text::{Text, offset},
    value::{Cause, Joiner, Piece, Value},
    walk::{Recorder, Variables},
};

/// How many words at the front belong to a program that runs the rest: `sudo -u x`, `timeout 30`.
pub(super) fn wrapper(words: &[Word]) -> usize {
    let text = |index: usize| words.get(index).and_then(|word| word.value.as_text());
    let Some(name) = text(0) else { return 0 };
    match base_name(name) {
        "find" => return behind(words, &["-exec", "-execdir", "-ok", "-okdir"]),
        "docker" | "podman" | "nerdctl" => return in_container(words),
        _ => {}
    }
    // Options of the wrapper that take a value of their own.
    let with_value: &[&str] = match base_name(name) {
        "sudo" => &["-u", "-g", "-C", "-h", "-p", "-U", "--user", "--group"],
        "env" => &["-u", "--unset", "-C", "--chdir"],
        "command" if matches!(text(1), Some("-v" | "-V")) => return 0,
        "exec" | "command" | "builtin" | "nohup" | "time" | "setsid" | "coproc" => {
            &["-a", "-o", "-f"]
        }
        "parallel" => {
            &["-j", "--jobs", "-a", "--arg-file", "-n", "-N", "-L", "--delay", "--joblog"]
        }
        "timeout" => &["-k", "-s", "--kill-after", "--signal"],
        "nice" => &["-n"],
        "ionice" => &["-c", "-n"],
        "stdbuf" => &["-i", "-o", "-e"],
        "xargs" => &[
            "-I",
            "-n",
            "-P",
            "-L",
            "-d",
            "-a",
            "-E",
            "-s",
            "--max-args",
            "--max-procs",
            "--delimiter",
            "--arg-file",
        ],
        _ => return 0,
    };
    let mut at = 1;
    while let Some(word) = text(at) {
        if word == "--" {
            at += 1;
            break;
        }
        let assigns = base_name(name) == "env" || base_name(name) == "sudo";
        if word.starts_with('-') {
            at += 1 + usize::from(with_value.contains(&word));
        } else if assigns
            && word
                .split_once('=')
                .is_some_and(|(front, _)| !front.is_empty() && !front.contains('/'))
        {
            at += 1;
        } else {
            break;
        }
    }
    if base_name(name) == "timeout" {
        at += 1;
    }
    at
}

/// Behind the first of these words.
fn behind(words: &[Word], marks: &[&str]) -> usize {
    let is_mark = |word: &Word| word.value.as_text().is_some_and(|text| marks.contains(&text));
    words.iter().position(is_mark).map_or(0, |at| at + 1)
}

/// `docker run … IMAGE az …`: which options take a value nobody needs to know, for a command never follows an option.
fn in_container(words: &[Word]) -> usize {
    let text = |index: usize| words.get(index).and_then(|word| word.value.as_text());
    let Some(start) = (1..words.len()).find(|at| matches!(text(*at), Some("run" | "exec"))) else {
        return 0;
    };
    let is_command = |at: &usize| {
        let program = text(*at).map(base_name);
        let is_program = program.is_some_and(|name| name == "az" || language_of(name).is_some());
        is_program && text(at - 1).is_none_or(|before| !before.starts_with('-'))
    };
    (start + 2..words.len()).find(is_command).unwrap_or(0)
}

/// Where the words for another machine begin: `ssh -p 22 host az …`.
fn on_host(words: &[Word]) -> Option<usize> {
    const WITH_VALUE: &str = "BbcDEeFIiJLlmOopQRSWw";
    let mut at = 1;
    while let Some(option) = words.get(at)?.value.as_text().filter(|text| text.starts_with('-')) {
        let letters = &option[1..];
        at += 1 + usize::from(letters.len() == 1 && WITH_VALUE.contains(letters));
    }
    (at + 1 < words.len()).then_some(at + 1)
}

/// What `find` and `parallel` leave behind the command that they run.
fn cut_tail(wrapper: &str, words: &mut Vec<Word>) {
    let ends: &[&str] = match wrapper {
        "find" => &[";", "+"],
        "parallel" => &[":::", "::::", ":::+"],
        _ => return,
    };
    let is_end = |word: &Word| word.value.as_text().is_some_and(|text| ends.contains(&text));
    if let Some(at) = words.iter().position(is_end) {
        words.truncate(at);
    }
}

/// What `xargs`, `parallel` and `find` add to the words of a command, or put in place of `{}`.
pub(super) fn take_input(front: &[Word], words: &mut Vec<Word>) {
    let text = |index: usize| front.get(index).and_then(|word| word.value.as_text());
    let wrapper = text(0).map_or("", base_name);
    if !["xargs", "parallel", "find"].contains(&wrapper) {
        return;
    }
    cut_tail(wrapper, words);
    let has_braces = || words.iter().any(|it| it.value.known_start().contains("{}"));
    let mut mark = (wrapper == "find" || wrapper == "parallel" && has_braces()).then_some("{}");
    for index in 1..front.len() {
        match text(index) {
            Some("-I") => mark = text(index + 1),
            Some(option) if option.starts_with("-I") => mark = option.get(2..),
            Some("-i") => mark = Some("{}"),
            _ => {}
        }
    }
    let Some(mark) = mark.filter(|mark| !mark.is_empty()) else {
        let place = words.last().map_or(Place::default(), |word| word.place);
        let value = Value::unknown(Cause::Input, wrapper, Place::new(place.end, place.end));
        words.push(Word { place: value.place, value, kind: WordKind::Several });
        return;
    };
    for word in words {
        let Some((start, end)) = word.value.as_text().and_then(|text| text.split_once(mark)) else {
            continue;
        };
        let mut joiner = Joiner::default();
        joiner.push(start);
        joiner.add(&Value::unknown(Cause::Input, wrapper, word.place), " ");
        joiner.push(end);
        word.value = joiner.finish(word.place);
    }
}

/// The name of a program without its folder.
pub(super) fn base_name(name: &str) -> &str {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    for ending in [".exe", ".cmd", ".bat"] {
        if let Some(front) =
            name.len().checked_sub(ending.len()).and_then(|at| name.split_at_checked(at))
            && front.1.eq_ignore_ascii_case(ending)
        {
            return front.0;
        }
    }
    name
}

/// The language that an interpreter reads.
pub(super) fn language_of(name: &str) -> Option<Language> {
    let name = base_name(name);
    if ["bash", "sh", "dash", "zsh", "ksh"].contains(&name) {
        return Some(Language::Shell);
    }
    if ["pwsh", "powershell"].iter().any(|known| name.eq_ignore_ascii_case(known)) {
        return Some(Language::PowerShell);
    }
    name.eq_ignore_ascii_case("cmd").then_some(Language::Batch)
}

/// The code of several words, as a program joins them.
fn joined(words: &[Word]) -> Option<Value> {
    let (first, last) = (words.first()?, words.last()?);
    if words.len() == 1 {
        return Some(first.value.clone());
    }
    let mut joiner = Joiner::default();
    for (at, word) in words.iter().enumerate() {
        if at > 0 {
            joiner.push(" ");
        }
        joiner.add(&word.value, " ");
    }
    Some(joiner.finish(first.place.to(last.place)))
}

/// Whether the command may run code that stands in its arguments or its input.
pub(super) fn runs_code(name: &str, words: &[Word]) -> bool {
    (name == "eval" && words.len() > 1) || is_remote(name) || language_of(name).is_some()
}

/// The code that an interpreter gets: `bash -c '…'`, `pwsh -Command "…"`, `bash <<EOF`.
pub(super) fn code(name: &str, words: &[Word], input: Option<&Value>) -> Option<(Language, Value)> {
    if is_remote(name) {
        return Some((Language::Shell, joined(words.get(on_host(words)?..)?)?));
    }
    let language = language_of(name)?;
    let text = |index: usize| words.get(index).and_then(|word| word.value.as_text());
    let mut at = 1;
    while let Some(word) = text(at).filter(|word| word.starts_with(['-', '/'])) {
        let takes_code = match language {
            Language::Shell => {
                word.starts_with('-') && !word.starts_with("--") && word.ends_with('c')
            }
            Language::PowerShell => {
                ["-c", "-command", "/c"].iter().any(|it| word.eq_ignore_ascii_case(it))
            }
            Language::Batch => word.eq_ignore_ascii_case("/c"),
        };
        if takes_code {
            let rest = words.get(at + 1..)?;
            // A shell takes what follows its code for arguments; the others read all of it as code.
            let code = match language {
                Language::Shell => rest.first()?.value.clone(),
                Language::PowerShell | Language::Batch => joined(rest)?,
            };
            return Some((language, code));
        }
        let takes_value = language == Language::PowerShell
            && ["-executionpolicy", "-ep", "-version", "-windowstyle", "-workingdirectory"]
                .iter()
                .any(|it| word.eq_ignore_ascii_case(it));
        at += 1 + usize::from(takes_value);
    }
    let reads_input = words.len() == at || text(at) == Some("-");
    input
        .filter(|_| reads_input && language != Language::Batch)
        .map(|input| (language, input.clone()))
}

/// Whether the code runs on another machine, where nothing of this script is set.
pub(super) fn is_remote(name: &str) -> bool {
    base_name(name) == "ssh"
}

/// The language of an interpreter that reads its code from its input.
pub(super) fn reads_code(name: &str, words: &[Word]) -> Option<Language> {
    let language = language_of(name).filter(|&language| language != Language::Batch)?;
    let options = words[1..].iter().all(|word| {
        word.value.as_text().is_some_and(|text| text.starts_with('-') && !text.ends_with('c'))
    });
    options.then_some(language)
}

/// Whether at least a part of the code is known.
pub(super) fn is_readable(code: &Value) -> bool {
    code.as_text().is_some() || code.as_unknown().is_some_and(|unknown| !unknown.pieces.is_empty())
}

/// The code with its own places where it stands in the file as it is, with or without quotes around it.
pub(super) fn text(code: &Value, source: &str) -> Text {
    let (place, content) = (code.place, code.as_text().unwrap_or_default());
    if let Some(unknown) = code.as_unknown() {
        let mut text = Text::nested("", place, false);
        for piece in &unknown.pieces {
            match piece {
                Piece::Known(known) => text.content.push_str(known),
                Piece::Unknown(detail) => {
                    text.hole_for(Value::unknown(unknown.cause, &**detail, place));
                }
            }
        }
        return text;
    }
    let width = (place.end - place.start) as usize;
    let quotes = width
        .checked_sub(content.len())
        .filter(|around| matches!(around, 0 | 2) && code.via.is_none());
    let start = place.start + offset(quotes.unwrap_or(0) / 2);
    let inner = Place::new(start, start + offset(content.len()));
    if quotes.is_some() && inner.of(source) == content {
        Text::nested(content, inner, true)
    } else {
        Text::nested(content, place, false)
    }
}

/// Walks through code of another language in a process of its own.
pub(super) fn walk(language: Language, text: Text, recorder: &mut Recorder) {
    if !recorder.nest() {
        return;
    }
    recorder.budget.take(text.content.len());
    match language {
        Language::Shell => drop(super::shell::walk(text, Variables::default(), recorder)),
        Language::PowerShell => drop(super::powershell::walk(text, Variables::default(), recorder)),
        Language::Batch => super::batch::walk(&text, recorder),
    }
    recorder.unnest();
}
