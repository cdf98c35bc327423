//! Writes reports: to files in one step or not at all, to pipes and devices as they come.
//!
//! A reader of the file never sees half a report, and a failed run leaves the earlier one as it was.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use miette::Diagnostic;
use tempfile::NamedTempFile;
use thiserror::Error;

/// Large enough that a report of a million results needs few system calls.
const BUFFER: usize = 64 * 1024;

/// Symbolic links followed before giving up, as Linux does.
const MOST_LINKS: usize = 40;

/// A report that could not be written.
#[derive(Debug, Error, Diagnostic)]
pub enum OutputError {
    /// The folder to write into does not exist.
    #[error("cannot write {path}: there is no folder {folder}")]
    #[diagnostic(code(backuplint::output::no_folder), help("create it first: mkdir -p '{folder}'"))]
    NoFolder {
        /// The path as it was given.
        path: String,
        /// The missing folder.
        folder: String,
    },
    /// The path is a folder.
    #[error("cannot write {path}: it is a folder")]
    #[diagnostic(code(backuplint::output::is_folder), help("give the name of a file in it"))]
    IsFolder {
        /// The path as it was given.
        path: String,
    },
    /// The file is write-protected.
    #[error("cannot write {path}: it is write-protected")]
    #[diagnostic(
        code(backuplint::output::protected),
        help("remove the file, allow writing, or choose another name")
    )]
    Protected {
        /// The path as it was given.
        path: String,
    },
    /// Anything else that the system refuses.
    #[error("cannot write {path}: {cause}")]
    #[diagnostic(
        code(backuplint::output::failed),
        help("check space and permissions; an earlier file is left as it was")
    )]
    Failed {
        /// The path as it was given.
        path: String,
        /// What the system says.
        cause: io::Error,
    },
}

/// Writes a file: through a temporary one beside it that takes its place when complete. Symbolic
/// links are followed, an existing file keeps its permissions. Standard output, pipes, devices and
/// other special files are written directly; a reader of those who leaves is no error.
///
/// # Errors
/// When the file cannot be written; an earlier one is then left as it was.
pub fn write_file(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), OutputError> {
    let failed = |cause| OutputError::Failed { path: path.display().to_string(), cause };
    let target = follow(path).map_err(failed)?;
    match Stream::of(&target) {
        Some(Stream::Stdout) => return quiet(buffered(io::stdout().lock(), write)).map_err(failed),
        Some(Stream::Stderr) => return quiet(buffered(io::stderr().lock(), write)).map_err(failed),
        Some(Stream::Descriptor) => return write_special(&target, write).map_err(failed),
        None => {}
    }
    match target.metadata() {
        Ok(found) if found.is_dir() => {
            Err(OutputError::IsFolder { path: path.display().to_string() })
        }
        Ok(found) if !found.is_file() => write_special(&target, write).map_err(failed),
        Ok(found) if found.permissions().readonly() => {
            Err(OutputError::Protected { path: path.display().to_string() })
        }
        Ok(found) => replace(&target, &found, write).map_err(failed),
        Err(cause) if matches!(cause.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            let folder = folder_of(&target);
            if !folder.is_dir() {
                let (path, folder) = (path.display().to_string(), folder.display().to_string());
                return Err(OutputError::NoFolder { path, folder });
            }
            create(&target, write).map_err(failed)
        }
        Err(cause) => Err(failed(cause)),
    }
}

/// Writes to standard output. A reader who leaves (`| head`) is no error.
///
/// # Errors
/// When standard output cannot be written.
pub fn write_stdout(
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), OutputError> {
    let failed = |cause| OutputError::Failed { path: "standard output".to_owned(), cause };
    quiet(buffered(io::stdout().lock(), write)).map_err(failed)
}

/// Whether the reader has gone away.
pub fn is_broken_pipe(error: &io::Error) -> bool {
    error.kind() == ErrorKind::BrokenPipe
}

/// Paths that stand for an open descriptor. Their file may be a regular one, where standard output is
/// redirected; replacing it would cut off what the shell has opened.
enum Stream {
    Stdout,
    Stderr,
    Descriptor,
}

impl Stream {
    fn of(path: &Path) -> Option<Self> {
        let text = path.to_str()?;
        let descriptor = text.strip_prefix("/dev/fd/").or_else(|| {
            let (process, number) = text.strip_prefix("/proc/")?.split_once("/fd/")?;
            // Another process's descriptor is a file like any other, but never one to replace.
            Some(if process == "self" { number } else { "" })
        });
        match (text, descriptor) {
            ("/dev/stdout", _) | (_, Some("1")) => Some(Self::Stdout),
            ("/dev/stderr", _) | (_, Some("2")) => Some(Self::Stderr),
            (_, Some(_)) => Some(Self::Descriptor),
            _ => None,
        }
    }
}

/// The path behind symbolic links, also if nothing is there yet; stops at a path that stands for a
/// descriptor, which on Linux is a link too.
fn follow(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        let is_link = path.symlink_metadata().is_ok_and(|found| found.is_symlink());
        if !is_link || Stream::of(&path).is_some() {
            return Ok(path);
        }
        path = folder_of(&path).join(path.read_link()?);
    }
    Err(io::Error::other("too many symbolic links"))
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn buffered(
    target: impl Write,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut target = BufWriter::with_capacity(BUFFER, target);
    let written = write(&mut target).and_then(|()| target.flush());
    if written.is_err() {
        // Dropping it would try once more to write what is left.
        let _ = target.into_parts();
    }
    written
}

fn quiet(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if is_broken_pipe(&error) => Ok(()),
        other => other,
    }
}

/// Appends, since a descriptor's file may hold what the shell wrote before.
fn write_special(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    quiet(OpenOptions::new().append(true).open(path).and_then(|file| buffered(file, write)))
}

fn create(target: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let temporary = temporary_beside(target)?;
    buffered(temporary.as_file(), write)?;
    temporary.persist(target).map(drop).map_err(|error| error.error)
}

fn replace(
    target: &Path,
    found: &Metadata,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let temporary = match temporary_beside(target) {
        Ok(temporary) => temporary,
        // The file may be writable where its folder is not.
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem
            ) =>
        {
            let mut held = Vec::new();
            write(&mut held)?;
            return File::create(target)?.write_all(&held);
        }
        Err(error) => return Err(error),
    };
    buffered(temporary.as_file(), write)?;
    keep_owner(temporary.as_file(), found);
    temporary.as_file().set_permissions(found.permissions())?;
    let Err(refused) = temporary.persist(target) else { return Ok(()) };
    // A file mounted into a container cannot be replaced, only filled.
    match refused.error.kind() {
        ErrorKind::ResourceBusy | ErrorKind::CrossesDevices | ErrorKind::PermissionDenied => {
            let mut complete = File::open(refused.file.path())?;
            io::copy(&mut complete, &mut File::create(target)?).map(drop)
        }
        _ => Err(refused.error),
    }
}

/// A new file that gets the permissions of any new file, not the private ones of a temporary one.
fn temporary_beside(target: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".backuplint-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder_of(target))
}

/// Where it is allowed: an administrator's run must not take a file away from its owner.
#[cfg(unix)]
fn keep_owner(file: &File, found: &Metadata) {
    use std::os::unix::fs::MetadataExt;
    let _ = std::os::unix::fs::fchown(file, Some(found.uid()), Some(found.gid()));
}

#[cfg(not(unix))]
fn keep_owner(_file: &File, _found: &Metadata) {}
