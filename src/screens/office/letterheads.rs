//! 发文字头: in whose name the office sends documents out: organ code, mark, signature, format. Add one, change one, switch
//! one off. A code never changes and is never deleted: numbers were given in it.

use super::{KeepLetterheads, LETTERHEADS_AT, NUMBERS_AT};
use crate::kit::{Error, FieldErrors, Result, ShelfNo, text};
use crate::org::edit::OrganDraft;
use crate::org::letterhead::{plant, usual};
use crate::org::letterhead_store::{Letterhead, list_letterheads, set_letterhead};
use crate::screens::case::page::acting;
use crate::screens::people::sheet::{Filled, rev};
use crate::ui::form::{self, Choice};
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::list::section;
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Reply};

/// Formats of GB/T 9704-2012, in the office's words.
const FORMS: [(&str, &str); 4] = [
    ("ordinary", "文件格式"),
    ("letter", "信函格式"),
    ("order", "命令格式"),
    ("minutes", "纪要格式"),
];

pub(super) fn show(cx: &mut Cx<KeepLetterheads>) -> Result<Reply> {
    draw(cx, &Filled::fresh())
}

/// A new one.
pub(super) fn add(cx: &mut Cx<KeepLetterheads>) -> Result<Reply> {
    let organ = acting(cx)?.organ;
    let kept = read(cx, "").and_then(|typed| {
        let new = Letterhead { organ, ..typed };
        cx.write(ShelfNo::HUB, move |w| {
            set_letterhead(w, &new)?;
            w.quiet("发文字头，不影响各类清单");
            Ok(())
        })
    });
    answer(cx, kept.map(drop), "已加上，拟发文的时候可以选了")
}

/// The usual ones by the office's name.
pub(super) fn add_usual(cx: &mut Cx<KeepLetterheads>) -> Result<Reply> {
    let all = usual_here(cx)?;
    let kept = cx.write(ShelfNo::HUB, move |w| {
        let added = plant(w, &all)?;
        w.quiet("发文字头，不影响各类清单");
        Ok(added)
    });
    answer(cx, kept.map(drop), "常用的字头已加上，请逐个核对名称")
}

/// One changed or switched.
pub(super) fn set(cx: &mut Cx<KeepLetterheads>) -> Result<Reply> {
    let id: i64 = cx.path("id")?;
    let organ = acting(cx)?.organ;
    let all = list_letterheads(&cx.state.store.hub()?, organ)?;
    let old = all
        .into_iter()
        .find(|l| l.id == id)
        .ok_or(Error::NotFound)?;
    let kept = read(cx, &old.code).and_then(|typed| {
        let new = Letterhead {
            id,
            rev: rev(cx),
            organ,
            on: cx.form("state") != "off",
            ..typed
        };
        cx.write_on(ShelfNo::HUB, format!("letterhead:{id}"), move |w| {
            set_letterhead(w, &new)?;
            w.quiet("发文字头，不影响各类清单");
            Ok(())
        })
    });
    answer(cx, kept.map(drop), "已保存")
}

fn usual_here(cx: &Cx<KeepLetterheads>) -> Result<Vec<Letterhead>> {
    let organ = acting(cx)?.organ;
    let directory = cx.state.org.current();
    let known = directory.organ(organ).ok_or(Error::NotFound)?;
    let office = directory.office_of(organ).map_or("", |d| d.name.as_str());
    let draft = OrganDraft {
        name: known.name.clone(),
        short_name: known.short_name.clone(),
        codes: known.codes.clone(),
    };
    Ok(usual(organ, &draft, office))
}

fn answer(cx: &mut Cx<KeepLetterheads>, kept: Result<()>, said: &str) -> Result<Reply> {
    match kept {
        Ok(()) => {
            cx.tell(said);
            Ok(Reply::To(LETTERHEADS_AT.into()))
        }
        Err(why) => draw(cx, &Filled::again(&cx.input, why)?),
    }
}

/// What was typed; the code of one that is there already stays.
fn read(cx: &Cx<KeepLetterheads>, code: &str) -> Result<Letterhead> {
    let mut errors = FieldErrors::default();
    let mut line = |name: &str, says: &str, most: usize| {
        let typed = text::one_line(cx.form(name));
        if typed.is_empty() {
            errors.add(name, says);
        } else if typed.chars().count() > most {
            errors.add(
                name,
                format!("最多 {most} 个字，现在有 {} 个", typed.chars().count()),
            );
        }
        typed
    };
    let code = match code {
        "" => line("code", "请填机关代字，例如 砚政发", 12),
        code => code.to_owned(),
    };
    let mark = line("mark", "请填发文机关标志，例如 砚田镇人民政府文件", 60);
    let signature = line("signature", "请填发文机关署名，例如 砚田镇人民政府", 60);
    let printer = line("printer", "请填印发机关，例如 砚田镇党政综合办公室", 60);
    if code.chars().any(|c| "〔〕[]（）()./0123456789".contains(c)) {
        errors.add("code", "机关代字里不能有括号、点、斜线和数字，例如 砚政发");
    }
    let form = cx.form("form").to_owned();
    if FORMS.iter().all(|(id, _)| *id != form) {
        errors.add("form", "请选格式");
    }
    errors.check(Letterhead {
        id: 0,
        rev: 0,
        organ: crate::kit::OrganId(0),
        code,
        mark,
        signature,
        form,
        printer,
        on: true,
    })
}

fn draw(cx: &Cx<KeepLetterheads>, filled: &Filled<'_>) -> Result<Reply> {
    let all = list_letterheads(&cx.state.store.hub()?, acting(cx)?.organ)?;
    let title = "发文字头";
    let content = html! {
        (crumbs(&Link::new("发文编号", NUMBERS_AT), &[], title))
        (heading(title, "以谁的名义发文：各有各的机关代字，各编各的号。停用的不能再选，发过的不受影响", &html! {}))
        (form::errors(&filled.errors))
        @if !all.is_empty() { (section("h-all", "现有的", &"", &table(cx, &all)?)) }
        @else {
            form method="post" action=(format!("{LETTERHEADS_AT}/usual")) {
                (form::tokens(cx.csrf(), &cx.new_op()?))
                p { "还没有一个字头，不能拟发文。可以先按单位名称加上常用的（党委、政府、函、纪要、党政办、人大），再逐个核对。" }
                p.acts { button.btn.key type="submit" { "加上常用的字头" } }
            }
        }
        (section("h-add", "加一个", &"", &adding(cx, filled)?))
    };
    let page = cx.draw(&Page::new(title).wrong(&filled.errors), &content);
    Ok(if filled.is_fresh() {
        Reply::Page(page)
    } else {
        Reply::Wrong(page)
    })
}

fn forms() -> Vec<Choice> {
    FORMS.map(|(id, label)| Choice::new(id, label)).to_vec()
}

fn adding(cx: &Cx<KeepLetterheads>, filled: &Filled<'_>) -> Result<Markup> {
    Ok(html! {
        form method="post" action=(LETTERHEADS_AT) {
            (form::tokens(cx.csrf(), &cx.new_op()?))
            (filled.put(form::text("code", "机关代字").need().hint("例如 砚政发；定了就不能改，号是按它编的"), "code", ""))
            (filled.put(form::text("mark", "发文机关标志").need().hint("红头上的字，例如 砚田镇人民政府文件"), "mark", ""))
            (filled.put(form::text("signature", "发文机关署名").need().hint("落款，例如 砚田镇人民政府"), "signature", ""))
            (filled.put(form::select("form", "格式", forms()), "form", "ordinary"))
            (filled.put(form::text("printer", "印发机关").need().hint("版记里的，例如 砚田镇党政综合办公室"), "printer", ""))
            p.acts { button.btn.key type="submit" { "加上" } }
        }
    })
}

fn table(cx: &Cx<KeepLetterheads>, all: &[Letterhead]) -> Result<Markup> {
    let columns = [
        Column::new("机关代字").spine().phone(Phone::Title),
        Column::new("发文机关标志").phone(Phone::Labelled),
        Column::new("署名").phone(Phone::Labelled),
        Column::new("格式").short().phone(Phone::Labelled),
        Column::new("状态").short().phone(Phone::Labelled),
        Column::new("操作").phone(Phone::Inline),
    ];
    let mut rows = Vec::with_capacity(all.len());
    for l in all {
        let form = FORMS.iter().find(|(id, _)| *id == l.form);
        rows.push(Row::new(vec![
            html! { (l.code) },
            html! { (l.mark) },
            html! { (l.signature) },
            html! { (form.map_or("", |f| f.1)) },
            html! { @if l.on { "在用" } @else { "停用" } },
            editing(cx, l)?,
        ]));
    }
    Ok(ledger("现有的字头", &columns, &rows, ""))
}

fn editing(cx: &Cx<KeepLetterheads>, l: &Letterhead) -> Result<Markup> {
    let states = vec![Choice::new("on", "在用"), Choice::new("off", "停用")];
    let at = l.id.to_string();
    Ok(html! {
        details {
            summary { "改" }
            form method="post" action=(format!("{LETTERHEADS_AT}/{}", l.id)) {
                (form::tokens(cx.csrf(), &cx.new_op()?))
                (form::hidden("rev", &l.rev.to_string()))
                (form::text("mark", "发文机关标志").value(&l.mark).apart(&at))
                (form::text("signature", "发文机关署名").value(&l.signature).apart(&at))
                (form::select("form", "格式", forms()).value(&l.form).apart(&at))
                (form::text("printer", "印发机关").value(&l.printer).apart(&at))
                (form::select("state", "状态", states).value(if l.on { "on" } else { "off" }).apart(&at))
                p.acts { button.btn type="submit" { "保存" (l.code) } }
            }
        }
    })
}
