//! What whoever restores types: where the backup is, or the file itself, and the recovery key. Asked by the wizard
//! for a whole office and by the storeroom for one volume.
//! Invariant: the key is tried on the backup's head at once, before the long work; what was typed stays until it fits.

use crate::kit::recovery::RecoveryKey;
use crate::kit::{Error, FieldErrors, Result, sealed};
use crate::store::DataDir;
use crate::store::backup::{self, Step};
use crate::ui::{Markup, form, html};
use crate::web::Visit;
use std::path::{Path, PathBuf};

/// Where a sent backup lies meanwhile; the next start removes it.
const SENT: &str = "sent.inkbak";

/// The three fields.
pub fn fields(visit: &Visit, file: &str, errors: &FieldErrors) -> Markup {
    html! {
        (form::text("file", "备份在哪里").value(file).check(errors)
            .hint("插上备份盘，写它在这台电脑上的文件夹，例如 E:\\备份；也可以写里面的一个 .inkbak 文件。写文件夹就用最新的一份"))
        (form::file("sent", "或者选一个备份文件传上来").accept(".inkbak").check(errors)
            .hint("只限做成一个文件的备份，200 MB 以内"))
        (form::lined("key", "恢复码").need().value(visit.form("key")).complete("off").check(errors)
            .hint("纸上的 8 组，每组 5 个字；大小写、空格、短线都随意"))
    }
}

/// Where the backup is said to be, to be shown again; a file sent with the form is kept while its key is looked for.
pub fn place(visit: &Visit) -> Result<String> {
    let sent = visit
        .files()
        .iter()
        .find(|f| f.field() == "sent" && f.size() > 0);
    let Some(file) = sent else {
        return Ok(visit.form("file").trim().to_owned());
    };
    let to = DataDir::make(&visit.state.data_root)?.spool().join(SENT);
    std::io::copy(&mut file.reader()?, &mut std::fs::File::create(&to)?)?;
    Ok(to.display().to_string())
}

/// The file is one of ours and the key opens it; else what is wrong, at its field.
pub fn fits(place: &str, key: &str) -> Result<(PathBuf, RecoveryKey)> {
    if place.is_empty() {
        return Err(Error::invalid(
            "file",
            "请写备份文件夹的路径，或者选一个备份文件",
        ));
    }
    let (path, head) = backup::look(Path::new(place)).map_err(|e| match e {
        Error::Busy(why) => Error::invalid("file", why),
        other => other,
    })?;
    let key = RecoveryKey::read(key)?;
    sealed::unwrap(&head.key, &key)?;
    Ok((path, key))
}

/// What is being done, and how much of it.
pub fn how_far(step: &Step) -> Markup {
    let share = step.done.saturating_mul(100).checked_div(step.of);
    html! {
        p role="status" { (step.words) @if let Some(share) = share { "　" b { (share.min(100)) "%" } } }
        p.quiet { "本页自己刷新。关掉本页也不要紧，再打开会接着看。" }
    }
}
