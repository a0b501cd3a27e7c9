//! What goes wrong at a desk while somebody is writing: pinyin that is not yet a word, a log-in that ran
//! out, a network that goes away, a page sent twice. Nothing typed is lost and nothing is registered twice.

use crate::support::browser::Browser;
use crate::support::http::Http;
use crate::support::office::{Office, PASSWORD, log_in};
use crate::support::town::says;
use inkstone::engine::definition::MoveId;
use serde_json::json;

/// The clerk at a desk of the LAN, logged in.
fn at_a_desk(office: &Office) -> Option<(Browser, Http)> {
    let mut browser = Browser::open(office.at(2).address)?;
    let mut admin = office.admin();
    let clerk = office.colleague(&mut admin, "宋小笺");
    sit(&mut browser, &clerk);
    Some((browser, clerk))
}

fn sit(browser: &mut Browser, http: &Http) {
    browser.goto("/login");
    let all: Vec<_> = http
        .cookies
        .iter()
        .map(|(name, value)| json!({ "name": name, "value": value }))
        .collect();
    browser.set_cookies(&json!(all));
}

fn fill_in(browser: &mut Browser, title: &str) {
    browser.goto("/start/incoming-handle");
    browser.fill("来文机关", "墨川县人民政府");
    browser.fill("来文字号", "墨政发〔2026〕3号");
    browser.fill("标题", title);
}

/// How many cases of this title wait for the clerk.
fn waiting(office: &Office, title: &str) -> usize {
    assert!(office.town.store.drain(std::time::Duration::from_secs(10)));
    let all = office.town.todo("宋小笺");
    all.iter().filter(|t| t.contains(title)).count()
}

#[test]
fn enter_that_confirms_pinyin_sends_nothing() {
    let office = Office::new("pinyin");
    let Some((mut browser, _)) = at_a_desk(&office) else {
        return;
    };
    fill_in(&mut browser, "关于防汛的");
    browser.composes("tongzhi");
    browser.enter_while_composing();
    browser.composed("通知");
    assert_eq!(browser.value("标题"), "关于防汛的通知");
    assert_eq!(browser.path(), "/start/incoming-handle");
    assert_eq!(waiting(&office, "关于防汛的通知"), 0);
    browser.press("登记并送拟办");
    browser.wait_for("已登记并送拟办");
    assert_eq!(waiting(&office, "关于防汛的通知"), 1);
}

#[test]
fn a_log_in_that_ran_out_keeps_what_was_written() {
    let office = Office::new("ran-out");
    let Some((mut browser, mut clerk)) = at_a_desk(&office) else {
        return;
    };
    fill_in(&mut browser, "关于秋粮收购的通知");
    let csrf = clerk.get("/me").hidden("/logout");
    let csrf: Vec<(&str, &str)> = csrf.iter().map(|(n, v)| (&**n, &**v)).collect();
    assert_eq!(clerk.post("/logout", &csrf).status, 303);
    browser.press("登记并送拟办");
    browser.wait_for("内容没有丢");
    assert_eq!(waiting(&office, "关于秋粮收购的通知"), 0);
    // logs in on another page, as the sentence says, and comes back to this one
    assert_eq!(log_in(&mut clerk, "宋小笺", PASSWORD).status, 303);
    let all: Vec<_> = clerk
        .cookies
        .iter()
        .map(|(name, value)| json!({ "name": name, "value": value }))
        .collect();
    browser.set_cookies(&json!(all));
    browser.press("重新提交");
    browser.wait_for("已登记并送拟办");
    assert_eq!(waiting(&office, "关于秋粮收购的通知"), 1);
}

#[test]
fn a_lost_network_loses_no_word() {
    let office = Office::new("lost");
    let Some((mut browser, _)) = at_a_desk(&office) else {
        return;
    };
    fill_in(&mut browser, "关于春耕的通知");
    browser.network(false);
    browser.wait_for("网络断开");
    browser.fill("标题", "关于春耕备耕的通知");
    browser.press("登记并送拟办");
    assert_eq!(browser.path(), "/start/incoming-handle");
    browser.network(true);
    browser.wait_gone("网络断开");
    assert_eq!(browser.value("标题"), "关于春耕备耕的通知");
    assert_eq!(waiting(&office, "关于春耕备耕的通知"), 0);
    browser.press("登记并送拟办");
    browser.wait_for("已登记并送拟办");
    assert_eq!(waiting(&office, "关于春耕备耕的通知"), 1);
}

#[test]
fn a_page_somebody_was_faster_on_says_so_and_keeps_the_words() {
    let office = Office::new("stale");
    let Some((mut browser, _)) = at_a_desk(&office) else {
        return;
    };
    let town = &office.town;
    let case = town
        .register("incoming-handle", "关于清明防火的通知")
        .unwrap()
        .case;
    assert_eq!(waiting(&office, "关于清明防火的通知"), 1);
    browser.goto(&format!("/case/{case}"));
    browser.fill("拟办意见", "拟请分管领导阅处，应急办主办。");
    // done meanwhile at another PC of the same clerk
    town.act("宋小笺", case, MoveId::Submit, says("拟请江镇长阅示。"))
        .unwrap();
    browser.press("拟办并送办公室主任审阅");
    browser.wait_for("纪文澜");
    browser.wait_for("拟请分管领导阅处，应急办主办。");
    let view = town.open_case("宋小笺", case).unwrap();
    let said = view.case.state.opinions.iter().map(|o| o.text.as_str());
    assert_eq!(said.collect::<Vec<_>>(), ["拟请江镇长阅示。"]);
}

#[test]
fn s49_what_one_person_saw_is_nothing_to_the_next() {
    let office = Office::new("next");
    let Some((mut browser, _)) = at_a_desk(&office) else {
        return;
    };
    let kept = "return JSON.stringify(localStorage)";
    let holds = |browser: &Browser, word: &str| {
        let all = browser.script(kept);
        all.as_str().is_some_and(|all| all.contains(word))
    };
    browser.goto("/todo");
    browser.wait_for("没有等您办的件");
    wait(|| holds(&browser, "ink.seen"));
    let first = browser.attribute("body", "data-who");
    // as if somebody had seen what comes in a year: the next person's news must not be measured by it
    browser.script(
        "localStorage.setItem('ink.seen', '9e15'); localStorage.setItem('ink.hot', '9e15')",
    );
    let colleague = office.colleague(&mut office.admin(), "纪文澜");
    sit(&mut browser, &colleague);
    browser.goto("/me");
    assert_ne!(browser.attribute("body", "data-who"), first);
    wait(|| holds(&browser, "ink.seen"));
    assert!(!holds(&browser, "9e15"), "{}", browser.script(kept));
    // leaving takes the rest, over plain HTTP too
    browser.press("退出");
    browser.wait_for("已经退出");
    for word in ["ink.pulse", "ink.seen", "ink.told", "ink.hot", "ink.who"] {
        assert!(!holds(&browser, word), "{word}: {}", browser.script(kept));
    }
}

/// Until a page's script did what it does; one that never does fails.
fn wait(done: impl Fn() -> bool) {
    for _ in 0..600 {
        if done() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    panic!("the page's script did not do it within a minute");
}

#[test]
fn pressed_twice_and_gone_back_it_is_one_case() {
    let office = Office::new("twice");
    let Some((mut browser, _)) = at_a_desk(&office) else {
        return;
    };
    fill_in(&mut browser, "关于植树的通知");
    browser.script("var b = document.querySelector('.btn.key'); b.click(); b.click();");
    browser.wait_for("已登记并送拟办");
    assert_eq!(waiting(&office, "关于植树的通知"), 1);
    browser.back();
    browser.wait_for("来文机关");
    assert_eq!(
        browser.value("标题"),
        "",
        "the way back leads to a new form"
    );
    browser.press("登记并送拟办");
    browser.wait_for("请填写标题");
    assert_eq!(waiting(&office, "关于植树的通知"), 1);
}
