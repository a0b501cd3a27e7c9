//! The menu, derived from the manifests: an entry is shown to those whose rights open its page.
//! Two levels at most, the same order for everyone; the second level only under the current entry.

use super::route::{Demand, MenuItem, Route};
use super::{HOME, LOOK_UP_AT, Method};
use crate::access::{Allowed, Peer, Place, Who, policy};
use crate::kit::{Error, Result};
use crate::ui::frame::{self, Current};
use std::collections::BTreeMap;

/// All entries with what their pages demand.
#[derive(Debug, Default)]
pub(super) struct Menu {
    top: Vec<Entry>,
    /// What every action is called, by its id.
    words: BTreeMap<&'static str, &'static str>,
    /// What every page demands, by the path of its route.
    pages: BTreeMap<&'static str, Demand>,
}

#[derive(Debug)]
struct Entry {
    item: MenuItem,
    page: Demand,
    under: Vec<Entry>,
}

impl Menu {
    /// Orders the entries; one that leads to no page, or stands under nothing, is a fault of ours.
    pub(super) fn new(items: &[MenuItem], routes: &[Route]) -> Result<Self> {
        let mut entries = Vec::new();
        for item in items {
            let page = routes
                .iter()
                .find(|r| r.method == Method::Get && r.path == item.href)
                .and_then(|r| r.demand);
            let page = page.ok_or_else(|| {
                Error::Fault(format!("menu entry {} leads to no page", item.href))
            })?;
            entries.push(Entry {
                item: *item,
                page,
                under: Vec::new(),
            });
        }
        entries.sort_by_key(|e| e.item.sort);
        let (mut top, low): (Vec<_>, Vec<_>) =
            entries.into_iter().partition(|e| e.item.under.is_empty());
        for entry in low {
            let parent = top.iter_mut().find(|e| e.item.href == entry.item.under);
            let parent = parent.ok_or_else(|| {
                Error::Fault(format!("menu entry {} stands nowhere", entry.item.href))
            })?;
            parent.under.push(entry);
        }
        let demands = routes.iter().filter_map(|r| r.demand);
        let words = demands.map(|d| (d.action, d.label)).collect();
        let pages = routes.iter().filter(|r| r.method == Method::Get);
        let pages = pages.filter_map(|r| Some((r.path, r.demand?))).collect();
        Ok(Self { top, words, pages })
    }

    /// The entries somebody is offered.
    pub(super) fn of(&self, reader: &Reader<'_>) -> Vec<frame::MenuItem> {
        draw_all(&self.top, reader)
    }

    /// Whether the page at this path of a route opens to somebody; of a path that is none nobody knows.
    pub(super) fn opens(&self, path: &str, (who, peer): (&Who, &Peer)) -> bool {
        let page = self.pages.get(path);
        page.is_none_or(|p| policy::check(who, peer, p.who, p.place).is_ok())
    }

    /// Administrators' pages that open at the server PC or over an encrypted connection alone, and all of theirs.
    pub(super) fn confined(&self) -> (usize, usize) {
        let theirs = self.pages.values();
        let theirs: Vec<&Demand> = theirs
            .filter(|d| matches!(d.who, Allowed::Admins(_)))
            .collect();
        let near = theirs.iter().filter(|d| d.place == Place::ServerOrHttps);
        (near.count(), theirs.len())
    }

    /// What every action of a route is called, by its id.
    pub(super) const fn words(&self) -> &BTreeMap<&'static str, &'static str> {
        &self.words
    }

    /// The phone's bottom bar.
    pub(super) fn dock(path: &str, todo: u64) -> Vec<frame::MenuItem> {
        [
            ("待办", HOME),
            ("查找", frame::SEEK_AT),
            ("登记簿", LOOK_UP_AT),
            ("我的", frame::ME_AT),
        ]
        .into_iter()
        .map(|(label, href)| frame::MenuItem {
            label: label.into(),
            href: href.into(),
            count: if href == HOME { todo } else { 0 },
            current: current(href, path),
            ..frame::MenuItem::default()
        })
        .collect()
    }
}

/// Who reads the menu, from where, on which page.
pub(super) struct Reader<'v> {
    pub who: &'v Who,
    pub peer: &'v Peer,
    /// Path of the page, without its query.
    pub path: &'v str,
    pub todo: u64,
}

/// The entries under one, each headed by what its stretch of the order is called, where that changes.
fn draw_under(entry: &Entry, reader: &Reader<'_>) -> Vec<frame::MenuItem> {
    let heading = |sort: u16| {
        let mut before = entry.item.headings.iter().rev();
        before
            .find(|(from, _)| *from <= sort)
            .map_or("", |(_, words)| words)
    };
    let mut last = "";
    let mut all = Vec::new();
    for child in entry.under.iter().filter(|e| e.is_open_to(reader)) {
        let now = heading(child.item.sort);
        let mut drawn = child.draw(reader);
        if now != last {
            drawn.heading = now.into();
        }
        last = now;
        all.push(drawn);
    }
    all
}

fn draw_all(entries: &[Entry], reader: &Reader<'_>) -> Vec<frame::MenuItem> {
    let open = entries.iter().filter(|e| e.is_open_to(reader));
    open.map(|e| e.draw(reader)).collect()
}

impl Entry {
    fn is_open_to(&self, reader: &Reader<'_>) -> bool {
        policy::check(reader.who, reader.peer, self.page.who, self.page.place).is_ok()
    }

    fn draw(&self, reader: &Reader<'_>) -> frame::MenuItem {
        let mut now = current(self.item.href, reader.path);
        let mut children = draw_under(self, reader);
        if children.iter().any(|c| c.current != Current::No) {
            now = Current::Within;
        }
        if now == Current::No {
            children.clear();
        }
        frame::MenuItem {
            label: self.item.label.into(),
            href: self.item.href.into(),
            count: if self.item.href == HOME {
                reader.todo
            } else {
                0
            },
            current: now,
            children,
            ..frame::MenuItem::default()
        }
    }
}

fn current(href: &str, path: &str) -> Current {
    match path.strip_prefix(href) {
        Some("") => Current::Page,
        Some(rest) if rest.starts_with('/') => Current::Within,
        _ => Current::No,
    }
}
