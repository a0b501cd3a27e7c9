//! Whose a new procedure is: the office's, or a department's that runs itself. Asked only of whoever may make both.
//! Not here: what that means (`engine::own`).

use super::maker;
use crate::access::Action;
use crate::kit::{DeptId, Error, Result};
use crate::ui::form::{self, Choice};
use crate::ui::{Markup, html};
use crate::web::Cx;

/// Name of the question.
const NAME: &str = "home";
/// Its answer for the office.
const OFFICE: &str = "office";

/// The answer, or the only one there is.
pub fn chosen<A: Action>(cx: &Cx<A>) -> Result<Option<DeptId>> {
    let homes = maker(cx)?.range.homes();
    let typed = cx.form(NAME);
    let found = homes.iter().find(|h| value(**h) == typed);
    found.or(homes.first()).copied().ok_or(Error::NotFound)
}

/// The question where there is one; what a department's own means where there is none.
pub fn asked<A: Action>(cx: &Cx<A>) -> Result<Markup> {
    let maker = maker(cx)?;
    let name = |home: Option<DeptId>| {
        home.map_or_else(
            || "全单位的事项".to_owned(),
            |d| {
                let name = maker.directory.dept_name(d);
                format!("{name}自己的事项：只有本部门的人能发起、能看登记簿")
            },
        )
    };
    Ok(match maker.range.homes().as_slice() {
        [Some(own)] => html! { p.hint { "做出来是" (name(Some(*own))) "。" } },
        [] | [_] => html! {},
        many => {
            let choices = many.iter().map(|h| Choice::new(value(*h), name(*h)));
            let now = value(chosen(cx)?);
            html! { (form::radios(NAME, "归谁", choices.collect()).value(&now)) }
        }
    })
}

fn value(home: Option<DeptId>) -> String {
    home.map_or_else(|| OFFICE.to_owned(), |d| d.to_string())
}
