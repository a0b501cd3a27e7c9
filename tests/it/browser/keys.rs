//! Registering by keyboard alone: from the first page to the registered case, and on to the next document,
//! with every key that is not part of the text counted.

use super::desks::Desks;
use std::thread::sleep;
use std::time::{Duration, Instant};

const TAB: char = '\u{E004}';
const ENTER: char = '\u{E007}';
const CONTROL: char = '\u{E009}';
const SPACE: char = ' ';

/// Hands on the keyboard; nobody touches the mouse.
struct Hands<'a> {
    desks: &'a mut Desks,
    strokes: usize,
}

impl Hands<'_> {
    /// Keys held together: one stroke.
    fn strike(&mut self, keys: &[char]) {
        self.desks.browser.strikes(keys);
        self.strokes += 1;
    }

    /// Leafs on with Tab until this has the focus.
    fn reach(&mut self, what: &str) {
        for _ in 0..60 {
            if self.desks.browser.focused().contains(what) {
                return;
            }
            self.strike(&[TAB]);
        }
        panic!("no Tab leads to {what}");
    }

    /// Text, as the input method hands it over; its letters are not counted.
    fn write(&self, text: &str) {
        self.desks.browser.composed(text);
    }
}

#[test]
fn two_documents_are_registered_without_a_mouse() {
    let Some(mut desks) = Desks::open("keys", &["宋小笺"]) else {
        return;
    };
    desks.sit("宋小笺");
    let mut hands = Hands {
        desks: &mut desks,
        strokes: 0,
    };
    // past the menu by its own way
    hands.reach("跳到正文");
    hands.strike(&[ENTER]);
    hands.reach("登记办件");
    hands.strike(&[ENTER]);
    hands.desks.arrives("登记送出时自动取号");
    let to_the_form = hands.strokes;
    assert!(hands.desks.browser.focused().contains("f.from"));
    hands.write("墨川县应急管理局");
    hands.strike(&[TAB]);
    hands.write("墨应急发〔2026〕18号");
    hands.strike(&[TAB]);
    hands.write("关于做好汛前检查的通知");
    hands.reach("next");
    hands.strike(&[SPACE]);
    hands.strike(&[CONTROL, ENTER]);
    hands.desks.arrives("已登记并送拟办");
    let first = hands.strokes;
    // the next form knows who wrote, and waits at what it does not know
    assert!(hands.desks.browser.focused().contains("f.from_number"));
    assert_eq!(hands.desks.browser.value("来文机关"), "墨川县应急管理局");
    hands.write("墨应急发〔2026〕19号");
    hands.strike(&[TAB]);
    hands.write("关于开展防汛演练的通知");
    hands.strike(&[CONTROL, ENTER]);
    // the page said the same of the first document: what tells is the list
    let until = Instant::now() + Duration::from_secs(60);
    while hands.desks.office.town.todo("宋小笺").len() < 2 {
        assert!(Instant::now() < until, "the second was not registered");
        sleep(Duration::from_millis(50));
    }
    hands.desks.browser.wait_for("已登记并送拟办");
    hands.desks.settle();
    let second = hands.strokes - first;
    eprintln!(
        "keystrokes beside the text: {to_the_form} to the form, {} for the first document with 连续登记 ticked, {second} for the next",
        first - to_the_form
    );
    assert!(to_the_form <= 8, "{to_the_form} strokes to the form");
    assert!(first - to_the_form <= 20, "{} strokes", first - to_the_form);
    assert_eq!(second, 2, "Tab and Ctrl+Enter");
    let waiting = desks.office.town.todo("宋小笺");
    for title in ["关于做好汛前检查的通知", "关于开展防汛演练的通知"] {
        assert_eq!(
            waiting.iter().filter(|t| t.contains(title)).count(),
            1,
            "{waiting:?}"
        );
    }
}

#[test]
fn one_document_takes_a_handful_of_keys() {
    let Some(mut desks) = Desks::open("keys-one", &["宋小笺"]) else {
        return;
    };
    desks.sit("宋小笺");
    desks.goes("/start/incoming-handle", "登记送出时自动取号");
    let mut hands = Hands {
        desks: &mut desks,
        strokes: 0,
    };
    hands.write("墨川县应急管理局");
    hands.strike(&[TAB]);
    hands.write("墨应急发〔2026〕18号");
    hands.strike(&[TAB]);
    hands.write("关于做好汛前检查的通知");
    hands.strike(&[CONTROL, ENTER]);
    hands.desks.arrives("已登记并送拟办");
    assert_eq!(hands.strokes, 3, "two Tabs and Ctrl+Enter");
}
