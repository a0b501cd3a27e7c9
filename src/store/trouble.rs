//! What is said of a file that is not here, damaged or somebody else's: for the administrator, with the file's
//! place and what to do. Whoever merely asks for a case is told less (S59).

use super::data_dir::DataDir;
use crate::kit::Error;
use std::path::Path;

pub(super) fn hub_gone(dir: &DataDir) -> Error {
    Error::Busy(format!(
        "数据文件夹 {} 里有业务数据，但是总库 hub.db 不见了。请把它放回原处，或者从备份恢复；砚台没有改动任何文件",
        dir.root().display()
    ))
}

pub(super) fn hub_broken(dir: &DataDir) -> Error {
    Error::Busy(format!(
        "总库 {} 坏了，打不开。请先把整个数据文件夹复制一份留底，再从备份恢复总库；砚台没有再写任何文件",
        dir.hub().display()
    ))
}

/// Whether a start that ended so wants its hub, which can be fetched from a backup.
#[must_use]
pub fn wants_hub(ended: &Error, dir: &DataDir) -> bool {
    let said = ended.to_string();
    [hub_gone(dir), hub_broken(dir)]
        .iter()
        .any(|known| known.to_string() == said)
}

pub(super) fn gone(path: &Path) -> Error {
    Error::Busy(format!(
        "数据文件 {} 不见了。请接上存放它的磁盘，或者从备份恢复这个文件；放回原处以后一分钟内自己恢复，不用重启",
        path.display()
    ))
}

pub(super) fn stranger(path: &Path) -> Error {
    Error::Busy(format!(
        "数据文件 {} 和总库 hub.db 对不上，是别的单位或别的时候的，没有打开，也没有改动它。请从同一次备份恢复这两个文件",
        path.display()
    ))
}
