//! 发布: what the check found, each with a link to where it is mended, what changes in words, a note, the button.
//! Not here: publishing itself, which is the workshop's deed and page.

use super::DesignProcedure;
use super::desk::{self, Desk, LIST_AT, Tab};
use crate::engine::definition::difference::differences;
use crate::kit::{FieldErrors, Result};
use crate::ui::note::{State, Tone, note, state};
use crate::ui::{Link, Markup, form, html};
use crate::web::{Cx, Reply};

/// GET `/procedures/{procedure}/design/publish`.
pub fn page(cx: &mut Cx<DesignProcedure>) -> Result<Reply> {
    desk::page(cx, draw)
}

fn draw(cx: &Cx<DesignProcedure>, desk: &Desk, errors: &FieldErrors) -> Result<Markup> {
    let verdict = cx.state.engine.judge(&desk.maker, &desk.procedure);
    let said = desk
        .published
        .as_ref()
        .map(|p| differences(&p.procedure, &desk.procedure));
    let content = html! {
        section {
            h2.band { span { "检查结果" } i { "发布以前每次都查" } }
            @if verdict.faults.is_empty() {
                ul.lines { li { (state(State::Ok, "每一步都走得到，每种情形都能办到结束")) } }
            } @else {
                p { "有 " (verdict.faults.len()) " 处要先改好，才能发布：" }
                ul.lines {
                    @for fault in &verdict.faults { li {
                        (state(State::Bad, fault)) " " (mends(desk, fault))
                    } }
                }
            }
            @if !verdict.warnings.is_empty() {
                p { "可以发布，但要知道：" }
                ul.lines { @for w in &verdict.warnings { li { (state(State::Warn, w)) " " (mends(desk, w)) } } }
            }
        }
        @if let Some(said) = &said {
            section {
                h2.band { span { "和现在用的版本比" } }
                @if said.is_empty() { p { "没有改动。" } }
                ul.lines { @for s in said { li { (s) } } }
            }
        }
        section { h2.band { span { "发布" } } (button(cx, desk, verdict.faults.is_empty())?) }
    };
    Ok(desk.draw(cx, (Tab::Publish, errors), &content))
}

fn button(cx: &Cx<DesignProcedure>, desk: &Desk, sound: bool) -> Result<Markup> {
    if desk.sketch.is_none() {
        return Ok(html! { p { "还没有改动，不用发布。" } });
    }
    if !sound {
        return Ok(note(
            Tone::Bad,
            "先改好上面几处，这里就会有“发布”。",
            &html! {},
        ));
    }
    let first = desk.published.is_none();
    Ok(html! {
        form method="post" action=(format!("{LIST_AT}/{}/publish", desk.id)) {
            (form::tokens(cx.csrf(), &cx.new_op()?))
            (form::hidden("rev", &desk.rev.to_string()))
            (form::text("note", "为什么改").need().value(if first { "新做的事项" } else { "" })
                .hint("写一句，以后看版本时知道缘由"))
            p.hint { "从发布起，新发起的照它办；在办的件照旧版本办完。" }
            p.acts { button.btn.key type="submit" { "发布，新发起的都照它办" } }
        }
    })
}

/// The page on which a fault is mended: the step or the field it names.
fn mends(desk: &Desk, fault: &str) -> Markup {
    let (label, href) = place(desk, fault);
    html! { (Link::new(label, href)) }
}

fn place(desk: &Desk, fault: &str) -> (String, String) {
    let p = &desk.procedure;
    let names = |name: &str| !name.is_empty() && fault.contains(&format!("“{name}”"));
    let field = p
        .fields
        .iter()
        .find(|f| fault.contains(&format!("字段“{}”", f.label)));
    // a path that was played ends at the step where it went wrong
    let played = fault
        .strip_prefix("走到“")
        .and_then(|rest| rest.split_once('”'));
    let last = played.and_then(|(path, _)| path.rsplit([' ', '）']).next());
    let step = p.steps.iter().find(|s| Some(s.name.as_str()) == last);
    let step = step.or_else(|| {
        let named = p.steps.iter().filter(|s| names(&s.name));
        named.min_by_key(|s| fault.find(&format!("“{}”", s.name)))
    });
    if let Some(f) = field.filter(|_| step.is_none() || fault.starts_with("字段")) {
        let at = format!("{}?field={}#panel", desk.at(Tab::Form), f.id);
        return (format!("去改“{}”这一格", f.label), at);
    }
    if let Some(s) = step {
        let at = format!("{}?step={}#panel", desk.at(Tab::Flow), s.id);
        return (format!("去改“{}”这一步", s.name), at);
    }
    let books = [
        "登记簿",
        "台账",
        "打印稿",
        "编号",
        "发起人",
        "查看权",
        "标题",
        "缓急",
    ];
    if books.iter().any(|w| fault.contains(w)) {
        return ("去改名称和登记簿".to_owned(), desk.at(Tab::Head));
    }
    if fault.contains("版式") {
        return ("去改表单".to_owned(), desk.at(Tab::Form));
    }
    ("去看流程".to_owned(), desk.at(Tab::Flow))
}
