//! 新建事项: from nothing, from one line, or from another; each makes a draft and opens it in the designer.

use super::desk::LIST_AT;
use super::{DesignProcedure, NEW_AT};
use crate::engine::definition::Procedure;
use crate::engine::design::{self, Edit};
use crate::engine::own::adopt;
use crate::kit::{DeptId, Error, FieldErrors, Result};
use crate::screens::procedures::{drawn, home, maker};
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::{Link, Markup, form, html};
use crate::web::{Cx, Reply, encode};

/// GET `/procedures/new`.
pub fn page(cx: &mut Cx<DesignProcedure>) -> Result<Reply> {
    draw(cx, &FieldErrors::default()).map(Reply::Page)
}

/// POST `/procedures/new`.
pub fn make(cx: &mut Cx<DesignProcedure>) -> Result<Reply> {
    match made(cx) {
        Ok(to) => {
            cx.tell("新事项的草稿已建好，改好以后到“发布”里启用");
            Ok(Reply::To(to))
        }
        Err(Error::Invalid(errors)) => draw(cx, &errors).map(Reply::Wrong),
        Err(e) => Err(e),
    }
}

fn made(cx: &Cx<DesignProcedure>) -> Result<String> {
    let (store, engine) = (&cx.state.store, &cx.state.engine);
    let maker = maker(cx)?;
    let all = engine.procedures.all();
    let mut ids: Vec<String> = all.iter().map(|p| p.procedure.id.clone()).collect();
    let registers: Vec<String> = all
        .iter()
        .map(|p| p.procedure.register.id.clone())
        .collect();
    ids.extend(registers);
    ids.extend(engine.sketches(store)?.into_iter().map(|s| s.procedure));
    // words of addresses beside which a procedure stands
    ids.extend(["new", "designers", "import", "import_as", "drawn"].map(str::to_owned));
    let taken = |id: &str| ids.iter().any(|k| k == id || k.replace('-', "_") == id);
    let (name, group) = (cx.form("name"), cx.form("group"));
    let (mut procedure, left): (Procedure, String) = match cx.form("do") {
        "copy" => {
            let of = engine.procedures.current(cx.form("of"));
            let of = of.map_err(|_| Error::invalid("of", "请选照哪个事项来做"))?;
            engine.may_look(store, &maker, &of.procedure.id)?;
            (design::copy(&of.procedure, name, taken)?, String::new())
        }
        "quick" => {
            let mut p = design::blank(name, group, taken)?;
            let directory = &maker.directory;
            let depts = directory.depts_of(maker.organ);
            let depts = depts.map(|d| (d.name.clone(), directory.dept_short(d.id).to_owned()));
            let edit = Edit::Quick(cx.form("line").to_owned(), depts.collect());
            let made = design::apply(&mut p, edit).map_err(|wrong| {
                let why: Vec<String> = wrong.0.into_iter().map(|e| e.message).collect();
                Error::invalid("line", why.join("；"))
            })?;
            (p, made.left)
        }
        _ => (design::blank(name, group, taken)?, String::new()),
    };
    adopt(&mut procedure, home::chosen(cx)?);
    let stamp = cx.permit.stamp_on(&procedure.id);
    let text = procedure.text()?;
    engine.save_sketch(store, stamp, &maker, (&procedure.id, 0, &text))?;
    let at = format!("/procedures/{}/design", procedure.id);
    Ok(match (cx.form("do"), left.as_str()) {
        ("quick", "") => format!("{at}/flow"),
        ("quick", left) => format!("{at}/flow?line={}", encode(left)),
        _ => at,
    })
}

fn draw(cx: &Cx<DesignProcedure>, errors: &FieldErrors) -> Result<Markup> {
    let all = cx.state.engine.procedures.all();
    let mut of = vec![form::Choice::new("", "请选择")];
    let range = maker(cx)?.range;
    let seen = |owner: Option<DeptId>| owner.is_none() || range.covers(owner);
    of.extend(
        all.iter()
            .filter(|p| seen(p.procedure.department))
            .map(|p| form::Choice::new(p.procedure.id.as_str(), p.procedure.name.as_str())),
    );
    let content = html! {
        (crumbs(&Link::new("返回事项管理", LIST_AT), &[], "新建事项"))
        (heading("新建事项", "先建成草稿，改好、查过、发布以后才生效", &html! {}))
        (form::errors(errors))
        form method="post" action=(NEW_AT) {
            (form::tokens(cx.csrf(), &cx.new_op()?))
            (form::text("name", "事项名称").need().value(cx.form("name")).hint("例如 用印申请").check(errors))
            (form::text("group", "在目录里归到哪一组").value(cx.form("group")).hint("不写就归到“事项申请”").check(errors))
            (home::asked(cx)?)
            section {
                h2.band { span { "一句话写流程" } }
                (form::text("line", "谁来填，再由谁办").value(cx.form("line")).check(errors)
                    .hint("例如 申请人→部门负责人→分管领导→主要领导签发；超3天催办。箭头可以打 -> 或逗号；还可以写 会签(财政所、应急办)、3天以内部门负责人，3天以上主要领导"))
                p.acts { button.btn.key type="submit" name="do" value="quick" { "照这句话建" } }
            }
            section {
                h2.band { span { "照现有的事项建" } }
                (form::select("of", "照哪个事项", of).value(cx.form("of")).check(errors))
                p.acts { button.btn type="submit" name="do" value="copy" { "复制一份来改" } }
            }
            section {
                h2.band { span { "从空白表建" } }
                p.hint { "先有申请人、部门、日期、事由、附件几格，由部门负责人审批，再自己加。" }
                p.acts { button.btn type="submit" name="do" value="blank" { "从空白表开始" } }
            }
            section {
                h2.band { span { "照画好的表格建" } }
                p.hint { "单位已经有 Excel 或 Word 表格的，传上来，照它的格子建成草稿。" }
                p.acts { (Link::new("传一张表格", drawn::AT).button()) }
            }
        }
    };
    Ok(cx.draw(&Page::new("新建事项").wrong(errors), &content))
}
