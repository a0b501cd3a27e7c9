//! Every page of the menu at both widths and in every size of type: nothing sticks out sideways, no field is nameless,
//! the browser has nothing to complain about, and what a screen reader needs is there. `tests/engines` does the same over
//! every link and in old browsers.

use super::album::{NAMELESS, SIDEWAYS};
use super::desks::Desks;
use std::collections::BTreeSet;

/// What the head and the tables owe to those who do not see them; empty where nothing is missing.
const OWED: &str = "var d = document, said = [];
    if (d.documentElement.lang !== 'zh-CN') said.push('lang');
    if (!d.title) said.push('title');
    if (d.querySelectorAll('h1').length !== 1) said.push('h1');
    if (!d.querySelector('main#main') || !d.querySelector('a.skip')) said.push('skip link');
    d.querySelectorAll('thead th').forEach(function (th) { if (!th.scope) said.push('th ' + th.textContent); });
    d.querySelectorAll('img').forEach(function (i) { if (!i.hasAttribute('alt')) said.push('img ' + i.src); });
    return said.join(', ');";

#[test]
fn the_menu_fits_every_screen_and_size_of_type() {
    let Some(mut desks) = Desks::open("everywhere", &["宋小笺"]) else {
        return;
    };
    desks
        .office
        .town
        .register("incoming-handle", "关于防汛值班的通知")
        .unwrap();
    desks.sit("宋小笺");
    let mut met = BTreeSet::new();
    through_the_menu(&mut desks, &mut met);
    desks.sits_at_the_server();
    desks.goes("/admin", "管理");
    through_the_menu(&mut desks, &mut met);
    assert!(met.len() > 25, "{met:?}");
}

fn through_the_menu(desks: &mut Desks, met: &mut BTreeSet<String>) {
    let mut next = desks.browser.attributes("nav.rail a", "href");
    next.extend(["/me", "/help", "/help/errors"].map(str::to_owned));
    while let Some(at) = next.pop() {
        if !at.starts_with('/') || !met.insert(at.clone()) {
            continue;
        }
        desks.goes(&at, "本平台不涉密");
        // entries under the current one
        next.extend(desks.browser.attributes("nav.rail ul ul a", "href"));
        fits(desks, &at);
    }
}

fn fits(desks: &mut Desks, at: &str) {
    let browser = &mut desks.browser;
    assert_eq!(browser.script(OWED), "", "{at}");
    assert_eq!(
        browser.script(NAMELESS),
        "",
        "{at} has fields without a label"
    );
    for size in ["", "z2", "z3"] {
        browser.script(&format!("document.documentElement.className = '{size}'"));
        browser.desktop();
        assert_eq!(browser.script(SIDEWAYS), "", "{at} {size} at 1366 px");
        browser.phone();
        assert_eq!(browser.script(SIDEWAYS), "", "{at} {size} at 360 px");
    }
    browser.desktop();
}

#[test]
fn the_focus_is_seen_where_the_keyboard_takes_it() {
    let Some(mut desks) = Desks::open("focus", &["宋小笺"]) else {
        return;
    };
    desks.sit("宋小笺");
    desks.goes("/start/incoming-handle", "登记送出时自动取号");
    let mut places = BTreeSet::new();
    for _ in 0..25 {
        desks.browser.strikes(&['\u{E004}']);
        let seen = desks.browser.script(
            "var e = document.activeElement, s = getComputedStyle(e), r = e.getBoundingClientRect();
            if (e === document.body) return ''; // past the last, on to the first
            if (s.outlineStyle === 'none' || parseFloat(s.outlineWidth) < 2) return 'no outline: ' + e.outerHTML.slice(0, 120);
            if (r.bottom < 0 || r.top > innerHeight) return 'out of sight: ' + e.outerHTML.slice(0, 120);
            return '';",
        );
        assert_eq!(seen, "");
        places.insert(desks.browser.focused());
    }
    assert!(places.len() > 15, "{places:?}");
}
