//! What all tabs share: the sketch as it stands, who works on it, the frame with tabs and taking back.
//! Invariant: a procedure nobody has changed is shown as it is published; nothing is kept before the first edit.

use super::DesignProcedure;
use super::shown::Shown;
use crate::engine::definition::Procedure;
use crate::engine::procedures::Published;
use crate::engine::workshop::{Maker, Sketch};
use crate::kit::{Error, FieldErrors, Result};
use crate::org::Role;
use crate::screens::procedures::maker;
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::table::{View, views};
use crate::ui::{Link, Markup, form, html};
use crate::web::{Cx, Reply, Visit};

/// The list of all procedures.
pub const LIST_AT: &str = "/procedures";

/// A tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    Form,
    Flow,
    Head,
    Preview,
    Try,
    Publish,
}

impl Tab {
    const ALL: [(Self, &'static str, &'static str); 6] = [
        (Self::Form, "", "表单"),
        (Self::Flow, "/flow", "流程"),
        (Self::Head, "/name", "名称和登记簿"),
        (Self::Preview, "/preview", "预览"),
        (Self::Try, "/try", "试走"),
        (Self::Publish, "/publish", "发布"),
    ];

    /// By the word forms carry.
    pub fn of(word: &str) -> Self {
        let found = Self::ALL
            .iter()
            .find(|t| !t.1.is_empty() && t.1.get(1..) == Some(word));
        found.map_or(Self::Form, |t| t.0)
    }

    /// The word forms carry.
    pub fn word(self) -> &'static str {
        self.path().get(1..).unwrap_or_default()
    }

    fn path(self) -> &'static str {
        Self::ALL.iter().find(|t| t.0 == self).map_or("", |t| t.1)
    }

    fn label(self) -> &'static str {
        Self::ALL.iter().find(|t| t.0 == self).map_or("", |t| t.2)
    }
}

/// The sketch somebody works on.
pub struct Desk {
    pub id: String,
    pub procedure: Procedure,
    pub text: String,
    /// 0 where nothing is kept yet.
    pub rev: i64,
    pub sketch: Option<Sketch>,
    pub published: Option<Published>,
    pub maker: Maker,
}

impl Desk {
    /// As it stands now.
    pub fn open(cx: &Cx<DesignProcedure>) -> Result<Self> {
        let id: String = cx.path("procedure")?;
        let maker = maker(cx)?;
        let engine = &cx.state.engine;
        engine.may_change(&cx.state.store, &maker, &id)?;
        let published = engine.procedures.current(&id).ok();
        let sketch = engine.sketch(&cx.state.store, &id)?;
        let text = match (&sketch, &published) {
            (Some(s), _) => s.text.clone(),
            (None, Some(p)) => p.text.to_string(),
            (None, None) => return Err(Error::NotFound),
        };
        Ok(Self {
            id,
            procedure: Procedure::parse(&text)?,
            text,
            rev: sketch.as_ref().map_or(0, |s| s.rev),
            sketch,
            published,
            maker,
        })
    }

    /// Address of a tab.
    pub fn at(&self, tab: Tab) -> String {
        format!("/procedures/{}/design{}", self.id, tab.path())
    }

    /// What a page on this desk is drawn inside.
    pub fn draw(
        &self,
        cx: &Cx<DesignProcedure>,
        (tab, errors): (Tab, &FieldErrors),
        content: &Markup,
    ) -> Markup {
        let p = &self.procedure;
        let title = format!("设计：{}", p.name);
        let tabs: Vec<(String, Tab)> = Tab::ALL.iter().map(|t| (self.at(t.0), t.0)).collect();
        let tabs: Vec<View<'_>> = tabs
            .iter()
            .map(|(href, t)| View {
                label: t.label(),
                href,
                count: None,
                current: *t == tab,
            })
            .collect();
        let inside = html! {
            (crumbs(&Link::new("返回事项管理", LIST_AT), &[], &p.name))
            (heading(&p.name, &self.said(cx), &self.undo(cx, tab)))
            (views(&tabs, None))
            (form::errors(errors))
            (content)
            script src=(cx.state.assets.url("design.js")) defer {}
        };
        cx.draw(&Page::new(&title).wrong(errors), &inside)
    }

    /// 草稿 09:12 已保存（苏简）；在办的件仍按发布的版本走
    fn said(&self, visit: &Visit) -> String {
        let running = if self.published.is_some() {
            "在办的件仍按已发布的版本走"
        } else {
            "还没有发布过"
        };
        match &self.sketch {
            Some(s) => format!(
                "草稿 {} 已保存（{}）；{running}",
                visit.zone().short_time(s.at, visit.at),
                s.name
            ),
            None => "现在是已发布的样子；一改就自动存成草稿，发布以后才生效".to_owned(),
        }
    }

    fn undo(&self, cx: &Cx<DesignProcedure>, tab: Tab) -> Markup {
        let last = cx
            .state
            .engine
            .undo
            .last(cx.who().person, &self.id, self.rev);
        html! {
            @if let Some(before) = last {
                form.inl method="post" action=(self.at(Tab::Form)) data-design {
                    (self.carried(cx, tab))
                    button.btn.small type="submit" name="do" value="undo" { "撤销：" (before.what) }
                }
            }
        }
    }

    /// What every form of the designer carries.
    fn carried(&self, visit: &Visit, tab: Tab) -> Markup {
        html! {
            (form::token(visit.csrf()))
            (form::hidden("rev", &self.rev.to_string()))
            (form::hidden("tab", tab.word()))
            @for picked in ["field", "step"] {
                @let now = if visit.input.has(picked) { visit.form(picked) } else { visit.query(picked) };
                @if !now.is_empty() { (form::hidden(picked, now)) }
            }
        }
    }

    /// The one form of a tab around all that it asks.
    pub fn form(&self, visit: &Visit, tab: Tab, shown: &Shown<'_>, inside: &Markup) -> Markup {
        html! {
            form method="post" action=(self.at(Tab::Form)) data-design {
                (self.carried(visit, tab))
                (shown.head())
                (inside)
            }
        }
    }
}

/// What a role is called.
pub fn role(id: &str) -> String {
    Role::from_id(id).map_or_else(|| id.to_owned(), |r| r.label().to_owned())
}

/// The tab as a page.
pub fn page(
    cx: &mut Cx<DesignProcedure>,
    draw: fn(&Cx<DesignProcedure>, &Desk, &FieldErrors) -> Result<Markup>,
) -> Result<Reply> {
    let desk = Desk::open(cx)?;
    draw(cx, &desk, &FieldErrors::default()).map(Reply::Page)
}
