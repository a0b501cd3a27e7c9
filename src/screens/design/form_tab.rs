//! 表单: the paper grid as it will be filled in and printed; a cell is picked, then mended at its side.
//! Works by mouse, by keyboard (with the script) and by links and buttons alone.

use super::desk::{self, Desk, Tab};
use super::parts::{self, press};
use super::read::KEEP;
use super::shown::Shown;
use super::{DesignProcedure, field_panel, held};
use crate::engine::definition::{Cell, Content, Field};
use crate::engine::design::words;
use crate::kit::{FieldErrors, Result};
use crate::ui::{Markup, html};
use crate::web::{Cx, Reply, Visit};

/// GET `/procedures/{procedure}/design?field=`.
pub fn page(cx: &mut Cx<DesignProcedure>) -> Result<Reply> {
    desk::page(cx, draw)
}

/// The field picked, by the address or by the form that came back.
pub fn picked(visit: &Visit) -> String {
    if visit.input.has("field") {
        visit.form("field").to_owned()
    } else {
        visit.query("field").to_owned()
    }
}

/// The tab as it stands or as it came back.
pub fn shown<'a>(visit: &'a Visit, desk: &Desk, errors: &'a FieldErrors) -> Shown<'a> {
    let id = picked(visit);
    let field = desk.procedure.field(&id);
    let keeps = field.map_or_else(|| KEEP.to_owned(), |f| format!("field.set:{}", f.id));
    let parts = held::form(visit.query("new"), field);
    Shown::of((visit, errors), (Tab::Form, &id), &keeps, parts)
}

/// The tab.
pub fn draw(cx: &Cx<DesignProcedure>, desk: &Desk, errors: &FieldErrors) -> Result<Markup> {
    let id = picked(cx);
    let field = desk.procedure.field(&id);
    let shown = shown(cx, desk, errors);
    let inside = html! {
        div.bench.shaping {
            section aria-label="表单" {
                h2.band { span { "表单" } i { "点一格，在旁边改它" } }
                (grid(desk, &id))
                (loose(desk, &id))
                (add(&shown, desk))
                (keys())
            }
            section.side aria-label="这一格" id="panel" {
                @match field {
                    Some(field) => {
                        (place(&shown, desk, field))
                        (field_panel::draw(cx, (desk, &shown), field))
                    }
                    None => {
                        h2.band { span { "这一格" } }
                        p.hint { "还没有选中哪一格。点左边的格子，它叫什么、填什么、放哪里，就在这里改。" }
                    }
                }
            }
        }
    };
    let content = desk.form(cx, Tab::Form, &shown, &inside);
    Ok(desk.draw(cx, (Tab::Form, errors), &content))
}

fn grid(desk: &Desk, picked: &str) -> Markup {
    html! {
        div.paper data-grid {
            @for (r, row) in desk.procedure.layout.rows.iter().enumerate() {
                @for (c, cell) in row.0.iter().enumerate() { (one(desk, (r, c), cell, picked)) }
            }
        }
    }
}

fn one(desk: &Desk, (r, c): (usize, usize), cell: &Cell, picked: &str) -> Markup {
    let (label, says, id) = match &cell.content {
        Content::Readers => ("传阅", "谁看过，自动记".to_owned(), String::new()),
        Content::Field(id) => match desk.procedure.field(id) {
            Some(f) => (f.label.as_str(), words::field(f), f.id.clone()),
            None => ("（已删）", String::new(), id.clone()),
        },
    };
    let mut class = String::from("cell");
    if cell.span < 12 {
        class.push_str(&format!(" s{}", cell.span));
    }
    if cell.tall {
        class.push_str(" tall");
    }
    if !id.is_empty() && id == picked {
        class.push_str(" picked");
    }
    let href = format!("{}?field={id}#panel", desk.at(Tab::Form));
    html! {
        div class=(class) data-cell=(format!("{r}:{c}")) {
            span.k { span { (label) } }
            div.v {
                @if id.is_empty() { (says) }
                @else { a href=(href) aria-label=(format!("{says}：改“{label}”")) { (says) } }
            }
        }
    }
}

/// Where the picked cell stands, and where it may go.
fn place(shown: &Shown<'_>, desk: &Desk, field: &Field) -> Markup {
    let mut found = None;
    for (r, row) in desk.procedure.layout.rows.iter().enumerate() {
        for (c, cell) in row.0.iter().enumerate() {
            if cell.content == Content::Field(field.id.clone()) {
                found = Some((r, c, row.0.len(), cell));
            }
        }
    }
    let Some((r, c, many, cell)) = found else {
        return html! {};
    };
    let at = |deed: &str, label: &str| press(&format!("grid.{deed}:{r}:{c}"), label);
    html! {
        h2.band { span { "这一格：" (field.label) } }
        p.acts.tight data-place {
            @if many > 1 { (at("left", "← 左移")) (at("right", "右移 →")) }
            (at("up", "↑ 上移一行")) (at("down", "↓ 下移一行"))
            @if many > 1 {
                (at("wider", "宽一点")) (at("narrower", "窄一点")) (at("alone", "单独一行"))
                @if c + 1 < many { (at("merge", "合并右边")) }
            }
            @if r > 0 { (at("join", "并到上一行")) }
            (at("tall", if cell.tall { "改成矮格" } else { "改成高格" }))
            (at("lift", "从表上拿下"))
        }
        p.inline {
            span { "新格叫" }
            (shown.line("new", "新格的名称"))
            (at("split", "拆成两格")) (press(&format!("grid.row:{r}"), "下面加一行"))
        }
    }
}

/// Fields that stand nowhere on the paper.
fn loose(desk: &Desk, picked: &str) -> Markup {
    let placed = |f: &&Field| {
        let mut cells = desk.procedure.layout.cells();
        !cells.any(|c| c.content == Content::Field(f.id.clone()))
    };
    let all: Vec<&Field> = desk.procedure.fields.iter().filter(placed).collect();
    if all.is_empty() {
        return html! {};
    }
    html! {
        h3 { "没有放到表上的" }
        p.acts.tight {
            @for f in &all { (press(&format!("grid.place:{}", f.id), &format!("放上“{}”", f.label))) }
        }
        p.hint {
            @for f in &all {
                @let href = format!("{}?field={}#panel", desk.at(Tab::Form), f.id);
                @if f.id == picked { b { (f.label) } } @else { a href=(href) { "改“" (f.label) "”" } }
                " "
            }
        }
    }
}

fn add(shown: &Shown<'_>, desk: &Desk) -> Markup {
    html! {
        div data-add {
            h3 { "加一格" }
            div.three {
                (parts::field("叫什么", &shown.line("add.label", "新格的名称")))
                (parts::field("填什么", &shown.pick("add.kind", "新格填什么", &parts::pairs(words::KINDS))))
                (parts::field("可选的内容，或表格的各栏，中间用顿号", &shown.line("add.options", "可选的内容，或表格的各栏")))
            }
            p.acts { button.btn type="submit" name="do" value="field.add" { "加上这一格" } }
        }
        @if desk.procedure.circulation.is_some() {
            p.acts { (press("grid.readers", "加上或拿下“传阅”格")) }
        }
    }
}

fn keys() -> Markup {
    html! {
        p.hint data-js hidden {
            "键盘：Tab 进到表里，方向键在格子间走，Enter 改这一格，+ 加一格，Ctrl+方向键 挪这一格，Ctrl+Z 撤销。"
        }
    }
}
