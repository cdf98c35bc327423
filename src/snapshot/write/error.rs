//! Why a snapshot cannot be written.

use std::io;
use std::path::Path;

use miette::Diagnostic;
use thiserror::Error;

/// A snapshot, or a part of one, that could not be written.
#[derive(Debug, Error, Diagnostic)]
pub enum WriteError {
    /// The system refuses.
    #[error("cannot write {path}: {cause}")]
    #[diagnostic(
        code(backuplint::snapshot::failed),
        help("check space and permissions, then resume: what is finished is not read again")
    )]
    Io {
        /// The file or folder.
        path: String,
        /// What the system says.
        cause: io::Error,
    },
    /// An answer that no reader of the snapshot could take.
    #[error("an answer cannot be kept: {cause}")]
    #[diagnostic(
        code(backuplint::snapshot::body),
        help("the rest of the snapshot is not affected; this answer is missing from it")
    )]
    Body {
        /// What is wrong with it.
        cause: String,
    },
    /// There is something else in the folder.
    #[error("cannot write a snapshot into {path}: the folder is not empty")]
    #[diagnostic(code(backuplint::snapshot::not_empty), help("name a new folder or an empty one"))]
    NotEmpty {
        /// The folder.
        path: String,
    },
    /// The folder holds a snapshot.
    #[error("{path} is a finished snapshot")]
    #[diagnostic(
        code(backuplint::snapshot::finished),
        help("a snapshot is never changed; name a new folder for another one")
    )]
    Finished {
        /// The folder.
        path: String,
    },
    /// The folder holds a snapshot that was not finished.
    #[error("{path} is a snapshot that was not finished")]
    #[diagnostic(
        code(backuplint::snapshot::unfinished),
        help("resume it, or name a new folder for another one")
    )]
    Unfinished {
        /// The folder.
        path: String,
    },
    /// Another process writes it.
    #[error("another process is writing this snapshot: it holds {path}")]
    #[diagnostic(code(backuplint::snapshot::busy), help("wait for it, or name another folder"))]
    Busy {
        /// The journal.
        path: String,
    },
    /// The unfinished snapshot is of something else.
    #[error("{path} was begun for another cloud, tenant, scopes or packing")]
    #[diagnostic(
        code(backuplint::snapshot::other_run),
        help("ask for the same as then (its first line says what), or name a new folder")
    )]
    OtherRun {
        /// The journal.
        path: String,
    },
    /// The journal makes no sense.
    #[error("cannot go on from {path}: {cause}")]
    #[diagnostic(
        code(backuplint::snapshot::journal),
        help("it was changed, or another version wrote it; begin anew in a new folder")
    )]
    Journal {
        /// The journal.
        path: String,
        /// What is wrong with it.
        cause: String,
    },
    /// Two questions that would write one file.
    #[error("{path} is written by another question of this run")]
    #[diagnostic(
        code(backuplint::snapshot::taken),
        help("this is a defect of backuplint; please report it")
    )]
    Taken {
        /// The file, as the manifest names it.
        path: String,
    },
    /// A name that cannot be one of a file.
    #[error("`{name}` cannot name a file of a snapshot")]
    #[diagnostic(
        code(backuplint::snapshot::name),
        help("use lower-case letters, digits and `-`, at most 64")
    )]
    Name {
        /// The name.
        name: String,
    },
    /// A subscription that has no GUID.
    #[error("`{}` is not the GUID of a subscription", subscription.escape_debug())]
    #[diagnostic(
        code(backuplint::snapshot::subscription),
        help(
            "Azure knows a subscription by its GUID: `az account list -o table` shows those you see"
        )
    )]
    Subscription {
        /// What was given.
        subscription: String,
    },
}

impl WriteError {
    pub(super) fn io(path: &Path) -> impl Fn(io::Error) -> Self {
        move |cause| Self::Io { path: path.display().to_string(), cause }
    }

    pub(super) fn body(cause: &str) -> Self {
        Self::Body { cause: cause.to_owned() }
    }
}
