//! One department: its page with posts, its form, closing it with a successor. Nothing is deleted:
//! a closed department keeps its name on old sheets, its work passes to the successor.
//! Not for posts' own forms (`post.rs`).

use super::org_list::dept_at;
use super::sheet::{self, Filled, Sheet};
use super::{EditOrg, ORG_AT};
use crate::kit::{DeptId, Error, OrganId, Result, ShelfNo};
use crate::org::edit::{self, Closing, DeptDraft};
use crate::org::{Department, DeptKind, Directory, Post, Seen};
use crate::ui::form::{self, Choice};
use crate::ui::frame::{crumbs, heading};
use crate::ui::list::{empty, section};
use crate::ui::note::{Tone, note};
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Reply};

pub(super) fn show(cx: &mut Cx<EditOrg>) -> Result<Reply> {
    let d = cx.state.org.current();
    let dept = find(cx)?;
    let at = dept_at(&dept);
    let open = d.is_open_dept(dept.id);
    let acts = html! {
        @if open {
            (Link::new("修改部门", format!("{at}/edit")).button())
            (Link::new("撤销部门", format!("{at}/close")).button())
            (Link::new("新设岗位", format!("{at}/post")).button())
        }
    };
    let content = html! {
        (crumbs(&Link::new("返回组织机构", ORG_AT), &[], &dept.name))
        (heading(&dept.name, &format!("{}　{}", dept.code, dept.kind.label()), &acts))
        @if !open { (over(&d, &dept)) }
        (leaders(&d, &dept))
        (section("posts", "岗位", &"", &posts(&d, &dept)))
    };
    Ok(cx.page(&dept.name, &content))
}

fn over(d: &Directory, dept: &Department) -> Markup {
    let until = dept.validity.until.map(|u| u.long()).unwrap_or_default();
    let heir = dept.successor.map(|s| d.dept_name(s)).unwrap_or_default();
    let rest = if heir.is_empty() {
        "没有接续的部门。".to_owned()
    } else {
        format!("没办完的件和查看权限由{heir}接续。")
    };
    note(Tone::Plain, &format!("这个部门到{until}为止。"), &rest)
}

fn leaders(d: &Directory, dept: &Department) -> Markup {
    let titles: Vec<Markup> = d
        .leaders_of(dept.id)
        .map(|post| {
            let names: Vec<&str> = d.holders_of(post.id).map(|p| p.name.as_str()).collect();
            let said = format!("{} {}", post.name, names.join("、"));
            html! { (Link::new(said, format!("{ORG_AT}/post/{}/charges", post.id))) }
        })
        .collect();
    html! {
        p {
            "分管领导："
            @if titles.is_empty() { "还没有。在领导班子的岗位里勾选分管部门。" }
            @for (i, title) in titles.iter().enumerate() { @if i > 0 { "、" } (title) }
        }
    }
}

fn posts(d: &Directory, dept: &Department) -> Markup {
    let columns = [
        Column::new("岗位").phone(Phone::Title),
        Column::new("角色").phone(Phone::Labelled),
        Column::new("现在是谁").phone(Phone::Labelled),
        Column::new("分管部门").phone(Phone::Labelled),
        Column::new("顺序").num().phone(Phone::Dropped),
    ];
    let rows: Vec<Row> = d.posts_in(dept.id).map(|p| post_row(d, p)).collect();
    if rows.is_empty() {
        return empty("还没有岗位。", "岗位带着权限，人放到岗位上就有。", &[]);
    }
    ledger("岗位", &columns, &rows, "")
}

fn post_row(d: &Directory, post: &Post) -> Row {
    let at = format!("{ORG_AT}/post/{}", post.id);
    let roles: Vec<&str> = post.roles.iter().map(|r| r.label()).collect();
    let names: Vec<&str> = d.holders_of(post.id).map(|p| p.name.as_str()).collect();
    let charges: Vec<&str> = d
        .charges_of(post.id)
        .map(|x| x.short_name.as_str())
        .collect();
    let leads = post.roles.iter().any(|r| r.leads());
    Row::new(vec![
        html! { (Link::new(&post.name, at.as_str())) },
        html! { (roles.join("、")) },
        html! { @if names.is_empty() { span.faint { "空着" } } @else { (names.join("、")) } },
        html! {
            @if leads {
                (charges.join("、")) " " (Link::new("勾选", format!("{at}/charges")))
            } @else { "—" }
        },
        html! { (post.sort) },
    ])
}

fn find(cx: &Cx<EditOrg>) -> Result<Department> {
    let id: DeptId = cx.path("id")?;
    let d = cx.state.org.current();
    let found = d.dept(id).filter(|x| x.kind != DeptKind::Hidden);
    found.cloned().ok_or(Error::NotFound)
}

pub(super) fn new(cx: &mut Cx<EditOrg>) -> Result<Reply> {
    draw(cx, None, &Filled::fresh())
}

pub(super) fn edit(cx: &mut Cx<EditOrg>) -> Result<Reply> {
    let dept = find(cx)?;
    draw(cx, Some(&dept), &Filled::fresh())
}

pub(super) fn add(cx: &mut Cx<EditOrg>) -> Result<Reply> {
    let organ: OrganId = cx.path("id")?;
    let from = sheet::today(cx);
    let saved = typed(cx).and_then(|draft| {
        let added = cx.write(ShelfNo::HUB, move |w| {
            edit::add_dept(w, organ, &draft, from).map(|id| id.0)
        })?;
        Ok(added.value)
    });
    match saved {
        Ok(id) => done(
            cx,
            "部门已新设，下一步设它的岗位",
            format!("{ORG_AT}/dept/{id}"),
        ),
        Err(why) => draw(cx, None, &Filled::again(&cx.input, why)?),
    }
}

pub(super) fn save(cx: &mut Cx<EditOrg>) -> Result<Reply> {
    let dept = find(cx)?;
    let seen = Seen::new(dept.id, sheet::rev(cx));
    let saved = typed(cx).and_then(|draft| {
        cx.write(ShelfNo::HUB, move |w| edit::set_dept(w, seen, &draft))
            .map(drop)
    });
    match saved {
        Ok(()) => done(cx, "部门已改好。以前印出去的仍是旧名称", dept_at(&dept)),
        Err(why) => draw(cx, Some(&dept), &Filled::again(&cx.input, why)?),
    }
}

fn done(cx: &mut Cx<EditOrg>, said: &str, to: String) -> Result<Reply> {
    sheet::reload(cx)?;
    cx.tell(said);
    Ok(Reply::To(to))
}

fn typed(cx: &Cx<EditOrg>) -> Result<DeptDraft> {
    let kind = DeptKind::from_id(cx.form("kind")).filter(|k| DeptKind::OPEN.contains(k));
    Ok(DeptDraft {
        code: cx.form("code").to_owned(),
        name: cx.form("name").to_owned(),
        short_name: cx.form("short_name").to_owned(),
        kind: kind.ok_or_else(|| Error::invalid("kind", "请选部门的类别"))?,
        sort: sheet::number(cx, "sort")?,
    })
}

fn draw(cx: &Cx<EditOrg>, dept: Option<&Department>, filled: &Filled<'_>) -> Result<Reply> {
    let d = cx.state.org.current();
    // the state of this moment: a stale form comes back with the new number
    let now = dept.and_then(|x| d.dept(x.id));
    let of = |f: fn(&Department) -> String| now.map(f).unwrap_or_default();
    let kind = now.map_or(DeptKind::Department, |x| x.kind);
    let kinds = DeptKind::OPEN.map(|k| Choice::new(k.id(), k.label()));
    let fields = html! {
        (filled.put(form::text("name", "部门全称").need(), "name", &of(|x| x.name.clone())))
        (filled.put(
            form::text("short_name", "简称").hint("列表里显示，例如 党政办；不写就用全称"),
            "short_name",
            &of(|x| x.short_name.clone()),
        ))
        (filled.put(
            form::text("code", "代码").need().hint("几个大写字母，例如 DZB，本单位里不能重复"),
            "code",
            &of(|x| x.code.clone()),
        ))
        (filled.put(form::radios("kind", "类别", kinds.to_vec()), "kind", kind.id()))
        (filled.put(
            form::number("sort", "顺序").hint("小的排在前面"),
            "sort",
            &of(|x| x.sort.to_string()),
        ))
    };
    let (back, action) = match dept {
        Some(x) => (
            Link::new("返回部门", dept_at(x)),
            format!("{}/edit", dept_at(x)),
        ),
        None => (
            Link::new("返回组织机构", ORG_AT),
            format!("{ORG_AT}/organ/{}/dept", cx.path::<OrganId>("id")?),
        ),
    };
    Sheet {
        title: if dept.is_some() {
            "修改部门"
        } else {
            "新设部门"
        },
        small: now.map_or("", |x| x.name.as_str()),
        back,
        lead: html! {},
        action: &action,
        rev: now.map(|x| x.rev),
        fields,
        press: if dept.is_some() {
            "保存部门"
        } else {
            "新设这个部门"
        },
    }
    .reply(cx, filled)
}

pub(super) fn closing(cx: &mut Cx<EditOrg>) -> Result<Reply> {
    draw_closing(cx, &Filled::fresh())
}

pub(super) fn close(cx: &mut Cx<EditOrg>) -> Result<Reply> {
    let dept = find(cx)?;
    let seen = Seen::new(dept.id, sheet::rev(cx));
    let saved = closing_of(cx).and_then(|closing| {
        cx.write(ShelfNo::HUB, move |w| edit::close_dept(w, seen, closing))
            .map(drop)
    });
    match saved {
        Ok(()) => done(cx, &closed_and(cx, dept.id)?, ORG_AT.into()),
        Err(why) => draw_closing(cx, &Filled::again(&cx.input, why)?),
    }
}

/// What is still to be done about a department that made procedures of its own.
fn closed_and(cx: &Cx<EditOrg>, dept: DeptId) -> Result<String> {
    const CLOSED: &str = "部门已撤销，名称在旧件上照旧显示";
    let directory = cx.state.org.current();
    let left = cx.state.engine.left_behind(&cx.state.store, &directory)?;
    let own = left.iter().any(|l| l.dept == dept);
    Ok(match own {
        true => format!("{CLOSED}。它还有自己的事项，请到“事项管理”转给接续的部门"),
        false => CLOSED.to_owned(),
    })
}

fn closing_of(cx: &Cx<EditOrg>) -> Result<Closing<DeptId>> {
    Ok(Closing {
        last_day: sheet::day(cx, "last_day")?,
        successor: sheet::chosen(cx, "successor")?,
    })
}

fn draw_closing(cx: &Cx<EditOrg>, filled: &Filled<'_>) -> Result<Reply> {
    let d = cx.state.org.current();
    let dept = find(cx)?;
    let mut heirs = vec![Choice::new("", "没有部门接续")];
    let others = d.depts_of(dept.organ).filter(|x| x.id != dept.id);
    heirs.extend(others.map(|x| Choice::new(x.id.to_string(), &x.name)));
    let today = sheet::today(cx).to_string();
    let fields = html! {
        (filled.put(form::date("last_day", "最后一天").need(), "last_day", &today))
        (filled.put(
            form::select("successor", "由哪个部门接续", heirs)
                .hint("没办完的件和查看权限转给接续部门的同名岗位，没有同名的转给负责人"),
            "successor",
            "",
        ))
    };
    let staff = d.staff_of(dept.id).len();
    let lead = format!(
        "撤销“{}”后，它的岗位一起停用，在岗的 {staff} 人不再有这些岗位，要另外安排。",
        dept.name
    );
    Sheet {
        title: "撤销部门",
        small: &dept.name,
        back: Link::new("返回部门", dept_at(&dept)),
        lead: note(Tone::Plain, "撤销前看一眼。", &lead),
        action: &format!("{}/close", dept_at(&dept)),
        rev: Some(dept.rev),
        fields,
        press: "撤销这个部门",
    }
    .reply(cx, filled)
}
