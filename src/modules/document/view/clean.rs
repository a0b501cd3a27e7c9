//! The clean copy in two panels: the clean text above, opinions and changes below.

use crate::kit::Error;
use crate::kit::Result;
use crate::modules::document::opened::Opened;
use crate::modules::document::versions::Written;
use crate::modules::document::view::versions::marked;
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::{Link, Markup, form, html};
use crate::web::Visit;

/// The page.
pub fn page(
    visit: &Visit,
    opened: &Opened,
    (text, changes): (&str, &Written<'_>),
) -> Result<Markup> {
    let Some(field) = opened.writes() else {
        return Err(Error::Denied(
            "正文现在不由您改，清稿由能改正文的人做".to_owned(),
        ));
    };
    let at = opened.at();
    let op = visit.new_op()?;
    let auto = html! { a.btn href=(format!("{at}/clean?auto=1")) { "自动清稿" } };
    let zone = visit.zone();
    let opinions = opened
        .view
        .case
        .state
        .opinions
        .iter()
        .zip(&opened.view.case.said);
    let content = html! {
        (crumbs(&Link::new("返回公文预览", at.clone()), &[], &opened.view.case.head.title))
        (heading("清稿", &format!("第 {} 稿", opened.last()), &auto))
        p.hint { "自动清稿去掉空行、多余的空格和【批注】，不动内容；看过以后再保存。" }
        form method="post" action=(format!("{at}/write")) {
            (form::tokens(visit.csrf(), &op))
            (form::hidden("version", &opened.last().to_string()))
            (form::hidden("case", &opened.view.case.state.id.to_string()))
            (form::area("text", &field.label, 16).value(text))
            p.acts { button.btn.key type="submit" { "保存清稿" } a.btn href=(at) { "不改了" } }
        }
        section {
            h2.band { span { "各方意见" } }
            @if opened.view.case.state.opinions.is_empty() { p.quiet { "还没有人写意见。" } }
            ul.lines {
                @for (o, by) in opinions {
                    li { (o.text) span.faint { "　" (by.dept_name) " " (by.name) " " (zone.short_time(o.at, visit.at)) } }
                }
            }
        }
        section {
            h2.band { span { "改过的地方" } }
            (marked(changes))
        }
    };
    Ok(visit.draw(&Page::new("清稿").wide(), &content))
}
