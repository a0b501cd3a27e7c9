//! The tray: pages that wait, chosen in an order and registered as one document, or put aside with a
//! reason; who took what; what the folder could not give.
//! Invariant: pages are copied into the draft before they leave the tray, so a power cut shows them twice
//! rather than not at all.

use super::{DropScan, SeeScans, TRAY_AT, TakeScans};
use crate::access::Action;
use crate::engine::case::Values;

use crate::engine::draft_store;
use crate::engine::run::Acting;
use crate::inbox::scan::{self, Page, State};
use crate::inbox::scan_store;
use crate::kit::sniff::{self, Kind};
use crate::kit::{Digest, Error, Id, Result, ShelfNo, picture, text};
use crate::screens::case::files::{LOOK_BYTES, bytes_said};
use crate::screens::case::page::acting;
use crate::screens::sheets::SHEETS_AT;
use crate::store::{NewAttachment, Stamp};
use crate::ui::deed::{Press, one_button};
use crate::ui::frame::heading;
use crate::ui::list::{empty, lines, section};
use crate::ui::{Link, Markup, form, html};
use crate::web::{Cx, FileReply, Reply};

/// Characters of a reason at most.
const REASON: usize = 100;

/// The tray of this person's organ; nothing of another's is there for him.
pub fn tray<A: Action>(cx: &Cx<A>) -> Result<(Acting, ShelfNo)> {
    let acting = acting(cx)?;
    let first = acting.directory.first_organ().map(|o| o.id);
    let shelf = scan::find_shelf(&cx.state.store, &acting.directory)?;
    match shelf.filter(|_| first == Some(acting.organ)) {
        Some(shelf) => Ok((acting, shelf)),
        None => Err(Error::NotFound),
    }
}

/// GET `/scans`.
pub fn show(cx: &mut Cx<SeeScans>) -> Result<Reply> {
    let (acting, mut waiting, mut settled, mut refused) =
        (acting(cx)?, Vec::new(), Vec::new(), Vec::new());
    match tray(cx) {
        Ok((_, shelf)) => {
            let read = cx.state.store.shelf(shelf)?;
            waiting = scan_store::list_waiting(&read, shelf)?;
            settled = scan_store::list_settled(&read, shelf)?;
            refused = scan_store::list_refused(&read, shelf)?;
        }
        // nothing was ever scanned
        Err(Error::NotFound) => {}
        Err(e) => return Err(e),
    }
    let folder = scan_store::find_folder(&cx.state.store.hub()?)?;
    let when = |at| cx.zone().short_time(at, cx.at);
    let refused: Vec<Markup> = refused
        .iter()
        .map(|r| html! { b { (r.name) } "　" (bytes_said(r.size)) "：" (r.reason) span.when { (when(r.at)) "，已移到“未收”文件夹" } })
        .collect();
    let mut done = Vec::new();
    for p in &settled {
        done.push(self::settled(cx, p, &when(p.changed_at))?);
    }
    let content = html! {
        (heading("扫描件", &format!("{} 份等着登记", waiting.len()), &html! { (Link::new("归还签批单", SHEETS_AT)) }))
        @if waiting.is_empty() {
            @if folder.is_some() {
                (empty("没有等着登记的扫描件。", "扫描仪存到文件夹里的文件，几秒钟后会在这里。刷新这一页就能看到。", &[Link::new("刷新", TRAY_AT)]))
            } @else {
                (empty("还没有设扫描文件夹。", "请系统管理员在服务器那台电脑上打开“管理”里的“扫描文件夹”设好。", &[Link::new("回待办", crate::web::HOME)]))
            }
        } @else { (chooser(cx, &acting, &waiting)?) }
        @if !refused.is_empty() { (section("h-refused", "没有收下的", &"", &lines(&refused))) }
        @if !done.is_empty() { (section("h-done", "拿走和删除的", &"", &lines(&done))) }
    };
    Ok(cx.page("扫描件", &content))
}

fn chooser(cx: &Cx<SeeScans>, acting: &Acting, waiting: &[Page]) -> Result<Markup> {
    let op = cx.new_op()?;
    let starts = startable(cx, acting);
    let reason =
        form::text("reason", "删除的原因").hint("例如“扫歪了，已重扫”。删除的扫描件还查得到");
    Ok(html! {
        form method="post" action="/scans/take" {
            (form::tokens(cx.csrf(), &op))
            p.hint { "勾选同一份文件的各页，序号小的在前，再点登记。一份里有几张的，会合成一份原件。" }
            ul.trays {
                @for (n, p) in waiting.iter().enumerate() { li { (one(cx, n, p)) } }
            }
            p.acts {
                @for (n, (id, label)) in starts.iter().enumerate() {
                    @if n == 0 { (Press::key(format!("{label}（用选中的）")).posts("as", id.as_str())) }
                    @else { (Press::new(format!("{label}（用选中的）")).posts("as", id.as_str())) }
                }
            }
            p.acts { (Press::new("签批单：按二维码归到原来的件").to("/scans/sheets")) }
            details {
                summary { "删除选中的" }
                (reason)
                p.acts { (Press::new("删除选中的扫描件").to("/scans/drop")) }
            }
        }
    })
}

fn one(cx: &Cx<SeeScans>, n: usize, p: &Page) -> Markup {
    let at = format!("/scans/{}", p.id);
    let (kind, why) = p.kind.split_once('，').unwrap_or((&p.kind, ""));
    let order = format!("order.{}", p.id);
    html! {
        @if kind == Kind::Jpeg.label() { a href={ (at) "/shown" } { img src=(at) alt=(p.name); } }
        @else if kind == Kind::Pdf.label() { a.blank href={ (at) "/shown" } { "PDF，点开看" } }
        @else { a.blank href={ (at) "/save" } { (kind) } }
        label.opt { input type="checkbox" name="pick" value=(p.id); b { (p.name) } }
        p.faint { (bytes_said(p.size)) "　" (cx.zone().short_time(p.at, cx.at)) " 收到" @if !why.is_empty() { "　" (why) } }
        label.inl for=(form::field_id(&order)) { "第" } " "
        input.n id=(form::field_id(&order)) name=(order) value=(n + 1) inputmode="numeric" autocomplete="off"; " 张"
    }
}

fn settled(cx: &Cx<SeeScans>, p: &Page, when: &str) -> Result<Markup> {
    let op = cx.new_op()?;
    let back = one_button(
        &format!("/scans/{}/back", p.id),
        cx.csrf(),
        &op,
        &Press::new("放回"),
    );
    Ok(html! {
        b { (p.name) } "　"
        @if p.state == State::Taken { (p.person) "拿去登记" } @else { (p.person) "删除：" (p.reason) }
        " " (back) span.when { (when) }
    })
}

/// Procedures this person starts with files, and the field that takes them.
fn startable<A: Action>(cx: &Cx<A>, acting: &Acting) -> Vec<(String, String)> {
    let all = cx.state.engine.procedures.all();
    all.iter()
        .filter(|p| p.may_start(&acting.viewer) && p.procedure.scans().is_some())
        .map(|p| (p.procedure.id.clone(), p.procedure.start.label.clone()))
        .collect()
}

/// The chosen pages in the order of their numbers.
pub fn chosen<A: Action>(cx: &Cx<A>, shelf: ShelfNo) -> Result<Vec<Page>> {
    let read = cx.state.store.shelf(shelf)?;
    let mut all = Vec::new();
    for (n, raw) in cx.form_all("pick").into_iter().enumerate() {
        let id: Id = raw.parse().map_err(|_| Error::NotFound)?;
        let page = scan_store::find_page(&read, shelf, id)?;
        if page.state != State::Waiting {
            let said = format!(
                "“{}”刚才被{}拿走了。请刷新这一页再选",
                page.name, page.person
            );
            return Err(Error::Conflict(said));
        }
        let typed: Option<f64> = text::fold(cx.form(&format!("order.{raw}"))).parse().ok();
        let place = typed.filter(|p| p.is_finite()).unwrap_or(n as f64 + 1.0);
        all.push((place, page));
    }
    if all.is_empty() {
        return Err(Error::invalid(
            "",
            "还没有选。请回到“扫描件”，先勾选一份或几份",
        ));
    }
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    Ok(all.into_iter().map(|(_, p)| p).collect())
}

/// POST `/scans/take`: the chosen pages become the files of a new draft, which opens.
pub fn take(cx: &mut Cx<TakeScans>) -> Result<Reply> {
    let (acting, shelf) = tray(cx)?;
    let wanted = cx.form("as").to_owned();
    let known = startable(cx, &acting)
        .into_iter()
        .any(|(id, _)| id == wanted);
    let published = cx.state.engine.procedures.current(&wanted)?;
    let field = published
        .procedure
        .scans()
        .filter(|_| known)
        .ok_or(Error::NotFound)?;
    let pages = chosen(cx, shelf)?;
    let acting = acting.seated(&published.procedure);
    let store = &cx.state.store;
    let home = cx.state.engine.shelf_now(store, &acting)?;
    let who = (acting.viewer.person, acting.signature.name.clone());
    let mut files = Vec::with_capacity(pages.len());
    for page in &pages {
        copy(cx, shelf, home, page)?;
        files.push((page.name.clone(), page.size, page.digest, page.kind.clone()));
    }
    let (field, procedure) = (field.id.clone(), wanted.clone());
    let by = who.clone();
    // a repeated press makes no second draft: the pages are taken
    let stamp = Stamp {
        op: String::new(),
        ..cx.permit.stamp()
    };
    let draft = store.write(home, stamp.clone(), move |w| {
        w.quiet("草稿是自己的，不影响各类清单");
        let draft = draft_store::set_draft(w, (None, by.0), &procedure, &Values::new())?;
        for (name, size, digest, kind) in files {
            w.attach(&NewAttachment {
                owner: draft,
                field: field.clone(),
                name,
                size,
                digest,
                kind,
                person: by.0,
                person_name: by.1.clone(),
            })?;
        }
        Ok(draft)
    })?;
    let draft = draft.value;
    let ids: Vec<Id> = pages.iter().map(|p| p.id).collect();
    let by = who.clone();
    let taken = store.write(shelf, stamp.clone(), move |w| {
        w.quiet("扫描页已取走，不影响各类清单");
        w.note(format!("{} page(s) for draft {draft}", ids.len()));
        ids.iter()
            .try_for_each(|id| scan_store::set_taken(w, *id, draft, (by.0, &by.1)))
    });
    if let Err(e) = taken {
        store.write(home, stamp, move |w| {
            w.quiet("别人已先办理，没有改动");
            draft_store::take_draft(w, draft, who.0)
        })?;
        return Err(e);
    }
    cx.tell(&format!(
        "已取 {} 份扫描件，请核对顺序、填好登记",
        pages.len()
    ));
    Ok(Reply::To(format!("/start/{wanted}?draft={draft}")))
}

/// The contents of a page, for the shelf the draft stands on.
pub fn copy(cx: &Cx<TakeScans>, from: ShelfNo, to: ShelfNo, page: &Page) -> Result<()> {
    let mut blob = cx.state.store.blob(from, page.digest)?;
    let mut upload = cx.state.store.upload(to)?;
    while let Some(piece) = blob.next_chunk()? {
        upload.push(&piece)?;
    }
    upload.finish().map(drop)
}

/// POST `/scans/drop`.
pub fn put_aside(cx: &mut Cx<DropScan>) -> Result<Reply> {
    let (acting, shelf) = tray(cx)?;
    let reason = text::clip(&text::one_line(cx.form("reason")), REASON);
    if reason.is_empty() {
        return Err(Error::invalid(
            "",
            "请写明删除的原因，例如“扫歪了，已重扫”。请回到“扫描件”再删一次",
        ));
    }
    let pages = chosen(cx, shelf)?;
    let n = pages.len();
    let who = (acting.viewer.person, acting.signature.name.clone());
    cx.write(shelf, move |w| {
        w.quiet("扫描页放到一边，不影响各类清单");
        w.note(format!("{} page(s): {reason}", pages.len()));
        pages
            .iter()
            .try_for_each(|p| scan_store::set_dropped(w, p.id, &reason, (who.0, &who.1)))
    })?;
    cx.tell(&format!("已删除 {n} 份。删错了的，在下面点“放回”"));
    Ok(Reply::To(TRAY_AT.into()))
}

/// POST `/scans/{scan}/back`.
pub fn put_back(cx: &mut Cx<TakeScans>) -> Result<Reply> {
    let (_, shelf) = tray(cx)?;
    let id: Id = cx.path("scan")?;
    scan_store::find_page(&cx.state.store.shelf(shelf)?, shelf, id)?;
    cx.write_on(shelf, id, move |w| {
        w.quiet("扫描页放回原处，不影响各类清单");
        scan_store::set_waiting(w, id)
    })?;
    cx.tell("已放回");
    Ok(Reply::To(TRAY_AT.into()))
}

fn found(cx: &Cx<SeeScans>) -> Result<(Page, ShelfNo)> {
    let (_, shelf) = tray(cx)?;
    let id: Id = cx.path("scan")?;
    Ok((
        scan_store::find_page(&cx.state.store.shelf(shelf)?, shelf, id)?,
        shelf,
    ))
}

/// A page small enough to be looked at.
fn bytes_of(cx: &Cx<SeeScans>, shelf: ShelfNo, digest: Digest) -> Result<Vec<u8>> {
    let blob = cx.state.store.blob(shelf, digest)?;
    blob.all(LOOK_BYTES)?.ok_or(Error::NotFound)
}

/// GET `/scans/{scan}`: a small picture to know a page by.
pub fn small(cx: &mut Cx<SeeScans>) -> Result<Reply> {
    let (page, shelf) = found(cx)?;
    let bytes = bytes_of(cx, shelf, page.digest)?;
    let small = picture::thumbnail(&bytes).map_err(|_| Error::NotFound)?;
    Ok(Reply::File(
        FileReply::made("page.jpg", "image/jpeg", small).shown("image/jpeg"),
    ))
}

/// GET `/scans/{scan}/shown`: the page itself, verified or drawn anew.
pub fn shown(cx: &mut Cx<SeeScans>) -> Result<Reply> {
    let (page, shelf) = found(cx)?;
    let bytes = bytes_of(cx, shelf, page.digest)?;
    let kind = sniff::sniff(&bytes);
    if kind == Kind::Pdf && sniff::pdf_is_plain(&bytes) {
        let made = FileReply::made(page.name, "application/pdf", bytes);
        return Ok(Reply::File(made.shown("application/pdf")));
    }
    if kind.is_image() {
        let png = picture::drawn_anew(&bytes).map_err(|why| Error::invalid("", why))?;
        return Ok(Reply::File(
            FileReply::made("image.png", "image/png", png).shown("image/png"),
        ));
    }
    Ok(Reply::To(format!("/scans/{}/save", page.id)))
}

/// GET `/scans/{scan}/save`: always as an attachment.
pub fn save(cx: &mut Cx<SeeScans>) -> Result<Reply> {
    let (page, shelf) = found(cx)?;
    let blob = cx.state.store.blob(shelf, page.digest)?;
    Ok(Reply::File(FileReply::kept(page.name, blob)))
}
