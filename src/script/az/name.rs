//! Finds the command that words name.

use super::bind::Binder;

use super::{super::operation::ProblemKind, table::Arity};

impl Binder<'_> {
    /// Takes the words that name the command. The names ignore case.
    pub fn find_command(&mut self) {
        let mut name = String::new();
        let mut end = None;
        let mut misplaced = Vec::new();
        while let Some(argument) = self.arguments.get(self.at) {
            let Some(text) = argument.text.clone() else {
                self.operation.complete &= self.table.is_command(&name);
                break;
            };
            if text.starts_with('-') && !self.table.is_command(&name) {
                // Global flags stood here in older versions; what follows still says what is meant.
                let Some(length) = self.global_flag(&text) else { break };
                misplaced.push((argument.word.place, text));
                self.at = (self.at + length).min(self.arguments.len());
                continue;
            }
            let longer = if name.is_empty() {
                text.to_lowercase()
            } else {
                format!("{name} {}", text.to_lowercase())
            };
            if text.starts_with('-')
                || !(self.table.is_command(&longer) || self.table.is_group(&longer))
            {
                break;
            }
            name = longer;
            end = Some(argument.word.place);
            self.at += 1;
        }
        if let Some(end) = end {
            self.operation.place = self.operation.place.to(end);
        }
        for (place, text) in misplaced {
            self.problem(ProblemKind::OptionInsideCommand, place, &text, Vec::new());
        }
        self.operation.name = name.into();
    }

    pub fn global_flag(&self, text: &str) -> Option<usize> {
        let spec = self
            .table
            .global
            .iter()
            .find(|option| option.names.iter().any(|name| &**name == text))?;
        Some(if spec.arity == Arity::None { 1 } else { 2 })
    }

    /// The command is in no table: names it as far as the words go.
    pub fn name_unknown(&mut self) {
        let group = self.operation.name.to_string();
        let next = self.arguments.get(self.at);
        let text =
            next.and_then(|argument| argument.text.clone()).filter(|text| !text.starts_with('-'));
        // Extensions add commands to most groups; the whole of `backup` is in the CLI itself.
        if let (Some(next), Some(text)) = (next, &text)
            && group.split(' ').next() == Some("backup")
        {
            let place = next.word.place;
            let expected = self.table.below(&group);
            self.problem(ProblemKind::UnknownCommand, place, &text.clone(), expected);
        }
        let words = self.arguments[self.at..]
            .iter()
            .map(|argument| (argument.text.as_deref(), argument.word.place));
        let words: Vec<_> =
            words.take_while(|(text, _)| text.is_some_and(is_command_word)).collect();
        let mut name = group;
        for (text, place) in words.iter().take(6) {
            if !name.is_empty() {
                name.push(' ');
            }
            name.push_str(&text.unwrap_or_default().to_lowercase());
            self.operation.place = self.operation.place.to(*place);
        }
        self.operation.name = name.into();
        self.operation.complete = false;
    }
}

fn is_command_word(text: &str) -> bool {
    !text.is_empty()
        && text.len() < 60
        && text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(|character| character.is_ascii_alphanumeric() || character == '-')
}
