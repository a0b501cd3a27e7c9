//! Procedures as files: out, in, and a copy under another name. What comes in becomes a draft: it is looked at and
//! checked like one drawn here. Invariant: a file is taken whole or refused with its line; nothing is half-imported.

use super::{
    AT, DesignProcedure, ExportProcedure, at, home, maker, may_change, may_look, published,
};
use crate::access::Action;
use crate::engine::definition::Procedure;
use crate::engine::own::adopt;
use crate::engine::workshop::LONGEST;
use crate::kit::{DeptId, Error, Result, ShelfNo, name_keys};
use crate::screens::people::sheet::{Filled, Sheet};
use crate::ui::form::{self, Choice};
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::note::{Tone, note};
use crate::ui::{Link, html};
use crate::web::{Cx, FileReply, Reply};

/// Characters of a name.
const NAME: usize = 40;

/// The file: the very text that is published.
pub(super) fn export(cx: &mut Cx<ExportProcedure>) -> Result<Reply> {
    let p = published(cx)?;
    let said = format!("导出事项“{}”", p.procedure.name);
    cx.write_on(ShelfNo::HUB, &p.procedure.id, move |w| {
        w.quiet("导出事项");
        w.note(said);
        Ok(())
    })?;
    let name = format!("{}（事项）.toml", p.procedure.name);
    let bytes = p.text.as_bytes().to_vec();
    Ok(Reply::File(FileReply::made(
        name,
        "application/octet-stream",
        bytes,
    )))
}

pub(super) fn show(cx: &mut Cx<DesignProcedure>) -> Result<Reply> {
    draw(cx, &Filled::fresh())
}

fn draw(cx: &Cx<DesignProcedure>, filled: &Filled<'_>) -> Result<Reply> {
    let content = html! {
        (crumbs(&Link::new("事项管理", AT), &[], "导入事项文件"))
        (heading("导入事项文件", "别的单位导出的，或者本单位以前导出的", &html! {}))
        (form::errors(&filled.errors))
        form method="post" action={ (AT) "/import" } enctype="multipart/form-data" {
            (form::tokens(cx.csrf(), &cx.new_op()?))
            (form::file("file", "事项文件").accept(".toml,.txt").check(&filled.errors).need())
            (home::asked(cx)?)
            p.hint { "导入后先是一份草稿，看过、核对过再发布，不影响正在用的事项。" }
            p.acts { button.btn.key type="submit" { "导入成草稿" } }
        }
    };
    let page = cx.draw(&Page::new("导入事项文件").wrong(&filled.errors), &content);
    Ok(if filled.is_fresh() {
        Reply::Page(page)
    } else {
        Reply::Wrong(page)
    })
}

pub(super) fn take(cx: &mut Cx<DesignProcedure>) -> Result<Reply> {
    let read = text(cx).and_then(|text| {
        let procedure =
            Procedure::parse(&text).map_err(|why| Error::invalid("file", why.to_string()))?;
        of_owner(procedure, text, home::chosen(cx)?)
    });
    let (text, procedure) = match read {
        Ok(read) => read,
        Err(why) => return draw(cx, &Filled::again(&cx.input, why)?),
    };
    let engine = &cx.state.engine;
    let known = engine.procedures.current(&procedure.id).is_ok();
    if known || engine.sketch(&cx.state.store, &procedure.id)?.is_some() {
        return ask(cx, (&text, &procedure), &Filled::fresh());
    }
    keep(cx, (&procedure.id, 0, &text))
}

/// The file's text, whatever program saved it.
fn text(cx: &Cx<DesignProcedure>) -> Result<String> {
    let file = cx
        .files()
        .iter()
        .find(|f| f.field() == "file" && f.size() > 0);
    let file = file.ok_or_else(|| Error::invalid("file", "请选一个事项文件，名字以 .toml 结尾"))?;
    let bytes = file.bytes(LONGEST as i64)?;
    let text = String::from_utf8(bytes).map_err(|_| {
        let why = "这个文件不是事项文件，没有导入。请选从“事项管理”导出的、名字以 .toml 结尾的文件";
        Error::invalid("file", why)
    })?;
    // a text editor puts a mark in front
    Ok(text.trim_start_matches('\u{feff}').replace("\r\n", "\n"))
}

/// A file says whose it was where it came from; here it is whoever's takes it in.
fn of_owner(
    mut procedure: Procedure,
    text: String,
    owner: Option<DeptId>,
) -> Result<(String, Procedure)> {
    if procedure.department == owner {
        return Ok((text, procedure));
    }
    adopt(&mut procedure, owner);
    Ok((procedure.text()?, procedure))
}

/// There is one of this id already: in its place, or beside it.
fn ask(
    cx: &Cx<DesignProcedure>,
    (text, procedure): (&str, &Procedure),
    filled: &Filled<'_>,
) -> Result<Reply> {
    let engine = &cx.state.engine;
    // what is somebody else's is not named, and nothing is put in its place
    let mine = may_change(cx, &procedure.id).is_ok();
    let seen = may_look(cx, &procedure.id).is_ok();
    let sketch = engine.sketch(&cx.state.store, &procedure.id)?;
    let sketch = sketch.filter(|_| mine);
    let current = engine.procedures.current(&procedure.id).ok();
    let name = current
        .as_ref()
        .filter(|_| seen)
        .map_or(&procedure.name, |p| &p.procedure.name);
    let replace = match &sketch {
        Some(s) => format!("作为“{name}”的新草稿，替换{}存的草稿", s.name),
        None => format!("作为“{name}”的新草稿，发布后替换现在的版本"),
    };
    let mut ways = vec![Choice::new("new", "另存为一个新事项，原来的不动")];
    if mine {
        ways.insert(0, Choice::new("same", replace));
    }
    let fields = html! {
        (form::hidden("text", text))
        (form::hidden("rev", &sketch.map_or(0, |s| s.rev).to_string()))
        (filled.put(form::radios("as", "怎么导入", ways).need(), "as", "new"))
        (home::asked(cx)?)
        (filled.put(form::text("name", "新事项的名称").line().hint("另存为新事项时填"), "name", &format!("{}（导入）", procedure.name)))
    };
    let lead = note(
        Tone::Plain,
        &format!("已经有这个事项了：“{name}”。"),
        &"文件读懂了，还没有导入，请选怎么办。",
    );
    Sheet {
        title: "导入事项文件",
        small: &procedure.name,
        back: Link::new("返回事项管理", AT),
        lead,
        action: &format!("{AT}/import/as"),
        rev: None,
        fields,
        press: "导入成草稿",
    }
    .reply(cx, filled)
}

pub(super) fn take_as(cx: &mut Cx<DesignProcedure>) -> Result<Reply> {
    // browsers send line ends of their own
    let text = cx.form("text").replace("\r\n", "\n");
    let mut procedure = Procedure::parse(&text)?;
    if cx.form("as") == "same" {
        let rev = cx.form("rev").parse().unwrap_or(0);
        may_change(cx, &procedure.id)?;
        let known = cx.state.engine.owner(&cx.state.store, &procedure.id)?;
        let owner = known.map_or_else(|| home::chosen(cx), Ok)?;
        let (text, procedure) = of_owner(procedure, text, owner)?;
        return keep(cx, (&procedure.id, rev, &text));
    }
    match named(cx, &mut procedure) {
        Ok(text) => keep(cx, (&procedure.id, 0, &text)),
        Err(why) => {
            let before = Procedure::parse(&text)?;
            ask(cx, (&text, &before), &Filled::again(&cx.input, why)?)
        }
    }
}

fn keep(cx: &mut Cx<DesignProcedure>, (id, rev, text): (&str, i64, &str)) -> Result<Reply> {
    let maker = may_change(cx, id)?;
    let stamp = cx.permit.stamp_on(id);
    let engine = &cx.state.engine;
    engine.save_sketch(&cx.state.store, stamp, &maker, (id, rev, text))?;
    cx.tell("已导入成草稿，还没有发布。请看一遍，再“核对并发布”");
    Ok(Reply::To(at(id)))
}

/// Calls it what was typed: with a register and a series of its own, so that nothing gets mixed.
pub(super) fn named<A: Action>(cx: &Cx<A>, procedure: &mut Procedure) -> Result<String> {
    let name = crate::kit::text::one_line(cx.form("name"));
    match name.chars().count() {
        0 => {
            return Err(Error::invalid(
                "name",
                "请给新事项起个名称，例如：外出学习审批",
            ));
        }
        n if n > NAME => {
            return Err(Error::invalid(
                "name",
                format!("名称请缩短到 {NAME} 个字以内"),
            ));
        }
        _ => {}
    }
    let engine = &cx.state.engine;
    let all = engine.procedures.all();
    if all.iter().any(|p| p.procedure.name == name) {
        return Err(Error::invalid(
            "name",
            format!("已经有叫“{name}”的事项了，请换个名称"),
        ));
    }
    let wanted = spelt(&name);
    let mut id = wanted.clone();
    let mut n = 2;
    while engine.procedures.current(&id).is_ok() || engine.sketch(&cx.state.store, &id)?.is_some() {
        id = format!("{wanted}-{n}");
        n += 1;
    }
    procedure.register.id.clone_from(&id);
    procedure.register.name = format!("{name}登记簿");
    if let Some(series) = &mut procedure.series {
        series.key.clone_from(&id);
    }
    procedure.id = id;
    procedure.name = name;
    adopt(procedure, home::chosen(cx)?);
    procedure.text()
}

/// 请假 → qingjia.
fn spelt(name: &str) -> String {
    let full = name_keys(name).full.to_ascii_lowercase();
    let letters = full
        .chars()
        .filter(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    let id: String = letters.take(30).collect();
    match id.starts_with(|c: char| c.is_ascii_lowercase()) {
        true => id,
        false => format!("shixiang{id}"),
    }
}

pub(super) fn copying(cx: &mut Cx<DesignProcedure>) -> Result<Reply> {
    draw_copy(cx, &Filled::fresh())
}

pub(super) fn copy(cx: &mut Cx<DesignProcedure>) -> Result<Reply> {
    let p = published(cx)?;
    let mut procedure = Procedure::clone(&p.procedure);
    match named(cx, &mut procedure) {
        Ok(text) => {
            let (maker, id) = (maker(cx)?, procedure.id);
            let stamp = cx.permit.stamp_on(&id);
            let engine = &cx.state.engine;
            engine.save_sketch(&cx.state.store, stamp, &maker, (&id, 0, &text))?;
            cx.tell("已另存为新事项的草稿，有自己的登记簿和编号，改好再发布");
            Ok(Reply::To(at(&id)))
        }
        Err(why) => draw_copy(cx, &Filled::again(&cx.input, why)?),
    }
}

fn draw_copy(cx: &Cx<DesignProcedure>, filled: &Filled<'_>) -> Result<Reply> {
    let p = published(cx)?;
    let usual = format!("{}（二）", p.procedure.name);
    Sheet {
        title: "另存为新事项",
        small: &p.procedure.name,
        back: Link::new("返回事项", at(&p.procedure.id)),
        lead: html! {},
        action: &format!("{}/copy", at(&p.procedure.id)),
        rev: None,
        fields: html! {
            (filled.put(form::text("name", "新事项的名称").line().need(), "name", &usual))
            (home::asked(cx)?)
        },
        press: "另存为草稿",
    }
    .reply(cx, filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_becomes_an_id() {
        assert_eq!(spelt("请假"), "qingjia");
        assert_eq!(spelt("2026防汛"), "shixiang2026fangxun");
        assert!(spelt("！？").starts_with("shixiang"));
    }
}
