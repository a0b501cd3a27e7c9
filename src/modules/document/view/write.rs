//! The page on which the text is written: a large box that needs no script, and what helps beside it.

use crate::engine::definition::{Field, Kind};
use crate::kit::{FieldErrors, Result};
use crate::modules::document::opened::Opened;
use crate::modules::document::{KINDS_AT, MATERIAL_AT};
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::{Link, Markup, form, html};
use crate::web::Visit;

/// The page with a text in its box.
pub fn page(
    visit: &Visit,
    opened: &Opened,
    field: &Field,
    (text, seen): (&str, i64),
    errors: &FieldErrors,
) -> Result<Markup> {
    let at = opened.at();
    let op = visit.new_op()?;
    let control = form::area("text", &field.label, 24)
        .value(text)
        .hint(hint(field))
        .watched("document")
        .check(errors);
    let content = html! {
        (crumbs(&Link::new("返回公文预览", at.clone()), &[], &opened.view.case.head.title))
        (heading("写正文", &format!("现在是第 {} 稿", opened.last()), &html! {}))
        (form::errors(errors))
        form method="post" action=(format!("{at}/write")) {
            (form::tokens(visit.csrf(), &op))
            (form::hidden("version", &seen.to_string()))
            (form::hidden("case", &opened.view.case.state.id.to_string()))
            (control)
            p.acts { button.btn.key type="submit" { "保存这一稿" } a.btn href=(at) { "不改了" } }
        }
        section {
            h2.band { span { "从 Word 或者文本文件取" } }
            form method="post" action=(format!("{at}/take")) enctype="multipart/form-data" {
                (form::token(visit.csrf()))
                (form::file("file", "选文件").accept(".docx,.txt").hint("取出的字先放进上面的框里，看过再保存；原来的文件留在这一件里").check(errors))
                p.acts { button.btn type="submit" { "取出正文" } }
            }
        }
        (helps())
        script src=(visit.state.assets.url("write.js")) defer {}
    };
    Ok(visit.draw(&Page::new("写正文").wide().wrong(errors), &content))
}

fn hint(field: &Field) -> String {
    let most = match field.kind {
        Kind::Document { max } => max,
        _ => 0,
    };
    format!("一段一行，行首不用空格；一、（一）1.（1）写在行首就是标题。最多 {most} 字")
}

fn helps() -> Markup {
    html! {
        p.quiet {
            a href=(KINDS_AT) target="_blank" rel="noopener" { "十五种公文的模板" } "　"
            a href=(MATERIAL_AT) target="_blank" rel="noopener" { "查本单位的资料" }
        }
    }
}

/// The words of a file that has no case yet, to be copied.
pub fn taken(visit: &Visit, text: &str, errors: &FieldErrors) -> Markup {
    let content = html! {
        (heading("从文件取正文", "", &html! {}))
        (form::errors(errors))
        @if text.is_empty() {
            form method="post" action="/document/take" enctype="multipart/form-data" {
                (form::token(visit.csrf()))
                (form::file("file", "选文件").accept(".docx,.txt").check(errors))
                p.acts { button.btn type="submit" { "取出正文" } }
            }
        } @else {
            (form::area("text", "取出的正文", 24).value(text).hint("全选、复制，再粘贴到正文框里"))
        }
    };
    visit.draw(&Page::new("从文件取正文").wrong(errors), &content)
}
