//! Templates, hits and texts to quote from: whole pages without a script, parts for the writing box with one.

use crate::engine::definition::kinds::{DocumentKind, kinds as all_kinds};
use crate::engine::view::CaseView;
use crate::modules::document::MATERIAL_AT;
use crate::modules::document::material::Text;
use crate::search::{Results, Run};
use crate::ui::frame::{crumbs, heading};
use crate::ui::{Link, Markup, form, html};
use serde_json::{Value, json};

/// The fifteen kinds as data for the box.
pub fn kinds_json() -> String {
    let one = |k: &DocumentKind| json!({ "name": k.name, "use": k.used_for, "text": k.text.trim(), "closings": k.closings });
    let all: Vec<Value> = all_kinds().iter().map(one).collect();
    Value::Array(all).to_string()
}

/// The fifteen kinds on a page.
pub fn kinds() -> Markup {
    html! {
        (heading("公文模板", "党政机关公文处理工作条例规定的十五种", &html! {}))
        p.hint { "复制框里的字，粘贴到正文框里，把 ×× 换成自己的内容。标题、主送机关和署名由表单填，不用写。" }
        @for k in all_kinds() {
            section {
                h2.band { span { (k.name) } }
                p.faint { (k.used_for) }
                @if !k.closings.is_empty() { p { "常用结尾：" (k.closings.join("　")) } }
                textarea rows=(k.text.lines().count() + 1) readonly aria-label=(format!("{}的模板", k.name)) { "\n" (k.text.trim()) }
            }
        }
    }
}

/// The search page.
pub fn finding(words: &str, list: &Markup) -> Markup {
    html! {
        (heading("找资料", "本单位办过的文件，只找得到您能看的", &html! {}))
        form.filters method="get" action=(MATERIAL_AT) {
            (form::text("q", "要找的词").value(words))
            button.btn type="submit" { "找" }
        }
        (list)
    }
}

/// What was found.
pub fn hits(words: &str, found: &Results) -> Markup {
    html! {
        @if words.is_empty() { p.quiet { "写两个字以上，例如：森林防火" } }
        @else if found.hits.is_empty() { p.quiet { "没有找到。换一个短一点的词再找" } }
        @else {
            ol.hits {
                @for hit in &found.hits {
                    li {
                        p { a href=(format!("{MATERIAL_AT}/{}", hit.case)) data-material { (runs(&hit.title)) }
                            @if let Some(number) = hit.line.as_ref().and_then(|l| l.number.as_ref()) { span.faint { "　" (number) } } }
                        @for e in &hit.excerpts { p.excerpt { (runs(&e.runs)) } }
                    }
                }
            }
        }
    }
}

fn runs(all: &[Run]) -> Markup {
    html! { @for r in all { @if r.marked { mark { (r.text) } } @else { (r.text) } } }
}

/// The words of a paper, each paragraph one that can be quoted.
pub fn texts(all: &[Text]) -> Markup {
    html! {
        @if all.is_empty() { p.quiet { "这一件里没有能取出的字，可能是扫描件。" } }
        @for text in all {
            section {
                h2.band { span { (text.name) } }
                div.prose { @for line in &text.lines { p data-quote { (line) } } }
            }
        }
    }
}

/// The same as a page of its own.
pub fn reading(view: &CaseView, all: &[Text]) -> Markup {
    html! {
        (crumbs(&Link::new("返回找资料", MATERIAL_AT), &[], &view.case.head.title))
        (heading(&view.case.head.title, view.case.head.number.as_deref().unwrap_or_default(), &Link::new("看这一件", view.at.clone()).button()))
        p.hint { "选中要引用的一段，复制，再粘贴到正文框里。" }
        (texts(all))
    }
}
