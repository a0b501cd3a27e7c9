//! How much room is left where the data folder stands. Not here: what is done when there is little.

use super::Store;
use crate::kit::Result;

impl Store {
    /// Bytes free on the disk of the data folder.
    pub fn room_left(&self) -> Result<u64> {
        Ok(fs4::available_space(self.inner.catalogue.dir().root())?)
    }
}
