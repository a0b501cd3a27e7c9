//! Print sheets: the paper form on A4 with the procedure's own grid, opinions in their boxes, readers a row
//! each, and a code that opens the case and names the sheet, so that a photograph of the signed paper finds
//! its way back. One sheet, or several cases in one go.
//! Not here: what stands in the rows (`print_rows`) and where leaves break (`ui::leaves`).

use super::page::acting;
use super::{OpenCase, print_rows, written};
use crate::engine::definition::{Page as Sheets, Sheet};
use crate::engine::run::Acting;
use crate::engine::view::CaseView;
use crate::kit::{Error, Id, Result, qr};
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::leaves;
use crate::ui::print::{Leaf, PrintBar, print_page};
use crate::ui::qr::qr_svg;
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, HOME, Reply, Visit};

/// Cases printed in one go at most: a browser lays out more than this only slowly.
const MOST: usize = 200;

/// GET `/case/{case}/print/{sheet}`.
pub fn show(cx: &mut Cx<OpenCase>) -> Result<Reply> {
    let (case, id): (Id, String) = (cx.path("case")?, cx.path("sheet")?);
    let acting = acting(cx)?;
    let view = cx
        .state
        .engine
        .open(&cx.state.store, &acting, (case, None))?;
    page_of(cx, &acting, &view, &id)
}

/// One sheet of a case, to be printed.
pub fn page_of(visit: &Visit, acting: &Acting, view: &CaseView, id: &str) -> Result<Reply> {
    let sheet = view.procedure.sheets.iter().find(|s| s.id == id);
    let sheet = sheet.ok_or(Error::NotFound)?;
    let leaves = leaves_of(visit, acting, view, sheet)?;
    let said = format!(
        "{} 页，A4 纸，页边距已经排在纸里：打印时请选“无边距”或“默认”。",
        leaves.len()
    );
    let bar = PrintBar {
        back: &view.at,
        said: &said,
    };
    let all = html! { @for l in &leaves { (l) } };
    Ok(Reply::Page(print_page(
        visit.site(),
        &Page::new(&sheet.title),
        &bar,
        &all,
    )))
}

/// GET `/case/print?case=&case=&sheet=`: several sheets in one go, case by case what this person may see.
/// Where a procedure has no sheet of that name, its first one is printed.
pub fn several(cx: &mut Cx<OpenCase>) -> Result<Reply> {
    let acting = acting(cx)?;
    let wanted = cx.query("sheet").to_owned();
    let named = cx.query_pairs().iter().filter(|(k, _)| k == "case");
    let mut asked: Vec<String> = Vec::new();
    for (_, id) in named {
        if !asked.contains(id) {
            asked.push(id.clone());
        }
    }
    let mut all = Vec::new();
    let (mut printed, mut unseen) = (0, 0);
    for id in asked.iter().take(MOST) {
        // what is no id, not there or not for this person is left out alike: nobody learns which
        let view = match id.parse() {
            Ok(id) => cx.state.engine.open(&cx.state.store, &acting, (id, None)),
            Err(_) => Err(Error::NotFound),
        };
        let view = match view {
            Ok(view) => view,
            Err(Error::NotFound) => {
                unseen += 1;
                continue;
            }
            Err(e) => return Err(e),
        };
        let sheets = &view.procedure.sheets;
        let sheet = sheets.iter().find(|s| s.id == wanted).or(sheets.first());
        if let Some(sheet) = sheet {
            all.extend(leaves_of(cx, &acting, &view, sheet)?);
            printed += 1;
        }
    }
    let said = said_of((printed, all.len()), unseen, asked.len());
    if all.is_empty() {
        return Ok(nothing(cx, &said));
    }
    let bar = PrintBar {
        back: HOME,
        said: &said,
    };
    let leaves = html! { @for l in &all { (l) } };
    Ok(Reply::Page(print_page(
        cx.site(),
        &Page::new("打印"),
        &bar,
        &leaves,
    )))
}

/// All sheets of a case that is kept nowhere: how a draft will look on paper.
pub fn sample(visit: &Visit, acting: &Acting, view: &CaseView) -> Result<Vec<Markup>> {
    let mut all = Vec::new();
    for sheet in &view.procedure.sheets {
        all.extend(leaves_of(visit, acting, view, sheet)?);
    }
    Ok(all)
}

fn said_of((printed, leaves): (usize, usize), unseen: usize, asked: usize) -> String {
    let mut said = format!("{printed} 件，共 {leaves} 页 A4 纸。");
    if unseen > 0 {
        said.push_str(&format!("另有 {unseen} 件您看不到或不存在，没有打印。"));
    }
    if asked > MOST {
        said.push_str(&format!(
            "一次最多打印 {MOST} 件，后面 {} 件请分次打印。",
            asked - MOST
        ));
    }
    said
}

fn nothing(visit: &Visit, said: &str) -> Reply {
    let content = html! {
        (crumbs(&Link::new("返回待办", HOME), &[], "打印"))
        (heading("没有可打印的件", "", &html! {}))
        p { (said) "请回到列表，勾选要打印的件再试。" }
    };
    visit.page("打印", &content)
}

/// All leaves of one sheet of a case, each with its head, its code and its place.
fn leaves_of(
    visit: &Visit,
    acting: &Acting,
    view: &CaseView,
    sheet: &Sheet,
) -> Result<Vec<Markup>> {
    let rows = print_rows::of(visit, acting, view, sheet);
    let all = leaves::lay(rows.first, (&rows.repeat, rows.repeat_mm), rows.rest);
    let count = all.len();
    let address = written::code_of(&address(visit), view.case.state.id, &sheet.id);
    let code = qr_svg(&qr::matrix(&address)?, "这一件的二维码");
    let number: Vec<String> = sheet
        .line
        .iter()
        .filter_map(|id| view.procedure.field(id))
        .filter(|f| view.shows(f))
        .map(|f| view.printed(f))
        .collect();
    let number = number.join("　");
    let site = visit.site();
    let printed_at = format!(
        "{}　{}打印",
        site.office_full,
        visit.zone().long_time(view.now())
    );
    let org = match site.office_full.as_str() {
        "" => &site.office,
        full => full,
    };
    let void = view.undone().map(|(how, a)| {
        let day = visit.zone().day(a.at).short();
        let why: String = a.detail.note.chars().take(40).collect();
        (how, format!("{day} {}：{why}", a.by.name))
    });
    // a table of the engine's own facts is signed by nobody
    let signed = sheet.page != Sheets::Ledger && view.procedure.paper.is_some();
    let tail = [
        "纸上签好后拍照传回，平台凭右边的码认出这一件；原件随文存好。",
        printed_at.as_str(),
    ];
    let tail = tail.get(usize::from(!signed)..).unwrap_or_default();
    let leaf = |(i, rows): (usize, &Markup)| {
        let leaf = Leaf {
            org,
            title: &sheet.title,
            line: (&number, ""),
            tail,
            place: (i + 1, count),
            void: void.as_ref().map(|(how, why)| (*how, why.as_str())),
        };
        leaf.show(rows, Some(&code))
    };
    Ok(all.iter().enumerate().map(leaf).collect())
}

/// Where a telephone reaches this server; by the address of this very page where the office's is not known.
fn address(visit: &Visit) -> String {
    let known = visit.site().address.as_str();
    let scheme = if visit.peer().https { "https" } else { "http" };
    match known {
        "" => format!("{scheme}://{}", visit.peer().local),
        known => format!("{scheme}://{known}"),
    }
}
