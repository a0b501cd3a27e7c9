//! What whoever restores chooses and types: which backup of those found, or where it is, or the file itself, and the key. Asked by the wizard
//! for a whole office and by the storeroom for one volume.
//! Invariant: the key is tried on the backup's head at once, before the long work; what was typed stays until it fits.

use crate::kit::recovery::RecoveryKey;
use crate::kit::{Error, FieldErrors, Result, sealed};
use crate::store::DataDir;
use crate::store::backup::{self, Found, Step};
use crate::ui::form::{self, Choice};
use crate::ui::note::{Tone, note};
use crate::ui::{Markup, html};
use crate::web::Visit;
use std::path::{Path, PathBuf};

/// Where a sent backup lies meanwhile; the next start removes it.
const SENT: &str = "sent.inkbak";

/// The backups that were found on plugged-in disks, a place or a file where it is another one, the key.
pub fn fields(visit: &Visit, file: &str, errors: &FieldErrors) -> Markup {
    let found = backup::found();
    // what was chosen stays chosen; written beside it, it would go before another choice
    let file = if file == visit.form("found") {
        ""
    } else {
        file
    };
    let elsewhere = html! {
        (form::text("file", "备份在哪里").value(file).check(errors)
            .hint("写它在这台电脑上的文件夹，例如 E:\\备份；也可以写里面的一个 .inkbak 文件。写文件夹就用最新的一份"))
        (form::file("sent", "或者选一个备份文件传上来").accept(".inkbak").check(errors)
            .hint("只限做成一个文件的备份，200 MB 以内"))
    };
    html! {
        @if found.is_empty() {
            (note(Tone::Plain, "没有找到备份盘。", &"请把备份盘插到这台电脑上，再按键盘上的 F5，会自己找出来。备份在别的文件夹里的，写在下面。"))
            (elsewhere)
        } @else {
            (form::radios("found", "用哪一份备份", choices(visit, &found)).value(chosen(visit, &found)))
            details open[!file.is_empty() || errors.of("file").is_some()] {
                summary { "不是上面的，备份在别的文件夹，或者要传一个文件" }
                (elsewhere)
            }
        }
        (form::lined("key", "恢复码").need().value(visit.form("key")).complete("off").check(errors)
            .hint("纸上的 8 组，每组 5 个字；大小写、空格、短线都随意"))
    }
}

fn choices(visit: &Visit, found: &[Found]) -> Vec<Choice> {
    let said = |f: &Found| {
        let (when, folder) = (visit.zone().long_time(f.at), f.path.parent());
        let folder = folder.unwrap_or(&f.path).display();
        Choice::new(
            f.path.display().to_string(),
            format!("{}，{when} 的，在 {folder}", f.name),
        )
    };
    found.iter().map(said).collect()
}

/// What was chosen before, or the newest.
fn chosen(visit: &Visit, found: &[Found]) -> String {
    let all = found.iter().map(|f| f.path.display().to_string());
    let typed = visit.form("found");
    let mut all = all.skip_while(|path| !typed.is_empty() && path != typed);
    all.next().unwrap_or_default()
}

/// Where the backup is said to be, to be shown again; a file sent with the form is kept while its key is looked for.
pub fn place(visit: &Visit) -> Result<String> {
    let sent = visit
        .files()
        .iter()
        .find(|f| f.field() == "sent" && f.size() > 0);
    let Some(file) = sent else {
        // what was typed goes before the choice, which stands there from the beginning
        let typed = [visit.form("file").trim(), visit.form("found")];
        let place = typed.into_iter().find(|place| !place.is_empty());
        return Ok(place.unwrap_or_default().to_owned());
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

/// Name of the button that ends it.
pub const STOP: &str = "stop";

/// What is being done, how much of it, and the way out for whoever took the wrong one; what stood here stays.
pub fn under_way(visit: &Visit, action: &str, step: &Step) -> Markup {
    html! {
        div.prose { (how_far(step)) }
        form method="post" action=(action) {
            (form::token(visit.csrf()))
            p.acts { button.btn type="submit" name=(STOP) value="1" { "取消" } }
        }
    }
}

/// What is being done, and how much of it.
pub fn how_far(step: &Step) -> Markup {
    let share = step.done.saturating_mul(100).checked_div(step.of);
    html! {
        p role="status" { (step.words) @if let Some(share) = share { "　" b { (share.min(100)) "%" } } }
        p.quiet { "本页自己刷新。关掉本页也不要紧，再打开会接着看。" }
    }
}
