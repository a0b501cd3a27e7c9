//! 外来的柜: sealed volumes of other offices that somebody brought, read where they lie. None of them
//! enters our lists, registers or searches.

use super::{AddBeside, BESIDE_AT, STORAGE_AT, SeeBeside};
use crate::access::{Action, policy};
use crate::kit::{Error, FieldErrors, Result};
use crate::store::freeze::{BesideRow, drives};
use crate::ui::deed::{Press, one_button};
use crate::ui::form;
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::list::{empty, section};
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Reply};
use std::path::Path;

/// GET `/storage/beside`.
pub(super) fn show(cx: &mut Cx<SeeBeside>) -> Result<Reply> {
    draw(cx, "", &FieldErrors::default()).map(Reply::Page)
}

/// POST `/storage/beside`: looks through a file and puts it on the list.
pub(super) fn add(cx: &mut Cx<AddBeside>) -> Result<Reply> {
    let typed = cx.form("path").trim().to_owned();
    let by = cx.who().name.clone();
    let path = Path::new(&typed);
    let added = match typed.is_empty() {
        true => Err(Error::invalid("path", "请写柜子文件的全路径")),
        false => cx
            .state
            .store
            .add_beside(path, &by, cx.permit.stamp_on(&typed)),
    };
    match added {
        Ok(id) => {
            cx.tell("核对无误，已打开");
            Ok(Reply::To(format!("{BESIDE_AT}/{id}")))
        }
        Err(why) => draw(cx, &typed, &wrong(why)?).map(Reply::Wrong),
    }
}

/// POST `…/drop`: off the list; the file is left alone.
pub(super) fn take_off(cx: &mut Cx<AddBeside>) -> Result<Reply> {
    let id: i64 = cx.path("beside")?;
    cx.state.store.drop_beside(id, cx.permit.stamp_on(id))?;
    cx.tell("已从单子上去掉，文件还在原处");
    Ok(Reply::To(BESIDE_AT.into()))
}

/// What its writer can mend stands beside the field.
pub(super) fn wrong(why: Error) -> Result<FieldErrors> {
    why.shown_at("path")
}

fn draw<A: Action>(cx: &Cx<A>, typed: &str, errors: &FieldErrors) -> Result<Markup> {
    let all = cx.state.store.besides()?;
    let here = policy::may::<AddBeside>(cx.who(), cx.peer());
    let rows = all
        .iter()
        .map(|b| line(cx, b, here))
        .collect::<Result<Vec<Row>>>()?;
    let columns = [
        Column::new("单位").spine(),
        Column::new("年度").short().phone(Phone::Labelled),
        Column::new("文件在哪里").phone(Phone::Labelled),
        Column::new("谁打开的").short().phone(Phone::Labelled),
        Column::new("操作"),
    ];
    let op = cx.new_op()?;
    let content = html! {
        (crumbs(&Link::new("库房", STORAGE_AT), &[], "外来的柜"))
        (heading("外来的柜", "别的单位封存的案卷，放在旁边看", &html! {}))
        (form::errors(errors))
        p { "外来的案卷只在这里看，不进本单位的清单、登记簿和检索，也不会改动。" }
        @if rows.is_empty() {
            (empty("还没有外来的柜。", "对方给的是扩展名为 .vol 的文件，放在硬盘或 U 盘上就能打开。", &[]))
        } @else { (ledger("外来的柜", &columns, &rows, "")) }
        @if here {
            (section("h-add", "打开一个", &"", &html! {
                form method="post" action=(BESIDE_AT) {
                    (form::tokens(cx.csrf(), &op))
                    (form::text("path", "文件的全路径").need().value(typed).suggest(offers()).check(errors)
                        .hint("服务器这台电脑上的路径，例如 E:\\2024-0004.vol 或 /media/备份甲/2024-0004.vol"))
                    p.acts { (Press::key("核对并打开")) }
                    p.hint { "打开前从头到尾核对一遍，大的要等几分钟。" }
                }
            }))
        } @else { p.hint { "要打开新的，请到服务器那台电脑上办理。" } }
    };
    Ok(cx.draw(&Page::new("外来的柜").wrong(errors), &content))
}

/// Drives, to begin a path with.
pub(super) fn offers() -> Vec<(String, String)> {
    let drives = drives::list().into_iter();
    drives
        .map(|d| (d.path.display().to_string(), d.kind))
        .collect()
}

fn line<A: Action>(cx: &Cx<A>, b: &BesideRow, here: bool) -> Result<Row> {
    let at = format!("{BESIDE_AT}/{}", b.id);
    let op = cx.new_op()?;
    Ok(Row::new(vec![
        html! { a href=(at) { (b.office) } },
        html! { (b.year) "年" },
        html! { (b.path) },
        html! { (b.added_by) },
        html! { @if here { (one_button(&format!("{at}/drop"), cx.csrf(), &op, &Press::new("去掉"))) } },
    ]))
}
