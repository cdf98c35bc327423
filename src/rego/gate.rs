//! Refuses a module's text before the engine's parser reads a byte of it.
//!
//! The parser tries each `[` and `{` as a comprehension first and again as a literal, so its work may double,
//! in some forms triple, with each level; it recurses without bound over unary minus and builds chains
//! of operators whose tree is as deep as the chain is long. None of it has a limit of its own.

use super::Limits;
use super::diagnostic::{Diagnostic, Text};
use super::scan::{Token, TokenKind, tokens};

const MAX_LINES: usize = 20_000;
/// Wide enough for generated tables; passed on to the engine, whose own default is 1024.
pub(super) const MAX_COLUMNS: usize = 4096;
const MAX_PARENTHESES: usize = 64;
/// Operators, dots and indexes of one expression: each makes the tree higher, and the engine recurses over it.
const MAX_CHAIN: usize = 128;
/// Levels of the syntax tree, as far as the text shows them.
const MAX_HEIGHT: usize = 160;
const MAX_ELSE: usize = 64;
/// Tokens weighted by how often the parser may read them again: about a second of work when unoptimized.
const MAX_WORK: u64 = 3_000_000;

/// Checks the text of a module.
pub(super) fn check(text: &Text, limits: &Limits) -> Result<(), Diagnostic> {
    let code = text.text();
    if code.len() > limits.max_source_bytes {
        let message = format!(
            "the module has {} bytes; at most {} are read",
            code.len(),
            limits.max_source_bytes
        );
        return Err(text.at(0, 0, message).with_help("split it, or move tables into data"));
    }
    characters(text, code)?;
    let mut start = 0;
    for (number, line) in code.split('\n').enumerate() {
        if number >= MAX_LINES {
            return Err(text.at(start, 0, format!("the module has more than {MAX_LINES} lines")));
        }
        if line.len() > MAX_COLUMNS {
            return Err(text.at(start, 0, format!("the line has more than {MAX_COLUMNS} bytes")));
        }
        start += line.len() + 1;
    }
    let tokens = tokens(code);
    nesting(text, &tokens, limits)?;
    chains(text, &tokens)
}

fn characters(text: &Text, code: &str) -> Result<(), Diagnostic> {
    for (at, char) in code.char_indices() {
        // Bidirectional controls make a reviewer read other code than the engine runs.
        let hidden = matches!(char, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
        let control = char.is_control() && !matches!(char, '\n' | '\r' | '\t');
        if hidden || control {
            let message = format!("the character U+{:04X} is not allowed in a policy", char as u32);
            return Err(text
                .at(at, char.len_utf8(), message)
                .with_help("write it as an escape in a string"));
        }
    }
    Ok(())
}

/// An open bracket, for counting work.
struct Frame {
    token: usize,
    /// How often the parser may read a token inside.
    weight: u64,
}

/// An open bracket, for the height of the syntax tree.
#[derive(Default)]
struct Level {
    /// Operators since the expression began.
    chain: usize,
    /// The highest bracket of this expression.
    inner: usize,
    /// The highest expression of this bracket.
    height: usize,
}

impl Level {
    fn end_expression(&mut self) {
        self.height = self.height.max(self.chain + self.inner);
        self.chain = 0;
        self.inner = 0;
    }
}

fn nesting(text: &Text, tokens: &[Token<'_>], limits: &Limits) -> Result<(), Diagnostic> {
    let factors = factors(tokens);
    let mut stack: Vec<Frame> = Vec::new();
    let (mut depth, mut work) = (0, 0_u64);
    for (index, token) in tokens.iter().enumerate() {
        let weight = stack.last().map_or(4, |frame| frame.weight);
        work = work.saturating_add(weight);
        if work > MAX_WORK {
            let message = "brackets are nested in a way that makes the module too costly to parse";
            return Err(text
                .at(token.start, token.text.len(), message)
                .with_help("move inner values into rules"));
        }
        if token.kind != TokenKind::Symbol {
            continue;
        }
        match token.text {
            "[" | "{" | "(" => {
                depth += usize::from(token.text != "(");
                if depth > limits.max_depth {
                    let message =
                        format!("brackets are nested deeper than {} levels", limits.max_depth);
                    return Err(text
                        .at(token.start, 1, message)
                        .with_help("move inner values into rules"));
                }
                if stack.len() >= MAX_PARENTHESES {
                    let message =
                        format!("brackets are nested deeper than {MAX_PARENTHESES} levels");
                    return Err(text.at(token.start, 1, message));
                }
                stack.push(Frame { token: index, weight: weight.saturating_mul(factors[index]) });
            }
            "]" | "}" | ")" => {
                if let Some(frame) = stack.pop() {
                    depth -= usize::from(tokens[frame.token].text != "(");
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// How many times the parser may read what a bracket holds.
fn factors(tokens: &[Token<'_>]) -> Vec<u64> {
    let mut factors = vec![1; tokens.len()];
    let mut open: Vec<usize> = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        if token.kind != TokenKind::Symbol {
            continue;
        }
        match token.text {
            "[" | "{" | "(" => {
                let literal = token.text == "{" || (token.text == "[" && !is_index(tokens, index));
                factors[index] = if literal { 2 } else { 1 };
                open.push(index);
            }
            "]" | "}" | ")" => {
                open.pop();
            }
            // A failed comprehension: its statements are read twice, and once more as a union.
            "|" => {
                if let Some(&at) = open.last() {
                    factors[at] = 3;
                }
            }
            _ => {}
        }
    }
    factors
}

/// Whether a `[` at this place indexes what stands before it.
fn is_index(tokens: &[Token<'_>], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).and_then(|at| tokens.get(at)) else { return false };
    let keyword =
        matches!(before.text, "in" | "not" | "some" | "if" | "as" | "contains" | "else" | "with");
    let touches = before.end() == tokens[at].start && !keyword;
    touches && (before.kind != TokenKind::Symbol || matches!(before.text, "]" | ")" | "}"))
}

fn chains(text: &Text, tokens: &[Token<'_>]) -> Result<(), Diagnostic> {
    let mut levels = vec![Level::default()];
    let mut elses = 0;
    for (index, token) in tokens.iter().enumerate() {
        let before = index.checked_sub(1).map(|at| &tokens[at]);
        let outermost = levels.len() == 1;
        if let Some(level) = levels.last_mut() {
            let continued = is_operator(token) || before.is_some_and(is_operator);
            if before.is_some_and(|before| before.line != token.line) && !continued || ends(token) {
                level.end_expression();
            }
            level.chain +=
                usize::from(is_operator(token) || (token.is("[") && is_index(tokens, index)));
            if level.chain > MAX_CHAIN || level.chain + level.inner > MAX_HEIGHT {
                let message = "the expression chains too many operators";
                return Err(text
                    .at(token.start, token.text.len(), message)
                    .with_help("split it into several rules"));
            }
        }
        match (token.kind, token.text) {
            (TokenKind::Symbol, "[" | "{" | "(") => levels.push(Level::default()),
            (TokenKind::Symbol, "]" | "}" | ")") if !outermost => {
                if let (Some(mut closed), Some(level)) = (levels.pop(), levels.last_mut()) {
                    closed.end_expression();
                    level.inner = level.inner.max(closed.height + 1);
                }
            }
            (TokenKind::Word, "else") if outermost => {
                elses += 1;
                if elses > MAX_ELSE {
                    return Err(text.at(
                        token.start,
                        4,
                        format!("the rule has more than {MAX_ELSE} else branches"),
                    ));
                }
            }
            (TokenKind::Word, _) if outermost && at_margin(text.text(), token) => elses = 0,
            _ => {}
        }
    }
    Ok(())
}

fn at_margin(code: &str, token: &Token<'_>) -> bool {
    // Only a rule starts a line at the left margin outside of brackets; `else` may too.
    token.text != "else" && (token.start == 0 || code.as_bytes()[token.start - 1] == b'\n')
}

fn is_operator(token: &Token<'_>) -> bool {
    match token.kind {
        TokenKind::Symbol => matches!(
            token.text,
            "+" | "-"
                | "*"
                | "/"
                | "%"
                | "&"
                | "|"
                | "=="
                | "!="
                | "<"
                | "<="
                | ">"
                | ">="
                | "="
                | ":="
                | "."
        ),
        TokenKind::Word => token.text == "in",
        _ => false,
    }
}

fn ends(token: &Token<'_>) -> bool {
    match token.kind {
        TokenKind::Symbol => matches!(token.text, "," | ";" | ":"),
        TokenKind::Word => {
            matches!(
                token.text,
                "some"
                    | "every"
                    | "not"
                    | "with"
                    | "else"
                    | "if"
                    | "default"
                    | "contains"
                    | "import"
            )
        }
        _ => false,
    }
}

/// Whether the text could be of the old syntax: the parser warns on standard error, which is not ours to
/// write to, when it meets one of the new keywords without its import.
pub(super) fn may_be_v0(text: &str) -> bool {
    let tokens = tokens(text);
    let imported = |word: &str| {
        tokens.windows(6).any(|six| {
            let keywords =
                six[0].is_word("import") && six[1].is_word("future") && six[3].is_word("keywords");
            keywords && (!six[4].is(".") || six[5].is_word(word))
        })
    };
    if tokens
        .windows(4)
        .any(|four| four[0].is_word("import") && four[1].is_word("rego") && four[3].is_word("v1"))
    {
        return false;
    }
    ["if", "in", "every"].iter().all(|word| {
        let used = tokens.iter().enumerate().any(|(at, token)| {
            let after_dot = at > 0 && tokens[at - 1].is(".");
            token.is_word(word) && !after_dot
        });
        !used || imported(word) || (*word == "in" && imported("every"))
    })
}
