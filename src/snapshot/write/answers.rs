//! Answers that are on the disk, for questions that follow from them.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use super::{Packing, SnapshotWriter, WriteError};

impl SnapshotWriter {
    /// Shows every answer that finished sections of this name hold, one by one, in the order of the
    /// subscriptions. A run that goes on sees what an undisturbed one sees.
    ///
    /// # Errors
    /// When they cannot be read back.
    pub fn read_back(&self, name: &str, mut see: impl FnMut(&[u8])) -> Result<(), WriteError> {
        for path in self.files_of(name) {
            let path = self.on_disk(&path);
            self.lines(&path, &mut see).map_err(WriteError::io(&path))?;
        }
        Ok(())
    }

    /// The files of all sections of this name, as the manifest names them, sorted.
    fn files_of(&self, name: &str) -> Vec<String> {
        let state = self.state();
        let own = state.finished.iter().filter(|(key, _)| key.name == name);
        let files = own.flat_map(|(_, section)| &section.files);
        let mut paths: Vec<String> = files.map(|file| file.entry.path.clone()).collect();
        paths.sort();
        paths
    }

    fn lines(&self, path: &Path, see: &mut impl FnMut(&[u8])) -> std::io::Result<()> {
        let file = File::open(path)?;
        let unpacked: Box<dyn Read> = match self.packing() {
            Packing::Plain => Box::new(file),
            Packing::Zstd => Box::new(zstd::stream::read::Decoder::new(file)?),
        };
        let mut reader = BufReader::with_capacity(1 << 16, unpacked);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line)? > 0 {
            see(line.trim_ascii_end());
            line.clear();
        }
        Ok(())
    }
}
