//! All cases of one volume as an Excel list, with their opinions and their road: what a department that runs its own
//! file takes out of it. A deed, noted in the audit. Not here: a register's list, which is made of the index.
//! Invariant: only who keeps the volume's cases takes them out; what stands in memory is one case and the packed file.

use super::{ExportVolume, may_read};
use crate::engine::look_store::{Looked, Wanted, list_looked};
use crate::kit::sheet_stream::{Head, SheetStream};
use crate::kit::{Cell, Error, Result, ShelfNo};
use crate::store::Read;
use crate::web::{Cx, FileReply, Reply};
use std::collections::HashMap;

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// Cases read at once.
const CHUNK: i64 = 200;
const HEADERS: [(&str, f64); 9] = [
    ("编号", 20.0),
    ("标题", 44.0),
    ("事项", 12.0),
    ("部门", 16.0),
    ("登记人", 10.0),
    ("登记日期", 12.0),
    ("状态", 8.0),
    ("意见", 60.0),
    ("办理经过", 60.0),
];

/// POST `/storage/volume/{no}/excel`.
pub(super) fn excel(cx: &mut Cx<ExportVolume>) -> Result<Reply> {
    let no: i64 = cx.path("no")?;
    let volume = cx.state.store.volume(no)?;
    if !may_read(cx.who(), &volume) {
        return Err(Error::NotFound);
    }
    let name = format!("{no:04}柜案卷目录");
    let mut sheet = SheetStream::start(&Head {
        sheet_name: name.clone(),
        notes: Vec::new(),
        headers: HEADERS.iter().map(|(h, _)| (*h).to_owned()).collect(),
        widths: HEADERS.iter().map(|(_, w)| *w).collect(),
    });
    let many = each(cx, &cx.state.store.inside(no)?, &mut sheet)?;
    cx.write_on(ShelfNo::HUB, format!("volume/{no}"), move |w| {
        w.quiet("导出柜子的案卷目录");
        w.note(format!("导出 {no:04} 柜，{many} 件"));
        Ok(())
    })?;
    let file = FileReply::made(format!("{name}.xlsx"), XLSX, sheet.finish());
    Ok(Reply::File(file.rows(usize::try_from(many).unwrap_or(0))))
}

fn each(cx: &Cx<ExportVolume>, read: &Read, sheet: &mut SheetStream) -> Result<i64> {
    let procedures: HashMap<String, String> =
        cx.state.engine.procedures_in(read)?.into_iter().collect();
    let mut wanted = Wanted {
        many: CHUNK,
        ..Wanted::default()
    };
    loop {
        let some = list_looked(read, &wanted)?;
        if some.is_empty() {
            return Ok(wanted.from);
        }
        for one in &some {
            sheet.push(&row(cx, read, (one, &procedures))?);
        }
        wanted.from += some.len() as i64;
    }
}

fn row(
    cx: &Cx<ExportVolume>,
    read: &Read,
    (one, procedures): (&Looked, &HashMap<String, String>),
) -> Result<Vec<Cell>> {
    let zone = cx.zone();
    let view = cx.state.engine.look(read, one.case, String::new(), cx.at)?;
    let opinions = view.case.state.opinions.iter().zip(&view.case.said);
    let said = opinions.map(|(o, by)| {
        let day = zone.day(o.at).long();
        format!("{}（{}，{day}）：{}", by.name, by.dept_name, o.text)
    });
    let road = view.case.acts.iter().map(|a| {
        let at = zone.long_time(a.at);
        let step = view.procedure.step_name(&a.step);
        let by = &a.by;
        format!(
            "{at} {step} {} {}：{}",
            by.dept_name, by.name, a.detail.label
        )
    });
    let state = match one.state.as_str() {
        "open" => "在办",
        "closed" => "已办结",
        "archived" => "已归档",
        _ => "已作废",
    };
    let procedure = procedures.get(&one.procedure);
    Ok(vec![
        Cell::of_text(one.number.as_deref().unwrap_or_default()),
        Cell::of_text(&one.title),
        Cell::of_text(procedure.map_or("", String::as_str)),
        Cell::of_text(&one.dept_name),
        Cell::of_text(&one.starter),
        Cell::from(zone.day(one.opened_at)),
        Cell::from(state),
        Cell::of_text(&said.collect::<Vec<_>>().join("\n")),
        Cell::of_text(&road.collect::<Vec<_>>().join("\n")),
    ])
}
