//! The audit taken out: rows as CSV, what was refused, where every chain ended, and an SM2 signature of the organ over
//! the sums of all of it, in one zip. A deed, noted with its conditions and how many rows.
//! Invariant: a row of the file cannot be changed, and no file exchanged, without the signature telling.

use super::ExportAudit;
use super::audit::{Asked, action_name, actor_name, doer, kind_name, said};
use crate::kit::zip_file::ZipWriter;
use crate::kit::{Cell, Digest, Error, Result, ShelfNo, csv, hex};
use crate::org::organ_key;
use crate::web::{Cx, FileReply, Reply};
use std::io::Cursor;

/// Rows read at once.
const CHUNK: usize = 2_000;
/// Rows of one file at most.
const MOST: usize = 200_000;
/// Refused requests taken along.
const REFUSED: i64 = 20_000;

const HOW: &str = "怎样核对：先算 审计记录.csv、被拒的请求.csv、链尾.csv 三个文件的 SM3，应与本文件写的一样；\
再用下面的公钥核对 签名.txt 里对本文件全部字节的 SM2 签名（GB/T 32918.2，用户标识 1234567812345678）。\
链尾.csv 是导出时各柜审计链的最后一环，日后可与砚台数据文件里同一编号的记录对照。";

/// POST `/audit/export`.
pub(super) fn export(cx: &mut Cx<ExportAudit>) -> Result<Reply> {
    let asked = Asked::read(cx, |name| cx.form(name).to_owned())?;
    let (rows, n) = rows(cx, &asked)?;
    let files = [
        ("审计记录.csv", rows),
        ("被拒的请求.csv", refused(cx)?),
        ("链尾.csv", heads(cx)?),
    ];
    let organ = cx.who().organ;
    let secret = organ_key::to_sign_with(&cx.state.store, organ, &cx.permit.stamp_on("audit"))?;
    let public = secret.public()?;
    let mut sums = format!(
        "砚台审计记录\n单位：{}\n导出人：{}\n时间：{}\n条件：{}\n条数：{n}\n",
        cx.site().office,
        cx.who().name,
        cx.zone().stamp(cx.at),
        asked.said(),
    );
    for (name, bytes) in &files {
        let sum = Digest::of(bytes.as_bytes()).hex();
        sums.push_str(&format!("{name} SM3 {sum}\n"));
    }
    sums.push_str(&format!(
        "公钥：{}\n公钥指纹：{}\n{HOW}\n",
        hex(&public.0),
        public.fingerprint()
    ));
    let signature = hex(&secret.sign(sums.as_bytes())?.0);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let signed = [("校验.txt", sums), ("签名.txt", signature)];
    for (name, text) in files.into_iter().chain(signed) {
        zip.open(name)?;
        zip.add(text.as_bytes())?;
    }
    let (whole, _) = zip.finish()?;
    let words = format!("导出审计记录 {n} 条，{}", asked.said());
    cx.write_on(ShelfNo::HUB, "audit", move |w| {
        w.quiet("导出审计记录");
        w.note(words);
        Ok(())
    })?;
    let name = format!("审计记录{}至{}.zip", asked.from.dense(), asked.to.dense());
    let file = FileReply::made(name, "application/zip", whole.into_inner());
    Ok(Reply::File(file.rows(n)))
}

fn headers(all: &[&str]) -> String {
    let all: Vec<String> = all.iter().map(|h| (*h).to_owned()).collect();
    csv::head(&all)
}

fn rows(cx: &Cx<ExportAudit>, asked: &Asked) -> Result<(String, usize)> {
    let mut out = headers(&[
        "编号",
        "时间",
        "谁",
        "做了什么",
        "动作",
        "对象",
        "说明",
        "请求",
    ]);
    let (mut wish, mut n) = (asked.wish(cx), 0);
    wish.before = None;
    loop {
        let some = cx.state.store.list_audit(&wish, CHUNK)?;
        let Some(last) = some.last() else {
            return Ok((out, n));
        };
        wish.before = Some(last.id);
        n += some.len();
        if n > MOST {
            let why = format!("这段日子里超过 {MOST} 条，请分几段日子导出");
            return Err(Error::Conflict(why));
        }
        for r in &some {
            let cells = [
                r.id.to_string(),
                cx.zone().stamp(r.at),
                doer(cx, r),
                action_name(cx, &r.action),
                r.action.clone(),
                r.target.clone(),
                said(r).to_owned(),
                r.request.clone(),
            ];
            line(&mut out, &cells);
        }
    }
}

fn refused(cx: &Cx<ExportAudit>) -> Result<String> {
    cx.state.access.flush()?;
    let mut out = headers(&[
        "日子",
        "最后一次",
        "什么事",
        "谁",
        "从哪里",
        "要打开的",
        "几次",
    ]);
    for r in cx.state.access.list_refused(REFUSED)? {
        let cells = [
            r.day.clone(),
            cx.zone().stamp(r.last_at),
            kind_name(&r.kind).to_owned(),
            actor_name(cx, &r.who),
            r.address.clone(),
            r.what.clone(),
            r.times.to_string(),
        ];
        line(&mut out, &cells);
    }
    Ok(out)
}

fn heads(cx: &Cx<ExportAudit>) -> Result<String> {
    let mut out = headers(&["柜", "盒", "条数", "最后一条编号", "链尾 SM3"]);
    for h in cx.state.store.audit_heads()? {
        let cells = [
            h.file.to_string(),
            h.shelf.to_string(),
            h.rows.to_string(),
            h.last.to_string(),
            hex(&h.chain),
        ];
        line(&mut out, &cells);
    }
    Ok(out)
}

fn line(out: &mut String, cells: &[String]) {
    let cells: Vec<Cell> = cells.iter().map(|c| Cell::of_text(c)).collect();
    csv::line(out, &cells);
}
