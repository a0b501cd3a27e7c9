//! How the page of packages of one document looks: what was sent and what came back, the forms, and the one page that shows
//! the code. Not here: rules (`send`).

use super::kept::Kept;
use super::package::Receipt;
use super::partner_store::list_partners;
use super::send::{may, open};
use crate::access::Action;
use crate::engine::view::CaseView;
use crate::inbox::parcel::{Parcel, State};
use crate::inbox::parcel_store::list_of_case;
use crate::kit::{Millis, Result, name_keys};
use crate::screens::people::sheet::Filled;
use crate::ui::form;
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::list::{facts, section};
use crate::ui::note::{Tone, note};
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Visit};
use serde::Deserialize as _;

/// What the page is drawn from.
pub(super) struct Shown<'a> {
    pub view: CaseView,
    pub parcels: Vec<Parcel>,
    /// Names to choose from.
    pub names: Vec<String>,
    pub filled: Filled<'a>,
}

impl<'a> Shown<'a> {
    pub(super) fn of<A: Action>(cx: &Cx<A>, filled: Filled<'a>) -> Result<Self> {
        let (acting, view) = open(cx)?;
        let case = view.case.state.id;
        let parcels = list_of_case(&cx.state.store.shelf(case.shelf())?, case)?;
        let partners = list_partners(&cx.state.store.hub()?, acting.organ)?;
        let sisters = acting.directory.organs().filter(|o| o.id != acting.organ);
        let mut names: Vec<String> = sisters.map(|o| o.name.clone()).collect();
        for p in partners.into_iter().filter(|p| p.on) {
            if !names.contains(&p.name) {
                names.push(p.name);
            }
        }
        Ok(Self {
            view,
            parcels,
            names,
            filled,
        })
    }
}

pub(super) fn page(visit: &Visit, shown: &Shown<'_>) -> Result<Markup> {
    let view = &shown.view;
    let number = view.case.head.number.clone().unwrap_or_default();
    let back = Link::new("返回这一件", view.at.clone());
    let way = [Link::new("分发", format!("{}/issue", view.at))];
    let taken = shown.parcels.iter().filter(|p| p.state == State::Taken);
    let signed = taken.count();
    // the receipt of an organ on this server comes home by itself
    let by_file = |p: &Parcel| p.state == State::Waiting && Kept::of(p).sister.is_none();
    let content = html! {
        (crumbs(&back, &way, "电子公文"))
        (heading("电子公文", &format!("{number}　{}", view.case.head.title), &html! {}))
        (form::errors(&shown.filled.errors))
        @if shown.parcels.is_empty() { p { "这一件还没有发过电子公文。" } }
        @else { (section("h-out", &format!("已签收 {signed}/{}", shown.parcels.len()), &"", &table(visit, shown))) }
        @if may(view) {
            (section("h-send", "发给", &"", &sending(visit, shown)?))
            @if shown.parcels.iter().any(by_file) {
                (section("h-receipt", "收回执", &"", &receiving(visit, shown)?))
            }
        } @else { p { "由承办分发的人在这里发电子公文；现在还没有到分发的环节，或者不由您分发。" } }
    };
    Ok(visit.draw(&Page::new("电子公文").wrong(&shown.filled.errors), &content))
}

/// What a receipt says, as it was kept.
pub(super) fn receipt_of(parcel: &Parcel) -> Option<Receipt> {
    Receipt::deserialize(parcel.receipt.as_ref()?).ok()
}

fn table(visit: &Visit, shown: &Shown<'_>) -> Markup {
    let columns = [
        Column::new("发给").spine().phone(Phone::Title),
        Column::new("编号").short().phone(Phone::Labelled),
        Column::new("发出").phone(Phone::Labelled),
        Column::new("回执").phone(Phone::Labelled),
        Column::new("文件").phone(Phone::Labelled),
    ];
    let zone = visit.zone();
    let row = |p: &Parcel| {
        let at = format!("{}/exchange/{}", shown.view.at, p.id);
        let direct = Kept::of(p).sister.is_some();
        Row::new(vec![
            html! { (p.partner) @if direct { "（平台直送）" } },
            html! { span.nb { (p.delivery) } },
            html! { span.nb { (zone.short_time(p.at, visit.at)) } " " (p.name) },
            html! { (came_back(visit, p)) },
            html! {
                @if !direct { a href={ (at) "/package" } { "下载公文包" } }
                @if p.state != State::Waiting { " " a href={ (at) "/receipt" } { "下载回执" } }
            },
        ])
    };
    let rows: Vec<Row> = shown.parcels.iter().map(row).collect();
    ledger("发出的电子公文", &columns, &rows, "")
}

fn came_back(visit: &Visit, parcel: &Parcel) -> Markup {
    let Some(receipt) = receipt_of(parcel) else {
        return html! { "还没有回执" };
    };
    let when = visit.zone().short_time(Millis(receipt.at), visit.at);
    html! {
        @if receipt.refused.is_empty() { "已签收 " (receipt.organ) " " (receipt.by) " " (receipt.ours) " " span.nb { (when) } }
        @else { b { "被退回：" } (receipt.refused) "（" (receipt.organ) " " (receipt.by) " " span.nb { (when) } "）" }
    }
}

fn sending(visit: &Visit, shown: &Shown<'_>) -> Result<Markup> {
    let letters = |s: &String| (s.clone(), name_keys(s).initials);
    let to = form::text("to", "收文单位")
        .need()
        .line()
        .suggest(shown.names.iter().map(letters).collect())
        .hint("写全称。本平台上的单位直接送到，对方登记后自动回执；别的单位做成加密的公文包，拷给对方或者作为邮件附件发，打开要提取码");
    let at = format!("{}/exchange", shown.view.at);
    Ok(html! {
        p { "送出的是盖好章的版式文件、签名、正文和附件，还有文号、标题等公文要素。" }
        form method="post" action=(at) {
            (form::tokens(visit.csrf(), &visit.new_op()?))
            (shown.filled.put(to, "to", ""))
            p.acts { button.btn.key type="submit" { "发出" } }
        }
    })
}

fn receiving(visit: &Visit, shown: &Shown<'_>) -> Result<Markup> {
    let file = form::file("receipt", "收文单位交回来的回执")
        .accept(".gwhz")
        .hint("扩展名是 .gwhz 的文件；和哪一份公文包对得上，系统自己认")
        .check(&shown.filled.errors);
    let at = format!("{}/exchange/receipt", shown.view.at);
    Ok(html! {
        form method="post" action=(at) enctype="multipart/form-data" {
            (form::tokens(visit.csrf(), &visit.new_op()?))
            (file)
            p.acts { button.btn type="submit" { "收回执" } }
        }
    })
}

/// The one page with the code.
pub(super) fn made_page<A: Action>(
    cx: &Cx<A>,
    view: &CaseView,
    (code, file): (&str, &str),
) -> Result<Markup> {
    let case = view.case.state.id;
    let all = list_of_case(&cx.state.store.shelf(case.shelf())?, case)?;
    let last = all.last();
    let to = last.map_or("", |p| p.partner.as_str());
    let link = last.map(|p| {
        Link::new(
            "下载公文包",
            format!("{}/exchange/{}/package", view.at, p.id),
        )
    });
    let rows = [
        ("收文单位", html! { (to) }),
        ("提取码", html! { b { code { (code) } } }),
        ("文件名", html! { (file) }),
        (
            "公文包编号",
            html! { (last.map_or("", |p| p.delivery.as_str())) },
        ),
    ];
    let content = html! {
        (crumbs(&Link::new("返回这一件", view.at.clone()), &[Link::new("电子公文", format!("{}/exchange", view.at))], "提取码"))
        (heading("公文包做好了", &view.case.head.title, &html! {}))
        (note(Tone::Plain, "请现在记下提取码。", &"它只在这一页显示一次，系统不保存。用电话告诉收文单位的收发文员，不要和公文包写在一封邮件里。"))
        (facts("公文包", &rows))
        @if let Some(link) = link { p.acts { (link.key()) (Link::new("记下了，返回", format!("{}/exchange", view.at)).button()) } }
        p { "提取码没有记下的，再发一份就是，前面那一份打不开，不要紧。" }
    };
    Ok(cx.draw(&Page::new("公文包"), &content))
}
