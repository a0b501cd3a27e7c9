//! The pages of people and accounts in a real browser: no complaint of the console, no scrolling
//! sideways at 1366 and 360 pixels, pictures in `target/look` for a person to look at.

use crate::support::browser::Browser;
use crate::support::office::{ADMIN, Office, PASSWORD};
use inkstone::ui::frame::Site;
use inkstone::web::state::Office as Words;
use std::net::SocketAddr;

fn named(office: &Office) {
    office.state.set_office(Words {
        site: Site {
            office: "砚田镇人民政府".into(),
            office_full: "墨川县砚田镇人民政府".into(),
            address: "192.168.1.20".into(),
            admin: ADMIN.into(),
            admin_phone: "5550186".into(),
            ..Site::default()
        },
        zone: inkstone::kit::Zone::BEIJING,
    });
}

#[test]
fn every_page_of_people_and_accounts() {
    let office = Office::new("people-look");
    named(&office);
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
    let someone = office.id_of("江若川");
    let d = office.town.directory();
    let post = d.main_post(someone.parse().unwrap()).unwrap().id;
    let dept = office.dept("DZB");
    let pages = [
        ("people", "/people".to_owned()),
        ("admin", "/admin".to_owned()),
        ("admin-org", "/admin/org".to_owned()),
        ("admin-dept", format!("/admin/org/dept/{dept}")),
        ("admin-dept-edit", format!("/admin/org/dept/{dept}/edit")),
        ("admin-post", format!("/admin/org/post/{post}")),
        ("admin-charges", format!("/admin/org/post/{post}/charges")),
        ("admin-people", "/admin/people".to_owned()),
        ("admin-person-new", "/admin/people/new".to_owned()),
        ("admin-person", format!("/admin/people/{someone}")),
        ("admin-import", "/admin/people/import".to_owned()),
        ("admin-slips", "/admin/slips".to_owned()),
        ("me", "/me".to_owned()),
        ("help", "/help".to_owned()),
    ];
    for (name, path) in &pages {
        browser.goto(path);
        browser.see(name);
    }
    import_and_print(&mut browser);
}

fn import_and_print(browser: &mut Browser) {
    browser.goto("/admin/people/import");
    browser.fill(
        "或者从表格里复制",
        "姓名,部门,岗位,手机\n张小三,财政所,会计,13900000001\n李四儿,没有这个所,会计,1390000000\n",
    );
    browser.press("先看一遍");
    browser.wait_for("这些行有错误");
    browser.see("admin-import-check");
    browser.tick("跳过有错误的行");
    browser.press("导入 1 人");
    browser.wait_for("新增 1 人");
    browser.press("发密码单，去打印");
    browser.wait_for("离开这一页");
    browser.look("admin-slips-print");
}
