//! Simple commands: assignments, aliases, wrappers, functions, and the commands that are recorded.

use std::{rc::Rc, sync::Arc};

use super::{
    super::{
        limit::DEEPEST_CALL,
        model::{Language, Redirection, Word as Argument, WordKind},
        nested,
        place::Place,
        value::{Cause, Content, Value},
        walk::{Draft, Flow},
    },
    Arguments, builtin,
    evaluate::{Definition, Shell},
    parser,
    syntax::{Assigned, Assignment, Kind, Node, Redirect, Simple, Target},
};

impl Shell<'_> {
    /// Walks through a simple command.
    pub fn simple(&mut self, simple: &Simple, node: &Node) -> Flow {
        let mut words: Vec<Argument> = Vec::with_capacity(simple.words.len());
        for word in &simple.words {
            words.extend(self.expand(word));
        }
        let assigned: Vec<_> =
            simple.assignments.iter().map(|assignment| self.assigned(assignment)).collect();
        let (redirections, input) = self.redirections(&node.redirections);
        if words.is_empty() {
            for (assignment, value) in simple.assignments.iter().zip(assigned) {
                self.assign(assignment, value);
            }
            return Flow::Falls;
        }
        let declared: Vec<_> =
            simple.declared.iter().map(|assignment| self.assigned(assignment)).collect();
        self.replace_alias(&mut words);
        let wrappers = Self::unwrap(&mut words);
        let name: Option<Arc<str>> = words.first().and_then(|word| match &word.value.content {
            Content::Text(text) => Some(Arc::clone(text)),
            _ => None,
        });
        let place = self.place(node.span);
        let draft = Draft {
            words,
            language: Language::Shell,
            place,
            redirections,
            input,
            piped_from: self.piped_from,
            wrappers,
        };
        let Some(name) = name else {
            self.recorder.record(draft);
            return Flow::Falls;
        };
        if let Some(definition) = self.functions.get(&*name).cloned()
            && self.running.len() < DEEPEST_CALL
            && !self.running.iter().any(|running| **running == *name)
        {
            return self.call(&definition, &draft.words, place);
        }
        if !simple.declared.is_empty() || name.as_ref() == "local" {
            self.declare(&name, simple, declared, &draft.words);
        }
        if nested::runs_code(&name, &draft.words) && self.run_code(&name, &draft) {
            return Flow::Falls;
        }
        builtin::apply(self, &name, &draft);
        self.recorder.record(draft);
        match &*name {
            "exit" => Flow::Exits,
            "return" => Flow::Returns,
            "break" | "continue" => Flow::Breaks,
            _ => Flow::Falls,
        }
    }

    fn assigned(&mut self, assignment: &Assignment) -> Value {
        let place = self.place(assignment.span);
        match &assignment.value {
            Assigned::Word(word) => {
                let before = self.recorder.commands.len();
                let value = self.value(word);
                let from = value
                    .as_unknown()
                    .filter(|it| it.cause == Cause::CommandOutput)
                    .and_then(|it| it.from);
                if let Some(order) = from
                    && order as usize >= before
                {
                    let name = self.slice(assignment.name).into();
                    if let Some(command) = self.recorder.commands.get_mut(order as usize) {
                        command.captured = Some(name);
                    }
                }
                value
            }
            Assigned::List(words) => {
                let mut list = Vec::new();
                for word in words {
                    for word in self.expand(word) {
                        if matches!(word.kind, WordKind::Several) {
                            return Value::unknown(
                                Cause::NotEvaluated,
                                self.slice(assignment.name),
                                place,
                            );
                        }
                        list.push(word.value);
                    }
                }
                Value::new(Content::List(list.into()), place)
            }
        }
    }

    fn assign(&mut self, assignment: &Assignment, value: Value) {
        let name = self.slice(assignment.name).to_owned();
        let place = self.place(assignment.span);
        let value = if assignment.indexed {
            Value::unknown(Cause::NotEvaluated, &*name, place)
        } else if assignment.append {
            self.appended(&name, value, place)
        } else {
            value
        };
        let value = self.bounded(value, place);
        self.variables.set(&name, value);
    }

    fn appended(&self, name: &str, value: Value, place: Place) -> Value {
        match (self.variables.get(name).map(|before| before.content), value.content) {
            (Some(Content::List(before)), Content::List(more)) => {
                let list: Vec<Value> = before.iter().chain(more.iter()).cloned().collect();
                Value::new(Content::List(list.into()), place)
            }
            (Some(Content::Text(before)), Content::Text(more)) => {
                Value::text(format!("{before}{more}"), place)
            }
            _ => Value::unknown(Cause::NotEvaluated, name, place),
        }
    }

    fn declare(&mut self, name: &str, simple: &Simple, values: Vec<Value>, words: &[Argument]) {
        if name == "alias" {
            for (assignment, value) in simple.declared.iter().zip(values) {
                let name = self.slice(assignment.name).into();
                self.aliases.insert(name, value);
            }
            return;
        }
        let local = !self.running.is_empty() && matches!(name, "local" | "declare" | "typeset");
        let bare: Vec<Box<str>> = match name {
            "local" => {
                words[1..].iter().filter_map(|word| word.value.as_text()).map(Box::from).collect()
            }
            _ => Vec::new(),
        };
        let names = simple.declared.iter().map(|assignment| Box::from(self.slice(assignment.name)));
        let names: Vec<Box<str>> =
            names.chain(bare.iter().filter(|name| !name.starts_with('-')).cloned()).collect();
        if local && let Some(mut hidden) = self.hidden.pop() {
            for name in names {
                let before = self.variables.get(&name);
                hidden.push((name, before));
            }
            self.hidden.push(hidden);
        }
        for (assignment, value) in simple.declared.iter().zip(values) {
            self.assign(assignment, value);
        }
    }

    /// Puts what an alias stands for in front.
    fn replace_alias(&mut self, words: &mut Vec<Argument>) {
        let Some(first) = words.first() else { return };
        let Some(value) = first.value.as_text().and_then(|name| self.aliases.get(name)) else {
            return;
        };
        let Some(text) = value.as_text() else { return };
        let (place, via) = (first.place, value.place);
        let front: Vec<Argument> = text
            .split_whitespace()
            .take(100)
            .map(|word| Argument {
                value: Value { content: Content::Text(word.into()), place, via: Some(via) },
                place,
                kind: WordKind::One,
            })
            .collect();
        words.splice(0..1, front);
    }

    /// Takes `sudo`, `timeout 30` and the like from the front.
    fn unwrap(words: &mut Vec<Argument>) -> Vec<Arc<str>> {
        let mut wrappers = Vec::new();
        loop {
            let skip = nested::wrapper(words);
            if skip == 0 || skip >= words.len() {
                return wrappers;
            }
            let name: Arc<str> = words[0].value.as_text().unwrap_or_default().into();
            let front: Vec<Argument> = words.drain(..skip).collect();
            nested::take_input(&front, words);
            wrappers.push(name);
        }
    }

    fn call(&mut self, definition: &Definition, words: &[Argument], place: Place) -> Flow {
        let function = &definition.function;
        self.called.insert(function.name.clone());
        let several = words[1..].iter().any(|word| matches!(word.kind, WordKind::Several));
        let values = words[1..].iter().map(|word| word.value.clone()).collect();
        let arguments = if several { Arguments::Unknown } else { Arguments::Known(values) };
        let arguments = std::mem::replace(&mut self.arguments, arguments);
        let text = std::mem::replace(&mut self.text, Rc::clone(&definition.text));
        self.running.push(function.name.clone());
        self.hidden.push(Vec::new());
        self.recorder.call(place);
        let flow = self.node(&function.body);
        self.recorder.return_from_call();
        for (name, value) in self.hidden.pop().unwrap_or_default().into_iter().rev() {
            match value {
                Some(value) => self.variables.set(&name, value),
                None => self.variables.unset(&name),
            }
        }
        self.running.pop();
        self.text = text;
        self.arguments = arguments;
        if flow == Flow::Exits { Flow::Exits } else { Flow::Falls }
    }

    /// Evaluates redirections; the input, if one of them is a here-document.
    pub fn redirections(&mut self, redirections: &[Redirect]) -> (Vec<Redirection>, Option<Value>) {
        let mut list = Vec::with_capacity(redirections.len());
        let mut input = None;
        for redirect in redirections {
            let operator: Arc<str> = self.slice(redirect.operator).into();
            let place = self.place(redirect.span);
            let target = match &redirect.target {
                Target::Word(word) => self.value(word),
                Target::Document { body, parts, expanded } => {
                    let place = self.place(*body);
                    if *expanded {
                        self.joined(parts, place)
                    } else {
                        Value::text(self.slice(*body), place)
                    }
                }
            };
            if operator.starts_with("<<") {
                input = Some(target.clone());
            }
            list.push(Redirection { operator, target, place });
        }
        (list, input)
    }

    /// Walks through code that stands in a text, in this shell.
    pub fn run_text(&mut self, code: &Value) -> Flow {
        if !self.recorder.nest() {
            return Flow::Falls;
        }
        let text = nested::text(code, &self.recorder.source);
        self.recorder.budget.take(text.content.len());
        let items = parser::parse(&text, &mut self.recorder.budget, &mut self.recorder.diagnostics);
        let outer = std::mem::replace(&mut self.text, Rc::new(text));
        let flow = self.run(&items);
        self.text = outer;
        self.recorder.unnest();
        flow
    }

    /// Runs `bash -c '…'` and the like; false where the code is not known.
    fn run_code(&mut self, name: &str, draft: &Draft) -> bool {
        if name == "eval" {
            let mut texts = Vec::new();
            for word in &draft.words[1..] {
                let Some(text) = word.value.as_text() else {
                    self.variables.distrust();
                    return false;
                };
                texts.push(text);
            }
            let code = match draft.words.as_slice() {
                [_, only] => only.value.clone(),
                _ => Value::text(texts.join(" "), draft.place),
            };
            self.run_text(&code);
            return true;
        }
        let Some((language, code)) = nested::code(name, &draft.words, draft.input.as_ref()) else {
            return false;
        };
        if !nested::is_readable(&code) {
            return false;
        }
        self.run_foreign(language, &code, nested::is_remote(name));
        true
    }

    fn run_foreign(&mut self, language: Language, code: &Value, is_remote: bool) {
        if language != Language::Shell || is_remote {
            let text = nested::text(code, &self.recorder.source);
            nested::walk(language, text, self.recorder);
            return;
        }
        let arguments = std::mem::replace(&mut self.arguments, Arguments::Unknown);
        let mark = self.variables.begin();
        let piped_from = self.piped_from.take();
        self.run_text(code);
        self.piped_from = piped_from;
        self.variables.undo(&mark);
        self.arguments = arguments;
    }

    /// `echo '…' | bash`: runs what comes through the pipe; false where the node is something else.
    pub fn runs_its_input(&mut self, node: &Node, before: usize) -> bool {
        let Kind::Simple(simple) = &node.kind else { return false };
        let words: Vec<Argument> = match simple.words.as_slice() {
            [] => return false,
            words if words.len() <= 3 => words.iter().flat_map(|word| self.expand(word)).collect(),
            _ => return false,
        };
        let Some(name) = words.first().and_then(|word| word.value.as_text()) else { return false };
        let Some(language) = nested::reads_code(name, &words) else { return false };
        let [.., last] = self.recorder.commands.as_slice() else { return false };
        if self.recorder.commands.len() > before || last.piped_from.is_some() {
            return false;
        }
        let code = match last.name() {
            Some("echo" | "printf") => last.words.get(1..).and_then(|words| match words {
                [only] => Some(only.value.clone()),
                _ => None,
            }),
            Some("cat") => last.input.clone(),
            _ => None,
        };
        let Some(code) = code else { return false };
        if !nested::is_readable(&code) {
            return false;
        }
        self.run_foreign(language, &code, false);
        true
    }
}
