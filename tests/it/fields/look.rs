//! The form in a real browser: a table filled with the keyboard and from Excel, the sums that follow, the sheet
//! as one page of PDF with nothing cut; pictures at both widths.

use super::{form, office};
use crate::support::browser::Browser;
use crate::support::office::{ADMIN, PASSWORD};
use std::net::SocketAddr;

const ENTER: char = '\u{E007}';
const TAB: char = '\u{E004}';

fn types(browser: &Browser, text: &str) {
    browser.composed(text);
}

#[test]
fn a_table_by_keyboard_and_out_of_the_printer() {
    let office = office("fields-look");
    let port = office.server.addresses()[0].port();
    let here = SocketAddr::from(([127, 0, 0, 1], port));
    let Some(mut browser) = Browser::open(here) else {
        return;
    };
    browser.goto("/login");
    browser.fill("姓名、手机号或工号", ADMIN);
    browser.fill("密码", PASSWORD);
    browser.press("登录");
    browser.wait_gone("记住姓名");
    let _ = browser.complaints();
    browser.goto(form::AT);
    for (name, value) in [
        ("f.title", "去县里开会"),
        ("f.id_no", "11010519491231002X"),
        ("f.card", "6222021234567890123"),
        ("f.span.first", "2026-3-9"),
        ("f.span.last", "3月11日"),
        ("f.fare", "100.5"),
        ("f.bed", "1000"),
    ] {
        browser.fill(name, value);
    }
    browser.wait_for("大写：壹仟元整");
    browser.wait_for("共 3 天");
    browser.choose("f.way", "火车");
    by_keyboard(&mut browser);
    pasted(&mut browser);
    browser.see("fields-form");
    browser.press("送主任审");
    browser.wait_for("已送主任审");
    assert!(office.town.store.drain(std::time::Duration::from_secs(10)));
    browser.goto("/register/every_kind");
    browser.press("去县里开会");
    browser.wait_for("3 个工作日（3月9日—11日）");
    browser.see("fields-case");
    let case = browser.path();
    let case = case.split('?').next().unwrap().to_owned();
    printed(&mut browser, &case);
}

/// Down with Enter, on with Tab; after the last cell there is another row.
fn by_keyboard(browser: &mut Browser) {
    browser.script("document.getElementsByName('f.items.0.what')[0].focus()");
    for (what, n, price) in [("复印", "12", "80"), ("市内交通", "2", "100")] {
        types(browser, what);
        browser.strikes(&[TAB]);
        browser.strikes(&[TAB]);
        types(browser, n);
        browser.strikes(&[TAB]);
        types(browser, price);
        let row = browser.focused();
        let row: usize = row.split('.').nth(2).unwrap().parse().unwrap();
        browser.strikes(&[ENTER]);
        assert_eq!(browser.focused(), format!("f.items.{}.price", row + 1));
        let next = format!(
            "document.getElementsByName('f.items.{}.what')[0].focus()",
            row + 1
        );
        browser.script(&next);
    }
    browser.script("document.getElementsByName('f.items.2.day')[0].focus()");
    types(browser, "3月9日");
    browser.strikes(&[TAB]);
    assert_eq!(browser.focused(), "f.items.3.what", "a row more by Tab");
    assert_eq!(
        browser.script("return document.getElementsByName('rows.items')[0].value"),
        "4"
    );
    let sum = "return document.querySelector('td[data-sum=price]').textContent";
    assert_eq!(browser.script(sum), "180.00");
}

/// A piece of an Excel sheet, tabs between cells.
fn pasted(browser: &mut Browser) {
    browser.script(
        "const d = new DataTransfer();
         d.setData('text/plain', '门票\\t张\\t3\\t30\\t2026-3-9\\r\\n停车\\t次\\t1\\t5.5\\t3月10日\\r\\n');
         const box = document.getElementsByName('f.items.2.what')[0];
         box.focus();
         box.dispatchEvent(new ClipboardEvent('paste', { clipboardData: d, bubbles: true, cancelable: true }));",
    );
    assert_eq!(browser.value("f.items.3.what"), "停车");
    assert_eq!(browser.value("f.items.3.unit"), "次");
    let sum = "return document.querySelector('td[data-sum=price]').textContent";
    assert_eq!(browser.script(sum), "215.50");
}

fn printed(browser: &mut Browser, case: &str) {
    for (sheet, says) in [
        ("form", ["216", "1316.00 元", "大写：壹仟叁佰壹拾陆元整"]),
        (
            "receipt",
            ["领款收据", "1316.00 元", "大写：壹仟叁佰壹拾陆元整"],
        ),
    ] {
        browser.goto(&format!("{case}/print/{sheet}"));
        for words in says {
            if words != "216" {
                browser.wait_for(words);
            }
        }
        if sheet == "form" {
            for words in [
                "市内交通",
                "停车",
                "合计",
                "215.50",
                "3 个工作日（3月9日—11日）",
                "110****002X",
            ] {
                browser.wait_for(words);
            }
        }
        browser.look(&format!("fields-print-{sheet}"));
        let cut = browser.script(
            "return [...document.querySelectorAll('.page td, .page th')]
               .filter(e => e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1)
               .map(e => e.textContent).join('|')",
        );
        assert_eq!(cut, "", "{sheet}: something is cut");
        let over = browser.script(
            "return [...document.querySelectorAll('.page')].filter(p => {
               const t = p.querySelector('.tail').getBoundingClientRect(), l = p.querySelector('.leaf').getBoundingClientRect();
               return t.bottom > p.getBoundingClientRect().bottom || l.top < p.querySelector('.tbl').getBoundingClientRect().bottom;
             }).length",
        );
        assert_eq!(over, 0, "{sheet}: a leaf runs over");
        let pdf = browser.print();
        let folder = crate::support::browser::look_folder();
        std::fs::write(folder.join(format!("fields-{sheet}.pdf")), &pdf).unwrap();
        let text = String::from_utf8_lossy(&pdf);
        let pages = text.matches("/Type /Page\n").count() + text.matches("/Type /Page ").count();
        let leaves = browser.script("return document.querySelectorAll('.page').length");
        assert_eq!(leaves, pages, "{sheet}: a leaf is a page");
    }
}
