//! 用画好的表格做事项: a form drawn in Excel or Word is uploaded, shown as it was understood, corrected, and goes to the
//! designer as a draft. Nothing lies on the server between the look and the keeping: what was understood travels in the
//! form and is checked again.

use super::carry::named;
use super::{AT as HOME, DesignProcedure, at, may_change};
use crate::engine::drawn::{Form, Guessed, Word, build};
use crate::kit::extract::drawn::drawn;
use crate::kit::{Error, FieldErrors, Result};
use crate::org::Role;
use crate::screens::people::sheet::Filled;
use crate::ui::form;
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::list::section;
use crate::ui::note::{Tone, note};
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Reply};

/// A drawn form is small.
const LARGEST: i64 = 8 << 20;
pub const AT: &str = "/procedures/drawn";

pub(super) fn show(cx: &mut Cx<DesignProcedure>) -> Result<Reply> {
    ask(cx, &Filled::fresh())
}

pub(super) fn look(cx: &mut Cx<DesignProcedure>) -> Result<Reply> {
    match understood(cx) {
        Ok(form) => correct(cx, &form, &FieldErrors::default()),
        Err(why) => ask(cx, &Filled::again(&cx.input, why)?),
    }
}

fn understood(cx: &Cx<DesignProcedure>) -> Result<Form> {
    let mut sent = cx.files().iter();
    let Some(file) = sent.find(|f| f.field() == "file" && f.size() > 0) else {
        return Err(Error::invalid(
            "file",
            "请选一个画好表格的 Word 或 Excel 文件",
        ));
    };
    let mut form = Form::of(&drawn(&file.bytes(LARGEST)?)?)?;
    if form.title.is_empty() {
        let name = file
            .name()
            .rsplit_once('.')
            .map_or(file.name(), |(stem, _)| stem);
        form.title = name.chars().take(40).collect();
    }
    Ok(form)
}

pub(super) fn keep(cx: &mut Cx<DesignProcedure>) -> Result<Reply> {
    let form = corrected(cx)?;
    match sketch(cx, &form) {
        Ok(to) => Ok(Reply::To(to)),
        Err(Error::Invalid(errors)) => correct(cx, &form, &errors),
        Err(other) => Err(other),
    }
}

/// What was understood, with what a person made of it.
fn corrected(cx: &Cx<DesignProcedure>) -> Result<Form> {
    let stale = || Error::Conflict("这一页不全，请重新上传表格".to_owned());
    let mut form: Form = serde_json::from_str(cx.form("form")).map_err(|_| stale())?;
    form.title = cx.form("name").trim().to_owned();
    for (n, field) in form.fields.iter_mut().enumerate() {
        field.label = cx.form(&format!("label-{n}")).trim().to_owned();
        field.kind = Word::of(cx.form(&format!("kind-{n}"))).unwrap_or(field.kind);
        let options = cx
            .form(&format!("options-{n}"))
            .split(['、', '，', ',', '；', ' ']);
        field.options = options
            .filter(|o| !o.is_empty())
            .map(str::to_owned)
            .collect();
        field.must = !cx.form(&format!("must-{n}")).is_empty();
    }
    Ok(form)
}

fn ask(cx: &Cx<DesignProcedure>, filled: &Filled<'_>) -> Result<Reply> {
    let content = html! {
        (crumbs(&Link::new("事项管理", HOME), &[], "用画好的表格"))
        (heading("用画好的表格做一个事项", "单位里现成的 Word 或 Excel 表，传上来就能在网上填", &html! {}))
        (form::errors(&filled.errors))
        ol {
            li { "表格照平常的样子画，合并的格子保持合并。" }
            li { "要填的格子空着，前面写上名称；或者写上 {{字段名}}，例如 {{事由}}。有“□事假 □病假”的，认作选一项。" }
            li { "“部门意见”“分管领导意见”这样的格子，按先后成为审批的环节。" }
            li { "传上来先看一遍，认错了的在网页上改；这时还没有人能填。" }
        }
        form method="post" action=(AT) enctype="multipart/form-data" {
            (form::tokens(cx.csrf(), &cx.new_op()?))
            (form::file("file", "画好的表格").accept(".xlsx,.docx").check(&filled.errors))
            p.acts {
                button.btn.key type="submit" { "看看认得对不对" }
                (Link::new("不做了", HOME).button())
            }
        }
    };
    let page = cx.draw(&Page::new("用画好的表格").wrong(&filled.errors), &content);
    Ok(if filled.is_fresh() {
        Reply::Page(page)
    } else {
        Reply::Wrong(page)
    })
}

fn correct(cx: &Cx<DesignProcedure>, drawn: &Form, errors: &FieldErrors) -> Result<Reply> {
    let carried = serde_json::to_string(drawn).map_err(Error::fault)?;
    let content = html! {
        (crumbs(&Link::new("用画好的表格", AT), &[Link::new("事项管理", HOME)], "看一遍"))
        (heading("看看认得对不对", &format!("认出 {} 项要填的", drawn.fields.len()), &html! {}))
        (form::errors(errors))
        @if !drawn.left.is_empty() {
            (note(Tone::Plain, "这几处文字没有带进来。", &format!("{}。要的话，以后写在字段的说明里。", drawn.left.join("；").trim_end_matches('。'))))
        }
        (section("h-grid", "表的样子", &"", &grid(drawn)))
        form method="post" action={ (AT) "/keep" } {
            (form::tokens(cx.csrf(), &cx.new_op()?))
            (form::hidden("form", &carried))
            (form::text("name", "事项名称").value(drawn.title.as_str()).need().check(errors))
            (super::home::asked(cx)?)
            (fields(drawn, errors))
            p.acts {
                button.btn.key type="submit" { "对了，接着设计" }
                (Link::new("重新上传", AT).button())
            }
        }
    };
    let page = cx.draw(&Page::new("看看认得对不对").wrong(errors), &content);
    Ok(if errors.is_empty() {
        Reply::Page(page)
    } else {
        Reply::Wrong(page)
    })
}

/// The grid as it will be: twelve columns.
fn grid(drawn: &Form) -> Markup {
    html! {
        table.form-grid {
            colgroup { @for _ in 0..12 { col; } }
            tbody {
                @for row in &drawn.rows {
                    tr {
                        @for (n, span, tall) in row {
                            @let field = drawn.fields.get(*n);
                            td colspan=(span) class=[tall.then_some("tall")] {
                                b { (field.map_or("", |f| f.label.as_str())) }
                                " "
                                small { (field.map_or("", |f| f.kind.as_str())) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn fields(drawn: &Form, errors: &FieldErrors) -> Markup {
    let columns = [
        Column::new("名称").spine().phone(Phone::Title),
        Column::new("填什么").phone(Phone::Labelled),
        Column::new("可选的几项").phone(Phone::Labelled),
        Column::new("必填").short().phone(Phone::Labelled),
    ];
    let all = drawn.fields.iter().enumerate();
    let rows: Vec<Row> = all.map(|(n, f)| field(n, f, errors)).collect();
    ledger("认出来的各项", &columns, &rows, "")
}

fn field(n: usize, field: &Guessed, errors: &FieldErrors) -> Row {
    let name = |what: &str| format!("{what}-{n}");
    let said = |what: &str| format!("第 {} 项的{what}", n + 1);
    let wrong = errors.of(&n.to_string());
    Row::new(vec![
        html! {
            input type="text" name=(name("label")) aria-label=(said("名称")) value=(field.label) autocomplete="off";
            @if let Some(w) = wrong { p.wrong { (w) } }
        },
        html! {
            select name=(name("kind")) aria-label=(said("填什么")) {
                @for (kind, label) in Word::ALL {
                    option value=(label) selected[*kind == field.kind] { (label) }
                }
            }
        },
        html! {
            @if field.columns.is_empty() {
                input type="text" name=(name("options")) aria-label=(said("可选的几项，用顿号隔开")) value=(field.options.join("、")) autocomplete="off";
            } @else {
                (field.columns.iter().map(|(c, _)| c.as_str()).collect::<Vec<_>>().join("、"))
            }
        },
        html! { input type="checkbox" name=(name("must")) value="1" checked[field.must] aria-label=(said("必填")); },
    ])
}

/// The draft, and where the designer has it.
fn sketch(cx: &mut Cx<DesignProcedure>, form: &Form) -> Result<String> {
    let roles: Vec<&str> = Role::ALL.iter().map(|r| r.id()).collect();
    let mut procedure = build::procedure(form, "form", &roles)?;
    let text = named(cx, &mut procedure)?;
    let id = procedure.id;
    let maker = may_change(cx, &id)?;
    let stamp = cx.permit.stamp_on(&id);
    let store = &cx.state.store;
    cx.state
        .engine
        .save_sketch(store, stamp, &maker, (&id, 0, &text))?;
    cx.tell("表已经成为草稿，还没有发布：还没有人能填");
    Ok(format!("{}/design", at(&id)))
}
