//! Choosing people. Without a script: ticks grouped by department, folded. With it: a search box above
//! them that knows 汉字, 全拼 and 首字母 from `data-keys`, moves by arrow keys and ticks for you.
//! The posted form is the same either way: the field's name once a chosen person.

use super::form::field_id;
use super::{Markup, Render, html};
use crate::kit::FieldErrors;

/// Somebody who can be chosen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    /// Posted value.
    pub value: String,
    /// 张三.
    pub name: String,
    /// 主任; may be empty. Tells two people of one name apart, with the department.
    pub post: String,
    /// What is searched, parted by spaces, from `kit::pinyin`: zhangsan zs 1023 8866.
    pub keys: String,
    /// Why not today: 3月9日至13日外出; shown beside the name, the person can still be chosen.
    pub away: String,
}

/// A department's people.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group {
    /// 党政综合办公室.
    pub dept: String,
    /// In the office's own order.
    pub people: Vec<Person>,
}

/// How many may be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// Radio buttons.
    One,
    /// Checkboxes.
    Many,
}

/// The picker.
#[derive(Debug, Clone)]
pub struct Picker {
    name: String,
    label: String,
    count: Count,
    usual: Vec<Person>,
    groups: Vec<Group>,
    chosen: Vec<String>,
    need: bool,
    hint: Option<String>,
    error: Option<String>,
}

impl Picker {
    /// A picker posting `name`.
    #[must_use]
    pub fn new(name: &str, label: &str, count: Count) -> Self {
        Self {
            name: name.to_owned(),
            label: label.to_owned(),
            count,
            usual: Vec::new(),
            groups: Vec::new(),
            chosen: Vec::new(),
            need: false,
            hint: None,
            error: None,
        }
    }

    /// Those chosen most often, shown openly above the departments.
    #[must_use]
    pub fn usual(mut self, people: Vec<Person>) -> Self {
        self.usual = people;
        self
    }

    /// Everybody, by department.
    #[must_use]
    pub fn groups(mut self, groups: Vec<Group>) -> Self {
        self.groups = groups;
        self
    }

    /// Values already chosen.
    #[must_use]
    pub fn chosen<I: IntoIterator<Item = S>, S: Into<String>>(mut self, values: I) -> Self {
        self.chosen.extend(values.into_iter().map(Into::into));
        self
    }

    /// Marks it 必填.
    #[must_use]
    pub fn need(mut self) -> Self {
        self.need = true;
        self
    }

    /// One line of help.
    #[must_use]
    pub fn hint(mut self, hint: &str) -> Self {
        self.hint = Some(hint.to_owned());
        self
    }

    /// Takes the sentence about this field, if there is one.
    #[must_use]
    pub fn check(mut self, errors: &FieldErrors) -> Self {
        self.error = errors.of(&self.name).map(str::to_owned);
        self
    }

    fn is_chosen(&self, value: &str) -> bool {
        self.chosen.iter().any(|c| c == value)
    }

    fn described(&self) -> Option<String> {
        let wrong = self.error.as_ref().map(|_| format!("w-{}", self.name));
        let hint = self.hint.as_ref().map(|_| format!("h-{}", self.name));
        match (wrong, hint) {
            (Some(w), Some(h)) => Some(format!("{w} {h}")),
            (w, h) => w.or(h),
        }
    }

    fn tick(&self, person: &Person, dept: &str) -> Markup {
        let (kind, many) = match self.count {
            Count::One => ("radio", false),
            Count::Many => ("checkbox", true),
        };
        let from = format!("{dept}　{}", person.post);
        html! {
            label.opt data-many[many] {
                input type=(kind) name=(self.name) value=(person.value) checked[self.is_chosen(&person.value)]
                    data-keys=(person.keys) data-name=(person.name) data-from=(from.trim());
                (person.name)
                @if !person.post.is_empty() { small { (person.post) } }
                @if !person.away.is_empty() { small { "（" (person.away) "）" } }
            }
        }
    }

    fn group(&self, group: &Group, open: bool) -> Markup {
        let picked = group
            .people
            .iter()
            .filter(|p| self.is_chosen(&p.value))
            .count();
        html! {
            details open[open || picked > 0] {
                summary { (group.dept) "　" (group.people.len()) " 人" @if picked > 0 { "，已选 " (picked) } }
                div { @for p in &group.people { (self.tick(p, &group.dept)) } }
            }
        }
    }

    fn finder(&self) -> Markup {
        let (find, list) = (format!("find-{}", self.name), format!("list-{}", self.name));
        html! {
            div.finder data-js hidden {
                label.vh for=(find) { "找人：" (self.label) }
                input id=(find) type="text" autocomplete="off" role="combobox" aria-autocomplete="list" aria-haspopup="listbox"
                    aria-expanded="false" aria-controls=(list) placeholder="写姓名、拼音或首字母，例如 zs" data-pick-find;
                ul id=(list) role="listbox" aria-label=(self.label) hidden {}
            }
            p.chosen data-pick-chosen data-js hidden aria-live="polite" {}
        }
    }
}

impl Render for Picker {
    fn render(&self) -> Markup {
        let mode = match self.count {
            Count::One => "one",
            Count::Many => "many",
        };
        let open = self.groups.len() == 1;
        html! {
            fieldset.plainset.pick id=(field_id(&self.name)) tabindex="-1" data-pick=(mode)
                aria-invalid=[self.error.as_ref().map(|_| "true")] aria-describedby=[self.described()] {
                legend.label { (self.label) @if self.need { span.need { "必填" } } }
                (self.finder())
                @if !self.usual.is_empty() {
                    div.usual { @for p in &self.usual { (self.tick(p, "")) } }
                }
                @for g in &self.groups { (self.group(g, open)) }
                @if let Some(hint) = &self.hint { p.hint id={ "h-" (self.name) } { (hint) } }
                @if let Some(wrong) = &self.error { p.wrong id={ "w-" (self.name) } { (wrong) } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::form;
    use crate::ui::scan::{HOSTILE, check};

    fn person(word: &str) -> Person {
        Person {
            value: word.into(),
            name: word.into(),
            post: word.into(),
            keys: word.into(),
            away: word.into(),
        }
    }

    #[test]
    fn hostile_text_stays_text_and_the_summary_finds_it() {
        let mut wrong = FieldErrors::default();
        wrong.add("to", HOSTILE);
        for count in [Count::One, Count::Many] {
            let picker = Picker::new("to", HOSTILE, count)
                .usual(vec![person(HOSTILE)])
                .groups(vec![Group {
                    dept: HOSTILE.into(),
                    people: vec![person(HOSTILE)],
                }])
                .chosen([HOSTILE])
                .need()
                .hint(HOSTILE)
                .check(&wrong);
            let tags = check(&html! { (form::errors(&wrong)) (picker) });
            assert!(tags.iter().any(|t| t.attr("href") == Some("#f-to")));
            assert!(tags.iter().any(|t| t.attr("id") == Some("f-to")));
        }
    }

    #[test]
    fn chosen_people_are_ticked_and_their_department_is_open() {
        let group = |dept: &str, value: &str| Group {
            dept: dept.into(),
            people: vec![person(value)],
        };
        let html = Picker::new("to", "送给", Count::Many)
            .groups(vec![group("党政办", "7"), group("财政所", "9")])
            .chosen(["9"])
            .render()
            .into_string();
        assert_eq!(html.matches(" checked").count(), 1);
        assert_eq!(html.matches("<details open>").count(), 1);
        assert!(html.contains("财政所　1 人，已选 1"), "{html}");
    }
}
