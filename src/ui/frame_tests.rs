//! What every frame must keep: hostile names stay text, nothing inline, one skip link, a telephone
//! number in the foot, no primary button of its own.

use super::*;
use crate::ui::note;
use crate::ui::print::{PrintBar, print_page};
use crate::ui::scan::{HOSTILE, check};

fn site(word: &str) -> Site {
    Site {
        css: "/a/look.css".into(),
        js: "/a/app.js".into(),
        icon: "/a/icon.png".into(),
        pulse: "/a/pulse.js".into(),
        dot: "/a/dot.png".into(),
        office: word.into(),
        office_full: word.into(),
        address: word.into(),
        version: word.into(),
        admin: word.into(),
        admin_phone: word.into(),
    }
}

fn errors() -> FieldErrors {
    let mut errors = FieldErrors::default();
    errors.add("a", "请填写");
    errors
}

fn frame<'a>(site: &'a Site, word: &'a str) -> Frame<'a> {
    let item = |label: &str, href: &str, current| MenuItem {
        label: label.into(),
        href: href.into(),
        count: 12,
        current,
        children: vec![MenuItem {
            label: word.into(),
            href: word.into(),
            heading: word.into(),
            ..MenuItem::default()
        }],
        ..MenuItem::default()
    };
    Frame {
        site,
        person: word,
        number: 7,
        post: word,
        csrf: word,
        path: word,
        home: "/todo",
        zoom: Zoom::Large,
        rail: Rail::Open,
        menu: vec![
            item("待办", "/todo", Current::Page),
            item(word, word, Current::Within),
        ],
        dock: vec![item("待办", "/todo", Current::Page)],
        probe: None,
        notes: vec![note::done(word)],
    }
}

#[test]
fn hostile_text_stays_text_in_every_frame() {
    let site = site(HOSTILE);
    let page = Page::new(HOSTILE)
        .acting()
        .wide()
        .wrong(&errors())
        .refresh(5);
    let inner = html! { (heading(HOSTILE, HOSTILE, &html! { (HOSTILE) })) (crumbs(&Link::new(HOSTILE, HOSTILE), &[Link::new(HOSTILE, HOSTILE)], HOSTILE)) };
    let body = two(&inner, &html! { (HOSTILE) });
    let door = Door {
        name: HOSTILE,
        under: HOSTILE,
        zoom: Zoom::Huge,
    };
    let wizard = Wizard {
        steps: &[HOSTILE, HOSTILE],
        at: 2,
        person: HOSTILE,
        csrf: HOSTILE,
        path: HOSTILE,
        zoom: Zoom::Plain,
    };
    let bar = PrintBar {
        back: HOSTILE,
        said: HOSTILE,
    };
    check(&app_page(&frame(&site, HOSTILE), &page, &body));
    check(&door_page(&site, &page, &door, &body));
    check(&wizard_page(&site, &page, &wizard, &body));
    check(&print_page(&site, &page, &bar, &body));
}

#[test]
fn the_frame_has_no_primary_of_its_own_and_is_complete() {
    let site = site("砚田镇");
    let html = app_page(&frame(&site, "宋小笺"), &Page::new("待办"), &html! {});
    let tags = check(&html);
    let has = |class: &str| {
        tags.iter().any(|t| {
            t.attr("class")
                .is_some_and(|c| c.split(' ').any(|w| w == class))
        })
    };
    assert!(!has("key"));
    assert!(has("skip") && has("foot") && has("dock") && has("rail") && has("top"));
    let text = html.into_string();
    assert!(text.starts_with(
        "<!DOCTYPE html><html lang=\"zh-CN\" class=\"z2\"><head><meta name=\"renderer\""
    ));
    assert!(text.contains("<title>待办 - 砚田镇</title>"));
    assert!(text.contains("<i data-todo-count>12</i>"));
    assert!(text.contains(
        "<body class=\"app\" data-pulse=\"/pulse\" data-count=\"/count\" data-who=\"7\" data-dot=\"/a/dot.png\">"
    ));
}

#[test]
fn a_failed_form_says_so_in_the_title() {
    assert_eq!(
        Page::new("请假申请").wrong(&errors()).full_title("砚田镇"),
        "有误：请假申请 - 砚田镇"
    );
    assert_eq!(Page::new("启用服务器").full_title(""), "启用服务器 - 砚台");
}

#[test]
fn steps_are_past_present_and_to_come() {
    let wizard = Wizard {
        steps: &["启用", "单位", "完成"],
        at: 2,
        person: "",
        csrf: "",
        path: "",
        zoom: Zoom::Plain,
    };
    let html = wizard_page(&Site::default(), &Page::new("单位"), &wizard, &html! {}).into_string();
    assert!(
        html.contains(r#"<li class="past"><span>启用</span></li>"#),
        "{html}"
    );
    assert!(
        html.contains(r#"aria-current="step"><span>单位</span>"#),
        "{html}"
    );
    assert!(
        html.contains("<title>单位 - 第 2 步，共 3 步 - 砚台</title>"),
        "{html}"
    );
}
