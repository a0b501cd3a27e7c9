//! 流程: the one-line entry, the list of steps from top to bottom, and the picked step at its side.

use super::desk::{self, Desk, Tab, role};
use super::parts::{self, press};
use super::read::{KEEP, departments};
use super::shown::Shown;
use super::{DesignProcedure, held, step_panel};
use crate::engine::definition::Step;
use crate::engine::design::words;
use crate::kit::{FieldErrors, Result};
use crate::ui::{Markup, html};
use crate::web::{Cx, Reply, Visit};

/// GET `/procedures/{procedure}/design/flow?step=&line=`.
pub fn page(cx: &mut Cx<DesignProcedure>) -> Result<Reply> {
    desk::page(cx, draw)
}

/// The step picked, by the address or by the form that came back.
pub fn picked(visit: &Visit) -> String {
    if visit.input.has("step") {
        visit.form("step").to_owned()
    } else {
        visit.query("step").to_owned()
    }
}

/// The tab as it stands or as it came back.
pub fn shown<'a>(visit: &'a Visit, desk: &Desk, errors: &'a FieldErrors) -> Shown<'a> {
    let id = picked(visit);
    let step = desk.procedure.step(&id);
    let keeps = step.map_or_else(|| KEEP.to_owned(), |s| format!("step.keep:{}", s.id));
    // what of a line was not understood stands in its box, and is nothing anybody changed
    let parts = held::flow(desk, visit.query("line"), step);
    Shown::of((visit, errors), (Tab::Flow, &id), &keeps, parts)
}

/// The tab.
pub fn draw(cx: &Cx<DesignProcedure>, desk: &Desk, errors: &FieldErrors) -> Result<Markup> {
    let id = picked(cx);
    let step = desk.procedure.step(&id);
    let shown = shown(cx, desk, errors);
    let inside = html! {
        (quick(&shown, desk))
        div.bench.shaping {
            section aria-label="流程" {
                h2.band { span { "流程" } i { (desk.procedure.steps.len()) " 步，点一步，在旁边改它" } }
                ol.flow {
                    @for (n, s) in desk.procedure.steps.iter().enumerate() { (one(desk, (n, s), &id)) }
                }
                (add(&shown, desk))
            }
            section.side aria-label="这一步" id="panel" {
                @match step {
                    Some(step) => (step_panel::draw(&shown, desk, step)),
                    None => {
                        h2.band { span { "这一步" } }
                        p.hint { "还没有选中哪一步。点左边的一步，谁来办、几天办完、能做什么、填哪几格、办完去哪里，就在这里改。" }
                    }
                }
            }
        }
    };
    let content = desk.form(cx, Tab::Flow, &shown, &inside);
    Ok(desk.draw(cx, (Tab::Flow, errors), &content))
}

/// 一句话写流程.
fn quick(shown: &Shown<'_>, desk: &Desk) -> Markup {
    let two: Vec<String> = departments(desk)
        .into_iter()
        .skip(1)
        .take(2)
        .map(|(full, short)| if short.is_empty() { full } else { short })
        .collect();
    let two = two.join("、");
    let wrong = shown.is_wrong(&["line"]).then_some("true");
    html! {
        div.quick {
            label for="f-line" { "一句话写流程" }
            input #f-line name="line" value=(shown.text("line")) autocomplete="off" aria-invalid=[wrong]
                placeholder="申请人→部门负责人→分管领导→主要领导；超3天催办";
            button.btn type="submit" name="do" value="quick" { "照此生成" }
        }
        (shown.wrong("line"))
        p.hint { "箭头可以打 -> 或逗号。还认得：会签(" (two) ")、3天内部门负责人，3天以上主要领导、抄送党政办、每步2天办完。照此生成会换掉现在的环节，名称相同的那几步保留。" }
    }
}

fn one(desk: &Desk, (n, s): (usize, &Step), picked: &str) -> Markup {
    let p = &desk.procedure;
    let href = format!("{}?step={}#panel", desk.at(Tab::Flow), s.id);
    let now = (s.id == picked).then_some("true");
    let next = p.steps.get(n + 1).map(|s| s.id.as_str());
    // what everybody expects need not be said
    let plain = s.next.len() == 1
        && s.next
            .iter()
            .all(|w| Some(w.to.as_str()) == next && w.when.is_empty());
    html! {
        li.picked[s.id == picked] aria-current=[now] {
            a href=(href) { b { (n + 1) "　" (s.name) } }
            small { (words::step(p, s, &role)) }
            @if !plain {
                @for way in &s.next {
                    small {
                        "→ " (p.step_name(&way.to))
                        @if !way.when.is_empty() {
                            "（" (way.when.iter().map(|c| words::condition(p, c)).collect::<Vec<_>>().join("，并且")) "）"
                        }
                    }
                }
                @if s.next.is_empty() { small { "办完就结束" } }
            }
        }
    }
}

fn add(shown: &Shown<'_>, desk: &Desk) -> Markup {
    let steps: Vec<(String, String)> = desk
        .procedure
        .steps
        .iter()
        .map(|s| (s.id.clone(), format!("“{}”后面", s.name)))
        .collect();
    html! {
        div data-add {
            h3 { "加一步" }
            div.three {
                (parts::field("叫什么", &shown.line("add.name", "新一步的名称")))
                (parts::field("谁来办", &step_panel::who_pick(shown, desk, "add.who", "新一步谁来办")))
                (parts::field("加在哪里", &shown.pick("add.after", "加在哪里", &steps)))
            }
            p.acts { (press("step.add", "加上这一步")) }
        }
    }
}
