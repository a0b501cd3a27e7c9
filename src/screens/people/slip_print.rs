//! The printed slips: one A4 leaf holds several people of one department, each in a block to cut off,
//! with what to type and where. Made once from the answer of one request, never stored.

use crate::access::slip::{IssueSlips, Slip};
use crate::kit::{Error, PersonId, Result};
use crate::org::Directory;
use crate::ui::frame::Page;
use crate::ui::print::{Height, Leaf, PrintBar, pair, print_page, row};
use crate::ui::{Markup, html};
use crate::web::Cx;
use std::collections::BTreeMap;

/// Blocks of one leaf: four lines each, as many as A4 holds.
const A_LEAF: usize = 4;

/// The print page of these slips.
pub(super) fn page(cx: &Cx<IssueSlips>, d: &Directory, slips: &[Slip]) -> Result<Markup> {
    let mut by_dept: BTreeMap<usize, Vec<&Slip>> = BTreeMap::new();
    let order: Vec<_> = super::seats::departments(d)
        .into_iter()
        .map(|(id, _)| id)
        .collect();
    for slip in slips {
        let dept = d.dept_of(slip.person).map(|x| x.id);
        let place = order.iter().position(|id| Some(*id) == dept);
        by_dept
            .entry(place.unwrap_or(order.len()))
            .or_default()
            .push(slip);
    }
    let chunks: Vec<&[&Slip]> = by_dept
        .values()
        .flat_map(|all| all.chunks(A_LEAF))
        .collect();
    let count = chunks.len();
    let mut leaves = Vec::with_capacity(count);
    for (i, chunk) in chunks.into_iter().enumerate() {
        leaves.push(leaf(cx, d, chunk, (i + 1, count))?);
    }
    let said = format!(
        "{} 张密码单，{count} 页 A4 纸。离开这一页就再也看不到这些密码，请现在打印。",
        slips.len()
    );
    let bar = PrintBar {
        back: super::SLIPS_AT,
        said: &said,
    };
    Ok(print_page(
        cx.site(),
        &Page::new("密码单"),
        &bar,
        &html! { @for l in &leaves { (l) } },
    ))
}

fn leaf(
    cx: &Cx<IssueSlips>,
    d: &Directory,
    slips: &[&Slip],
    place: (usize, usize),
) -> Result<Markup> {
    let first = slips
        .first()
        .ok_or_else(|| Error::fault("a leaf without slips"))?;
    let dept = d
        .dept_of(first.person)
        .map_or("没有部门的人员", |x| x.name.as_str());
    let until = format!("{}前有效", cx.zone().day(first.until).long());
    let leaf = Leaf {
        org: &cx.site().office_full,
        title: "密码单",
        line: (dept, &until),
        tail: &["沿虚线裁开，当面交给本人。请勿拍照、转发。"],
        place,
        void: None,
    };
    let address = address(cx);
    let rows = html! {
        @for (i, slip) in slips.iter().enumerate() {
            @if i > 0 { tr.cut { td colspan="12" { "┄┄┄┄┄┄ 裁开 ┄┄┄┄┄┄" } } }
            (block(d, slip, &address))
        }
    };
    Ok(leaf.show(&rows, None))
}

/// What people type into the browser; the name of the server PC where nobody set one.
fn address(cx: &Cx<IssueSlips>) -> String {
    let known = &cx.site().address;
    let address = if known.is_empty() {
        cx.peer().local.to_string()
    } else {
        known.clone()
    };
    format!("http://{address}")
}

fn block(d: &Directory, slip: &Slip, address: &str) -> Markup {
    let name = d.person_name(slip.person);
    html! {
        (row(Height::Line, &html! { (pair("姓名", name, 4)) (pair("部门", &dept_short(d, slip.person), 4)) }))
        (row(Height::Line, &html! { (pair("网址", address, 4)) (pair("登录名", &log_in_name(d, slip.person), 4)) }))
        (row(Height::Line, &html! {
            th.k colspan="2" scope="row" { "密码" }
            td colspan="10" { b { (slip.words) } "　只能用一次，登录后换成自己的" }
        }))
        (row(Height::Line, &html! {
            th.k colspan="2" scope="row" { "怎么登录" }
            td colspan="10" { "连办公室的网，打开浏览器写上面的网址；写登录名和一次性密码；按提示换成自己的密码，以后用自己的密码。" }
        }))
    }
}

fn dept_short(d: &Directory, person: PersonId) -> String {
    d.dept_of(person)
        .map_or_else(String::new, |x| x.short_name.clone())
}

/// The shortest that is this person's alone: the name, else mobile or staff number (U67).
pub fn log_in_name(d: &Directory, person: PersonId) -> String {
    let Some(p) = d.person(person) else {
        return String::new();
    };
    let also: Vec<&str> = [p.mobile.as_deref(), p.staff_no.as_deref()]
        .into_iter()
        .flatten()
        .collect();
    if d.named(&p.name).count() > 1 {
        return match also.first() {
            Some(no) => (*no).to_owned(),
            None => format!("{}（登录时选部门）", p.name),
        };
    }
    match also.first() {
        Some(no) => format!("{} 或 {no}", p.name),
        None => p.name.clone(),
    }
}
