//! Every limit of reading and evaluating templates, in one place.

/// The largest file that is read: Azure takes templates of up to 4 MB, compiled registries are larger.
pub const FILE_BYTES: u64 = 64 * 1024 * 1024;
/// How deep expressions and objects may nest in the source.
pub const SOURCE_DEPTH: u32 = 128;
/// How high the tree of one expression may be, chains of members and operators included.
pub const EXPRESSION_HEIGHT: u16 = 256;
/// How deep JSON may nest; the tree of a compiled template with modules in modules is deep by nature.
pub const JSON_DEPTH: u32 = 400;
/// How deep evaluation may go: expressions, variables that need variables, modules in modules.
pub const EVALUATION_DEPTH: u32 = 220;
/// How many steps the evaluation of one root may take.
pub const STEPS: u64 = 5_000_000;
/// How large and how deep a value of a parameter, variable, output or body may be, written out.
pub const VALUE_NODES: u32 = 200_000;
/// How large the bodies of all resources of one root may be together, written out: they may share their parts.
pub const BODY_NODES_ALTOGETHER: u64 = 10_000_000;
/// See [`VALUE_NODES`].
pub const VALUE_DEPTH: u16 = 256;
/// The longest text that an expression may make.
pub const TEXT_BYTES: usize = 4 * 1024 * 1024;
/// The bytes of text that one root may make altogether.
pub const TEXT_BYTES_ALTOGETHER: u64 = 256 * 1024 * 1024;
/// The most elements of a copy loop that become instances; Azure refuses more than 800
/// (<https://learn.microsoft.com/azure/azure-resource-manager/templates/best-practices#template-limits>).
pub const COPIES: usize = 800;
/// The most elements of `range()`
/// (<https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-array#range>).
pub const RANGE: usize = 10_000;
/// The most resource instances of one root.
pub const INSTANCES: usize = 50_000;
/// How deep deployments and modules may nest.
pub const DEPLOYMENT_DEPTH: u32 = 24;
/// The most diagnostics that one root keeps.
pub const DIAGNOSTICS: usize = 1_000;
