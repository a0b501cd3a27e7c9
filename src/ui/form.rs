//! Form fields, their errors, and what every posted form carries.
//! A field knows its id (`f-NAME`), hint (`h-NAME`) and error (`w-NAME`), so that the error summary's
//! links and the screen reader's descriptions always meet. No `required`, no browser bubbles: the server
//! says what is wrong, in the page, and everything typed comes back.

pub use super::carried::{CSRF, OP, hidden, token, tokens};
pub use super::tick::{Ticked, show_password, tick};
use super::{Markup, Render, html};
use crate::kit::FieldErrors;

/// One offer of a select, radio group or checkbox group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// Posted value.
    pub value: String,
    /// What it says.
    pub label: String,
    /// Why it cannot be chosen now; such an offer is shown disabled with the reason beside it.
    pub barred: Option<String>,
}

impl Choice {
    /// An offer.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
            barred: None,
        }
    }

    /// The same offer, not to be had now, with the reason.
    #[must_use]
    pub fn barred(mut self, why: impl Into<String>) -> Self {
        self.barred = Some(why.into());
        self
    }
}

/// What is written or chosen with.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Line {
        input: &'static str,
        mode: Option<&'static str>,
    },
    Area {
        rows: u8,
        lined: bool,
    },
    Select(Vec<Choice>),
    Radios(Vec<Choice>),
    Checks(Vec<Choice>),
    File {
        accept: Option<String>,
        many: bool,
    },
    Shown,
}

/// A field: label, control, hint, error. Embed it with `(field)` for the plain form, or hand it to
/// `paper::Cell::field` for the paper grid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    name: String,
    /// Id of the control; where several of one name stand on a page, each has its own.
    id: String,
    label: String,
    kind: Kind,
    values: Vec<String>,
    need: Option<String>,
    hint: Option<String>,
    error: Option<String>,
    complete: Option<&'static str>,
    /// What may be chosen instead of typing, with the letters it is found by.
    suggested: Vec<(String, String)>,
    /// Name and value of the field that opens this one.
    opened_by: Option<(String, String)>,
    /// How wide the box is, where what it takes is short.
    width: Option<&'static str>,
    /// What the script says beside it while it is typed.
    watched: Option<&'static str>,
}

fn field(name: &str, label: &str, kind: Kind) -> Field {
    Field {
        name: name.to_owned(),
        id: field_id(name),
        label: label.to_owned(),
        kind,
        values: Vec::new(),
        need: None,
        hint: None,
        error: None,
        complete: None,
        suggested: Vec::new(),
        opened_by: None,
        width: None,
        watched: None,
    }
}

/// One line of text.
#[must_use]
pub fn text(name: &str, label: &str) -> Field {
    field(
        name,
        label,
        Kind::Line {
            input: "text",
            mode: None,
        },
    )
}

/// Digits: brings the number pad on a phone, accepts whatever is typed.
#[must_use]
pub fn number(name: &str, label: &str) -> Field {
    field(
        name,
        label,
        Kind::Line {
            input: "text",
            mode: Some("decimal"),
        },
    )
}

/// A telephone number.
#[must_use]
pub fn tel(name: &str, label: &str) -> Field {
    field(
        name,
        label,
        Kind::Line {
            input: "text",
            mode: Some("tel"),
        },
    )
}

/// A password; never shown again. `now` or `new` is for the browser's own memory.
#[must_use]
pub fn password(name: &str, label: &str) -> Field {
    field(
        name,
        label,
        Kind::Line {
            input: "password",
            mode: None,
        },
    )
    .complete("current-password")
}

/// A date, typed as people write it.
#[must_use]
pub fn date(name: &str, label: &str) -> Field {
    text(name, label).hint("写 2026-4-3、4月3日 都行")
}

/// Several lines.
#[must_use]
pub fn area(name: &str, label: &str, rows: u8) -> Field {
    field(name, label, Kind::Area { rows, lined: false })
}

/// Ruled letter lines in Kai, for words that will stand on the sheet as written.
#[must_use]
pub fn lined(name: &str, label: &str) -> Field {
    field(
        name,
        label,
        Kind::Area {
            rows: 3,
            lined: true,
        },
    )
}

/// A drop-down list.
#[must_use]
pub fn select(name: &str, label: &str, choices: Vec<Choice>) -> Field {
    field(name, label, Kind::Select(choices))
}

/// One of a few.
#[must_use]
pub fn radios(name: &str, label: &str, choices: Vec<Choice>) -> Field {
    field(name, label, Kind::Radios(choices))
}

/// Any of a few; every chosen value is posted under the same name.
#[must_use]
pub fn checks(name: &str, label: &str, choices: Vec<Choice>) -> Field {
    field(name, label, Kind::Checks(choices))
}

/// One file to send along; the form must post `multipart/form-data`.
#[must_use]
pub fn file(name: &str, label: &str) -> Field {
    let (accept, many) = (None, false);
    field(name, label, Kind::File { accept, many })
}

/// Files to send along.
#[must_use]
pub fn many_files(name: &str, label: &str) -> Field {
    let (accept, many) = (None, true);
    field(name, label, Kind::File { accept, many })
}

/// A value that is shown and not posted.
#[must_use]
pub fn shown(name: &str, label: &str) -> Field {
    field(name, label, Kind::Shown)
}

impl Field {
    /// What is in it; for a checkbox group call it once a chosen value.
    #[must_use]
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.values.push(value.into());
        self
    }

    /// All values chosen or typed before.
    #[must_use]
    pub fn values<I: IntoIterator<Item = S>, S: Into<String>>(mut self, values: I) -> Self {
        self.values.extend(values.into_iter().map(Into::into));
        self
    }

    /// Marks it 必填.
    #[must_use]
    pub fn need(self) -> Self {
        self.need_said("必填")
    }

    /// Marks it with another word, such as 必填，8 位数字.
    #[must_use]
    pub fn need_said(mut self, words: &str) -> Self {
        self.need = Some(words.to_owned());
        self
    }

    /// One line of help under the control; replaces the one it came with.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Takes the sentence about this field, if there is one.
    #[must_use]
    pub fn check(mut self, errors: &FieldErrors) -> Self {
        self.error = errors.of(&self.name).map(str::to_owned);
        self
    }

    /// What a browser may fill in: `username`, `new-password`, `one-time-code`, `off`.
    #[must_use]
    pub fn complete(mut self, what: &'static str) -> Self {
        self.complete = Some(what);
        self
    }

    /// Offers what was written before, each with the letters it is found by; anything may be typed.
    #[must_use]
    pub fn suggest(mut self, offers: Vec<(String, String)>) -> Self {
        self.suggested = offers;
        self
    }

    /// Open only while another field has this value. The script closes it; the server does not mind.
    #[must_use]
    pub fn opened_by(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.opened_by = Some((name.into(), value.into()));
        self
    }

    /// Takes a few characters, such as 8:30, and is no wider than they are.
    #[must_use]
    pub fn few(mut self) -> Self {
        self.width = Some("few");
        self
    }

    /// Takes an address or a name: no wider than one line of them.
    #[must_use]
    pub fn line(mut self) -> Self {
        self.width = Some("line");
        self
    }

    /// The script says something beside it while it is typed: `money` its capitals.
    #[must_use]
    pub fn watched(mut self, what: &'static str) -> Self {
        self.watched = Some(what);
        self
    }

    /// The same field as a list to choose from.
    #[must_use]
    pub fn chosen_from(mut self, choices: Vec<Choice>) -> Self {
        self.kind = Kind::Select(choices);
        self
    }

    /// Kinds of file that are offered first, such as `.pdf,.ofd,.docx`.
    #[must_use]
    pub fn accept(mut self, endings: &str) -> Self {
        if let Kind::File { accept, .. } = &mut self.kind {
            *accept = Some(endings.to_owned());
        }
        self
    }

    /// Id of the control, as the error summary links to it.
    #[must_use]
    pub fn id(&self) -> String {
        self.id.clone()
    }

    /// One of several of its name on the page, in a form of its own: its label is to find it and no other.
    #[must_use]
    pub fn apart(mut self, of: &str) -> Self {
        self.id = format!("{}-{of}", self.id);
        self
    }

    /// The label's text.
    #[must_use]
    pub fn label_text(&self) -> &str {
        &self.label
    }

    /// Whether it is a group of ticks, labelled by a heading and not by a `label`.
    #[must_use]
    pub fn is_group(&self) -> bool {
        matches!(self.kind, Kind::Radios(_) | Kind::Checks(_) | Kind::Shown)
    }

    /// The word for "required", if it is.
    #[must_use]
    pub fn need_words(&self) -> Option<&str> {
        self.need.as_deref()
    }

    fn first(&self) -> &str {
        self.values.first().map_or("", String::as_str)
    }

    fn has(&self, value: &str) -> bool {
        self.values.iter().any(|v| v == value)
    }

    fn described(&self) -> Option<String> {
        let hint = self.hint.as_ref().map(|_| format!("h-{}", self.name));
        let wrong = self.error.as_ref().map(|_| format!("w-{}", self.name));
        match (wrong, hint) {
            (Some(w), Some(h)) => Some(format!("{w} {h}")),
            (w, h) => w.or(h),
        }
    }

    /// Control, hint and error without the label; `labelled` is the id of a group's heading.
    #[must_use]
    pub fn control(&self, labelled: Option<&str>) -> Markup {
        html! {
            (self.bare(labelled))
            @if let Some(hint) = &self.hint { p.hint id={ "h-" (self.name) } { (hint) } }
            @if let Some(wrong) = &self.error { p.wrong id={ "w-" (self.name) } { (wrong) } }
        }
    }

    fn bare(&self, labelled: Option<&str>) -> Markup {
        let (id, described) = (self.id(), self.described());
        let invalid = self.error.as_ref().map(|_| "true");
        match &self.kind {
            Kind::Line { input, mode } => {
                let value = (*input != "password").then(|| self.first());
                let list = (!self.suggested.is_empty()).then(|| format!("l-{}", self.name));
                let (by, at) = self.opened_by.as_ref().map(|(n, v)| (n, v)).unzip();
                html! {
                    input class=[self.width] id=(id) name=(self.name) type=(input) inputmode=[mode] value=[value] list=[&list]
                        data-opened-by=[by] data-opened-at=[at] data-watch=[self.watched]
                        autocomplete=(self.complete.unwrap_or("off")) aria-invalid=[invalid] aria-describedby=[described];
                    @if let Some(list) = &list {
                        datalist id=(list) {
                            @for (offer, letters) in &self.suggested { option value=(offer) { (letters) } }
                        }
                    }
                }
            }
            Kind::Area { rows, lined } => html! {
                textarea.lined[*lined] id=(id) name=(self.name) rows=(rows) data-watch=[self.watched] aria-invalid=[invalid]
                    aria-describedby=[described] { "\n" (self.first()) }
            },
            Kind::Select(choices) => html! {
                select id=(id) name=(self.name) aria-invalid=[invalid] aria-describedby=[described] {
                    @for c in choices {
                        option value=(c.value) selected[self.has(&c.value)] disabled[c.barred.is_some()] {
                            (c.label) @if let Some(why) = &c.barred { "（" (why) "）" }
                        }
                    }
                }
            },
            Kind::Radios(choices) => self.group("radio", choices, labelled),
            Kind::Checks(choices) => self.group("checkbox", choices, labelled),
            Kind::File { accept, many } => html! {
                input id=(id) name=(self.name) type="file" accept=[accept] multiple[*many]
                    aria-invalid=[invalid] aria-describedby=[described];
            },
            Kind::Shown => html! { span id=(id) { (self.first()) } },
        }
    }

    fn group(&self, input: &str, choices: &[Choice], labelled: Option<&str>) -> Markup {
        html! {
            div id=(self.id()) role=(if input == "radio" { "radiogroup" } else { "group" }) tabindex="-1"
                aria-labelledby=[labelled] aria-describedby=[self.described()] {
                @for c in choices {
                    label.opt {
                        input type=(input) name=(self.name) value=(c.value) checked[self.has(&c.value)]
                            disabled[c.barred.is_some()];
                        (c.label)
                        @if let Some(why) = &c.barred { span.faint { "（" (why) "）" } }
                    }
                }
            }
        }
    }
}

impl Render for Field {
    fn render(&self) -> Markup {
        let heading = format!("k-{}", self.name);
        let need = html! { @if let Some(n) = &self.need { span.need { (n) } } };
        html! {
            div.field {
                @if self.is_group() {
                    p.label id=(heading) { (self.label) (need) }
                } @else {
                    label for=(self.id()) { (self.label) (need) }
                }
                (self.control(Some(&heading)))
            }
        }
    }
}

/// Id of the control of a field name.
#[must_use]
pub fn field_id(name: &str) -> String {
    format!("f-{name}")
}

/// Summary of everything wrong, at the top of the form, taking the focus; nothing where nothing is.
/// The page's title gets 有误： by `frame::Page::wrong`.
#[must_use]
pub fn errors(errors: &FieldErrors) -> Markup {
    html! {
        @if !errors.is_empty() {
            div.errors role="alert" tabindex="-1" {
                h2 { "有 " (errors.0.len()) " 处要改，改好再送" }
                ul {
                    @for e in &errors.0 {
                        li {
                            @if e.field.is_empty() { (e.message) }
                            @else { a href={ "#" (field_id(&e.field)) } { (e.message) } }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::scan::{HOSTILE, check};

    fn every_kind(value: &str) -> Vec<Field> {
        let offers = || {
            vec![
                Choice::new(value, value),
                Choice::new("b", value).barred(value),
            ]
        };
        vec![
            text("a", value)
                .suggest(vec![(value.to_owned(), value.to_owned())])
                .opened_by(value, value),
            number("b", value),
            tel("c", value),
            date("e", value),
            area("f", value, 2),
            lined("g", value),
            select("h", value, offers()),
            radios("i", value, offers()),
            checks("j", value, offers()),
            file("k", value).accept(value),
            many_files("l", value),
            shown("m", value),
        ]
    }

    #[test]
    fn hostile_text_stays_text_in_every_field() {
        for field in every_kind(HOSTILE) {
            let mut wrong = FieldErrors::default();
            wrong.add(field.name.clone(), HOSTILE);
            check(
                &field
                    .value(HOSTILE)
                    .need()
                    .hint(HOSTILE)
                    .check(&wrong)
                    .render(),
            );
        }
        check(&tokens(HOSTILE, HOSTILE));
    }

    #[test]
    fn every_line_of_the_summary_leads_to_its_field() {
        for field in every_kind("样") {
            let mut wrong = FieldErrors::default();
            wrong.add(field.name.clone(), "请填写");
            wrong.add("", "整张单子的话");
            let page = html! { (errors(&wrong)) (field.check(&wrong)) };
            let tags = check(&page);
            let link = tags
                .iter()
                .find_map(|t| t.attr("href"))
                .map(|h| h.trim_start_matches('#').to_owned());
            assert!(link.is_some());
            assert!(
                tags.iter()
                    .any(|t| t.attr("id").map(str::to_owned) == link && t.attr("id").is_some())
            );
        }
        assert_eq!(errors(&FieldErrors::default()).into_string(), "");
    }

    #[test]
    fn a_password_never_comes_back() {
        let html = password("p", "密码")
            .value("secret1")
            .render()
            .into_string();
        assert!(!html.contains("secret1"), "{html}");
    }

    #[test]
    fn fields_of_one_name_are_told_apart() {
        let one = text("mark", "标志").apart("7").render().into_string();
        assert!(
            one.contains("for=\"f-mark-7\"") && one.contains("id=\"f-mark-7\""),
            "{one}"
        );
        assert!(one.contains("name=\"mark\""), "{one}");
    }

    #[test]
    fn a_leading_line_break_survives() {
        let html = area("a", "事由", 2).value("\n二").render().into_string();
        assert!(html.contains(">\n\n二</textarea>"), "{html}");
    }
}
