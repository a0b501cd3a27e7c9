//! What is pressed: submit buttons, one-button forms, and the bar at the bottom where things get done.
//! One `Press::key` a page, named by its result; a button that cannot be pressed says why beside it.

use super::form::{OP, hidden, token};
use super::{Link, Markup, Render, html};

/// A submit button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Press {
    /// Named by its result: 批示并送党政办分办, never 提交.
    pub label: String,
    /// Posted `name=value` when this button was pressed.
    pub posts: Option<(String, String)>,
    /// Posts to another address than the form's.
    pub to: Option<String>,
    /// The one primary of the page.
    pub key: bool,
    /// Why it cannot be pressed; the reason is shown beside it.
    pub barred: Option<String>,
}

impl Press {
    /// An ordinary button.
    pub fn new(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            posts: None,
            to: None,
            key: false,
            barred: None,
        }
    }

    /// The page's one primary button.
    pub fn key(label: impl Into<String>) -> Self {
        Self {
            key: true,
            ..Self::new(label)
        }
    }

    /// Posts `name=value` when pressed.
    #[must_use]
    pub fn posts(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.posts = Some((name.into(), value.into()));
        self
    }

    /// Posts the form to another address.
    #[must_use]
    pub fn to(mut self, href: impl Into<String>) -> Self {
        self.to = Some(href.into());
        self
    }

    /// Cannot be pressed now, and why.
    #[must_use]
    pub fn barred(mut self, why: impl Into<String>) -> Self {
        self.barred = Some(why.into());
        self
    }
}

impl Render for Press {
    fn render(&self) -> Markup {
        let (name, value) = self.posts.as_ref().map(|(n, v)| (n, v)).unzip();
        html! {
            button.btn.key[self.key] type="submit" name=[name] value=[value] formaction=[&self.to]
                disabled[self.barred.is_some()] { (self.label) }
            @if let Some(why) = &self.barred { span.hint { (why) } }
        }
    }
}

/// A form of one button, for a small act in a row: 催一下, 取消订阅, 删除这一条.
#[must_use]
pub fn one_button(action: &str, csrf: &str, op: &str, press: &Press) -> Markup {
    html! {
        form.inl method="post" action=(action) { (token(csrf)) (hidden(OP, op)) (press) }
    }
}

/// The bar where things get done: what is said on the left (with the draft's line), buttons on the
/// right, the primary last. The page must be `frame::Page::acting`.
#[derive(Debug, Clone, Default)]
pub struct Deed {
    /// 送出后，宋小笺打开以前都能撤回.
    pub said: String,
    /// 草稿已保存 09:12, kept fresh by the script.
    pub draft_said: Option<String>,
    /// On a phone: id of the cell that is mine and what to do there (去写批示).
    pub mine: Option<(String, String)>,
    /// Ways out that are no button: 存着以后再填.
    pub links: Vec<Link>,
    /// Buttons, primary last; on a phone only the last two stay.
    pub presses: Vec<Press>,
}

impl Render for Deed {
    fn render(&self) -> Markup {
        html! {
            div.deed {
                p.said {
                    @if let Some(d) = &self.draft_said { span data-draft-said role="status" { (d) } "　" }
                    @if let Some((id, words)) = &self.mine { a.only-sm href={ "#" (id) } { (words) } }
                    span.fold-sm { (self.said) }
                }
                p.acts {
                    @for link in &self.links { a.btn.more href=(link.href) { (link.label) } }
                    @for press in &self.presses { (press) }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::form::tokens;
    use crate::ui::scan::{HOSTILE, check};

    #[test]
    fn hostile_text_stays_text() {
        let press = Press::key(HOSTILE)
            .posts(HOSTILE, HOSTILE)
            .to(HOSTILE)
            .barred(HOSTILE);
        check(&one_button(HOSTILE, HOSTILE, HOSTILE, &press));
        check(
            &Deed {
                said: HOSTILE.into(),
                draft_said: Some(HOSTILE.into()),
                mine: Some((HOSTILE.into(), HOSTILE.into())),
                links: vec![Link::new(HOSTILE, HOSTILE)],
                presses: vec![press],
            }
            .render(),
        );
    }

    #[test]
    fn enter_presses_nothing_in_a_long_form() {
        let html = html! { form { (tokens("t", "o")) (Press::new("退回")) } };
        let tags = check(&html);
        let first = tags.iter().find(|t| t.name == "button");
        assert!(first.is_some_and(|b| b.attr("disabled").is_some() && b.attr("hidden").is_some()));
    }
}
