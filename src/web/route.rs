//! Routes and manifests: deny by default. A route has no constructor without an action; public pages
//! say so, and a test pins their list.
//! What is derived from this list (menu, rights matrix, router) includes a new page by its existing.

use super::cx::{Cx, OpenCx};
use super::reply::{Answer, Reply};
use super::run;
use super::visit::Visit;
use crate::access::{Action, Allowed, Place};
use crate::kit::Result;

/// How a route is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// Looks; changes nothing.
    Get,
    /// Changes something.
    Post,
}

/// What a route demands.
#[derive(Debug, Clone, Copy)]
pub struct Demand {
    /// The action's id, as `case.advance`.
    pub action: &'static str,
    /// 送审.
    pub label: &'static str,
    /// Who may.
    pub who: Allowed,
    /// Where from.
    pub place: Place,
}

pub(super) type Handle = Box<dyn Fn(Visit) -> Answer + Send + Sync>;

/// One page or one deed.
pub struct Route {
    pub(super) method: Method,
    pub(super) path: &'static str,
    pub(super) demand: Option<Demand>,
    pub(super) at_once: bool,
    pub(super) unattended: bool,
    pub(super) takes_cut: bool,
    pub(super) handle: Handle,
}

impl Route {
    /// A page for those who may do `A`. Must change nothing.
    #[must_use]
    pub fn get<A: Action + 'static>(
        path: &'static str,
        handler: fn(&mut Cx<A>) -> Result<Reply>,
    ) -> Self {
        Self::inside(Method::Get, path, handler)
    }

    /// A deed of those who may do `A`.
    #[must_use]
    pub fn post<A: Action + 'static>(
        path: &'static str,
        handler: fn(&mut Cx<A>) -> Result<Reply>,
    ) -> Self {
        Self::inside(Method::Post, path, handler)
    }

    /// A public page.
    #[must_use]
    pub fn open_get(path: &'static str, handler: fn(&mut OpenCx) -> Result<Reply>) -> Self {
        Self::open(Method::Get, path, handler)
    }

    /// A public form.
    #[must_use]
    pub fn open_post(path: &'static str, handler: fn(&mut OpenCx) -> Result<Reply>) -> Self {
        Self::open(Method::Post, path, handler)
    }

    /// Drawn on the serving thread: for a page that reads a few rows by key, whatever the office holds.
    /// Handing it to another thread costs more than the page; one that searches,
    /// exports or waits would hold up everybody else.
    #[must_use]
    pub const fn at_once(mut self) -> Self {
        self.at_once = true;
        self
    }

    /// Asked by the page's script by itself: it keeps no session alive (U53).
    #[must_use]
    pub const fn unattended(mut self) -> Self {
        self.unattended = true;
        self
    }

    /// Shows a form again of which a text was too long to be kept whole; other routes never see one.
    #[must_use]
    pub const fn takes_cut(mut self) -> Self {
        self.takes_cut = true;
        self
    }

    fn inside<A: Action + 'static>(
        method: Method,
        path: &'static str,
        handler: fn(&mut Cx<A>) -> Result<Reply>,
    ) -> Self {
        Self {
            method,
            path,
            demand: Some(Demand {
                action: A::ID,
                label: A::LABEL,
                who: A::WHO,
                place: A::PLACE,
            }),
            at_once: false,
            unattended: false,
            takes_cut: false,
            handle: Box::new(move |visit| run::inside(visit, handler)),
        }
    }

    fn open(method: Method, path: &'static str, handler: fn(&mut OpenCx) -> Result<Reply>) -> Self {
        Self {
            method,
            path,
            demand: None,
            at_once: false,
            unattended: false,
            takes_cut: false,
            handle: Box::new(move |visit| run::open(visit, handler)),
        }
    }

    /// How it is asked.
    #[must_use]
    pub const fn method(&self) -> Method {
        self.method
    }

    /// As `/case/{id}`.
    #[must_use]
    pub const fn path(&self) -> &'static str {
        self.path
    }

    /// What it demands; `None` for a public page.
    #[must_use]
    pub const fn demand(&self) -> Option<&Demand> {
        self.demand.as_ref()
    }

    /// Names in the path with their places.
    pub(super) fn names(&self) -> impl Iterator<Item = (usize, &'static str)> {
        self.path
            .split('/')
            .filter(|s| !s.is_empty())
            .enumerate()
            .filter_map(|(i, s)| Some((i, s.strip_prefix('{')?.strip_suffix('}')?)))
    }
}

/// An entry of the menu. Shown to those who may open its page.
#[derive(Debug, Clone, Copy)]
pub struct MenuItem {
    /// 收文.
    pub label: &'static str,
    /// A GET route without names in its path.
    pub href: &'static str,
    /// Smaller stands higher; the order is the same for everyone (U02).
    pub sort: u16,
    /// The entry it stands under, by its `href`; empty for the first level.
    pub under: &'static str,
    /// Small headings among the entries under it: from which `sort` on, and what it says.
    pub headings: &'static [(u16, &'static str)],
}

impl MenuItem {
    /// An entry of the first level; nine at most are shown.
    #[must_use]
    pub const fn new(label: &'static str, href: &'static str, sort: u16) -> Self {
        Self {
            label,
            href,
            sort,
            under: "",
            headings: &[],
        }
    }

    /// Under another entry.
    #[must_use]
    pub const fn under(mut self, parent: &'static str) -> Self {
        self.under = parent;
        self
    }

    /// With small headings among the entries under it.
    #[must_use]
    pub const fn headings(mut self, all: &'static [(u16, &'static str)]) -> Self {
        self.headings = all;
        self
    }
}

/// What a screen or a module adds to the server.
#[derive(Clone, Copy)]
pub struct Manifest {
    /// As `register`.
    pub id: &'static str,
    /// Its entries.
    pub menu: &'static [MenuItem],
    /// Its pages and deeds.
    pub routes: fn() -> Vec<Route>,
}
