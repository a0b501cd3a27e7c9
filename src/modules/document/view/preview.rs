//! The page of the preview: the pages at their real size, what was found beside them, what may be done.

use crate::kit::{FieldErrors, Result};
use crate::layout::check::{Finding, Severity, rules};
use crate::layout::font::{Face, Fonts};
use crate::layout::pen;
use crate::modules::document::hand_store::Hand;
use crate::modules::document::preview::{Preview, name_of};
use crate::ui::frame::{Page, crumbs, heading, two};
use crate::ui::ink::inks;
use crate::ui::official::{Hand as Drawn, Over, Spot, form_said, pages};
use crate::ui::{Link, Markup, form, html, note};
use crate::web::Visit;
use std::collections::BTreeMap;

/// The whole page.
pub fn page(visit: &Visit, shown: &Preview<'_>, errors: &FieldErrors) -> Result<Markup> {
    let main = html! { (form::errors(errors)) (desktop(visit, shown)) };
    let side = side(visit, shown);
    let content = html! {
        (top(shown))
        (two(&main, &side))
        @if shown.opened.may_draw() && shown.opened.last() > 0 { (hand_form(visit, shown)?) }
        script src=(visit.state.assets.url("pen.js")) defer {}
    };
    Ok(visit.draw(&Page::new("公文预览和体检").wide().wrong(errors), &content))
}

fn top(shown: &Preview<'_>) -> Markup {
    let opened = shown.opened;
    let at = opened.at();
    let title = &opened.view.case.head.title;
    let number = &shown.document.number;
    let draft = match opened.last() {
        0 => "还没有正文".to_owned(),
        n => format!("第 {n} 稿"),
    };
    let small = format!("{number}　{draft}　{}", form_said(shown.document.form));
    let acts = html! {
        @if opened.writes().is_some() { a.btn href=(format!("{at}/write")) { "改正文" } }
        @if opened.versions.len() > 1 { a.btn href=(format!("{at}/versions")) { "各稿和改动" } }
        @if opened.writes().is_some() && opened.versions.len() > 1 { a.btn href=(format!("{at}/clean")) { "清稿" } }
        @if opened.last() > 0 {
            a.btn href=(format!("{at}/file/pdf")) { "下载 PDF" }
            a.btn href=(format!("{at}/file/pdf?bare=1")) { "套打 PDF" }
            a.btn href=(format!("{at}/file/ofd")) { "下载 OFD" }
            a.btn href=(format!("{at}/file/docx")) { "下载 Word" }
        }
    };
    html! {
        (crumbs(&Link::new("返回这一件", opened.view.at.clone()), &[], title))
        (heading("公文预览和体检", &small, &acts))
    }
}

/// The sheets with what is switched on and off over them; no script is needed for it.
fn desktop(visit: &Visit, shown: &Preview<'_>) -> Markup {
    let spots = spots(shown);
    let strokes: Vec<Vec<pen::Stroke>> = shown.hands.iter().map(strokes_of).collect();
    let departments: Vec<&str> = shown.hands.iter().map(|h| h.dept_name.as_str()).collect();
    let inks = inks(&departments);
    let zone = visit.zone();
    let hands = shown.hands.iter().zip(&strokes).zip(&inks);
    let over = Over {
        spots: spots.into_iter().map(|(_, s)| s).collect(),
        hands: hands
            .map(|((h, strokes), ink)| Drawn {
                page: h.page,
                strokes,
                ink,
                said: format!(
                    "{} {}　{}",
                    h.dept_name,
                    h.name,
                    zone.short_time(h.at, visit.at)
                ),
            })
            .collect(),
        mesh: true,
    };
    html! {
        div.desktop {
            input type="checkbox" id="mesh"; label.opt.inl for="mesh" { "显示版心格（22 行，28 字）" }
            input type="checkbox" id="bare"; label.opt.inl for="bare" { "套打：不印红头" }
            input type="checkbox" id="unmarked"; label.opt.inl for="unmarked" { "不显示体检记号" }
            input type="checkbox" id="larger"; label.opt.inl for="larger" { "放大一半" }
            @if !shown.hands.is_empty() {
                input type="checkbox" id="unhand"; label.opt.inl for="unhand" { "不显示手写" }
                button.btn.small type="button" data-js hidden data-replay { "重放手写" }
            }
            div.desk tabindex="0" role="group" aria-label=(format!("公文 {} 页，A4 实际尺寸", shown.pages.pages.len())) {
                (pages(&shown.pages, &over))
            }
        }
    }
}

fn strokes_of(hand: &Hand) -> Vec<pen::Stroke> {
    pen::read(&hand.strokes, crate::layout::page::PAPER).unwrap_or_default()
}

/// The places of findings that stand somewhere, with the number of each in the list.
fn spots(shown: &Preview<'_>) -> Vec<(usize, Spot)> {
    let all = shown.findings.iter().enumerate();
    all.filter_map(|(i, f)| {
        let element = shown.element(f)?;
        let place = shown.pages.places.iter().find(|p| p.element == element)?;
        let spot = Spot {
            page: place.page,
            at: place.at,
            n: i + 1,
            soft: f.severity != Severity::Must,
        };
        Some((i, spot))
    })
    .collect()
}

fn side(visit: &Visit, shown: &Preview<'_>) -> Markup {
    let of = |s: Severity| {
        let all = shown.findings.iter().enumerate();
        all.filter(|(_, f)| f.severity == s).collect::<Vec<_>>()
    };
    let mends = shown.findings.iter().any(|f| f.mend.is_some());
    let may = shown.opened.writes().is_some();
    html! {
        @if shown.findings.is_empty() {
            (note::note(note::Tone::Done, "体检没有发现要改的。", &"送签发前还会再查一遍。"))
        }
        @if may && mends {
            form method="post" action=(format!("{}/mend", shown.opened.at())) {
                (form::token(visit.csrf()))
                (form::hidden("version", &shown.opened.last().to_string()))
                (form::hidden("which", "all"))
                button.btn type="submit" { "能直接改的都改好" }
                p.hint { "只改标点、括号、序号这类写法，不动内容；改好另存一稿。" }
            }
        }
        @for (severity, word) in [(Severity::Must, "必须改"), (Severity::Should, "建议改"), (Severity::Advice, "可以看看")] {
            @let all = of(severity);
            @if !all.is_empty() {
                section {
                    h2.band { span { (word) "　" (all.len()) " 处" } }
                    ul { @for (i, f) in all { (finding(visit, shown, (i, f))) } }
                }
            }
        }
        (passed(shown))
        (fonts(&visit.state.fonts))
        @if shown.older > 0 { p.faint { "前几稿上另有 " (shown.older) " 处手写，照旧留着，只是不画在这一稿上。" } }
    }
}

fn finding(visit: &Visit, shown: &Preview<'_>, (i, f): (usize, &Finding)) -> Markup {
    let name = rules().find(|r| r.id == f.rule).map_or("", |r| r.name);
    let place = shown
        .element(f)
        .and_then(|e| shown.pages.places.iter().find(|p| p.element == e));
    let may = shown.opened.writes().is_some() && f.mend.is_some();
    html! {
        li.find.soft[f.severity != Severity::Must] {
            span.n { (i + 1) }
            div {
                @if !name.is_empty() { h3 { (name) } }
                p { (f.says) }
                p.faint {
                    @if let Some(p) = place { "第 " (p.page + 1) " 页" br; }
                    "依据 " (f.article)
                }
                @if may {
                    form.acts.fix method="post" action=(format!("{}/mend", shown.opened.at())) {
                        (form::token(visit.csrf()))
                        (form::hidden("version", &shown.opened.last().to_string()))
                        (form::hidden("which", &name_of(f)))
                        button.btn.small type="submit" { "改好这一处" }
                    }
                }
            }
        }
    }
}

/// What was looked at and is well, each with its source.
fn passed(shown: &Preview<'_>) -> Markup {
    let found = |id: &str| shown.findings.iter().any(|f| f.rule == id);
    let well: Vec<_> = rules().filter(|r| !found(r.id)).collect();
    html! {
        section {
            details {
                summary { "查过没问题的 " (well.len()) " 项" }
                ul.lines { @for r in &well { li { (r.name) span.faint { "　" (r.article) } } } }
            }
        }
    }
}

/// Which faces are not the ones the standard asks for: said, because the paper will look otherwise.
fn fonts(fonts: &Fonts) -> Markup {
    let mut by_name: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for face in Face::ALL {
        if let Some(font) = fonts.of(face).filter(|f| f.substitute) {
            by_name
                .entry(font.name.as_str())
                .or_default()
                .push(face.name());
        }
    }
    html! {
        @if !by_name.is_empty() {
            section {
                h2.band { span { "字体" } }
                @for (name, faces) in &by_name {
                    p { "本机没有" (faces.join("、")) "，下载和打印时用“" (name) "”代替，行数和字数不变，字形不同。" }
                }
                p.faint { "在服务器那台电脑上装好仿宋、楷体、小标宋字体，重启平台就会用上。" }
            }
        }
    }
}

/// The strokes of one page go out with this form; the script fills it.
fn hand_form(visit: &Visit, shown: &Preview<'_>) -> Result<Markup> {
    let op = visit.new_op()?;
    Ok(html! {
        form.penbar data-js hidden data-pen method="post" action=(format!("{}/hand", shown.opened.at())) {
            (form::tokens(visit.csrf(), &op))
            (form::hidden("version", &shown.opened.last().to_string()))
            (form::hidden("page", ""))
            (form::hidden("strokes", ""))
            p.acts {
                button.btn type="button" data-pen-on { "在公文上手写" }
                span data-pen-off hidden {
                    "用手指、笔或者鼠标直接写在上面　"
                    button.btn type="button" data-pen-undo { "擦掉上一笔" }
                    button.btn type="button" data-pen-drop { "不写了" }
                    button.btn.key type="submit" { "保存手写" }
                }
            }
        }
        noscript { p.hint { "手写要用浏览器的脚本功能；不能手写时，意见请打字写在意见栏里。" } }
    })
}
