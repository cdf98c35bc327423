//! Places in files.

/// A place in a file. Lines and columns count from one; columns are UTF-16 code units, and the end
/// column is one past the last character (SARIF 2.1.0 §3.30).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// The file as it was named on the command line, forward slashes; not percent-encoded.
    pub uri: String,
    /// First line.
    pub start_line: u64,
    /// Column of the first character.
    pub start_column: u64,
    /// Last line.
    pub end_line: u64,
    /// Column after the last character.
    pub end_column: u64,
}
