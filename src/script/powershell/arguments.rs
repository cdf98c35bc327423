//! Gives functions and blocks their arguments.

use std::rc::Rc;

use super::{
    super::{
        limit::DEEPEST_CALL,
        model::{Word, WordKind},
        place::Place,
        value::{Cause, Content, Value},
    },
    evaluate::{Definition, Walk},
    syntax::ScriptBlock,
};

impl Walk<'_> {
    /// Runs a function or a block with these arguments.
    pub fn call(
        &mut self,
        definition: &Definition,
        words: &[Word],
        place: Place,
        own_scope: bool,
    ) -> Option<Value> {
        self.called.insert(definition.name.clone());
        if self.running.len() >= DEEPEST_CALL || self.running.contains(&definition.name) {
            return None;
        }
        let text = std::mem::replace(&mut self.text, Rc::clone(&definition.text));
        let mark = self.variables.begin();
        self.recorder.call(place);
        self.running.push(definition.name.clone());
        let block = definition.block();
        self.bind(block, words);
        let (_, output) = self.run_for_value(&block.body);
        self.running.pop();
        self.recorder.return_from_call();
        if own_scope {
            self.variables.undo(&mark);
        } else {
            let branch = self.variables.end(&mark);
            self.variables.join(vec![branch], true, place);
        }
        self.text = text;
        output
    }

    /// Gives a function its arguments: by name, by unique prefix, by position; else its defaults.
    pub fn bind(&mut self, block: &ScriptBlock, words: &[Word]) {
        let mut given: Vec<Option<Value>> = vec![None; block.parameters.len()];
        let mut uncertain = false;
        let mut at = 0;
        let mut free = Vec::new();
        while let Some(word) = words.get(at) {
            at += 1;
            match &word.kind {
                WordKind::Parameter { name, argument } => {
                    let Some(index) = find_parameter(block, name) else {
                        uncertain = true;
                        continue;
                    };
                    let value = match argument {
                        Some(value) => Some(value.clone()),
                        None if block.parameters[index].is_switch => {
                            Some(Value::new(Content::Bool(true), word.place))
                        }
                        None => {
                            at += 1;
                            words.get(at - 1).map(|word| word.value.clone())
                        }
                    };
                    given[index] = value;
                }
                WordKind::Splat => match &word.value.content {
                    Content::Map(map) => {
                        for (name, value) in map.iter() {
                            match name.as_text().and_then(|name| find_parameter(block, name)) {
                                Some(index) => given[index] = Some(value.clone()),
                                None => uncertain = true,
                            }
                        }
                    }
                    Content::List(list) => free.extend(list.iter().cloned()),
                    _ => uncertain = true,
                },
                _ => free.push(word.value.clone()),
            }
        }
        let mut free = free.into_iter();
        for (index, parameter) in block.parameters.iter().enumerate() {
            let place = self.place(parameter.span);
            let value = match given[index].take() {
                Some(value) => Some(value),
                None if parameter.is_switch => None,
                None => free.next(),
            };
            let value = match (value, &parameter.default) {
                (Some(value), _) => value,
                (None, _) if uncertain => Value::unknown(Cause::Parameter, &*parameter.name, place),
                (None, Some(default)) => self.value(default),
                (None, None) if parameter.is_switch => Value::new(Content::Bool(false), place),
                (None, None) => Value::unknown(Cause::Parameter, &*parameter.name, place),
            };
            self.variables.set(&parameter.name.to_lowercase(), value);
        }
        let rest: Vec<Value> = free.collect();
        let place = words.first().map_or(Place::default(), |word| word.place);
        self.variables.set("args", Value::new(Content::List(rest.into()), place));
    }
}

fn find_parameter(block: &ScriptBlock, name: &str) -> Option<usize> {
    let name = name.to_lowercase();
    let names = || block.parameters.iter().map(|parameter| parameter.name.to_lowercase());
    names().position(|known| known == name).or_else(|| {
        let mut fitting = names().enumerate().filter(|(_, known)| known.starts_with(&name));
        let first = fitting.next();
        first.filter(|_| fitting.next().is_none()).map(|(index, _)| index)
    })
}
