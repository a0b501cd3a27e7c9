//! What is said of a file that is not here, damaged or somebody else's: for the administrator, with the file's
//! place and what to do. Whoever merely asks for a case is told less (S59).

use super::data_dir::DataDir;
use crate::kit::Error;
use std::fs::File;
use std::io::ErrorKind;
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

/// A file that is there and may not be opened: an antivirus looks through it, or the account is another one. None where
/// it can be opened, so that its contents are what is wrong.
pub(super) fn held(path: &Path) -> Option<Error> {
    // a sealed year may not be written by anybody, which is no trouble
    let written = path.metadata().is_ok_and(|m| !m.permissions().readonly());
    let e = File::options().read(true).write(written).open(path).err()?;
    // what Windows calls a sharing violation and a locked part has no kind of its own
    let shared = cfg!(windows) && matches!(e.raw_os_error(), Some(32 | 33));
    (shared || e.kind() == ErrorKind::PermissionDenied).then(|| {
        Error::Busy(format!(
            "数据文件 {} 不让打开（{e}）。多半是杀毒软件正在检查它，或者换了账号、没有权限；文件没有动过。请等一两分钟再启动；还是这样，在杀毒软件里把数据文件夹加进信任（白名单），或者用平时的账号启动",
            path.display()
        ))
    })
}

/// The data folder is there, and nothing can be written into it. Not `Busy`: no other server is at work there.
pub(super) fn shut(root: &Path, e: &std::io::Error) -> Error {
    Error::Denied(format!(
        "数据文件夹 {} 不让写（{e}），没有启动。多半是没有权限、磁盘只能读，或者安全软件在保护它。请用能管理这台电脑的账号启动，或者在安全软件里信任砚台；也可以用 --data 换一个能写的文件夹",
        root.display()
    ))
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
