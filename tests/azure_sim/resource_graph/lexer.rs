//! The words of a query.

/// One word, and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    /// The word.
    pub word: Word,
    /// Its text as written, for messages.
    pub text: String,
    /// Line and column, from 1 and from 0, as Azure counts them.
    pub place: (usize, usize),
}

/// A word.
#[derive(Clone, Debug, PartialEq)]
pub enum Word {
    /// A name or a keyword.
    Name(String),
    /// Text in quotes.
    Text(String),
    /// A number.
    Number(f64),
    /// A length of time, in seconds.
    Span(i64),
    /// Punctuation and operators.
    Sign(&'static str),
    /// Nothing more.
    End,
}

/// Longer ones first.
const SIGNS: &[&str] = &[
    "=~", "!~", "==", "!=", "<=", ">=", "<", ">", "=", "|", "(", ")", "[", "]", ",", ".", "-", "!",
    "~", ";",
];

/// The words of a query.
///
/// # Errors
/// The place of what is no word.
pub fn tokens(text: &str) -> Result<Vec<Token>, Token> {
    let mut lexer = Lexer { rest: text, line: 1, column: 0 };
    let mut found = Vec::new();
    loop {
        lexer.skip_blank();
        let place = (lexer.line, lexer.column);
        let before = lexer.rest;
        let word = lexer.word();
        let text = before[..before.len() - lexer.rest.len()].to_owned();
        let Some(word) = word else {
            let text = before.chars().next().map(String::from).unwrap_or_default();
            return Err(Token { word: Word::End, text, place });
        };
        let is_end = word == Word::End;
        found.push(Token { word, text, place });
        if is_end {
            return Ok(found);
        }
    }
}

struct Lexer<'a> {
    rest: &'a str,
    line: usize,
    column: usize,
}

impl<'a> Lexer<'a> {
    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        for letter in taken.chars() {
            if letter == '\n' {
                (self.line, self.column) = (self.line + 1, 0);
            } else {
                self.column += 1;
            }
        }
        taken
    }

    fn skip_blank(&mut self) {
        loop {
            let blank = self.rest.len() - self.rest.trim_start().len();
            self.take(blank);
            if !self.rest.starts_with("//") {
                return;
            }
            let end = self.rest.find('\n').unwrap_or(self.rest.len());
            self.take(end);
        }
    }

    fn word(&mut self) -> Option<Word> {
        let Some(first) = self.rest.chars().next() else { return Some(Word::End) };
        if first.is_ascii_alphabetic() || first == '_' || first == '$' {
            let is_part =
                |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '$';
            let end = self.rest.find(|letter| !is_part(letter)).unwrap_or(self.rest.len());
            return Some(Word::Name(self.take(end).to_owned()));
        }
        if first.is_ascii_digit() {
            return self.number();
        }
        if first == '\'' || first == '"' {
            return self.text(first);
        }
        let sign = SIGNS.iter().find(|sign| self.rest.starts_with(**sign))?;
        self.take(sign.len());
        Some(Word::Sign(sign))
    }

    fn number(&mut self) -> Option<Word> {
        let is_part = |letter: char| letter.is_ascii_digit() || letter == '.';
        let end = self.rest.find(|letter| !is_part(letter)).unwrap_or(self.rest.len());
        let number: f64 = self.take(end).parse().ok()?;
        let unit_end =
            self.rest.find(|letter: char| !letter.is_ascii_alphabetic()).unwrap_or(self.rest.len());
        let seconds = match self.take(unit_end) {
            "" => return Some(Word::Number(number)),
            "d" => 86_400.0,
            "h" => 3_600.0,
            "m" => 60.0,
            "s" => 1.0,
            _ => return None,
        };
        #[expect(clippy::cast_possible_truncation, reason = "longer than any age of a job")]
        Some(Word::Span((number * seconds) as i64))
    }

    fn text(&mut self, quote: char) -> Option<Word> {
        let mut text = String::new();
        let mut letters = self.rest.char_indices().skip(1);
        while let Some((at, letter)) = letters.next() {
            if letter == quote {
                self.take(at + 1);
                return Some(Word::Text(text));
            }
            text.push(if letter == '\\' { letters.next()?.1 } else { letter });
        }
        None
    }
}
