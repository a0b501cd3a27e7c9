//! Records of restore drills, each one A4 leaf to be signed and filed.

use super::{DRILLS_AT, RunBackup, SeeBackup};
use crate::kit::Result;
use crate::store::backup::{self, Drill};
use crate::ui::deed::{Press, one_button};
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::list::empty;
use crate::ui::note::{State, state};
use crate::ui::print::{Height, Leaf, PrintBar, pair, print_page, row};
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Link, Markup, html};
use crate::web::{BACKUP_AT, Cx, Reply};

pub(super) fn show(cx: &mut Cx<SeeBackup>) -> Result<Reply> {
    let all = backup::drills(&cx.state.store, 120)?;
    let columns = [
        Column::new("什么时候").spine(),
        Column::new("结果").phone(Phone::Labelled),
        Column::new("哪一份备份").phone(Phone::Labelled),
        Column::new("谁看过").phone(Phone::Labelled),
        Column::new("办").phone(Phone::Labelled),
    ];
    let mut rows = Vec::new();
    for d in &all {
        rows.push(Row::new(cells(cx, d)?));
    }
    let content = html! {
        (crumbs(&Link::new("备份", BACKUP_AT), &[], "恢复演练"))
        (heading("恢复演练", "每月自己做一次", &html! {}))
        p { "把最近一份好的备份整个恢复到临时文件夹，当成一个单位打开，逐项核对，再删掉。办公不受影响。" }
        @if all.is_empty() { (empty("还没有演练过。", "做好第一份备份以后，会自己演练一次。", &[])) }
        @else { (ledger("恢复演练的记录", &columns, &rows, "")) }
    };
    Ok(cx.page("恢复演练", &content))
}

fn cells(cx: &Cx<SeeBackup>, d: &Drill) -> Result<Vec<Markup>> {
    let verdict = if d.good {
        state(State::Ok, "通过")
    } else {
        html! { (state(State::Bad, "没有通过")) " " (d.words) }
    };
    let here = cx.peer().at_server() || cx.peer().https;
    let at = format!("{DRILLS_AT}/{}", d.id);
    let seen = match d.seen_at {
        Some(when) => html! { (d.seen_by) " " (cx.zone().short_time(when, cx.at)) },
        None if here => one_button(&at, cx.csrf(), &cx.new_op()?, &Press::new("我看过了")),
        None => html! { "还没有人看" },
    };
    Ok(vec![
        html! { (cx.zone().short_time(d.at, cx.at)) },
        verdict,
        html! { (cx.zone().short_time(d.made_at, cx.at)) " 的，" (d.cases) " 件" },
        seen,
        html! { (Link::new("打印", at)) },
    ])
}

pub(super) fn see(cx: &mut Cx<RunBackup>) -> Result<Reply> {
    let by = cx.who().name.clone();
    let drill = backup::find_drill(&cx.state.store, cx.path("id")?)?;
    backup::see_drill(&cx.state.store, drill.id, &by, cx.permit.stamp())?;
    cx.tell("记下了");
    Ok(Reply::To(DRILLS_AT.into()))
}

pub(super) fn print(cx: &mut Cx<SeeBackup>) -> Result<Reply> {
    let d = backup::find_drill(&cx.state.store, cx.path("id")?)?;
    let zone = cx.zone();
    let (day, number) = (zone.day(d.at).long(), format!("第 {} 号", d.id));
    let printed = format!("{} {} 打印", cx.who().name, zone.long_time(cx.at));
    let leaf = Leaf {
        org: &cx.site().office_full,
        title: "备份恢复演练记录",
        line: (&day, &number),
        tail: &[
            &printed,
            "演练由砚台自动进行：整套恢复、逐项核对、删除临时文件。",
        ],
        place: (1, 1),
        void: None,
    };
    let result = if d.good { "通过" } else { "没有通过" };
    let line = |label: &str, value: &str| row(Height::Line, &pair(label, value, 10));
    let seen = d.seen_at.map_or_else(String::new, |at| {
        format!("{}　{}", d.seen_by, zone.long_time(at))
    });
    let rows = html! {
        (row(Height::Line, &html! { (pair("演练时间", &zone.long_time(d.at), 4)) (pair("用时", &format!("{} 秒", d.seconds), 4)) }))
        (line("备份时间", &zone.long_time(d.made_at)))
        (line("备份文件", &d.file))
        (row(Height::Line, &html! { (pair("恢复码", &format!("编号 {}", d.key), 4)) (pair("人员", &format!("{} 人", d.people), 4)) }))
        (row(Height::Line, &html! { (pair("恢复的件", &format!("{} 件", d.cases), 4)) (pair("附件", &format!("{} 个", d.files), 4)) }))
        (line("结果", result))
        (line("核对", &d.words))
        (line("看过的人", &seen))
        (row(Height::Sign, &html! { (pair("管理员", "", 4)) (pair("分管领导", "", 4)) }))
    };
    let bar = PrintBar {
        back: DRILLS_AT,
        said: "一页 A4 纸，签字以后存档。",
    };
    Ok(Reply::Page(print_page(
        cx.site(),
        &Page::new("备份恢复演练记录"),
        &bar,
        &leaf.show(&rows, None),
    )))
}
