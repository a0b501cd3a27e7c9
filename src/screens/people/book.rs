//! 通讯录: who is who, by department, with numbers to call; for everybody who is logged in.
//! Searched on the server by name, pinyin, initials, staff number, end of the mobile number (U24).
//! Not for accounts: nothing here tells who may enter.

use super::{BOOK_AT, SeeBook};
use crate::kit::{DeptId, Result};
use crate::org::{Department, Directory, Person, Post, pick};
use crate::ui::form::{self, Choice};
use crate::ui::frame::heading;
use crate::ui::list::{empty, line, lines, section};
use crate::ui::table::{Column, Filter, Phone, Row, filters, ledger};
use crate::ui::{Link, Markup, Render, html};
use crate::web::{Cx, Reply};

/// With more people than this the first page lists departments only.
const ALL_AT_ONCE: usize = 300;
/// People found by one search at most.
const FOUND_MOST: usize = 100;

pub(super) fn show(cx: &mut Cx<SeeBook>) -> Result<Reply> {
    let d = cx.state.org.current();
    let query = cx.query("q").trim();
    let dept = cx.query("dept").parse().ok().map(DeptId);
    let total = d.people().count();
    let body = if !query.is_empty() {
        found(&d, query, dept)
    } else if let Some(dept) = dept.and_then(|id| d.dept(id)) {
        group(&d, dept)
    } else if total > ALL_AT_ONCE {
        departments(&d)
    } else {
        html! { @for dept in open(&d).filter(|x| is_shown(&d, x)) { (group(&d, dept)) } }
    };
    let content = html! {
        (heading("通讯录", &format!("共 {total} 人"), &html! {}))
        (search(&d, query, dept))
        @if total == 0 {
            (empty("还没有人员。", "请系统管理员在“管理”里导入人员。", &[]))
        } @else { (body) }
    };
    Ok(cx.page("通讯录", &content))
}

fn open(d: &Directory) -> impl Iterator<Item = &Department> {
    d.organs().flat_map(|o| d.depts_of(o.id))
}

/// A department with nobody in it and nobody in charge has nothing to tell.
fn is_shown(d: &Directory, dept: &Department) -> bool {
    !d.staff_of(dept.id).is_empty() || d.leaders_of(dept.id).next().is_some()
}

fn search(d: &Directory, query: &str, dept: Option<DeptId>) -> Markup {
    let mut choices = vec![Choice::new("", "全部部门")];
    choices.extend(open(d).map(|x| Choice::new(x.id.to_string(), &x.name)));
    let fields = [
        Filter::One(form::text("q", "姓名、拼音、工号或手机尾号").value(query)),
        Filter::One(
            form::select("dept", "部门", choices)
                .value(dept.map_or_else(String::new, |id| id.to_string())),
        ),
    ];
    filters(BOOK_AT, &fields, &[])
}

fn columns() -> [Column; 4] {
    [
        Column::new("姓名").short().phone(Phone::Title),
        Column::new("岗位").phone(Phone::Whole),
        Column::new("手机").short().phone(Phone::Labelled),
        Column::new("工号").short().phone(Phone::Labelled),
    ]
}

fn found(d: &Directory, query: &str, dept: Option<DeptId>) -> Markup {
    let mut people: Vec<&Person> = pick::find(d, query, FOUND_MOST)
        .into_iter()
        .filter_map(|c| d.person(c.person))
        .collect();
    if let Some(dept) = dept {
        people.retain(|p| d.posts_of(p.id).any(|post| post.department == dept));
    }
    if people.is_empty() {
        let all = [Link::new("看全部", BOOK_AT)];
        let next = "换个写法试试：姓名、全拼、首字母（zs）、工号、手机尾号都行。";
        return empty("没有找到。", next, &all);
    }
    let rows: Vec<Row> = people.iter().map(|p| row(d, p, None)).collect();
    let total = format!("找到 {} 人", rows.len());
    ledger("找到的人", &columns(), &rows, &total)
}

fn departments(d: &Directory) -> Markup {
    let all: Vec<Markup> = open(d)
        .map(|dept| {
            let link = Link::new(&dept.name, format!("{BOOK_AT}?dept={}", dept.id));
            line(&link, &format!("{} 人", d.staff_of(dept.id).len()))
        })
        .collect();
    section("by-dept", "按部门找", &"", &lines(&all))
}

fn group(d: &Directory, dept: &Department) -> Markup {
    let staff = d.staff_of(dept.id);
    let rows: Vec<Row> = staff.iter().map(|p| row(d, p, Some(dept))).collect();
    let leaders = leaders(d, dept);
    let id = format!("d{}", dept.id);
    let body = html! {
        @if rows.is_empty() { p.faint { "还没有人。" } }
        @else { (ledger(&dept.name, &columns(), &rows, "")) }
    };
    section(&id, &dept.name, &leaders, &body)
}

/// 分管领导 of a department, by name.
fn leaders(d: &Directory, dept: &Department) -> Markup {
    let names: Vec<&str> = d
        .leaders_of(dept.id)
        .flat_map(|post| d.holders_of(post.id))
        .map(|p| p.name.as_str())
        .collect();
    html! { @if !names.is_empty() { i { "分管领导 " (names.join("、")) } } }
}

/// One person; within a department only the posts held there are named, the others shortly after.
fn row(d: &Directory, p: &Person, dept: Option<&Department>) -> Row {
    let here = |post: &&Post| dept.is_none_or(|x| post.department == x.id);
    let posts: Vec<String> = d
        .posts_of(p.id)
        .filter(here)
        .map(|post| match dept {
            Some(_) => post.name.clone(),
            None => d.post_title(post.id),
        })
        .collect();
    let charges: Vec<&str> = d
        .posts_of(p.id)
        .filter(here)
        .flat_map(|post| d.charges_of(post.id))
        .map(|x| x.short_name.as_str())
        .collect();
    Row::new(vec![
        html! { b { (p.name) } },
        html! {
            (posts.join("、"))
            @if !charges.is_empty() { br; span.faint { "分管 " (charges.join("、")) } }
        },
        phone(p.mobile.as_deref()),
        html! { (p.staff_no.as_deref().unwrap_or("—")) },
    ])
}

/// A number that a phone can call.
fn phone(mobile: Option<&str>) -> Markup {
    match mobile {
        Some(no) => html! { a href={ "tel:" (no) } { (grouped(no)) } },
        None => "—".render(),
    }
}

/// 138 0571 1234: as people read it out.
fn grouped(no: &str) -> String {
    match (no.get(..3), no.get(3..7), no.get(7..)) {
        (Some(a), Some(b), Some(c)) if no.len() == 11 => format!("{a} {b} {c}"),
        _ => no.to_owned(),
    }
}
