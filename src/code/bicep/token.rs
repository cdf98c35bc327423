//! The kinds of words of Bicep.

/// A kind of word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token {
    /// A name or keyword.
    Name,
    /// A number.
    Number,
    /// `'…'`
    Text,
    /// `'…${`
    TextStart,
    /// `}…${`
    TextMiddle,
    /// `}…'`
    TextEnd,
    /// `'''…'''`
    MultiLine,
    /// `$'''…${`: the texts of one start with this many dollars.
    MultiLineStart,
    /// `}…${` in one.
    MultiLineMiddle,
    /// `}…'''`
    MultiLineEnd,
    /// One or more ends of line.
    NewLine,
    /// `{`
    OpenBrace,
    /// `}`
    CloseBrace,
    /// `[`
    OpenBracket,
    /// `]`
    CloseBracket,
    /// `(`
    OpenParenthesis,
    /// `)`
    CloseParenthesis,
    /// `.`
    Dot,
    /// `...`
    Spread,
    /// `,`
    Comma,
    /// `:`
    Colon,
    /// `::`
    DoubleColon,
    /// `?`
    Question,
    /// `??`
    DoubleQuestion,
    /// `!`
    Not,
    /// `@`
    At,
    /// `=`
    Assign,
    /// `==`
    Equal,
    /// `!=`
    Unequal,
    /// `=~`
    EqualIgnoringCase,
    /// `!~`
    UnequalIgnoringCase,
    /// `=>`
    Arrow,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`
    Star,
    /// `/`
    Slash,
    /// `%`
    Percent,
    /// `&&`
    And,
    /// `||`
    Or,
    /// `|`
    Pipe,
    /// `^`
    Caret,
    /// Anything else.
    Strange,
    /// The end of the file.
    End,
}

/// A word and where it stands.
#[derive(Debug, Clone, Copy)]
pub struct Word {
    /// Its kind.
    pub token: Token,
    /// Its first byte.
    pub start: u32,
    /// One past its last byte.
    pub end: u32,
}
