//! The contact sheet: every kind of page at both widths, to be looked at by a person. What a machine can
//! see of the look is asserted on the way: no sideways scroll on a telephone, a label at every field.

use super::office::Pc;
use crate::support::browser::Browser;
use std::path::PathBuf;

/// Pictures in the order they were taken; one without a browser's scripts takes none.
#[derive(Default)]
pub struct Album {
    pictures: Vec<PathBuf>,
    closed: bool,
}

/// How far the page is wider than the window, and what sticks out furthest.
pub const SIDEWAYS: &str =
    "var wide = document.documentElement.scrollWidth - window.innerWidth, worst = '', by = 0;
    if (wide <= 0) return '';
    document.querySelectorAll('main *, header *, footer *').forEach(function (e) {
        var out = e.getBoundingClientRect().right - window.innerWidth;
        if (out > by && !e.closest('.scroll')) { by = out; worst = e.outerHTML.slice(0, 160); } });
    return wide + ' px: ' + worst;";

/// Fields that nothing names.
pub const NAMELESS: &str = "return Array.prototype.filter.call(document.querySelectorAll('input,select,textarea'), function (e) {
    return e.type !== 'hidden' && e.type !== 'submit' && !(e.labels && e.labels.length) && !e.getAttribute('aria-label');
    }).map(function (e) { return e.name || e.outerHTML; }).join(', ');";

impl Album {
    /// Takes no pictures.
    pub fn closed() -> Self {
        Self {
            closed: true,
            ..Self::default()
        }
    }

    pub fn pictures(&self) -> &[PathBuf] {
        &self.pictures
    }

    /// The page that is shown, at both widths.
    pub fn take(&mut self, pc: &mut Pc, name: &str) {
        if self.closed {
            return;
        }
        let name = format!("{:02}-{name}", self.pictures.len() / 2 + 1);
        self.pictures.extend(both_widths(&mut pc.browser, &name));
    }

    /// Every page of the menu for a clerk and for the administrator, and what hangs on a case.
    pub fn every_page(&mut self, pc: &mut Pc, case: &str) {
        pc.sit("宋小笺");
        let mut menu = menu_of(pc);
        menu.push("/me".into());
        menu.extend([case.to_owned(), format!("{case}/ledger")]);
        for page in &menu {
            self.leaf(pc, page);
        }
        pc.is_refused("/nowhere", "没有");
        self.take(pc, "error");
        pc.sit("安守");
        self.take(pc, "nothing-to-do");
        pc.at_the_server();
        pc.browser.goto("/admin");
        let known = menu;
        for page in menu_of(pc).iter().filter(|p| !known.contains(p)) {
            self.leaf(pc, page);
        }
        for page in ["/admin/people/new", "/admin/people/2", "/admin/org/organ/1"] {
            self.leaf(pc, page);
        }
        pc.at_a_desk();
    }

    fn leaf(&mut self, pc: &mut Pc, page: &str) {
        pc.goto(page);
        let name = page.trim_start_matches('/').replace('/', "-");
        let name: String = name
            .chars()
            .filter(|c| !c.is_ascii_digit() || name.len() < 12)
            .collect();
        self.take(pc, &name);
    }
}

/// The page that is shown at both widths, with what a machine can see of its look.
pub fn both_widths(browser: &mut Browser, name: &str) -> [PathBuf; 2] {
    let wide = browser.look(name);
    browser.phone();
    let narrow = browser.look(name);
    let sideways = browser.script(SIDEWAYS);
    let nameless = browser.script(NAMELESS);
    browser.desktop();
    assert_eq!(sideways, "", "{name} scrolls sideways at 360 px");
    assert_eq!(nameless, "", "{name} has fields without a label");
    [wide, narrow]
}

/// Addresses of the menu as it stands on the page.
fn menu_of(pc: &Pc) -> Vec<String> {
    let all = pc.browser.attributes("nav.rail a", "href");
    assert!(all.len() > 4, "{all:?}");
    all.into_iter()
        .filter(|href| href.starts_with('/'))
        .collect()
}
