//! All that is said of one field, at the side of the grid.
//! Not here: the tab's form it is part of (`form_tab`), what it means (`read`).

use super::DesignProcedure;
use super::desk::Desk;
use super::read::COLUMNS;
use super::shown::Shown;
use super::{held, parts};
use crate::engine::definition::{ColumnOf, Field, Kind};
use crate::engine::design::words;
use crate::ui::{Markup, html};
use crate::web::Cx;

/// The panel.
pub fn draw(cx: &Cx<DesignProcedure>, (desk, shown): (&Desk, &Shown<'_>), f: &Field) -> Markup {
    // the script asks for the panel of another kind before anything is kept
    let asked = words::KINDS.iter().find(|k| k.0 == cx.query("kind"));
    let kind = asked.map_or_else(|| shown.text("kind"), |k| k.0.to_owned());
    html! {
        (parts::field("叫什么", &shown.line("label", "这一格的名称")))
        (parts::field("填什么", &shown.pick_now("kind", "这一格填什么", &parts::pairs(words::KINDS), &kind)))
        (of_kind(desk, f, (shown, &kind)))
        (default(shown, &kind))
        (parts::field("格子下面的一句说明", &shown.line("help", "说明")))
        @if held::may_be_masked(&kind) { (shown.tick("masked", "个人信息，平时遮住中间几位")) }
        p.acts {
            button.btn.key type="submit" name="do" value=(format!("field.set:{}", f.id)) { "记下" }
            (parts::press(&format!("field.drop:{}", f.id), "删掉这一格"))
        }
        p.hint { "谁在哪一步填、必不必填，到“流程”里点那一步定。" }
    }
}

/// What only this kind asks. Without the script the panel shows it after the kind was noted once.
fn of_kind(desk: &Desk, f: &Field, (shown, kind): (&Shown<'_>, &str)) -> Markup {
    match kind {
        "choice" | "choices" => {
            parts::field("可选的内容，一行一个", &shown.area("options", "可选的内容"))
        }
        "number" => html! { div.twin {
            (parts::field("最小", &shown.line("min", "最小")))
            (parts::field("最大", &shown.line("max", "最大")))
        } },
        "text" | "long_text" => parts::field("最多多少字", &shown.line("max", "最多多少字")),
        "resource" => parts::field(
            "从哪一类里选，例如 会议室、公务用车",
            &shown.line("of", "哪一类"),
        ),
        "table" => table(f, shown),
        "computed" => computed(desk, f, shown),
        _ => html! {},
    }
}

fn table(f: &Field, shown: &Shown<'_>) -> Markup {
    let known = match &f.kind {
        Kind::Table { columns } => columns.len(),
        _ => 0,
    };
    let kinds = parts::pairs([
        ("text", "文字"),
        ("number", "数字"),
        ("money", "金额"),
        ("date", "日期"),
        ("choice", "选一个"),
    ]);
    html! {
        fieldset.plainset {
            legend.label { "各栏，空着的不算" }
            @for n in 0..(known + held::SPARE).min(COLUMNS) {
                @let of = |what: &str| format!("c{n}.{what}");
                @let said = format!("第 {} 栏", n + 1);
                div.column {
                    (crate::ui::form::hidden(&of("id"), &shown.text(&of("id"))))
                    (shown.line(&of("label"), &said))
                    (shown.pick(&of("kind"), &format!("{said}填什么"), &kinds))
                    label.choices {
                        span.label { "选一个：有哪些，中间用顿号" }
                        (shown.line(&of("options"), &format!("{said}可选的内容，选一个才写")))
                    }
                    (shown.tick(&of("must"), "必填"))
                    (shown.tick(&of("sum"), "合计"))
                }
            }
        }
    }
}

fn computed(desk: &Desk, f: &Field, shown: &Shown<'_>) -> Markup {
    let ways = parts::pairs([
        ("working_days", "起止日期有几个工作日"),
        ("days", "起止日期有几天"),
        ("sum", "把几格加起来"),
        ("sum_of", "把表格的一栏加起来"),
        ("age", "按身份证号算周岁"),
    ]);
    let from = shown.all("from");
    let ticked = |id: &str| from.iter().any(|f| f == id);
    let p = &desk.procedure;
    html! {
        (parts::field("怎么算", &shown.pick("compute", "怎么算", &ways)))
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
fn default(shown: &Shown<'_>, kind: &str) -> Markup {
    let own = held::defaults(kind);
    if own.is_empty() {
        return html! {};
    }
    let mut all = parts::pairs([("", "空着")]);
    all.extend(parts::pairs(own.iter().copied()));
    html! { div.twin {
        (parts::field("先填上", &shown.pick("default", "先填上什么", &all)))
        @if own.iter().any(|(word, _)| *word == "words") {
            (parts::field("固定写的字", &shown.line("words", "固定写的字")))
        }
    } }
}
