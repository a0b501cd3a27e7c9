//! The pages of seals in a real browser: no complaint of the console, no scrolling sideways at 1366 and 360 pixels,
//! pictures in `target/look` for a person to look at; the seal is put on the document without a script.

use super::seal::seal_of;
use super::sealing::{KEEPER, sent_to_seal, signed, town};
use crate::support::browser::Browser;
use crate::support::office::{ADMIN, Office, PASSWORD};
use std::net::SocketAddr;

fn come_in(browser: &mut Browser, name: &str) {
    browser.goto("/login");
    browser.fill("姓名、手机号或工号", name);
    browser.fill("密码", PASSWORD);
    browser.press("登录");
    browser.wait_gone("记住姓名");
    let _ = browser.complaints();
}

#[test]
fn every_page_of_seals() {
    let office = Office::of(town("seal-look"));
    let port = office.server.addresses()[0].port();
    let here = SocketAddr::from(([127, 0, 0, 1], port));
    let Some(mut browser) = Browser::open(here) else {
        return;
    };
    let mut admin = office.admin();
    let at = seal_of(&office, &mut admin, false);
    office.colleague(&mut admin, KEEPER);
    let case = sent_to_seal(&office.town);
    signed(&office.town, case);
    come_in(&mut browser, ADMIN);
    for (name, path) in [
        ("seals", "/admin/seals"),
        ("seal-new", "/admin/seals/new"),
        ("seal-sample", at.as_str()),
    ] {
        browser.goto(path);
        browser.see(name);
    }
    browser.press("核对无误，正式启用");
    browser.wait_for("已正式启用");
    browser.goto(&at);
    browser.see("seal-one");

    let Some(mut keeper) = Browser::without_scripts(here) else {
        return;
    };
    come_in(&mut keeper, KEEPER);
    keeper.goto(&format!("/case/{case}/seal"));
    keeper.wait_for("盖在第");
    keeper.look("seal-apply");
    keeper.phone();
    keeper.look("seal-apply");
    keeper.desktop();
    keeper.press("盖章");
    keeper.wait_for("与盖章时一致");
    keeper.look("seal-done");
    for (name, path) in [
        ("seal-register", "/register-of-seals"),
        ("seal-verify", "/verify"),
    ] {
        keeper.goto(path);
        keeper.look(name);
    }
    browser.goto("/admin/seals");
    browser.wait_for("公钥指纹");
    browser.see("seals-key");
}
