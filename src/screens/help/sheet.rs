//! Paper: one A4 sheet a post, and the emergency card. Nothing on them needs the server to be read, but the
//! address and the telephone are this office's own.

use super::text::{CARDS, EMERGENCY};
use super::{HELP_AT, SeeHelp};
use crate::kit::{Error, Result, qr};
use crate::ui::frame::{Page, Site};
use crate::ui::print::{Leaf, PrintBar, print_page};
use crate::ui::qr::qr_svg;
use crate::ui::{Markup, html};
use crate::web::{Cx, Reply};

const SAID: &str = "一页 A4 纸。打印时边距选“无”或“默认”。";

/// Where a post's sheet is.
pub(super) fn address(post: &str) -> String {
    format!("{HELP_AT}/sheet/{post}")
}

/// GET `/help/sheet/{post}`.
pub(super) fn post(cx: &mut Cx<SeeHelp>) -> Result<Reply> {
    let id: String = cx.path("post")?;
    let card = CARDS.iter().find(|c| c.id == id).ok_or(Error::NotFound)?;
    let rows = html! {
        @for (what, how) in card.lines {
            tr { th.what colspan="2" scope="row" { (what) } td colspan="10" { (how) } }
        }
    };
    let title = format!("{}一页通", card.title);
    Ok(leaf(cx, &title, &rows))
}

/// GET `/help/emergency`.
pub(super) fn emergency(cx: &mut Cx<SeeHelp>) -> Result<Reply> {
    let rows = html! {
        @for (what, steps) in EMERGENCY {
            tr {
                th.what colspan="2" scope="row" { (what) }
                td colspan="10" {
                    @match steps {
                        [one] => { (one) }
                        many => { ol { @for step in *many { li { (step) } } } }
                    }
                }
            }
        }
        tr { th.what colspan="2" scope="row" { "恢复码在" } td colspan="4" {} th.what colspan="2" scope="row" { "备份盘在" } td colspan="4" {} }
        tr { th.what colspan="2" scope="row" { "服务器在" } td colspan="4" {} th.what colspan="2" scope="row" { "备用电话" } td colspan="4" {} }
    };
    Ok(leaf(cx, "应急卡", &rows))
}

fn leaf(cx: &Cx<SeeHelp>, title: &str, rows: &Markup) -> Reply {
    let site = cx.site();
    let url = format!("http://{}", site.address);
    let dark = if site.address.is_empty() {
        Vec::new()
    } else {
        qr::matrix(&url).unwrap_or_default()
    };
    let code = qr_svg(&dark, "本平台地址的二维码");
    let (at, call) = (format!("网址　{url}"), call(site));
    let day = format!("{}印", cx.zone().day(cx.at).long());
    let leaf = Leaf {
        org: if site.office_full.is_empty() {
            &site.office
        } else {
            &site.office_full
        },
        title,
        line: (if site.address.is_empty() { "" } else { &at }, &day),
        tail: &[
            &call,
            "手机连办公室的无线网，扫右边的码打开，不用装软件。",
            "本平台不涉密，国家秘密一个字也不要录入。",
        ],
        place: (1, 1),
        void: None,
    };
    let leaf = leaf.show(rows, (!dark.is_empty()).then_some(&code));
    let bar = PrintBar {
        back: HELP_AT,
        said: SAID,
    };
    let sheet = html! { div.guide { (leaf) } };
    Reply::Page(print_page(site, &Page::new(title), &bar, &sheet))
}

fn call(site: &Site) -> String {
    match (site.admin.as_str(), site.admin_phone.as_str()) {
        ("", _) => "有事找本单位的系统管理员。".to_owned(),
        (name, "") => format!("有事找管理员 {name}。"),
        (name, phone) => format!("有事找管理员 {name}，电话 {phone}。"),
    }
}
