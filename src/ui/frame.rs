//! Page frames: after log-in (`app_page`), at the door (`door_page`), first run (`wizard_page`);
//! printed sheets have theirs in `print`. A frame takes everything as data: whose page it is, the menu, where
//! the assets are. Every page has a skip link, one `h1` of the caller's, and a foot with a phone number.
//! No frame draws a `.key`: the page's one primary action is the page's own.

use super::form::{hidden, token};
pub use super::zoom::Zoom;
use super::{Link, Markup, html};
use crate::kit::FieldErrors;
use maud::DOCTYPE;

/// Where the person's type size is posted to; the form carries `z` (1, 2, 3) and `back`.
pub const ZOOM_TO: &str = "/me/zoom";
/// Where folding the menu is posted to; the form carries `rail` (`open` or `folded`) and `back`.
pub const RAIL_TO: &str = "/me/rail";
/// Where leaving is posted to.
pub const LEAVE_TO: &str = "/logout";
/// Where the script asks how much waits: as use of the session, and by itself.
pub const COUNT_AT: &str = "/count";
pub const PULSE_AT: &str = "/pulse";
/// The person's own page.
pub const ME_AT: &str = "/me";
/// Where words are looked for.
pub const SEEK_AT: &str = "/search";

const NO_SECRETS: &str = "本平台不涉密，不得录入、传送国家秘密";
const PRODUCT: &str = "砚台";

/// What is the same on every page of this server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Site {
    /// URLs of `look.css`, `app.js` and `pulse.js`, with their fingerprints.
    pub css: String,
    pub js: String,
    pub pulse: String,
    /// The little seal in the browser's tab, and the same with a dot: something waits.
    pub icon: String,
    pub dot: String,
    /// 砚田镇人民政府; empty before the server is claimed.
    pub office: String,
    /// 墨川县砚田镇人民政府.
    pub office_full: String,
    /// 192.168.1.20, as people type it.
    pub address: String,
    /// 1.0.3.
    pub version: String,
    /// 苏简; may be empty.
    pub admin: String,
    /// 5550186; may be empty.
    pub admin_phone: String,
}

/// How near a menu item is to the page shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Current {
    /// Elsewhere.
    #[default]
    No,
    /// The page is under it.
    Within,
    /// It is the page.
    Page,
}

/// One entry of the menu; two levels at most.
#[derive(Debug, Clone, Default)]
pub struct MenuItem {
    /// 收文.
    pub label: String,
    /// Where it leads.
    pub href: String,
    /// Shown when above zero; that of the to-do page is kept fresh.
    pub count: u64,
    /// Whether the page shown is here.
    pub current: Current,
    /// Small heading above it, where one of the second level begins a stretch of its own.
    pub heading: String,
    /// Second level, shown only under the current entry by the caller's choice.
    pub children: Vec<MenuItem>,
}

/// The menu's side rail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rail {
    /// Cannot be folded.
    #[default]
    Fixed,
    /// Open, offers 收起目录.
    Open,
    /// Folded, offers 目录.
    Folded,
}

/// Whose page it is and what surrounds it.
#[derive(Debug, Clone)]
pub struct Frame<'a> {
    /// The server.
    pub site: &'a Site,
    /// 宋小笺.
    pub person: &'a str,
    /// Tells the browser one person's pages from another's, for what it keeps of them.
    pub number: i64,
    /// 党政办, or the post.
    pub post: &'a str,
    /// Form token of the session.
    pub csrf: &'a str,
    /// This page's own path and query, to come back to after changing the type size.
    pub path: &'a str,
    /// The to-do page; entries of menu and dock leading there carry the fresh count.
    pub home: &'a str,
    /// Size of type.
    pub zoom: Zoom,
    /// The rail.
    pub rail: Rail,
    /// At most nine entries.
    pub menu: Vec<MenuItem>,
    /// The phone's bottom bar: 待办, 查询, 我的.
    pub dock: Vec<MenuItem>,
    /// Above the page: what just happened, for whom one is acting (`note::note`).
    pub notes: Vec<Markup>,
    /// An image nobody sees: whether the browser can fetch it tells whether it trusts our certificates.
    pub probe: Option<String>,
}

/// The page inside the frame.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    title: &'a str,
    acting: bool,
    wide: bool,
    wrong: bool,
    seeks: bool,
    refresh: Option<u32>,
}

impl<'a> Page<'a> {
    /// A page called so; the office's name is added.
    #[must_use]
    pub const fn new(title: &'a str) -> Self {
        Self {
            title,
            acting: false,
            wide: false,
            wrong: false,
            seeks: false,
            refresh: None,
        }
    }

    /// Has a `deed::Deed` at the bottom.
    #[must_use]
    pub const fn acting(mut self) -> Self {
        self.acting = true;
        self
    }

    /// Prints landscape: registers.
    #[must_use]
    pub const fn wide(mut self) -> Self {
        self.wide = true;
        self
    }

    /// Comes back with errors if there are any: the title says 有误 first.
    #[must_use]
    pub fn wrong(mut self, errors: &FieldErrors) -> Self {
        self.wrong = !errors.is_empty();
        self
    }

    /// Has the box to look for words itself: the head need not have a second one.
    #[must_use]
    pub const fn seeks(mut self) -> Self {
        self.seeks = true;
        self
    }

    /// Loads itself again after so many seconds: waiting pages, without a script.
    #[must_use]
    pub const fn refresh(mut self, seconds: u32) -> Self {
        self.refresh = Some(seconds);
        self
    }

    fn full_title(&self, office: &str) -> String {
        let office = if office.is_empty() { PRODUCT } else { office };
        let wrong = if self.wrong { "有误：" } else { "" };
        format!("{wrong}{} - {office}", self.title)
    }
}

/// A page after log-in.
#[must_use]
pub fn app_page(frame: &Frame, page: &Page, content: &Markup) -> Markup {
    let mut class = String::from("app");
    for (on, word) in [
        (page.acting, " acting"),
        (page.wide, " wide-print"),
        (frame.rail == Rail::Folded, " folded"),
    ] {
        if on {
            class.push_str(word);
        }
    }
    html! {
        (DOCTYPE)
        html lang="zh-CN" class=[frame.zoom.class()] {
            (head(frame.site, page, &frame.site.pulse))
            body class=(class) data-pulse=(PULSE_AT) data-count=(COUNT_AT) data-who=(frame.number) data-dot=(frame.site.dot) {
                a.skip href="#main" { "跳到正文" }
                (masthead(frame, page))
                (rail(frame))
                main.main #main tabindex="-1" {
                    @for note in &frame.notes { (note) }
                    (content)
                }
                (foot(frame.site))
                nav.dock aria-label="常用" { @for item in &frame.dock { (dock_link(item, frame.home)) } }
                @if let Some(image) = &frame.probe { img hidden src=(image) alt="" width="1" height="1"; }
            }
        }
    }
}

/// A page at the door: claim, log-in, errors before log-in, public notices. `name` stands as the red
/// head, `under` below it.
#[must_use]
pub fn door_page(site: &Site, page: &Page, door: &Door, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="zh-CN" class=[door.zoom.class()] {
            (head(site, page, ""))
            body.door {
                header.redhead { p { (door.name) } span { (door.under) } }
                main.doorway #main { (content) }
                (foot(site))
            }
        }
    }
}

/// The red head at the door.
#[derive(Debug, Clone, Copy)]
pub struct Door<'a> {
    /// 墨川县砚田镇人民政府, or 砚台 before the claim.
    pub name: &'a str,
    /// 办公平台.
    pub under: &'a str,
    /// Size of type, where a cookie remembers it.
    pub zoom: Zoom,
}

/// The first run: steps at the left, the step's own page beside them.
#[derive(Debug, Clone, Copy)]
pub struct Wizard<'a> {
    /// Names of all steps, in order.
    pub steps: &'a [&'a str],
    /// Which one this is, counted from 1.
    pub at: usize,
    /// Who is doing it: 苏简; empty before there is anybody.
    pub person: &'a str,
    /// Form token; empty draws no type-size buttons.
    pub csrf: &'a str,
    /// This page's path.
    pub path: &'a str,
    /// Size of type.
    pub zoom: Zoom,
}

/// A page of the first run; its `h1` is the page's title with 第 7 步，共 10 步.
#[must_use]
pub fn wizard_page(site: &Site, page: &Page, wizard: &Wizard, content: &Markup) -> Markup {
    let place = format!("第 {} 步，共 {} 步", wizard.at, wizard.steps.len());
    let long = format!("{} - {place}", page.title);
    let titled = Page {
        title: &long,
        ..*page
    };
    html! {
        (DOCTYPE)
        html lang="zh-CN" class=[wizard.zoom.class()] {
            (head(site, &titled, ""))
            body.door {
                header.top {
                    div.brand { (chop()) span.office { (PRODUCT) small { "第一次使用" } } }
                    span {}
                    @if wizard.csrf.is_empty() { span {} } @else { (zoom_form(wizard.csrf, wizard.path, wizard.zoom)) }
                    @if !wizard.person.is_empty() { p.who { b { (wizard.person) } " 管理员" } }
                }
                main.wizard #main {
                    (steps(wizard))
                    div { h1 { (page.title) small { (place) } } (content) }
                }
                (foot(site))
            }
        }
    }
}

fn steps(wizard: &Wizard) -> Markup {
    html! {
        ol.steps aria-label="步骤" {
            @for (i, name) in wizard.steps.iter().enumerate() {
                li.past[i + 1 < wizard.at] aria-current=[(i + 1 == wizard.at).then_some("step")] { span { (name) } }
            }
        }
    }
}

/// Title of a page with its small second line and its actions at the right.
#[must_use]
pub fn heading(title: &str, small: &str, acts: &Markup) -> Markup {
    let long = title.chars().count() > 24;
    html! {
        div.head {
            h1.long[long] { (title) @if !small.is_empty() { small { (small) } } }
            @if !acts.0.is_empty() { div.acts { (acts) } }
        }
    }
}

/// The way back, and where one is: `back` first, then the line of links, then the page's own name.
#[must_use]
pub fn crumbs(back: &Link, way: &[Link], here: &str) -> Markup {
    html! {
        nav.crumbs aria-label="位置" {
            a.back href=(back.href) { "← " (back.label) }
            @for link in way { (link) }
            span { @if !way.is_empty() { " / " } (here) }
        }
    }
}

/// Text beside a narrow side column.
#[must_use]
pub fn two(main: &Markup, side: &Markup) -> Markup {
    html! { div.two { div { (main) } div.side { (side) } } }
}

pub(super) fn head(site: &Site, page: &Page, pulse: &str) -> Markup {
    html! {
        head {
            // first of all: double-core browsers choose their engine by it
            meta name="renderer" content="webkit";
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            @if let Some(seconds) = page.refresh { meta http-equiv="refresh" content=(seconds); }
            title { (page.full_title(&site.office)) }
            link rel="icon" href=(site.icon);
            link rel="stylesheet" href=(site.css);
            script src=(site.js) defer {}
            @if !pulse.is_empty() { script src=(pulse) defer {} }
        }
    }
}

fn chop() -> Markup {
    html! { span.chop aria-hidden="true" { "砚" } }
}

fn masthead(frame: &Frame, page: &Page) -> Markup {
    html! {
        header.top {
            div.brand {
                (chop())
                a.office href=(frame.home) { (frame.site.office) small { "办公平台" } }
            }
            @if page.seeks { span {} } @else { (seek()) }
            (zoom_form(frame.csrf, frame.path, frame.zoom))
            div.who {
                b { (frame.person) } " " (frame.post)
                a href=(ME_AT) { "我的" }
                form method="post" action=(LEAVE_TO) { (token(frame.csrf)) button type="submit" { "退出" } }
            }
        }
    }
}

/// One box on every page; what it finds is a page of its own.
fn seek() -> Markup {
    html! {
        form.seek method="get" action=(SEEK_AT) role="search" {
            label.vh for="seek" { "查找" }
            input #seek type="search" name="q" placeholder="标题、文号、正文、意见、附件里的字" autocomplete="off" maxlength="200";
            button.btn.plain type="submit" { "查找" }
        }
    }
}

fn zoom_form(csrf: &str, path: &str, now: Zoom) -> Markup {
    html! {
        form.zoom method="post" action=(ZOOM_TO) {
            (token(csrf))
            (hidden("back", path))
            span { "字号" }
            @for (size, word) in [(Zoom::Plain, "标准"), (Zoom::Large, "大"), (Zoom::Huge, "特大")] {
                button type="submit" name="z" value=(size.number()) aria-pressed=(size == now) { (word) }
            }
        }
    }
}

fn rail(frame: &Frame) -> Markup {
    html! {
        nav.rail aria-label="目录" {
            ul { @for item in &frame.menu { (rail_item(item, frame.home)) } }
            @if frame.rail != Rail::Fixed { (fold(frame)) }
        }
    }
}

fn fold(frame: &Frame) -> Markup {
    let (to, word) = if frame.rail == Rail::Folded {
        ("open", "目录")
    } else {
        ("folded", "收起目录")
    };
    html! {
        form.fold method="post" action=(RAIL_TO) {
            (token(frame.csrf))
            (hidden("back", frame.path))
            button type="submit" name="rail" value=(to) { (word) }
        }
    }
}

fn rail_item(item: &MenuItem, home: &str) -> Markup {
    html! {
        @if !item.heading.is_empty() { li.stretch { (item.heading) } }
        li {
            a href=(item.href) aria-current=[said(item.current)] { (item.label) (count(item, home)) }
            @if !item.children.is_empty() {
                ul { @for child in &item.children { (rail_item(child, home)) } }
            }
        }
    }
}

fn dock_link(item: &MenuItem, home: &str) -> Markup {
    html! {
        a href=(item.href) aria-current=[said(item.current)] { (item.label) " " (count(item, home)) }
    }
}

fn count(item: &MenuItem, home: &str) -> Markup {
    let live = item.href == home;
    html! {
        @if live || item.count > 0 {
            i data-todo-count[live] { @if item.count > 0 { (item.count) } }
        }
    }
}

const fn said(current: Current) -> Option<&'static str> {
    match current {
        Current::No => None,
        Current::Within => Some("true"),
        Current::Page => Some("page"),
    }
}

pub(super) fn foot(site: &Site) -> Markup {
    html! {
        footer.foot {
            @if !site.office_full.is_empty() { span { (site.office_full) } }
            @if !site.address.is_empty() { span { "地址 " (site.address) } }
            span { (PRODUCT) " " (site.version) }
            @if !site.admin.is_empty() { span { "管理员 " (site.admin) @if !site.admin_phone.is_empty() { "，电话 " (site.admin_phone) } } }
            span { (NO_SECRETS) }
        }
    }
}

#[cfg(test)]
#[path = "frame_tests.rs"]
mod tests;
