//! What the buttons of 数据包、四性检测 do: the long ones go on after the reply. Not here: the page, packing and checking.
//! Invariant: what a job found is kept as a record, good or bad, before it says that it is done.

use super::package::report::Report;
use super::package::{Packer, Scope, Wish};
use super::package_page::{draw, job_of};
use super::papers::organ_said;
use super::report_store::insert_report;
use super::year::Archive;
use super::{CHECK_AT, ExportArchive, PACKAGE_AT, asked_year, open};
use crate::kit::stamped::{KeyFile, MOST};
use crate::kit::{Error, Result, ShelfNo, text};
use crate::org::organ_key;
use crate::store::Stamp;
use crate::web::{Cx, FileReply, Job, Reply};
use std::io::Write as _;

/// POST `/archive/package`.
pub(super) fn posted(cx: &mut Cx<ExportArchive>) -> Result<Reply> {
    match deed(cx) {
        Ok(said) => {
            if let Some(said) = said {
                cx.tell(said);
            }
            Ok(Reply::To(format!("{PACKAGE_AT}?year={}", asked_year(cx))))
        }
        Err(why) => again(cx, why),
    }
}

fn again(cx: &Cx<ExportArchive>, why: Error) -> Result<Reply> {
    let errors = why.shown_at("")?;
    Ok(Reply::Wrong(draw(cx, (None, &errors))?))
}

fn deed(cx: &Cx<ExportArchive>) -> Result<Option<&'static str>> {
    let archive = open(cx);
    let name = cx.form("name").to_owned();
    match cx.form("do") {
        "stop" => {
            cx.state.jobs.stop(&job_of(&archive));
            Ok(None)
        }
        "remove" => {
            cx.state.store.remove_package(&name)?;
            cx.write_on(ShelfNo::HUB, name.clone(), move |w| {
                w.note(format!("删除 {name}"));
                w.quiet("数据包，不影响各类清单");
                Ok(())
            })?;
            Ok(Some("数据包已删除，档案本身不受影响"))
        }
        "recheck" => {
            let mut file = cx.state.store.open_package(&name)?;
            let known = organ_key::known(&cx.state.store.hub()?)?;
            start(cx, archive, move |job| {
                let report = super::package::check_whole(&mut file, &name, (&known, job))?;
                Ok(("package", report, String::new()))
            })
        }
        what @ ("check" | "export") => pack(cx, archive, what == "export"),
        _ => Err(Error::NotFound),
    }
}

fn pack(cx: &Cx<ExportArchive>, archive: Archive, export: bool) -> Result<Option<&'static str>> {
    let of = asked_year(cx);
    let year = archive.year(of)?;
    let found = Scope::read(cx.form("scope"), &year, cx.zone());
    let (scope, said) =
        found.ok_or_else(|| Error::invalid("scope", "请选哪些件；刚取消过编号的请刷新后再选"))?;
    let wish = Wish {
        year: of,
        scope,
        said,
        organ: organ_said(cx, &archive),
        at: cx.at,
    };
    let stamp = cx.permit.stamp_on(of);
    let packer = Packer {
        fonts: cx.state.fonts.clone(),
        zone: cx.zone(),
        known: organ_key::known(&cx.state.store.hub()?)?,
        archive: archive.clone(),
    };
    if !export {
        return start(cx, archive, move |job| {
            let report = packer.check_year(&wish, job)?;
            Ok(("year", report, String::new()))
        });
    }
    let key = organ_key::to_sign_with(&cx.state.store, archive.keeper.organ, &stamp)?;
    let packer = Packer {
        // it may have been made just now
        known: organ_key::known(&cx.state.store.hub()?)?,
        ..packer
    };
    start(cx, archive, move |job| {
        let (name, report) = packer.export(&wish, &key, job)?;
        Ok((
            "package",
            report,
            format!("数据包 {name} 做好了，可以下载。"),
        ))
    })
}

/// Goes on after the reply; what is found is kept.
fn start(
    cx: &Cx<ExportArchive>,
    archive: Archive,
    work: impl FnOnce(&Job) -> Result<(&'static str, Report, String)> + Send + 'static,
) -> Result<Option<&'static str>> {
    let stamp = cx.permit.stamp_on("check");
    let name = job_of(&archive);
    cx.state.jobs.begin(&cx.state.chores, &name, move |job| {
        let (what, report, said) = work(job)?;
        let summary = report.summary();
        keep(&archive, (what, report), stamp)?;
        Ok(format!("{said}{summary}。逐项结果在“检测记录”里"))
    })?;
    Ok(None)
}

fn keep(archive: &Archive, (what, report): (&'static str, Report), stamp: Stamp) -> Result<i64> {
    // a record is written once by itself: the form's number was used for the key
    let stamp = Stamp {
        op: String::new(),
        ..stamp
    };
    let (organ, person) = (archive.keeper.organ, archive.keeper.person);
    let name = archive.keeper.name.clone();
    let kept = archive.store.write(ShelfNo::HUB, stamp, move |w| {
        insert_report(w, (organ, what), &report, (person, &name))
    })?;
    Ok(kept.value)
}

/// POST `/archive/package/brought`.
pub(super) fn brought(cx: &mut Cx<ExportArchive>) -> Result<Reply> {
    match look(cx) {
        Ok(id) => Ok(Reply::To(format!("{CHECK_AT}/{id}"))),
        Err(why) => again(cx, why),
    }
}

fn look(cx: &Cx<ExportArchive>) -> Result<i64> {
    let sent = |field: &str| {
        let mut files = cx.files().iter();
        files.find(|f| f.field() == field && f.size() > 0)
    };
    let package = sent("file").ok_or_else(|| Error::invalid("file", "请选要核对的数据包"))?;
    package
        .check_size()
        .map_err(|why| Error::invalid("file", why))?;
    let mut known = organ_key::known(&cx.state.store.hub()?)?;
    if let Some(key) = sent("key") {
        let bytes = key.bytes(MOST as i64)?;
        let read = KeyFile::read(&bytes).ok_or_else(|| {
            Error::invalid(
                "key",
                "这不是砚台导出的公钥文件，或者被改过。请重新要一份，再打电话核对指纹",
            )
        })?;
        known.push(read.1);
    }
    let name = text::safe_file_name(cx.request());
    let size = u64::try_from(package.size()).unwrap_or(0);
    let (making, mut file) = cx.state.store.look_at_package(&name, size)?;
    std::io::copy(&mut package.reader()?, &mut file)?;
    file.flush()?;
    let report = super::package::check_whole(&mut file, package.name(), (&known, &Job::default()))?;
    drop(file);
    drop(making);
    let archive = open(cx);
    keep(&archive, ("brought", report), cx.permit.stamp_on("check"))
}

/// GET `/archive/package/file?name=`.
pub(super) fn file(cx: &mut Cx<ExportArchive>) -> Result<Reply> {
    let name = cx.query("name").to_owned();
    let all = cx.state.store.packages()?;
    let one = all.into_iter().find(|m| m.name == name);
    let one = one.ok_or(Error::NotFound)?;
    let file = cx.state.store.open_package(&one.name)?;
    let taken = one.name.clone();
    cx.write_on(ShelfNo::HUB, one.name.clone(), move |w| {
        w.note(format!("下载 {taken}"));
        w.quiet("数据包，不影响各类清单");
        Ok(())
    })?;
    Ok(Reply::File(FileReply::on_disk(one.name, file, one.size)))
}
