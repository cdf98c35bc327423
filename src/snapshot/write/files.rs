//! Private files that appear under their name only when they are whole and on the disk.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::Packing;

/// What the name of a file ends in until it is whole. No input is ever looked for under it.
pub const UNFINISHED: &str = ".part";

/// zstd's own default: levels above it cost more time than they save in space.
const LEVEL: i32 = 3;

const BUFFER: usize = 64 * 1024;

/// The temporary name of a file.
pub fn unfinished(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(UNFINISHED);
    PathBuf::from(name)
}

/// A folder for nobody but its owner. One that exists becomes so.
pub fn private_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => {
            make_private(path)
        }
        created => created,
    }
}

#[cfg(unix)]
fn make_private(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    if path.metadata()?.permissions().mode() & 0o777 == 0o700 {
        return Ok(());
    }
    fs::set_permissions(path, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn make_private(_path: &Path) -> io::Result<()> {
    Ok(())
}

/// A new file for nobody but its owner; not one that exists, nor what a link names.
pub fn private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// How much the disk is asked to promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Promise {
    /// What is finished outlasts a power failure.
    Lasting,
    /// Nobody will miss it then.
    Passing,
}

impl Promise {
    /// Brings what a file holds to the disk.
    pub fn sync(self, file: &File) -> io::Result<()> {
        if self == Self::Lasting { file.sync_all() } else { Ok(()) }
    }

    /// Makes names in a folder outlast a power failure. Windows writes them through by itself.
    pub fn sync_folder(self, path: &Path) -> io::Result<()> {
        if cfg!(unix) && self == Self::Lasting { File::open(path)?.sync_all() } else { Ok(()) }
    }

    /// Brings a whole temporary file to the disk and under its name; answers how many bytes it has.
    pub fn publish(self, path: &Path) -> io::Result<u64> {
        let temporary = unfinished(path);
        let file = OpenOptions::new().append(true).open(&temporary)?;
        self.sync(&file)?;
        let bytes = file.metadata()?.len();
        fs::rename(&temporary, path)?;
        Ok(bytes)
    }

    /// Writes a file in one step or not at all.
    pub fn write_whole(
        self,
        path: &Path,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut target = BufWriter::new(private_file(&unfinished(path))?);
        write(&mut target)?;
        target.flush()?;
        self.publish(path)?;
        path.parent().map_or(Ok(()), |folder| self.sync_folder(folder))
    }
}

/// The open end of a temporary file.
pub enum Sink {
    Plain(BufWriter<File>),
    Packed(zstd::stream::write::Encoder<'static, File>),
}

impl Sink {
    /// Begins a file, or goes on with one: frames of zstd may follow one another.
    pub fn open(path: &Path, packing: Packing, is_new: bool) -> io::Result<Self> {
        let temporary = unfinished(path);
        let file = if is_new {
            private_file(&temporary)?
        } else {
            OpenOptions::new().append(true).open(&temporary)?
        };
        Ok(match packing {
            Packing::Plain => Self::Plain(BufWriter::with_capacity(BUFFER, file)),
            Packing::Zstd => Self::Packed(zstd::stream::write::Encoder::new(file, LEVEL)?),
        })
    }

    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Plain(file) => file.write_all(bytes),
            Self::Packed(encoder) => encoder.write_all(bytes),
        }
    }

    pub fn close(self) -> io::Result<()> {
        match self {
            Self::Plain(mut file) => file.flush(),
            Self::Packed(encoder) => encoder.finish().map(drop),
        }
    }
}
