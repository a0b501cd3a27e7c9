//! The end of the log file, for whoever looks from afar; `app` writes it. Not for showing it as it is: what leaves the
//! house is scrubbed first.

use super::Store;
use crate::kit::Result;
use std::fs::File;
use std::io::{ErrorKind, Read as _, Seek, SeekFrom};

impl Store {
    /// At most so many bytes from the end, from the beginning of a line on; empty where nothing was logged.
    pub fn log_tail(&self, most: u64) -> Result<String> {
        let path = self.inner.catalogue.dir().logs().join("inkstone.log");
        let mut file = match File::open(path) {
            Ok(file) => file,
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(String::new()),
            Err(e) => return Err(e.into()),
        };
        let size = file.metadata()?.len();
        let from = size.saturating_sub(most);
        file.seek(SeekFrom::Start(from))?;
        let mut bytes = Vec::new();
        file.take(most).read_to_end(&mut bytes)?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if from == 0 {
            return Ok(text);
        }
        Ok(text
            .split_once('\n')
            .map_or_else(String::new, |(_, rest)| rest.to_owned()))
    }
}
