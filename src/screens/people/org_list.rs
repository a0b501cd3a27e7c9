//! 管理 → 组织机构: organs with their departments in order, and those that were closed.
//! Not for changing anything: each line leads to its form.

use super::{EditOrg, ORG_AT};
use crate::kit::{OrganId, Result};
use crate::org::{Department, Directory, Organ};
use crate::ui::frame::heading;
use crate::ui::list::{empty, line, lines, section};
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Reply};

pub(super) fn show(cx: &mut Cx<EditOrg>) -> Result<Reply> {
    let d = cx.state.org.current();
    let more = Link::new("新增单位", format!("{ORG_AT}/organ"));
    let content = html! {
        (heading("组织机构", &counted(&d), &more.button()))
        @if d.first_organ().is_none() {
            (empty("还没有单位。", "先新增本单位，再在里面设部门和岗位。", &[more]))
        }
        @for organ in d.organs() { (one(&d, organ)) }
        (closed(&d))
    };
    Ok(cx.page("组织机构", &content))
}

fn counted(d: &Directory) -> String {
    let depts: usize = d.organs().map(|o| d.depts_of(o.id).count()).sum();
    format!("{depts} 个部门")
}

/// Address of a department's page.
pub(super) fn dept_at(dept: &Department) -> String {
    format!("{ORG_AT}/dept/{}", dept.id)
}

fn one(d: &Directory, organ: &Organ) -> Markup {
    let at = format!("{ORG_AT}/organ/{}", organ.id);
    let acts = html! {
        span {
            (Link::new("修改单位", at.as_str())) "　"
            (Link::new("新设部门", format!("{at}/dept")))
        }
    };
    section(
        &format!("o{}", organ.id),
        &organ.name,
        &acts,
        &departments(d, organ.id),
    )
}

fn departments(d: &Directory, organ: OrganId) -> Markup {
    let columns = [
        Column::new("代码").short().phone(Phone::Dropped),
        Column::new("部门").spine().phone(Phone::Title),
        Column::new("类别"),
        Column::new("分管领导").phone(Phone::Labelled),
        Column::new("岗位").num().phone(Phone::Labelled),
        Column::new("人员").num().phone(Phone::Labelled),
    ];
    let rows: Vec<Row> = d.depts_of(organ).map(|x| row(d, x)).collect();
    if rows.is_empty() {
        let next = "点上面的“新设部门”，从党政综合办公室设起。";
        return empty("还没有部门。", next, &[]);
    }
    ledger("部门", &columns, &rows, "")
}

fn row(d: &Directory, dept: &Department) -> Row {
    let leaders: Vec<&str> = d
        .leaders_of(dept.id)
        .flat_map(|post| d.holders_of(post.id))
        .map(|p| p.name.as_str())
        .collect();
    let led = if leaders.is_empty() {
        "—".to_owned()
    } else {
        leaders.join("、")
    };
    Row::new(vec![
        html! { (dept.code) },
        html! { (Link::new(&dept.name, dept_at(dept))) },
        html! { (dept.kind.label()) },
        html! { (led) },
        html! { (d.posts_in(dept.id).count()) },
        html! { (d.staff_of(dept.id).len()) },
    ])
}

/// Closed departments stay readable: their names stand on old sheets.
fn closed(d: &Directory) -> Markup {
    let Some(today) = d.today() else {
        return html! {};
    };
    let gone = d.all_depts().iter().filter(|x| x.validity.is_over(today));
    let all: Vec<Markup> = gone
        .map(|x| {
            let until = x.validity.until.map(|u| u.long()).unwrap_or_default();
            let heir = x.successor.map(|s| d.dept_name(s)).unwrap_or_default();
            let heir = if heir.is_empty() {
                String::new()
            } else {
                format!("，由{heir}接续")
            };
            line(
                &Link::new(&x.name, dept_at(x)),
                &format!("到{until}为止{heir}"),
            )
        })
        .collect();
    html! {
        @if !all.is_empty() { (section("closed", "已撤销的部门", &"", &lines(&all))) }
    }
}
