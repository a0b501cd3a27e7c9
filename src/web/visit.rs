//! One request on its way through the house: who, from where, what was sent, and what goes back beside
//! the reply (cookies). Handlers see it through `Cx` and `OpenCx`.
//! Invariant: nothing of it is kept after the request.

use super::cookies::{self, Keep};
use super::guard::Origin;
use super::input::{self, Input, SentFile};
use super::menu::{Menu, Reader};
use super::state::{Numbers, Office, State};
use super::{DELEGATION_END, DEMO_AT, HOME, MAIL_AT, Method, Reply, urlform};
use crate::access::setup::STANDING_WARNING;
use crate::access::{AdminRole, Peer, Token, Who};
use crate::kit::{Error, Millis, Result, Zone};
use crate::org::Delegation;
use crate::store::{ClockState, Level};
use crate::ui::Link;
use crate::ui::bare;
use crate::ui::deed::{Press, one_button};
use crate::ui::form::OP;
use crate::ui::frame::{self, Door, Frame, Page, Rail, Site, Zoom};
use crate::ui::note::{self, Tone};
use maud::{Markup, html};
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::Arc;

/// What came in.
pub struct Visit {
    /// What every request shares.
    pub state: Arc<State>,
    /// The form's fields and files.
    pub input: Input,
    /// The server's clock when the request came in.
    pub at: Millis,
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) params: Vec<(&'static str, String)>,
    pub(super) query: Vec<(String, String)>,
    pub(super) cookies: String,
    pub(super) peer: Peer,
    pub(super) request: String,
    pub(super) origin: Origin,
    pub(super) wants_json: bool,
    /// Asked by a page by itself.
    pub(super) unattended: bool,
    pub(super) office: Arc<Office>,
    pub(super) menu: Arc<Menu>,
    pub(super) session: Option<Token>,
    pub(super) who: Option<Arc<Who>>,
    pub(super) door: Option<Token>,
    pub(super) csrf: String,
    /// The form token of the `X-CSRF` header.
    pub(super) given: Option<String>,
    pub(super) back: Back,
    pub(super) numbers: OnceCell<Numbers>,
    /// Where the page's hidden image stands, if it carries one.
    pub(super) probed: OnceCell<String>,
}

/// What goes back beside the reply.
#[derive(Debug, Default)]
pub(super) struct Back {
    pub cookies: Vec<String>,
    pub forget: bool,
}

impl Visit {
    /// A part of the path, such as `id` of `/case/{id}`; what cannot be one is not found.
    pub fn path<T: FromStr>(&self, name: &str) -> Result<T> {
        let raw = self.params.iter().find(|(n, _)| *n == name);
        let (_, raw) = raw.ok_or_else(|| Error::Fault(format!("the route has no {{{name}}}")))?;
        raw.parse().map_err(|_| Error::NotFound)
    }

    /// The first value of a name in the query; empty where it is not there.
    #[must_use]
    pub fn query(&self, name: &str) -> &str {
        input::first(&self.query, name)
    }

    /// All pairs of the query, in order: filters of a list.
    #[must_use]
    pub fn query_pairs(&self) -> &[(String, String)] {
        &self.query
    }

    /// The first value of a form field; empty where it did not come.
    #[must_use]
    pub fn form(&self, name: &str) -> &str {
        self.input.first(name)
    }

    /// All values of a form field.
    #[must_use]
    pub fn form_all(&self, name: &str) -> Vec<&str> {
        self.input.all(name)
    }

    /// The files that were sent along.
    #[must_use]
    pub fn files(&self) -> &[SentFile] {
        self.input.files()
    }

    /// What the page's forms must carry.
    #[must_use]
    pub fn csrf(&self) -> &str {
        &self.csrf
    }

    /// Path and query of this page, to come back to.
    #[must_use]
    pub fn here(&self) -> &str {
        &self.path
    }

    /// Both ends of the connection.
    #[must_use]
    pub const fn peer(&self) -> &Peer {
        &self.peer
    }

    /// Name of the request in the log and in audit rows.
    #[must_use]
    pub fn request(&self) -> &str {
        &self.request
    }

    /// The office's zone.
    #[must_use]
    pub fn zone(&self) -> Zone {
        self.office.zone
    }

    /// The office's own words.
    #[must_use]
    pub fn site(&self) -> &Site {
        &self.office.site
    }

    /// Whether a link to the page of this route leads the reader anywhere: `/storage/volume/{no}`.
    #[must_use]
    pub fn may_open(&self, path: &str) -> bool {
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let who = self.who.as_deref();
        who.is_some_and(|who| self.menu.opens(path, (who, &self.peer)))
    }

    /// Administrators' pages that open at the server PC or over an encrypted connection alone, and all of theirs.
    #[must_use]
    pub fn confined_pages(&self) -> (usize, usize) {
        self.menu.confined()
    }

    /// What every action of this server is called, by its id: for reading the audit.
    #[must_use]
    pub fn action_words(&self) -> &BTreeMap<&'static str, &'static str> {
        self.menu.words()
    }

    /// A cookie of the request.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<&str> {
        cookies::find(&self.cookies, name, self.peer.https)
    }

    /// A cookie of ours as it was set; empty where it did not come.
    #[must_use]
    pub fn cookie_text(&self, name: &str) -> String {
        self.cookie(name).map_or_else(String::new, urlform::decode)
    }

    /// The session's token, where somebody is logged in.
    #[must_use]
    pub const fn session(&self) -> Option<&Token> {
        self.session.as_ref()
    }

    /// A new number for a form: the same number twice is one record (U19).
    pub fn new_op(&self) -> Result<String> {
        let raw: [u8; 12] = self.state.access.chance().bytes()?;
        Ok(raw.iter().map(|b| format!("{b:02x}")).collect())
    }

    /// The form's own number; a strange one counts as none.
    #[must_use]
    pub fn op(&self) -> &str {
        let op = self.form(OP);
        let plain = op.len() <= 64 && op.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if plain { op } else { "" }
    }

    /// Counts a refused request for the security log (README decision 17).
    pub(super) fn refuse(&self, kind: &'static str) {
        let path = self.path.split('?').next().unwrap_or_default();
        let who = self.who.as_deref();
        self.state.access.refuse_to(who, kind, &self.peer, path);
    }

    /// Sets a cookie of ours.
    pub fn set_cookie(&mut self, name: &str, value: &str, keep: Keep) {
        let line = cookies::set(name, value, keep, self.peer.https);
        self.back.cookies.push(line);
    }

    /// One sentence at the top of the next page: what happened and what comes next (U61).
    pub fn tell(&mut self, sentence: &str) {
        let short: String = sentence.chars().take(200).collect();
        self.set_cookie(cookies::SAID, &short, Keep::Session);
    }

    /// Clears what the browser keeps of us: leaving on a shared PC (S48, S49).
    pub const fn forget(&mut self) {
        self.back.forget = true;
    }

    /// What surrounds a page of a person who is logged in; for a visitor it is empty of persons.
    #[must_use]
    pub fn frame(&self) -> Frame<'_> {
        let who = self.who.as_deref();
        let todo = self.numbers().todo;
        let path = self.path.split('?').next().unwrap_or_default();
        Frame {
            site: self.site(),
            person: who.map_or("", |w| &w.name),
            number: who.map_or(0, |w| w.person.0),
            post: who.map_or("", |w| &w.dept_name),
            csrf: &self.csrf,
            path: &self.path,
            home: HOME,
            zoom: self.zoom(),
            rail: self.rail(),
            menu: who.map_or_else(Vec::new, |who| {
                self.menu.of(&Reader {
                    who,
                    peer: &self.peer,
                    path,
                    todo,
                })
            }),
            dock: who.map_or_else(Vec::new, |_| Menu::dock(path, todo)),
            notes: self.notes(),
            probe: self.probe(),
        }
    }

    /// What just happened, and what stands until it is mended.
    fn notes(&self) -> Vec<Markup> {
        let said = self.said().map(|s| note::done(&s));
        let several = self.who.as_ref().is_some_and(|w| w.admin.len() > 1);
        let warning = several.then(|| {
            let lead = "您一个人担任几个管理角色。";
            note::note(Tone::Plain, lead, &STANDING_WARNING)
        });
        let mail = self.mail_note();
        let invented = self.who.as_ref().filter(|_| self.state.access.is_demo());
        let invented = invented.map(|who| demo_note(who));
        let server = self.server_note();
        let old = self.superseded_note();
        let standing = server
            .into_iter()
            .chain(self.delegation_notes())
            .chain(old)
            .chain(invented)
            .chain(self.wizard_note())
            .chain(warning)
            .chain(mail);
        said.into_iter().chain(standing).collect()
    }

    /// To everybody: why nothing can be handed in just now. From what was measured last, no question to the disk.
    #[must_use]
    pub fn server_note(&self) -> Option<Markup> {
        let disk = self.state.store.disk();
        let (lead, rest) = match disk.level {
            _ if disk.read_only => (
                "服务器的磁盘现在只能读。",
                "可以看，暂时不能办，已经填的先不要关页面。管理员正在处理，好了自己恢复。",
            ),
            Level::Shut => (
                "服务器的磁盘已满。",
                "可以看，暂时不能办，已经填的先不要关页面。管理员腾出空间后自己恢复。",
            ),
            Level::Full => (
                "服务器的磁盘已满。",
                "新件暂时收不进来，待办里的件可以照常办。管理员腾出空间后自己恢复。",
            ),
            _ if matches!(self.state.store.clock_state(), ClockState::Held { .. }) => (
                "服务器的时间不对，暂停办理。",
                "可以看，暂时不能办。请管理员到服务器电脑上打开“体检”核对时间。",
            ),
            _ => return None,
        };
        Some(note::note(Tone::Bad, lead, &rest))
    }

    /// To everybody: the office goes on at another PC, and what is written here is seen by nobody there.
    fn superseded_note(&self) -> Option<Markup> {
        self.who.as_ref()?;
        let why = self.state.store.backups().superseded();
        (!why.is_empty()).then(|| note::note(Tone::Bad, "这台服务器是旧的。", &why))
    }

    /// On every page: whose tasks the reader does beside his own, and who does his.
    fn delegation_notes(&self) -> Vec<Markup> {
        let Some(who) = self.who.as_ref() else {
            return Vec::new();
        };
        let d = self.state.org.current();
        let mut all = Vec::new();
        for one in d.delegated_by(who.person) {
            let names: Vec<&str> = match one.delegate {
                Some(p) => vec![d.person_name(p)],
                None => d
                    .stand_ins_of(who.person)
                    .into_iter()
                    .map(|p| d.person_name(p))
                    .collect(),
            };
            if names.is_empty() {
                continue;
            }
            let lead = format!(
                "您的待办现在由{}代办，到{}。",
                names.join("、"),
                one.last.short()
            );
            let press = Press::new("结束委托").posts("id", format!("{}.{}", one.id, one.rev));
            // the page is only shown: without chance there is no button, and 我的 has one as well
            let end = self
                .new_op()
                .map(|op| one_button(DELEGATION_END, &self.csrf, &op, &press));
            let rest = html! { (self.about(one)) (one.reason) "。您自己照样能办。" @if let Ok(end) = &end { (end) } };
            all.push(note::note(Tone::Plain, &lead, &rest));
        }
        let mut told: Vec<i64> = Vec::new();
        for s in d.stands_in(who.person) {
            if told.contains(&s.delegation) {
                continue;
            }
            told.push(s.delegation);
            let Some(one) = d.delegation(s.delegation) else {
                continue;
            };
            let lead = format!(
                "您正在代{}办理，到{}。",
                d.person_name(s.absent),
                one.last.short()
            );
            let rest = html! { (self.about(one)) (one.reason) "。待办里写着“代" (d.person_name(s.absent)) "办理”的，就是他的。" };
            all.push(note::note(Tone::Plain, &lead, &rest));
        }
        all
    }

    /// 只限“公务用车申请”的件, where not everything was handed on.
    fn about(&self, one: &Delegation) -> String {
        match one.procedures.as_slice() {
            [] => String::new(),
            some => format!("只限“{}”的件。", self.state.engine.procedures.named(some)),
        }
    }

    /// To whoever can mend it: no mail goes out at all.
    fn mail_note(&self) -> Option<Markup> {
        let who = self.who.as_ref()?;
        let trouble = self.state.alerts.trouble();
        let mends = who.admin.contains(&AdminRole::System) && !trouble.is_empty();
        mends.then(|| {
            let rest = html! { (trouble) " " (Link::new("看邮件设置", MAIL_AT)) };
            note::note(Tone::Bad, "提醒邮件发不出去。", &rest)
        })
    }

    /// The reader's numbers, counted once a request. A count that cannot be had must not keep the page
    /// from its reader.
    #[must_use]
    pub fn numbers(&self) -> Numbers {
        *self.numbers.get_or_init(|| match self.who.as_deref() {
            Some(who) => self.state.numbers(who).unwrap_or_else(|e| {
                self.state.fault(&e.to_string(), &self.request, &self.path);
                Numbers::default()
            }),
            None => Numbers::default(),
        })
    }

    fn zoom(&self) -> Zoom {
        Zoom::of(self.who.as_ref().map_or(1, |w| i64::from(w.zoom)))
    }

    fn rail(&self) -> Rail {
        match self.cookie(cookies::RAIL) {
            Some("folded") => Rail::Folded,
            _ => Rail::Open,
        }
    }

    /// What the page before wanted said; frames show it, pages at the door do it themselves.
    #[must_use]
    pub fn said(&self) -> Option<String> {
        Some(self.cookie_text(cookies::SAID)).filter(|s| !s.is_empty())
    }

    /// A page inside the frame, or at the door where nobody is logged in.
    #[must_use]
    pub fn page(&self, title: &str, content: &Markup) -> Reply {
        Reply::Page(self.draw(&Page::new(title), content))
    }

    /// A page with more said about it: `Page::new("…").wrong(&errors)`.
    #[must_use]
    pub fn draw(&self, page: &Page<'_>, content: &Markup) -> Markup {
        if self.who.is_some() {
            frame::app_page(&self.frame(), page, content)
        } else if self.state.looking {
            bare::look_page(self.site(), page, content)
        } else {
            door(self.site(), page, content)
        }
    }

    /// The way back to the to-dos, or to the door.
    pub(super) fn home(&self) -> Link {
        if self.who.is_some() {
            Link::new("去待办", HOME)
        } else if self.state.looking {
            Link::new("看目录", super::CLAIM_AT)
        } else if self.state.broken.is_some() {
            Link::new("看怎么办", super::CLAIM_AT)
        } else {
            Link::new("去登录", super::LOGIN_AT)
        }
    }
}

/// On every page of an office whose data are invented; its administrator gets the way out of it.
fn demo_note(who: &Who) -> Markup {
    let manages = who.admin.contains(&AdminRole::System);
    let rest = html! {
        "人和文件都是编的，不要把真的文件放进来。"
        @if manages { (Link::new("登录名单和清除", DEMO_AT)) }
    };
    note::note(Tone::Plain, "这是演示数据。", &rest)
}

/// A page at the door.
pub(super) fn door(site: &Site, page: &Page<'_>, content: &Markup) -> Markup {
    let name = if site.office_full.is_empty() {
        "砚台"
    } else {
        &site.office_full
    };
    let red = Door {
        name,
        under: "办公平台",
        zoom: Zoom::Plain,
    };
    frame::door_page(site, page, &red, content)
}
