//! Builtins that set variables or arguments.

use super::{
    super::{
        model::Redirection,
        value::{Cause, Content, Value},
        walk::Draft,
    },
    Arguments,
    evaluate::Shell,
};

/// Applies what the builtin does to the state of the walk.
pub(super) fn apply(shell: &mut Shell<'_>, name: &str, draft: &Draft) {
    let texts = || draft.words[1..].iter().map(|word| word.value.as_text());
    match name {
        "read" | "mapfile" | "readarray" | "getopts" => {
            let names: Vec<&str> = texts().flatten().filter(|text| is_name(text)).collect();
            if let ("read", [only], Some(line)) = (name, &names[..], one_line(draft)) {
                shell.variables.set(only, line);
                return;
            }
            for text in names {
                let value = match draft.piped_from {
                    Some(order) => Value::output(Some(order), text, draft.place),
                    None => Value::unknown(Cause::Input, text, draft.place),
                };
                shell.variables.set(text, value);
            }
        }
        "printf" => {
            if let [_, option, name, ..] = draft.words.as_slice()
                && option.value.as_text() == Some("-v")
                && let Some(name) = name.value.as_text()
            {
                shell.variables.set(name, Value::unknown(Cause::NotEvaluated, name, draft.place));
            }
        }
        "unset" => {
            for text in texts().flatten().filter(|text| is_name(text)) {
                shell.variables.set(text, Value::text("", draft.place));
            }
        }
        "source" | "." => {
            shell.variables.distrust();
        }
        "shift" => shift(shell, texts().next().flatten()),
        "set" => {
            if let Some(index) =
                draft.words.iter().position(|word| word.value.as_text() == Some("--"))
            {
                let values =
                    draft.words[index + 1..].iter().map(|word| word.value.clone()).collect();
                shell.arguments = Arguments::Known(values);
            }
        }
        "unalias" => {
            for text in texts().flatten() {
                shell.aliases.remove(text);
            }
        }
        "trap" => {
            if let [_, code, signals @ ..] = draft.words.as_slice()
                && !signals.is_empty()
                && matches!(code.value.content, Content::Text(_))
            {
                let signal = signals
                    .iter()
                    .filter_map(|word| word.value.as_text())
                    .collect::<Vec<_>>()
                    .join(" ");
                shell.traps.push((code.value.clone(), signal.into()));
            }
        }
        _ => {}
    }
}

/// What `read NAME <<< "…"` reads.
fn one_line(draft: &Draft) -> Option<Value> {
    let is_string = |redirection: &Redirection| &*redirection.operator == "<<<";
    let input = draft.input.as_ref().filter(|_| draft.redirections.iter().any(is_string))?;
    let text = input.as_text().filter(|text| !text.contains(['\n', '\\']))?;
    Some(Value::text(text.trim(), input.place))
}

fn shift(shell: &mut Shell<'_>, count: Option<&str>) {
    let count = count.map_or(Some(1), |text| text.parse::<usize>().ok());
    shell.arguments = match (std::mem::replace(&mut shell.arguments, Arguments::Unknown), count) {
        (Arguments::Known(values), Some(count)) if count <= values.len() => {
            Arguments::Known(values[count..].to_vec())
        }
        _ => Arguments::Unknown,
    };
}

fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
