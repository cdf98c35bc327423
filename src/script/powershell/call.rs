//! Commands: functions, aliases, blocks of code, code in texts, and the commands that are recorded.

use std::{rc::Rc, sync::Arc};

use super::{
    super::{
        limit::DEEPEST_CALL,
        model::{ConditionKind, Language, Redirection, Word, WordKind},
        nested,
        place::Place,
        value::{Cause, Content, Value},
        walk::{Draft, Flow},
    },
    evaluate::{Walk, variable_key},
    parser,
    syntax::{Command, CommandWord, Expression, ExpressionKind, ScriptBlock, Span},
    value::NOW,
};

impl Walk<'_> {
    /// Walks through a command; its output.
    pub fn command(&mut self, command: &Command, input: Option<Value>) -> Option<Value> {
        let place = self.place(command.span);
        // `& { … }`, `. { … }`, `& $block`.
        if let Some(CommandWord::Argument { value, .. }) = command.words.first() {
            match &value.kind {
                ExpressionKind::Block(block) => {
                    let words = self.words(&command.words[1..]);
                    let mark = self.variables.begin();
                    self.bind(block, &words);
                    self.run(&block.body);
                    if command.dotted {
                        let branch = self.variables.end(&mark);
                        self.variables.join(vec![branch], true, place);
                    } else {
                        self.variables.undo(&mark);
                    }
                    return None;
                }
                ExpressionKind::Variable(name) => {
                    if let Some(definition) = self.blocks.get(&variable_key(name)).cloned() {
                        let words = self.words(&command.words[1..]);
                        return self.call(&definition, &words, place, !command.dotted);
                    }
                }
                _ => {}
            }
        }
        let mut words = self.words(&command.words);
        self.replace_alias(&mut words);
        let redirections = self.redirections(command);
        let name: Option<Arc<str>> = words.first().and_then(|word| match &word.value.content {
            Content::Text(text) => Some(Arc::clone(text)),
            _ => None,
        });
        if let Some(name) = &name
            && let Some(definition) = self.functions.get(&*name.to_lowercase()).cloned()
            && self.running.len() < DEEPEST_CALL
            && !self.running.contains(&definition.name)
        {
            return self.call(&definition, &words[1..], place, !command.dotted);
        }
        if command.dotted {
            self.variables.distrust();
        }
        let wrappers = unwrap(&mut words);
        start_process(&mut words);
        let input_text = input
            .filter(|input| input.as_text().is_some() || matches!(input.content, Content::Map(_)));
        let draft = Draft {
            words,
            language: Language::PowerShell,
            place,
            redirections,
            input: input_text,
            piped_from: self.piped_from,
            wrappers,
        };
        let name = draft
            .words
            .first()
            .and_then(|word| word.value.as_text())
            .unwrap_or_default()
            .to_owned();
        if self.run_code(&name, &draft) {
            return None;
        }
        let output = Self::known_output(&name, &draft);
        self.set_variables(&name, &draft);
        let detail: Arc<str> = name.as_str().into();
        let order = self.recorder.record(draft);
        self.blocks_of(command, &name);
        output.or_else(|| Some(Value::output(order, &*detail, place)))
    }

    fn words(&mut self, words: &[CommandWord]) -> Vec<Word> {
        words.iter().map(|word| self.word(word)).collect()
    }

    fn word(&mut self, word: &CommandWord) -> Word {
        match word {
            CommandWord::Argument { value, quoted } => {
                let value = self.value(value);
                let kind = if *quoted { WordKind::Quoted } else { WordKind::One };
                Word { place: value.place, value, kind }
            }
            CommandWord::Parameter { name, span, argument } => {
                let place = self.place(*span);
                let argument = argument.as_ref().map(|argument| self.value(argument));
                let colon = if argument.is_some() { ":" } else { "" };
                let value = Value::text(format!("-{name}{colon}"), place);
                Word {
                    value,
                    place,
                    kind: WordKind::Parameter { name: (&**name).into(), argument },
                }
            }
            CommandWord::Splat { name, span } => {
                let place = self.place(*span);
                let value = match self.variables.get(&variable_key(name)) {
                    Some(value) => value.used_at(place),
                    None => Value::unknown(Cause::Environment, &**name, place),
                };
                Word { value, place, kind: WordKind::Splat }
            }
        }
    }

    fn redirections(&mut self, command: &Command) -> Vec<Redirection> {
        let mut list = Vec::with_capacity(command.redirections.len());
        for (span, target) in &command.redirections {
            let place = self.place(*span);
            let operator = self.excerpt(*span);
            let target = match target {
                Some(target) => self.value(target),
                None => Value::text("", place),
            };
            let place = place.to(target.place);
            list.push(Redirection { operator, target, place });
        }
        list
    }

    fn replace_alias(&mut self, words: &mut [Word]) {
        let Some(first) = words.first_mut() else { return };
        let Some(name) = first.value.as_text() else { return };
        if let Some(value) = self.aliases.get(&*name.to_lowercase()) {
            first.value = value.used_at(first.place);
            return;
        }
        let known = match name.to_ascii_lowercase().as_str() {
            "%" | "foreach" => "ForEach-Object",
            "?" | "where" => "Where-Object",
            "iex" => "Invoke-Expression",
            "icm" => "Invoke-Command",
            "sajb" => "Start-Job",
            "echo" | "write" => "Write-Output",
            "start" | "saps" => "Start-Process",
            _ => return,
        };
        let place = first.place;
        first.value = Value::text(known, place);
    }

    /// The blocks that stand among the arguments of a command: it may run them.
    fn blocks_of(&mut self, command: &Command, name: &str) {
        let each = name.eq_ignore_ascii_case("ForEach-Object")
            || name.eq_ignore_ascii_case("Where-Object");
        for word in &command.words {
            let (expression, span) = match word {
                CommandWord::Argument { value, .. }
                | CommandWord::Parameter { argument: Some(value), .. } => (value, value.span),
                _ => continue,
            };
            match &expression.kind {
                ExpressionKind::Block(block) => {
                    if each {
                        if self.piped_from.is_none() {
                            let place = self.place(span);
                            self.variables.set("_", Value::unknown(Cause::Loop, "$_", place));
                        }
                        self.run_block(block, span, name);
                        continue;
                    }
                    let piped_from = self.piped_from.take();
                    self.run_block(block, span, name);
                    self.piped_from = piped_from;
                }
                ExpressionKind::Variable(_) => {
                    let takes_block =
                        ["Invoke-Command", "Start-Job", "Start-ThreadJob", "ForEach-Object"];
                    if takes_block.iter().any(|known| name.eq_ignore_ascii_case(known)) {
                        self.run_variable(expression);
                    }
                }
                _ => {}
            }
        }
    }

    /// Runs a block that another command or method gets.
    pub fn run_block(&mut self, block: &ScriptBlock, span: Span, name: &str) {
        let place = self.place(span);
        let kind = if name.eq_ignore_ascii_case("ForEach-Object") || name == "ForEach" {
            ConditionKind::Loop
        } else {
            ConditionKind::Block
        };
        let head = Place::new(place.start, place.start + 1);
        self.recorder.enter(kind, head, name);
        let mark = self.variables.begin();
        self.parameters(&block.parameters);
        self.run(&block.body);
        self.recorder.leave();
        let branch = self.variables.end(&mark);
        self.variables.join(vec![branch], false, place);
    }

    /// Runs the block that a variable holds.
    pub fn run_variable(&mut self, expression: &Expression) {
        let ExpressionKind::Variable(name) = &expression.kind else { return };
        if let Some(definition) = self.blocks.get(&variable_key(name)).cloned() {
            let place = self.place(expression.span);
            self.recorder.enter(ConditionKind::Block, place, "");
            self.call(&definition, &[], place, true);
            self.recorder.leave();
        }
    }

    /// Commands whose output is known.
    fn known_output(name: &str, draft: &Draft) -> Option<Value> {
        let arguments = draft.words.get(1..).unwrap_or_default();
        match name.to_ascii_lowercase().as_str() {
            "get-date" => {
                let utc = |word: &Word| matches!(&word.kind, WordKind::Parameter { name, .. } if name.eq_ignore_ascii_case("asutc"));
                let format = |word: &Word| matches!(&word.kind, WordKind::Parameter { name, .. } if !name.is_empty() && "format".starts_with(&name.to_ascii_lowercase()) || name.eq_ignore_ascii_case("uformat"));
                match arguments {
                    [] => Some(Value::new(Content::Moment(NOW), draft.place)),
                    [only] if utc(only) => Some(Value::new(
                        Content::Moment(super::super::value::Moment { utc: true, ..NOW }),
                        draft.place,
                    )),
                    [option, _] if format(option) => {
                        Some(Value::new(Content::Moment(NOW), draft.place))
                    }
                    [only] if matches!(only.kind, WordKind::One | WordKind::Quoted) => {
                        Some(only.value.clone())
                    }
                    _ => None,
                }
            }
            "write-output" => match arguments {
                [only] if !matches!(only.kind, WordKind::Splat | WordKind::Parameter { .. }) => {
                    Some(only.value.clone())
                }
                _ => None,
            },
            "convertto-securestring" => {
                let text = arguments
                    .iter()
                    .find(|word| matches!(word.kind, WordKind::One | WordKind::Quoted));
                text.map(|word| word.value.clone()).or_else(|| draft.input.clone())
            }
            "out-null" => Some(Value::new(Content::Null, draft.place)),
            _ => None,
        }
    }

    /// Commands that set variables or aliases.
    fn set_variables(&mut self, name: &str, draft: &Draft) {
        let name = name.to_ascii_lowercase();
        match name.as_str() {
            "set-alias" | "new-alias" | "sal" | "nal" => {
                let texts: Vec<&Value> = draft.words[1..]
                    .iter()
                    .filter(|word| !matches!(word.kind, WordKind::Parameter { .. }))
                    .map(|word| &word.value)
                    .collect();
                if let [alias, value, ..] = texts.as_slice()
                    && let Some(alias) = alias.as_text()
                {
                    self.aliases.insert(alias.to_lowercase().into(), (*value).clone());
                }
            }
            "set-variable" | "new-variable" | "clear-variable" | "remove-variable" | "sv" => {
                let texts: Vec<&Value> = draft.words[1..]
                    .iter()
                    .filter(|word| !matches!(word.kind, WordKind::Parameter { .. }))
                    .map(|word| &word.value)
                    .collect();
                match texts.first().and_then(|value| value.as_text()) {
                    Some(variable) => {
                        let value = match texts.get(1) {
                            Some(value) => (*value).clone(),
                            None => Value::unknown(Cause::NotEvaluated, variable, draft.place),
                        };
                        self.variables.set(&variable_key(variable), value);
                    }
                    None => self.variables.distrust(),
                }
            }
            _ => {
                // `-OutVariable name`.
                for pair in draft.words.windows(2) {
                    if let WordKind::Parameter { name, .. } = &pair[0].kind
                        && (name.eq_ignore_ascii_case("outvariable")
                            || name.eq_ignore_ascii_case("ov"))
                        && let Some(variable) = pair[1].value.as_text()
                    {
                        self.variables.set(
                            &variable_key(variable),
                            Value::unknown(Cause::CommandOutput, variable, draft.place),
                        );
                    }
                }
            }
        }
    }

    /// `Invoke-Expression '…'`, `bash -c '…'`, `pwsh -Command '…'`.
    fn run_code(&mut self, name: &str, draft: &Draft) -> bool {
        if name.eq_ignore_ascii_case("Invoke-Expression") {
            let code = draft.words[1..]
                .iter()
                .map(|word| match &word.kind {
                    WordKind::Parameter { argument, .. } => argument.as_ref(),
                    _ => Some(&word.value),
                })
                .next_back()
                .flatten()
                .or(draft.input.as_ref());
            let Some(code) = code.filter(|code| nested::is_readable(code)).cloned() else {
                self.variables.distrust();
                return false;
            };
            self.run_text(&code);
            return true;
        }
        if !nested::runs_code(name, &draft.words) {
            return false;
        }
        let Some((language, code)) = nested::code(name, &draft.words, draft.input.as_ref()) else {
            return false;
        };
        if !nested::is_readable(&code) {
            return false;
        }
        let text = nested::text(&code, &self.recorder.source);
        nested::walk(language, text, self.recorder);
        true
    }

    /// Walks through code that stands in a text, in this scope.
    fn run_text(&mut self, code: &Value) -> Flow {
        if !self.recorder.nest() {
            return Flow::Falls;
        }
        let text = nested::text(code, &self.recorder.source);
        self.recorder.budget.take(text.content.len());
        let statements =
            parser::parse(&text, &mut self.recorder.budget, &mut self.recorder.diagnostics);
        let outer = std::mem::replace(&mut self.text, Rc::new(text));
        let flow = self.run(&statements);
        self.text = outer;
        self.recorder.unnest();
        flow
    }
}

/// Takes `sudo` and the like from the front.
fn unwrap(words: &mut Vec<Word>) -> Vec<Arc<str>> {
    let skip = nested::wrapper(words);
    if skip == 0 || skip >= words.len() {
        return Vec::new();
    }
    let name: Arc<str> = words[0].value.as_text().unwrap_or_default().into();
    words.drain(..skip);
    vec![name]
}

/// `Start-Process az -ArgumentList 'backup vault list'` runs what it names.
fn start_process(words: &mut Vec<Word>) {
    let is = |word: &Word, known: &str| {
        word.value.as_text().is_some_and(|text| text.eq_ignore_ascii_case(known))
    };
    if !words.first().is_some_and(|word| is(word, "Start-Process")) {
        return;
    }
    let (mut program, mut arguments) = (None, None);
    let mut rest = words[1..].iter().peekable();
    while let Some(word) = rest.next() {
        let WordKind::Parameter { name, argument } = &word.kind else {
            let slot = if program.is_none() { &mut program } else { &mut arguments };
            slot.get_or_insert(&word.value);
            continue;
        };
        let name = name.to_ascii_lowercase();
        let is_short = |known: &str, least: usize| name.len() >= least && known.starts_with(&name);
        let slot = if is_short("filepath", 1) || name == "path" {
            &mut program
        } else if is_short("argumentlist", 1) || name == "args" {
            &mut arguments
        } else {
            let takes = ["workingdirectory", "verb", "windowstyle", "credential"];
            if argument.is_none() && takes.iter().any(|known| is_short(known, 2)) {
                rest.next();
            }
            continue;
        };
        *slot = argument.as_ref().or_else(|| rest.next().map(|word| &word.value));
    }
    let (Some(program), Some(arguments)) = (program, arguments) else { return };
    let word =
        |value: &Value| Word { place: value.place, value: value.clone(), kind: WordKind::One };
    let mut found = vec![word(program)];
    match &arguments.content {
        Content::List(list) => found.extend(list.iter().map(word)),
        Content::Text(text) => {
            found.extend(text.split_whitespace().map(|part| {
                word(&Value { content: Content::Text(part.into()), ..arguments.clone() })
            }));
        }
        _ => found.push(Word { kind: WordKind::Several, ..word(arguments) }),
    }
    *words = found;
}
