//! The limits of reading and evaluating Terraform code, in one place: what is hostile ends here with a message.

/// Largest file that is read, in bytes.
pub const FILE_BYTES: u64 = 16 << 20;
/// Deepest nesting of blocks, brackets and templates in a file.
pub const NESTING: u32 = 256;
/// Most operators in a row in one expression.
pub const OPERATORS: u32 = 512;
/// Deepest chain of evaluations that wait for each other.
pub const EVALUATION_DEPTH: u32 = 1_000;
/// Most steps that the evaluation of one root may take.
pub const STEPS: u64 = 20_000_000;
/// Longest text, in bytes.
pub const TEXT_BYTES: usize = 4 << 20;
/// Most values in one value.
pub const VALUES: u32 = 1 << 19;
/// Deepest nesting of one value.
pub const VALUE_DEPTH: u16 = 128;
/// Most instances that count or for_each may make of one block.
pub const INSTANCES: usize = 4_096;
/// Most module instances of one root.
pub const MODULES: usize = 4_096;
/// Deepest nesting of module calls.
pub const MODULE_DEPTH: usize = 32;
/// Most resource instances of one root.
pub const RESOURCES: usize = 100_000;
/// Most elements of `range`, as in Terraform.
pub const RANGE: usize = 1_024;
/// Largest compiled regular expression, in bytes.
pub const REGEX_BYTES: usize = 1 << 20;
/// Most directories below the one that is read.
pub const DIRECTORIES: usize = 50_000;
/// Deepest nesting of directories.
pub const DIRECTORY_DEPTH: usize = 40;
/// Most diagnostics of one file.
pub const DIAGNOSTICS: usize = 50;
/// Stack of the threads that parse and evaluate.
pub const STACK_BYTES: usize = 256 << 20;
