//! The first page: which file. What is read of it lies on the desk until it is carried in.

use super::{ImportRegister, allowed, at, name_of};
use crate::engine::import::columns::Kindred;
use crate::kit::{Cell, Error, FieldErrors, Result, sheet};
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::note::{Tone, note};
use crate::ui::{Link, form, html};
use crate::web::{Cx, Reply};

/// As large as a sheet may be.
const LARGEST: i64 = sheet::MOST_BYTES as i64;

pub(super) fn show(cx: &mut Cx<ImportRegister>) -> Result<Reply> {
    let (_, register, kindred) = allowed(cx)?;
    draw(cx, &register, &kindred, &FieldErrors::default())
}

pub(super) fn take(cx: &mut Cx<ImportRegister>) -> Result<Reply> {
    let (_, register, kindred) = allowed(cx)?;
    let laid = read(cx).and_then(|(file, rows)| {
        let id = cx.new_op()?;
        let whose = (cx.who().person, register.as_str(), cx.at);
        let kindred = kindred.clone();
        cx.state.imports.lay(id, whose, (file, rows), kindred)
    });
    match laid {
        Ok(sheet) => Ok(Reply::To(format!("{}/{}", at(&register), sheet.id))),
        Err(why) => draw(cx, &register, &kindred, &why.shown_at("file")?),
    }
}

/// The file, else what was pasted.
fn read(cx: &Cx<ImportRegister>) -> Result<(String, Vec<Vec<Cell>>)> {
    let sent = cx
        .files()
        .iter()
        .find(|f| f.field() == "file" && f.size() > 0);
    if let Some(file) = sent {
        let rows = sheet::read_table(&file.bytes(LARGEST)?, file.name())?;
        return Ok((file.name().to_owned(), rows));
    }
    let pasted = cx.form("pasted");
    if pasted.trim().is_empty() {
        let why = "请选一个旧登记簿文件，或者把表格粘贴到下面的框里";
        return Err(Error::invalid("file", why));
    }
    let rows = sheet::read_table(pasted.as_bytes(), "粘贴.txt")?;
    Ok(("粘贴的表格".to_owned(), rows))
}

fn draw(
    cx: &Cx<ImportRegister>,
    register: &str,
    kindred: &[Kindred],
    errors: &FieldErrors,
) -> Result<Reply> {
    let running = cx.state.imports.running(cx.who().person, register);
    let back = Link::new(
        format!("返回{}", name_of(kindred)),
        format!("/register/{register}"),
    );
    let content = html! {
        (crumbs(&back, &[], "导入旧登记簿"))
        (heading("导入旧登记簿", name_of(kindred), &html! {}))
        (form::errors(errors))
        @if let Some(sheet) = &running {
            (note(Tone::Plain, "您有一张表正在导入。", &html! {
                a href={ (at(register)) "/" (sheet.id) } { "看进度" }
            }))
        }
        ol {
            li { "传上旧登记簿：Excel、WPS 表格或 CSV。表头上面有标题、分两行都行。" }
            li { "看一遍各栏对到哪一项，哪几行有错；这时什么也没有写进去。" }
            li { "点“导入”才写进去：每行成为一件办结的件，放在它自己那一年；没有对应项的栏原样留在件的备注里。" }
            li { "同一张表再传一次，只补没有导入的行，不会重复。" }
        }
        form method="post" action=(at(register)) enctype="multipart/form-data" {
            (form::tokens(cx.csrf(), &cx.new_op()?))
            (form::file("file", "旧登记簿文件").accept(".xlsx,.xls,.et,.ods,.csv,.txt")
                .hint(format!("最多 {} 行、20 MB；更多的请按年份分开传", sheet::MOST_ROWS)).check(errors))
            (form::area("pasted", "或者从表格里复制，粘贴到这里", 5).hint("连表头一起复制")
                .value(cx.form("pasted")))
            p.acts {
                button.btn.key type="submit" { "先看一遍" }
                (Link::new("不导了", format!("/register/{register}")).button())
            }
        }
    };
    let page = cx.draw(&Page::new("导入旧登记簿").wrong(errors), &content);
    Ok(if errors.is_empty() {
        Reply::Page(page)
    } else {
        Reply::Wrong(page)
    })
}
