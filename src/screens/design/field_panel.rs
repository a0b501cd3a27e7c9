//! All that is said of one field, as a form at the side of the grid.

use super::DesignProcedure;
use super::desk::{Desk, Tab};
use super::parts::{self, Typed};
use super::read::COLUMNS;
use crate::engine::definition::{Column, ColumnOf, Compute, Default, Field, Kind};
use crate::engine::design::words;
use crate::ui::{Markup, html};
use crate::web::Cx;

/// The panel.
pub fn draw(cx: &Cx<DesignProcedure>, desk: &Desk, f: &Field) -> Markup {
    let deed = format!("field.set:{}", f.id);
    let typed = Typed::of(cx, &deed);
    // the script asks for the panel of another kind before anything is kept
    let asked = words::KINDS.iter().find(|k| k.0 == cx.query("kind"));
    let kind = typed.text("kind", asked.map_or(words::kind_word(&f.kind), |k| k.0));
    let inside = html! {
        (parts::field("叫什么", &parts::line("label", "这一格的名称", &typed.text("label", &f.label))))
        (parts::field("填什么", &parts::pick("kind", "这一格填什么", &parts::pairs(words::KINDS), &kind)))
        (of_kind(desk, f, (typed, &kind)))
        (default(f, (typed, &kind)))
        (parts::field("格子下面的一句说明", &parts::line("help", "说明", &typed.text("help", f.help.as_deref().unwrap_or_default()))))
        @if matches!(kind.as_str(), "text" | "phone" | "id_number") {
            (parts::tick("masked", "1", "个人信息，平时遮住中间几位", typed.on("masked", f.masked)))
        }
        p.acts {
            button.btn.key type="submit" name="do" value=(deed) { "记下" }
            (parts::press(&format!("field.drop:{}", f.id), "删掉这一格"))
        }
        p.hint { "谁在哪一步填、必不必填，到“流程”里点那一步定。" }
    };
    desk.form(cx, Tab::Form, &inside)
}

fn number(n: Option<f64>) -> String {
    n.map_or_else(String::new, |n| n.to_string())
}

/// What only this kind asks. Without the script the panel shows it after the kind was noted once.
fn of_kind(desk: &Desk, f: &Field, (typed, kind): (Typed<'_>, &str)) -> Markup {
    match kind {
        "choice" | "choices" => {
            let now = match &f.kind {
                Kind::Choice { options } | Kind::Choices { options } => options.join("\n"),
                _ => String::new(),
            };
            parts::field(
                "可选的内容，一行一个",
                &parts::area("options", "可选的内容", &typed.text("options", &now)),
            )
        }
        "number" => {
            let (min, max) = match &f.kind {
                Kind::Number { min, max } => (number(*min), number(*max)),
                _ => (String::new(), String::new()),
            };
            html! { div.twin {
                (parts::field("最小", &parts::line("min", "最小", &typed.text("min", &min))))
                (parts::field("最大", &parts::line("max", "最大", &typed.text("max", &max))))
            } }
        }
        "text" | "long_text" => {
            let now = match &f.kind {
                Kind::Text { max } | Kind::LongText { max } => max.to_string(),
                _ => String::new(),
            };
            parts::field(
                "最多多少字",
                &parts::line("max", "最多多少字", &typed.text("max", &now)),
            )
        }
        "resource" => {
            let now = match &f.kind {
                Kind::Resource { of } => of.as_str(),
                _ => "会议室",
            };
            parts::field(
                "从哪一类里选，例如 会议室、公务用车",
                &parts::line("of", "哪一类", &typed.text("of", now)),
            )
        }
        "table" => table(f, typed),
        "computed" => computed(desk, f, typed),
        _ => html! {},
    }
}

fn table(f: &Field, typed: Typed<'_>) -> Markup {
    let known: &[Column] = match &f.kind {
        Kind::Table { columns } => columns,
        _ => &[],
    };
    let kinds = parts::pairs([
        ("text", "文字"),
        ("number", "数字"),
        ("money", "金额"),
        ("date", "日期"),
        ("choice", "选一个"),
    ]);
    let shown = (known.len() + 3).min(COLUMNS);
    let word = |c: &Column| match c.kind {
        ColumnOf::Number => "number",
        ColumnOf::Money => "money",
        ColumnOf::Date => "date",
        ColumnOf::Choice => "choice",
        _ => "text",
    };
    html! {
        fieldset.plainset {
            legend.label { "各栏，空着的不算" }
            @for n in 0..shown {
                @let c = known.get(n);
                @let of = |what: &str| format!("c{n}.{what}");
                @let said = format!("第 {} 栏", n + 1);
                div.column {
                    (crate::ui::form::hidden(&of("id"), c.map_or("", |c| c.id.as_str())))
                    (parts::line(&of("label"), &said, &typed.text(&of("label"), c.map_or("", |c| c.label.as_str()))))
                    (parts::pick(&of("kind"), &format!("{said}填什么"), &kinds, &typed.text(&of("kind"), c.map_or("text", word))))
                    label.choices {
                        span.label { "选一个：有哪些，中间用顿号" }
                        (parts::line(&of("options"), &format!("{said}可选的内容，选一个才写"), &typed.text(&of("options"), &c.map_or_else(String::new, |c| c.options.join("、")))))
                    }
                    (parts::tick(&of("must"), "1", "必填", typed.on(&of("must"), c.is_some_and(|c| c.must))))
                    (parts::tick(&of("sum"), "1", "合计", typed.on(&of("sum"), c.is_some_and(|c| c.sum))))
                }
            }
        }
    }
}

fn computed(desk: &Desk, f: &Field, typed: Typed<'_>) -> Markup {
    let (how, from) = match &f.kind {
        Kind::Computed(Compute::Days(of)) => ("days", vec![of.clone()]),
        Kind::Computed(Compute::WorkingDays(of)) => ("working_days", vec![of.clone()]),
        Kind::Computed(Compute::Age(of)) => ("age", vec![of.clone()]),
        Kind::Computed(Compute::Sum(all)) => ("sum", all.clone()),
        Kind::Computed(Compute::SumOf { table, column }) => {
            ("sum_of", vec![format!("{table}/{column}")])
        }
        _ => ("working_days", Vec::new()),
    };
    let ways = parts::pairs([
        ("working_days", "起止日期有几个工作日"),
        ("days", "起止日期有几天"),
        ("sum", "把几格加起来"),
        ("sum_of", "把表格的一栏加起来"),
        ("age", "按身份证号算周岁"),
    ]);
    let from = typed.all("from", &from);
    let ticked = |id: &str| from.iter().any(|f| f == id);
    let p = &desk.procedure;
    html! {
        (parts::field("怎么算", &parts::pick("compute", "怎么算", &ways, &typed.text("compute", how))))
        fieldset.plainset {
            legend.label { "从哪里算" }
            @for other in p.fields.iter().filter(|o| o.id != f.id) {
                @match &other.kind {
                    Kind::Span | Kind::Number { .. } | Kind::Money | Kind::IdNumber => {
                        (parts::tick("from", &other.id, &other.label, ticked(&other.id)))
                    }
                    Kind::Table { columns } => {
                        @for c in columns.iter().filter(|c| matches!(c.kind, ColumnOf::Number | ColumnOf::Money)) {
                            @let id = format!("{}/{}", other.id, c.id);
                            (parts::tick("from", &id, &format!("{}的{}", other.label, c.label), ticked(&id)))
                        }
                    }
                    _ => {}
                }
            }
        }
    }
}

/// What stands in it when the form is opened.
fn default(f: &Field, (typed, kind): (Typed<'_>, &str)) -> Markup {
    let (now, words) = match &f.default {
        Some(Default::Today) => ("today", ""),
        Some(Default::Me) => ("me", ""),
        Some(Default::MyDepartment) => ("my_department", ""),
        Some(Default::Literal(s)) => ("words", s.as_str()),
        None => ("", ""),
    };
    let own: &[(&str, &str)] = match kind {
        "date" => &[("today", "当天")],
        "person" => &[("me", "本人")],
        "department" => &[("my_department", "本部门"), ("words", "固定写")],
        "text" | "long_text" | "number" | "choice" | "outside_organ" | "departments" => {
            &[("words", "固定写")]
        }
        _ => return html! {},
    };
    let mut all = parts::pairs([("", "空着")]);
    all.extend(parts::pairs(own.iter().copied()));
    html! { div.twin {
        (parts::field("先填上", &parts::pick("default", "先填上什么", &all, &typed.text("default", now))))
        @if all.iter().any(|(v, _)| v == "words") {
            (parts::field("固定写的字", &parts::line("words", "固定写的字", &typed.text("words", words))))
        }
    } }
}
