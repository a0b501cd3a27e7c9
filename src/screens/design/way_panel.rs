//! The ways on from a step, inside its panel: where to, what the button says, the rows that must hold.
//! Not here: keeping them (`read`): the panel's form keeps them with the rest.

use super::desk::Desk;
use super::held::{of_way, way_part};
use super::parts::{self, press};
use super::read::ROWS;
use super::shown::Shown;
use super::step_panel::keep;
use crate::engine::definition::{Kind, Step};
use crate::engine::design::words;
use crate::ui::{Markup, html};

/// All of them, and room for one more.
pub fn draw(panel: &Shown<'_>, desk: &Desk, s: &Step) -> Markup {
    let new = s.next.len();
    html! {
        details open {
            summary { "办完以后去哪里" }
            @if s.next.is_empty() { p.hint { "办完就结束。要往下走，在下面加一条去路。" } }
            @for n in 0..new {
                (way(panel, desk, (s, n)))
                p.acts.tight {
                    (keep(s))
                    @if n > 0 { (press(&format!("way.up:{}:{n}", s.id), "往前放")) }
                    (press(&format!("way.drop:{}:{n}", s.id), "删掉去路"))
                }
            }
            details open[s.next.is_empty() || panel.changed(&way_part(new))] {
                summary { "再加一条去路" }
                (way(panel, desk, (s, new)))
                p.acts.tight { (keep(s)) }
            }
            p.hint { "有条件的写在前面，最后留一条没有条件的，免得件走不下去。" }
        }
    }
}

fn way(panel: &Shown<'_>, desk: &Desk, (s, n): (&Step, usize)) -> Markup {
    let p = &desk.procedure;
    let mut steps = match n >= s.next.len() {
        true => parts::pairs([("", "（不加）")]),
        false => Vec::new(),
    };
    let others = p.steps.iter().filter(|o| o.id != s.id);
    steps.extend(others.map(|o| (o.id.clone(), o.name.clone())));
    let mut fields = parts::pairs([("", "（不看）")]);
    let asked = p
        .fields
        .iter()
        .filter(|f| !matches!(f.kind, Kind::OpinionBox | Kind::SeriesNumber));
    fields.extend(asked.map(|f| (f.id.clone(), f.label.clone())));
    let compared = parts::pairs(words::COMPARED.iter().map(|c| (c.0, c.1)));
    let rows = s.next.get(n).map_or(1, |w| (w.when.len() + 1).min(ROWS));
    let (to, label) = (of_way(n, "to"), of_way(n, "label"));
    html! {
        div.way-on {
            (parts::field("去哪一步", &panel.pick(&to, "去哪一步", &steps)))
            (parts::field("按钮上的字", &panel.line(&label, "按钮上的字")))
            @for i in 0..rows {
                @let of = |what: &str| of_way(n, &format!("w{i}.{what}"));
                div.when {
                    (panel.pick(&of("field"), "条件：看哪一格", &fields))
                    (panel.pick(&of("is"), "条件：怎么比", &compared))
                    (panel.line(&of("value"), "条件：和什么比"))
                }
            }
        }
    }
}
