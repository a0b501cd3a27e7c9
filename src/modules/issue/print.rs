//! The printed list of receivers, which is the slip to sign as well (分发清单、回执单): one row a receiver, with room for a hand.
//! Not here: the page (`view`).

use super::SeeIssued;
use super::desk::open;
use super::view::{receipt, receivers};
use crate::engine::issued::{self, Receiver};
use crate::engine::view::CaseView;
use crate::kit::{Result, Zone};
use crate::ui::frame::Page;
use crate::ui::print::{Leaf, PrintBar, print_page};
use crate::ui::{Markup, html};
use crate::web::{Cx, Reply};

/// Rows on a leaf.
const ROWS: usize = 15;
const TITLE: &str = "公文分发清单（回执单）";

/// GET `/case/{case}/issue/print`.
pub(super) fn show(cx: &mut Cx<SeeIssued>) -> Result<Reply> {
    let (_, view) = open(cx)?;
    let all = receivers(&view);
    let site = cx.site();
    let (signed, of) = issued::count(&all);
    let number = view.case.head.number.clone().unwrap_or_default();
    let count = format!("分发 {of} 处，已签收 {signed} 处");
    let directory = cx.state.org.current();
    let by = directory.person_name(cx.who().person);
    let printed = format!("{by} {}打印", cx.zone().short_time(cx.at, cx.at));
    let chunks: Vec<&[Receiver]> = match all.is_empty() {
        true => vec![&[]],
        false => all.chunks(ROWS).collect(),
    };
    let tail = [
        printed.as_str(),
        "外单位签收后请把本页交回或者传回，由收发文员登记回执。",
    ];
    let leaves: Vec<Markup> = (1..)
        .zip(&chunks)
        .map(|(n, some)| {
            let leaf = Leaf {
                org: &site.office,
                title: TITLE,
                line: (&number, &count),
                tail: &tail,
                place: (n, chunks.len()),
                void: None,
            };
            leaf.show(&rows(&view, some, cx.zone()), None)
        })
        .collect();
    let bar = PrintBar {
        back: &format!("{}/issue", view.at),
        said: "A4 纸：打印时请选“无边距”或“默认”。",
    };
    Ok(Reply::Page(print_page(
        site,
        &Page::new(TITLE),
        &bar,
        &html! { @for l in &leaves { (l) } },
    )))
}

fn rows(view: &CaseView, some: &[Receiver], zone: Zone) -> Markup {
    html! {
        tr.h1 { th.k colspan="2" scope="row" { "文件标题" } td colspan="10" { (view.case.head.title) } }
        tr.h1 {
            th colspan="4" scope="col" { "发往" }
            th colspan="2" scope="col" { "怎么送的" }
            th scope="col" { "份数" }
            th colspan="2" scope="col" { "送出日期" }
            th colspan="3" scope="col" { "签收人、日期" }
        }
        @for r in some {
            tr.h1 {
                td colspan="4" { (r.to) }
                td colspan="2" { (r.way) }
                td { (r.copies) }
                td.day colspan="2" { (zone.day(r.at).long()) }
                td colspan="3" { (receipt(r, zone, view.now())) }
            }
        }
    }
}
