//! How what comes from other offices looks: the list with its form, and one of them with its elements, its files and whose
//! key it was signed with. Not here: rules (`arrive`, `take`).

use super::arrive::{desk, parts};
use super::kept::{Kept, called};
use super::known::Known;
use super::send_view::receipt_of;
use super::take::{Stands, barred, stands, startable};
use super::{DESK_AT, PARTNERS_AT};
use crate::access::Action;
use crate::engine::run::Acting;
use crate::inbox::parcel::{Parcel, State, Way};
use crate::inbox::parcel_store::{list_settled, list_waiting};
use crate::kit::{Result, sniff, text};
use crate::screens::people::sheet::Filled;
use crate::ui::deed::Press;
use crate::ui::files::{FileRow, files};
use crate::ui::form::{self, Choice};
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::list::{empty, facts, section};
use crate::ui::note::{Rank, Tone, mark, note};
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, HOME, Visit};

/// The list, and the form that takes a package in.
pub(super) fn page<A: Action>(cx: &Cx<A>, filled: &Filled<'_>) -> Result<Markup> {
    let (acting, shelf) = desk(cx)?;
    let (mut waiting, mut settled) = (Vec::new(), Vec::new());
    if let Some(shelf) = shelf {
        let read = cx.state.store.shelf(shelf)?;
        waiting = list_waiting(&read, (shelf, Way::In))?;
        settled = list_settled(&read, shelf)?;
    }
    let content = html! {
        (heading("公文交换", &format!("{} 份等着登记", waiting.len()), &html! { (Link::new("往来单位", PARTNERS_AT)) }))
        (form::errors(&filled.errors))
        @if waiting.is_empty() {
            (empty("没有等着登记的公文。", "本平台上别的单位发来的，会直接到这里；用文件来的公文包，在下面打开。", &[Link::new("回待办", HOME)]))
        } @else { (section("h-in", "等着登记", &"", &table(cx, &acting, &waiting)?)) }
        (section("h-bring", "打开公文包", &"", &bringing(cx, filled)?))
        @if !settled.is_empty() { (section("h-done", "登记和退回的", &"", &table(cx, &acting, &settled)?)) }
    };
    Ok(cx.draw(&Page::new("公文交换").wrong(&filled.errors), &content))
}

fn bringing(visit: &Visit, filled: &Filled<'_>) -> Result<Markup> {
    let file = form::file("package", "公文包")
        .accept(".gwb")
        .hint("发文单位拷来的、或者邮件附件里的，扩展名是 .gwb")
        .check(&filled.errors);
    let code = form::text("code", "提取码")
        .line()
        .hint("发文单位打电话告诉的 12 个字母和数字，例如 K7QF-2MXA-9WHT；大小写、横线不要紧");
    Ok(html! {
        form method="post" action=(DESK_AT) enctype="multipart/form-data" {
            (form::tokens(visit.csrf(), &visit.new_op()?))
            (file)
            (filled.put(code, "code", ""))
            p.acts { button.btn.key type="submit" { "打开" } }
        }
    })
}

fn table<A: Action>(cx: &Cx<A>, acting: &Acting, all: &[Parcel]) -> Result<Markup> {
    let columns = [
        Column::new("标题").spine().phone(Phone::Title),
        Column::new("发文单位").phone(Phone::Labelled),
        Column::new("文号").short().phone(Phone::Labelled),
        Column::new("收到").phone(Phone::Labelled),
        Column::new("办到哪一步").phone(Phone::Labelled),
    ];
    let mut rows = Vec::with_capacity(all.len());
    for p in all {
        let kept = Kept::of(p);
        let at = format!("{DESK_AT}/in/{}", p.id);
        rows.push(Row::new(vec![
            html! { a href=(at) { (kept.elements.title) } },
            html! { (p.partner) @if kept.sister.is_some() { "（平台直送）" } },
            html! { span.nb { (kept.elements.number) } },
            html! { span.nb { (cx.zone().short_time(p.at, cx.at)) } " " (brought_by(p, &kept)) },
            html! { (state(cx, acting, p)?) },
        ]));
    }
    Ok(ledger("收到的公文", &columns, &rows, ""))
}

/// Who opened it here; of what came by itself, who sent it there.
fn brought_by(p: &Parcel, kept: &Kept) -> Markup {
    match kept.sister {
        Some(_) => html! { (p.name) "发来" },
        None => html! { (p.name) },
    }
}

fn state<A: Action>(cx: &Cx<A>, acting: &Acting, p: &Parcel) -> Result<Markup> {
    let receipt = receipt_of(p);
    Ok(match (p.state, receipt) {
        (State::Taken, r) => {
            html! { "已登记 " (r.map(|r| r.ours).unwrap_or_default()) }
        }
        (State::Refused, r) => {
            html! { "已退回：" (r.map(|r| r.refused).unwrap_or_default()) }
        }
        (State::Waiting, _) => {
            let known = Known::of(&cx.state.store, (acting.organ, &p.partner), p.key.as_ref())?;
            match (known.is_changed(), stands(cx, p)?) {
                (true, _) => html! { (mark(Rank::Hot, "钥匙变了")) },
                (_, Stands::Free) => html! { "等登记" },
                (_, Stands::Draft(_, by)) => html! { (by) "正在登记" },
                (_, Stands::Registered) => html! { "已登记，正在做回执" },
            }
        }
    })
}

/// One that came.
pub(super) fn one_page<A: Action>(
    cx: &Cx<A>,
    (acting, parcel): (&Acting, &Parcel),
    filled: &Filled<'_>,
) -> Result<Markup> {
    let kept = Kept::of(parcel);
    let title = if kept.elements.title.is_empty() {
        "没有标题的公文"
    } else {
        &kept.elements.title
    };
    let known = Known::of(
        &cx.state.store,
        (acting.organ, &parcel.partner),
        parcel.key.as_ref(),
    )?;
    let own = acting.directory.organ_name(acting.organ);
    let content = html! {
        (crumbs(&Link::new("公文交换", DESK_AT), &[], "收到的公文"))
        (heading(title, &format!("{}　{}", parcel.partner, kept.elements.number), &html! {}))
        (form::errors(&filled.errors))
        (warnings(&known, &kept, own))
        (done(cx, parcel))
        (section("h-elements", "公文要素", &"", &elements(cx, parcel, &kept)))
        (section("h-files", "文件", &"", &listed(cx, parcel)?))
        @if parcel.key.is_some() { (section("h-key", "谁签的名", &"", &whose(cx, parcel, &known, filled)?)) }
        @if parcel.state == State::Waiting { (section("h-take", "登记或者退回", &"", &deeds(cx, (acting, parcel), filled)?)) }
    };
    Ok(cx.draw(&Page::new(title).wrong(&filled.errors), &content))
}

/// What to know before anything is done with it.
fn warnings(known: &Known, kept: &Kept, own: &str) -> Markup {
    html! {
        @if let Known::Changed(partner) = known {
            (note(Tone::Bad, "签名钥匙变了：", &html! {
                "这个公文包用的钥匙，和以前核对过的" (partner.name) "的钥匙不一样，可能有人冒充。请打电话向发文单位核对下面的指纹，核对上以前不要登记。"
            }))
        }
        @for line in &kept.wrong { (note(Tone::Bad, "盖章文件对不上：", &html! { (line) "。" })) }
        @if kept.to != own {
            (note(Tone::Plain, "收文单位写的不是本单位：", &html! { "公文包上写的是“" (kept.to) "”。送错了的，请退回。" }))
        }
    }
}

/// What became of it.
fn done(visit: &Visit, parcel: &Parcel) -> Markup {
    let Some(receipt) = receipt_of(parcel) else {
        return html! {};
    };
    let at = format!("{DESK_AT}/in/{}/receipt", parcel.id);
    let when = visit.zone().short_time(parcel.changed_at, visit.at);
    let sister = Kept::of(parcel).sister.is_some();
    html! {
        @if receipt.refused.is_empty() {
            (note(Tone::Done, "已登记：", &html! {
                (receipt.ours) "，" (receipt.by) " " (when) "。"
                @if let Some(case) = parcel.case { a href={ "/case/" (case) } { "打开这一件" } }
            }))
        } @else { (note(Tone::Plain, "已退回：", &html! { (receipt.refused) "（" (receipt.by) " " (when) "）" })) }
        @if sister { p { "回执已经自动送到发文单位。" } }
        @else {
            p { "把回执文件交给发文单位，对方就知道收到了。" }
            p.acts { (Link::new("下载回执", at).key()) }
        }
    }
}

fn elements(visit: &Visit, parcel: &Parcel, kept: &Kept) -> Markup {
    let mut rows: Vec<(&str, Markup)> = vec![("发文单位", html! { (parcel.partner) })];
    let all = kept.elements.all();
    let said = all.iter().filter(|(_, value)| !value.is_empty());
    rows.extend(said.map(|(name, value)| (*name, html! { (value) })));
    let way = match kept.sister {
        Some(_) => "平台直送：发文单位也在本平台上，没有经过文件和提取码",
        None => "公文包",
    };
    rows.push(("怎么来的", html! { (way) }));
    rows.push(("编号", html! { (parcel.delivery) }));
    let when = visit.zone().short_time(parcel.at, visit.at);
    rows.push(("收到", html! { (when) " " (brought_by(parcel, kept)) }));
    facts("公文要素", &rows)
}

fn listed<A: Action>(cx: &Cx<A>, parcel: &Parcel) -> Result<Markup> {
    let all = parts(cx, parcel)?;
    let drawn: Vec<(String, String)> = all
        .iter()
        .map(|f| {
            let at = format!("{DESK_AT}/in/{}/file/{}", parcel.id, f.id);
            (at, text::size(u64::try_from(f.size).unwrap_or(0)))
        })
        .collect();
    let rows: Vec<FileRow<'_>> = all
        .iter()
        .zip(&drawn)
        .map(|(f, (href, size))| FileRow {
            kind: called(&f.field),
            name: &f.name,
            href,
            size,
            look: (f.kind == sniff::Kind::Pdf.label())
                .then(|| Link::new("看", format!("{href}?look=1"))),
        })
        .collect();
    Ok(files("文件", &rows))
}

fn whose(visit: &Visit, parcel: &Parcel, known: &Known, filled: &Filled<'_>) -> Result<Markup> {
    let Some(key) = &parcel.key else {
        return Ok(html! {});
    };
    let sealed = Kept::of(parcel).sealed;
    let when = |p: &super::partner_store::Partner| {
        p.confirmed.as_ref().map_or_else(String::new, |(by, at)| {
            format!("{by} {} 核对过", visit.zone().short_time(*at, visit.at))
        })
    };
    let stands = match known {
        Known::Confirmed(p) => html! { "和以前核对过的一样（" (when(p)) "）" },
        Known::New => html! { "第一次见到，还没有人核对过" },
        Known::Changed(p) => html! {
            (mark(Rank::Hot, "变了")) " 以前的是 " @if let Some(k) = &p.key { (k.fingerprint()) } "（" (when(p)) "）"
        },
        Known::Sister => html! { "本平台上的单位" },
    };
    let mut rows = vec![
        ("签名单位", html! { (parcel.partner) }),
        ("公钥指纹", html! { b { (key.fingerprint()) } }),
        ("认不认得", stands),
    ];
    if !sealed.is_empty() {
        rows.push(("盖章", html! { (sealed) }));
    }
    let ask = !matches!(known, Known::Confirmed(_) | Known::Sister);
    let tick = form::checks(
        "compared",
        "核对",
        vec![Choice::new("1", "已经打电话向发文单位核对，指纹一个字不差")],
    )
    .check(&filled.errors);
    Ok(html! {
        (facts("签名", &rows))
        @if ask {
            form method="post" action=(format!("{DESK_AT}/in/{}/key", parcel.id)) {
                (form::tokens(visit.csrf(), &visit.new_op()?))
                p { "请打电话给发文单位（用平时的号码，不要用公文包里写的），让对方念“往来单位”页上的本单位指纹，和上面的比。" }
                (tick)
                p.acts { button.btn type="submit" { "指纹对上了" } }
            }
        }
    })
}

fn deeds<A: Action>(
    cx: &Cx<A>,
    (acting, parcel): (&Acting, &Parcel),
    filled: &Filled<'_>,
) -> Result<Markup> {
    let at = format!("{DESK_AT}/in/{}", parcel.id);
    let why = barred(cx, acting, parcel)?;
    let draft = match stands(cx, parcel)? {
        Stands::Draft(draft, by) if by == acting.signature.name => {
            let procedure = Kept::of(parcel).procedure;
            let at = format!("/start/{procedure}?draft={draft}");
            Some(Link::new("接着登记", at))
        }
        _ => None,
    };
    let starts = startable(cx, acting);
    let reason = form::text("reason", "退回的原因")
        .line()
        .hint("例如“主送机关不是本单位”");
    Ok(html! {
        @if let Some(why) = &why { p { (why) "。" } }
        @if let Some(link) = draft { p.acts { (link.button()) } }
        @if why.is_none() {
            form method="post" action={ (at) "/take" } {
                (form::tokens(cx.csrf(), &cx.new_op()?))
                p.acts {
                    @for (n, (id, label)) in starts.iter().enumerate() {
                        @if n == 0 { (Press::key(label.as_str()).posts("as", id.as_str())) }
                        @else { (Press::new(label.as_str()).posts("as", id.as_str())) }
                    }
                }
                @if starts.is_empty() { p { "您的岗位不登记收文，请收发文员来登记。" } }
            }
        }
        details open[!filled.errors.is_empty()] {
            summary { "退回" }
            form method="post" action={ (at) "/refuse" } {
                (form::tokens(cx.csrf(), &cx.new_op()?))
                (filled.put(reason, "reason", ""))
                p.acts { button.btn type="submit" { "退回给发文单位" } }
            }
        }
    })
}
