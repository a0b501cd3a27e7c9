//! The small form that most pages here are: way back, heading, what is wrong, fields, one black button.
//! What was typed comes back whatever went wrong (U15); a form made stale by somebody else comes back
//! with their sentence, a way to the present state and its new number, so that nothing is overwritten
//! unseen. Not for tables and not for what a form does.

use crate::access::Action;
use crate::kit::{Day, Error, FieldErrors, Result, parse_day};
use crate::ui::form::{self, Field};
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::note::{Tone, note};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Input, Reply};

/// What a form shows in its fields: what is stored, or what was typed and what is wrong with it.
pub struct Filled<'a> {
    typed: Option<&'a Input>,
    pub errors: FieldErrors,
    stale: bool,
}

impl<'a> Filled<'a> {
    /// A form opened for the first time.
    pub fn fresh() -> Self {
        Self {
            typed: None,
            errors: FieldErrors::default(),
            stale: false,
        }
    }

    /// A form that comes back. Only what its writer can mend does; the rest goes up to the error page.
    pub fn again(typed: &'a Input, why: Error) -> Result<Self> {
        let (errors, stale) = match why {
            Error::Invalid(errors) => (errors, false),
            Error::Conflict(sentence) => {
                let mut errors = FieldErrors::default();
                errors.add("", sentence);
                (errors, true)
            }
            other => return Err(other),
        };
        Ok(Self {
            typed: Some(typed),
            errors,
            stale,
        })
    }

    /// Whether somebody else was faster.
    pub const fn is_stale(&self) -> bool {
        self.stale
    }

    /// Whether nothing was typed yet.
    pub const fn is_fresh(&self) -> bool {
        self.typed.is_none()
    }

    /// What was typed, else what is stored.
    pub fn text(&self, name: &str, stored: &str) -> String {
        self.typed
            .map_or_else(|| stored.to_owned(), |i| i.first(name).to_owned())
    }

    /// The values ticked, else those stored.
    pub fn ticked(&self, name: &str, stored: Vec<String>) -> Vec<String> {
        let typed = |i: &Input| i.all(name).into_iter().map(str::to_owned).collect();
        self.typed.map_or(stored, typed)
    }

    /// A field with its value and its sentence.
    pub fn put(&self, field: Field, name: &str, stored: &str) -> Field {
        field.value(self.text(name, stored)).check(&self.errors)
    }

    /// The same for ticks.
    pub fn put_all(&self, field: Field, name: &str, stored: Vec<String>) -> Field {
        field.values(self.ticked(name, stored)).check(&self.errors)
    }
}

/// One form on a page of its own.
pub struct Sheet<'a> {
    pub title: &'a str,
    pub small: &'a str,
    pub back: Link,
    /// What the form is for, above it; may be empty.
    pub lead: Markup,
    pub action: &'a str,
    /// Number of the state the form was opened on.
    pub rev: Option<i64>,
    pub fields: Markup,
    /// The black button, named by its result.
    pub press: &'a str,
}

impl Sheet<'_> {
    /// The page, fresh or come back.
    pub fn reply<A: Action>(&self, cx: &Cx<A>, filled: &Filled<'_>) -> Result<Reply> {
        let content = html! {
            (crumbs(&self.back, &[], self.title))
            (heading(self.title, self.small, &html! {}))
            (form::errors(&filled.errors))
            @if filled.is_stale() {
                (note(Tone::Plain, "您写的都还在下面。", &html! {
                    a href=(self.action) target="_blank" rel="noopener" { "另开一页看现在的内容" }
                    "，看过以后再点一次按钮，就按您写的保存。"
                }))
            }
            (self.lead)
            form method="post" action=(self.action) {
                (form::tokens(cx.csrf(), &cx.new_op()?))
                @if let Some(rev) = self.rev { (form::hidden("rev", &rev.to_string())) }
                (self.fields)
                p.acts {
                    button.btn.key type="submit" { (self.press) }
                    (Link::new("不改了", self.back.href.as_str()).button())
                }
            }
        };
        let page = cx.draw(&Page::new(self.title).wrong(&filled.errors), &content);
        Ok(if filled.is_fresh() {
            Reply::Page(page)
        } else {
            Reply::Wrong(page)
        })
    }
}

/// The state number the posted form was opened on.
pub fn rev<A: Action>(cx: &Cx<A>) -> i64 {
    cx.form("rev").parse().unwrap_or(0)
}

/// Today in the office.
pub fn today<A: Action>(cx: &Cx<A>) -> Day {
    cx.zone().day(cx.at)
}

/// A day typed in a field.
pub fn day<A: Action>(cx: &Cx<A>, name: &str) -> Result<Day> {
    parse_day(cx.form(name), today(cx)).map_err(|why| Error::invalid(name, why))
}

/// A whole number typed in a field; empty counts as nought.
pub fn number<A: Action>(cx: &Cx<A>, name: &str) -> Result<i64> {
    let typed = crate::kit::text::fold(cx.form(name));
    if typed.is_empty() {
        return Ok(0);
    }
    let found = typed.parse().ok().filter(|n| (0..=9_999).contains(n));
    found.ok_or_else(|| Error::invalid(name, "顺序请写 0 到 9999 的整数，小的排在前面"))
}

/// An id chosen in a field; none where nothing was chosen.
pub fn chosen<A: Action, I: std::str::FromStr>(cx: &Cx<A>, name: &str) -> Result<Option<I>> {
    match cx.form(name) {
        "" => Ok(None),
        id => match id.parse() {
            Ok(id) => Ok(Some(id)),
            Err(_) => Err(Error::invalid(name, "请从下拉框里重新选择")),
        },
    }
}

/// The directory as it is now stored, told to whoever reads it.
pub fn reload<A: Action>(cx: &Cx<A>) -> Result<()> {
    cx.state.org.reload(&cx.state.store)
}
