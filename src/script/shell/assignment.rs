//! Reads simple commands and assignments.

use super::compound::trimmed;

use super::{
    super::diagnostic::Trouble,
    parser::{Parser, Stop, span},
    syntax::{Assigned, Assignment, Kind, Node, Simple, Word},
};

/// Builtins whose arguments are assignments.
const DECLARING: [&str; 6] = ["local", "export", "declare", "readonly", "typeset", "alias"];

impl Parser<'_> {
    pub fn simple_or_function(&mut self, start: usize) -> Option<Node> {
        let mut simple = Simple::default();
        let mut redirections = Vec::new();
        let mut broken = false;
        loop {
            self.skip_blanks();
            if self.at >= self.end {
                break;
            }
            if self.at_redirection() {
                match self.redirection() {
                    Some(redirection) => redirections.push(redirection),
                    None => broken = true,
                }
                continue;
            }
            match self.peek(0) {
                b'(' if simple.words.len() == 1 && self.empty_parentheses() => {
                    let name = simple.words[0].span;
                    self.at += 1;
                    self.skip_blanks();
                    self.at += 1;
                    let kind = self.function(name)?;
                    return Some(Node { span: span(start, self.at), kind, redirections });
                }
                b'(' => {
                    self.note(Trouble::Syntax, self.at, self.at + 1, "`(` is not expected here");
                    self.at += 1;
                    broken = true;
                    continue;
                }
                b'\n' | b';' | b'&' | b'|' | b')' => break,
                b'`' if self.stops.last() == Some(&Stop::Backtick) => break,
                _ => {}
            }
            let before = self.at;
            let declares =
                simple.words.first().is_some_and(|word| DECLARING.contains(&self.slice(word.span)));
            if (simple.words.is_empty() || declares)
                && let Some(assignment) = self.assignment()
            {
                if declares {
                    simple.declared.push(assignment);
                } else {
                    simple.assignments.push(assignment);
                }
                continue;
            }
            let word = self.word();
            if self.at == before {
                break;
            }
            simple.words.push(word);
        }
        if self.at == start {
            return None;
        }
        if broken {
            simple = Simple::default();
        }
        let span = trimmed(self.bytes, start, self.at);
        Some(Node { span, kind: Kind::Simple(simple), redirections })
    }

    pub fn empty_parentheses(&self) -> bool {
        let rest = &self.bytes[self.at + 1..self.end];
        rest.iter().find(|byte| !matches!(byte, b' ' | b'\t')) == Some(&b')')
    }

    pub fn assignment(&mut self) -> Option<Assignment> {
        let start = self.at;
        let name = self.name_length(self.at);
        if name == 0 {
            return None;
        }
        let mut at = start + name;
        let indexed = self.bytes.get(at) == Some(&b'[');
        if indexed {
            let window = &self.bytes[at..self.end.min(at + 256)];
            at += memchr::memchr(b']', window)? + 1;
        }
        let append = self.bytes.get(at) == Some(&b'+');
        at += usize::from(append);
        if at >= self.end || self.bytes[at] != b'=' {
            return None;
        }
        self.at = at + 1;
        let value = if self.peek(0) == b'(' && !indexed {
            self.at += 1;
            Assigned::List(self.array(start))
        } else {
            Assigned::Word(self.word())
        };
        Some(Assignment {
            name: span(start, start + name),
            indexed,
            append,
            value,
            span: span(start, self.at),
        })
    }

    pub fn array(&mut self, start: usize) -> Vec<Word> {
        let mut words = Vec::new();
        loop {
            self.skip_lines();
            let before = self.at;
            if self.peek(0) == b')' {
                self.at += 1;
                return words;
            }
            let word = self.word();
            if self.at == before {
                self.note(Trouble::Syntax, start, self.at, "a list that does not end");
                return words;
            }
            words.push(word);
        }
    }

    /// The length of a name of a variable.
    pub fn name_length(&self, at: usize) -> usize {
        let rest = &self.bytes[at..self.end];
        if rest.first().is_none_or(u8::is_ascii_digit) {
            return 0;
        }
        rest.iter().take_while(|&&byte| byte.is_ascii_alphanumeric() || byte == b'_').count()
    }
}
