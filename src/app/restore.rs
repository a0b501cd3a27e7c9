//! `inkstone restore`: an office into an empty folder, or a volume or the hub beside what is there. A wrong key is
//! told by the number of the sheet that is wanted, and asked for again.
//! Invariant: no server runs on the folder meanwhile, and nothing that stands in it is deleted.

use super::arguments::Restore;
use super::{backup, console, folder};
use crate::kit::recovery::RecoveryKey;
use crate::kit::{Clock, Error, Result, sealed};
use crate::store::backup::{Progress, Restored, adopt, hub_alone, look, volume_alone, whole};
use crate::store::{DataDir, verify};
use std::io::BufRead as _;

/// Restores; true where everything that was restored holds.
pub fn command(options: &Restore) -> Result<bool> {
    let root = options.data.clone().unwrap_or_else(DataDir::default_root);
    let alone = options.hub || options.volume.is_some();
    if alone && !root.is_dir() {
        return Err(Error::Busy(format!(
            "没有 {} 这个文件夹，请用 --data 写对",
            root.display()
        )));
    }
    let dir = folder::make(root)?;
    let _lock = dir.lock()?;
    if adopt(&dir)? {
        console::say("\n　　上次恢复放到一半，现在已经接着放好。\n");
        return holds(&dir);
    }
    if (dir.hub().exists() || dir.hub_is_lost()) && !alone {
        return Err(Error::Busy(format!(
            "{} 里已经有数据，没有恢复，也没有改动它。请换一个空文件夹；只换一个坏了的柜，请加 --volume 柜号",
            dir.root().display()
        )));
    }
    let (file, head) = look(&options.file)?;
    console::say(&format!(
        "\n　　{}的备份，恢复码编号 {}\n",
        head.name, head.key.number
    ));
    let key = asked(options.key.clone(), &head.key)?;
    let (at, progress) = (Clock::System.now(), Progress::default());
    let done = match (options.volume, options.hub) {
        (Some(no), _) => volume_alone(&file, &key, (&dir, no, at), &progress)?,
        (None, true) => hub_alone(&file, &key, (&dir, at), &progress)?,
        (None, false) => {
            let done = whole(&file, &key, (&dir, at), &progress)?;
            adopt(&dir)?;
            done
        }
    };
    console::say("　　文件已经放好，正在重做清单，逐项核对……\n");
    let good = holds(&dir)?;
    console::say(&words(&done, &dir));
    Ok(good)
}

/// Makes the lists anew and checks claim by claim.
fn holds(dir: &DataDir) -> Result<bool> {
    backup::open_and_close(dir)?;
    let wrong = verify::verify(dir)?;
    for finding in &wrong {
        console::say(&format!(
            "　　不符：{}（{}）\n",
            finding.says,
            finding.wrong.join("；")
        ));
    }
    Ok(wrong.is_empty())
}

/// The key on the command line, or typed; a wrong one is asked for again, as long as somebody answers.
fn asked(given: Option<String>, wrapped: &sealed::Wrapped) -> Result<RecoveryKey> {
    let fits = |typed: &str| {
        let key = RecoveryKey::read(typed)?;
        sealed::unwrap(wrapped, &key).map(|_| key)
    };
    if let Some(given) = given {
        return fits(&given);
    }
    loop {
        console::say("　　请输入恢复码，8 组、每组 5 个字，空格和短线随意：\n　　");
        let mut line = String::new();
        if std::io::stdin().lock().read_line(&mut line)? == 0 {
            return Err(Error::invalid("key", "没有输入恢复码"));
        }
        match fits(&line) {
            Ok(key) => return Ok(key),
            Err(e) => console::say(&format!("　　{e}\n")),
        }
    }
}

fn words(done: &Restored, dir: &DataDir) -> String {
    let missing = match done.missing {
        0 => String::new(),
        n => format!("\n　　有 {n} 个附件的内容备份里没有"),
    };
    let lost = match done.lost {
        0 => String::new(),
        n => format!("\n　　有 {n} 项要管理员登录以后在“备份”页里看过、确认"),
    };
    format!(
        "\n　　恢复好了：{}，{} 件，{} 个附件，{} 人。{missing}{lost}\n　　启动：inkstone serve --data {}\n　　用原来的账号和密码登录。\n\n",
        done.name,
        done.cases,
        done.files,
        done.people,
        dir.root().display()
    )
}
