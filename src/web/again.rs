//! What was typed, kept in a page that could not take it: the same fields, hidden, and one button that
//! sends them again (U15). Passwords are never put back into a page; files have to be chosen again.

use super::visit::Visit;
use super::{CLAIM_AT, LOGIN_AT, PASSWORD_AT};
use crate::ui::form::{CSRF, hidden, token};
use crate::ui::{Markup, html};

/// Whether this form may stand in a page again: those with passwords may not.
pub(super) fn may_keep(visit: &Visit) -> bool {
    ![LOGIN_AT, PASSWORD_AT, CLAIM_AT]
        .iter()
        .any(|at| visit.here().starts_with(at))
}

/// The form that sends the same again.
pub(super) fn form(visit: &Visit) -> Markup {
    let kept = |name: &str| name != CSRF && !name.contains("password");
    let lost: Vec<&str> = visit
        .input
        .left_out
        .iter()
        .map(String::as_str)
        .chain(visit.input.files().iter().map(|f| f.name()))
        .collect();
    html! {
        @if !lost.is_empty() {
            p { "附件请在办理后重新选：" @for name in &lost { b { (name) } " " } }
        }
        form method="post" action=(visit.here()) {
            (token(visit.csrf()))
            @for (name, value) in visit.input.pairs() {
                @if kept(name) { (hidden(name, value)) }
            }
            p.acts {
                button.btn.key type="submit" { "重新提交" }
                @if visit.who.is_none() {
                    a.btn href=(LOGIN_AT) target="_blank" rel="noopener" { "另开一页登录" }
                }
            }
        }
        p.hint { "不想再交了，就" (visit.home()) "。" }
    }
}
