//! The versions under each other, and all changes in one text: what is new is underlined, what is gone is struck out, in
//! the colour of the writer's department. The colour never stands alone: each change says who made it.

use crate::engine::writing::Version;
use crate::kit::diff::Piece;
use crate::modules::document::opened::Opened;
use crate::modules::document::versions::Written;
use crate::ui::frame::{crumbs, heading};
use crate::ui::ink::inks;
use crate::ui::{Link, Markup, html};
use crate::web::Visit;

/// The page.
pub fn content(visit: &Visit, opened: &Opened, written: &Written<'_>) -> Markup {
    let zone = visit.zone();
    let small = format!("共 {} 稿", opened.versions.len());
    html! {
        (crumbs(&Link::new("返回公文预览", opened.at()), &[], &opened.view.case.head.title))
        (heading("正文各稿", &small, &html! {}))
        @if opened.versions.is_empty() { p.quiet { "还没有正文。" } }
        @else {
            form.filters.f2 method="get" action=(format!("{}/versions", opened.at())) {
                label.inl { "从 " (pick("from", &opened.versions, written.versions.first())) }
                label.inl { "到 " (pick("to", &opened.versions, written.versions.last())) }
                button.btn.small type="submit" { "看改动" }
            }
            (marked(written))
            section {
                h2.band { span { "每一稿是谁写的" } }
                ol.lines {
                    @for v in &opened.versions {
                        li {
                            b { "第 " (v.n) " 稿" } "　" (by(v)) "　" (zone.short_time(v.at, visit.at))
                            "　" span.faint { "在“" (opened.view.procedure.step_name(&v.step)) "”" }
                            @if v.n > 1 {
                                "　" a href=(format!("{}/versions?from={}&to={}", opened.at(), v.n - 1, v.n)) { "这一稿改了什么" }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn pick(name: &str, all: &[Version], now: Option<&Version>) -> Markup {
    html! {
        select name=(name) {
            @for v in all { option value=(v.n) selected[now.is_some_and(|n| n.n == v.n)] { "第 " (v.n) " 稿" } }
        }
    }
}

/// 纪文澜（党政综合办公室）
fn by(v: &Version) -> String {
    match &v.acting_name {
        Some(whom) => format!("{}代{whom}（{}）", v.name, v.dept_name),
        None => format!("{}（{}）", v.name, v.dept_name),
    }
}

/// All changes in one text, with the legend of its colours.
pub fn marked(written: &Written<'_>) -> Markup {
    let departments: Vec<&str> = written
        .versions
        .iter()
        .map(|v| v.dept_name.as_str())
        .collect();
    let inks = inks(&departments);
    let of = |n: usize| written.versions.get(n).zip(inks.get(n));
    let mut legend: Vec<(&str, &str)> = Vec::new();
    for (dept, ink) in departments.iter().zip(&inks).skip(1) {
        if !legend.iter().any(|(d, _)| d == dept) {
            legend.push((dept, ink));
        }
    }
    let changed = written.pieces.iter().any(|p| p.by > 0 || p.gone.is_some());
    html! {
        @if changed {
            p.legend { @for (dept, ink) in &legend { span class=(ink) { (dept) } "　" } span.faint { "加的字有下划线，删的字有删除线" } }
        } @else { p.quiet { "这几稿之间没有改动。" } }
        div.traces { @for line in lines(&written.pieces) { p { @for piece in &line { (one(piece, &of)) } } } }
    }
}

fn one<'a>(piece: &Piece, of: &dyn Fn(usize) -> Option<(&'a Version, &'a &'static str)>) -> Markup {
    let gone = piece.gone.and_then(of);
    if let Some((v, ink)) = gone {
        return html! { del class=(ink) title=(format!("{} 第 {} 稿删去", by(v), v.n)) { (piece.text) } };
    }
    match of(piece.by).filter(|_| piece.by > 0) {
        Some((v, ink)) => {
            html! { ins class=(ink) title=(format!("{} 第 {} 稿加的", by(v), v.n)) { (piece.text) } }
        }
        None => html! { (piece.text) },
    }
}

/// Pieces paragraph by paragraph; one that runs over a line's end stands in both.
fn lines(pieces: &[Piece]) -> Vec<Vec<Piece>> {
    let mut all = vec![Vec::new()];
    for piece in pieces {
        for (i, text) in piece.text.split('\n').enumerate() {
            if i > 0 {
                all.push(Vec::new());
            }
            if let Some(line) = all.last_mut().filter(|_| !text.is_empty()) {
                line.push(Piece {
                    text: text.to_owned(),
                    ..piece.clone()
                });
            }
        }
    }
    all.retain(|line| !line.is_empty());
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_over_several_lines_stands_in_each() {
        let piece = |text: &str, by| Piece {
            text: text.to_owned(),
            by,
            gone: None,
        };
        let all = lines(&[piece("一\n二", 0), piece("三\n\n四", 1)]);
        let said: Vec<String> = all
            .iter()
            .map(|l| l.iter().map(|p| format!("{}{}", p.text, p.by)).collect())
            .collect();
        assert_eq!(said, ["一0", "二0三1", "四1"]);
    }
}
