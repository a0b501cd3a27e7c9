//! 管理 → 人员: everybody with the state of their account, by usual views and search; the list as Excel.
//! Not for changing anybody: each name leads to the person's page.

use super::{
    DESK_AT, EXPORT_AT, ExportPeople, IMPORT_AT, ROSTER_AT, SLIPS_AT, SeePeople, desk, unused,
};
use crate::access::{Account, AdminRole, State, policy, slip::IssueSlips};
use crate::kit::{DeptId, Millis, Page, Paged, PersonId, Result, ShelfNo, Zone};
use crate::org::{Directory, Person, export as org_export, pick};
use crate::ui::form::{self, Choice};
use crate::ui::frame::{crumbs, heading};
use crate::ui::list::empty;
use crate::ui::note::{State as Mark, state};
use crate::ui::table::{
    Column, Filter, Leaf, Pager, Phone, Row, View, filters, ledger, page_leaves, pager, views,
};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, FileReply, Reply, encode};
use std::collections::{HashMap, HashSet};

pub(super) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// People found by one search at most.
const FOUND_MOST: usize = 500;

/// The usual ways of looking, by their value in the address.
const VIEWS: [(&str, &str); 7] = [
    ("", "在职"),
    ("none", "没有账号"),
    ("slip", "密码单没用"),
    ("off", "账号停用"),
    ("locked", "锁住了"),
    (UNUSED, "90 天没有登录"),
    ("left", "离任"),
];

/// The one that reads the audit: it is counted when it is asked for.
const UNUSED: &str = "unused";

/// What the list is made from.
struct Roster {
    d: std::sync::Arc<Directory>,
    accounts: HashMap<PersonId, Account>,
    locked: HashSet<PersonId>,
    /// Whose account lies idle, where that was asked for.
    idle: Option<HashMap<PersonId, Option<Millis>>>,
}

impl Roster {
    fn of(cx: &Cx<SeePeople>) -> Result<Self> {
        let wanted = cx.query("view") == UNUSED;
        let idle = wanted.then(|| unused::list(&cx.state, cx.at)).transpose()?;
        let accounts = cx.state.access.accounts();
        let locked = cx.state.access.locked_people();
        Ok(Self {
            d: cx.state.org.current(),
            accounts: accounts.into_iter().map(|a| (a.person, a)).collect(),
            locked: locked.into_iter().map(|(p, _)| p).collect(),
            idle,
        })
    }

    fn is_in(&self, view: &str, p: &Person) -> bool {
        let account = self.accounts.get(&p.id);
        let is = |s: State| account.is_some_and(|a| a.state == s);
        match view {
            "left" => !self.d.is_here(p.id),
            _ if !self.d.is_here(p.id) => false,
            "none" => account.is_none(),
            "slip" => is(State::Slip),
            "off" => is(State::Disabled),
            "locked" => self.locked.contains(&p.id),
            UNUSED => self
                .idle
                .as_ref()
                .is_some_and(|all| all.contains_key(&p.id)),
            _ => true,
        }
    }

    fn list(&self, view: &str, query: &str, dept: Option<DeptId>) -> Vec<&Person> {
        let mut all: Vec<&Person> = if query.is_empty() {
            self.d.everybody().iter().collect()
        } else if view == "left" {
            let left = self.d.everybody().iter();
            left.filter(|p| p.name.contains(query)).collect()
        } else {
            let found = pick::find(&self.d, query, FOUND_MOST).into_iter();
            found.filter_map(|c| self.d.person(c.person)).collect()
        };
        all.retain(|p| self.is_in(view, p));
        if let Some(dept) = dept {
            all.retain(|p| self.d.posts_of(p.id).any(|post| post.department == dept));
        }
        all
    }

    /// When the owner of an idle account was last here.
    fn last(&self, p: &Person, zone: Zone) -> Option<String> {
        let last = self.idle.as_ref()?.get(&p.id)?;
        Some(last.map_or_else(
            || "没有登录过".to_owned(),
            |at| format!("上次登录 {}", zone.day(at).long()),
        ))
    }

    fn row(&self, p: &Person, zone: Zone) -> Row {
        let posts: Vec<&str> = self.d.posts_of(p.id).map(|x| x.name.as_str()).collect();
        let dept = self.d.dept_of(p.id).map_or("—", |x| x.short_name.as_str());
        let account = self.accounts.get(&p.id);
        Row::new(vec![
            html! { (Link::new(&p.name, at(p.id))) },
            html! { (dept) },
            html! { @if posts.is_empty() { span.faint { "没有岗位" } } @else { (posts.join("、")) } },
            html! { (p.mobile.as_deref().unwrap_or("—")) },
            html! { (p.staff_no.as_deref().unwrap_or("—")) },
            html! { (account_mark(account, self.locked.contains(&p.id))) (admin_words(account)) @if let Some(last) = self.last(p, zone) { br; span.faint { (last) } } },
        ])
    }
}

/// Address of a person's page.
pub(super) fn at(person: PersonId) -> String {
    format!("{ROSTER_AT}/{person}")
}

/// The state of an account as a word with its mark.
pub(super) fn account_mark(account: Option<&Account>, locked: bool) -> Markup {
    match account.map(|a| a.state) {
        _ if locked => state(Mark::Warn, "锁住了"),
        None => state(Mark::Waiting, "没有账号"),
        Some(State::Slip) => state(Mark::Now, "密码单没用"),
        Some(State::Active) => state(Mark::Ok, "正常"),
        Some(State::Disabled) => state(Mark::Off, "已停用"),
    }
}

fn admin_words(account: Option<&Account>) -> Markup {
    let roles: Vec<&str> = account
        .into_iter()
        .flat_map(|a| a.admin.iter().map(|r| r.label()))
        .collect();
    html! { @if !roles.is_empty() { br; span.faint { (roles.join("、")) } } }
}

pub(super) fn show(cx: &mut Cx<SeePeople>) -> Result<Reply> {
    let roster = Roster::of(cx)?;
    let asked = cx.query("view");
    let view = VIEWS.iter().find(|(v, _)| *v == asked).map_or("", |v| v.0);
    let query = cx.query("q").trim();
    let dept = cx.query("dept").parse().ok().map(DeptId);
    let all = roster.list(view, query, dept);
    let page = Page::new(
        cx.query("p").parse().unwrap_or(1),
        cx.query("size").parse().unwrap_or(20),
    );
    let paged = Paged::cut(all, page);
    let content = html! {
        (crumbs(&Link::new("返回管理", DESK_AT), &[], "人员"))
        (heading("人员", &format!("共 {} 人", roster.d.people().count()), &acts(cx)))
        (export_form(cx)?)
        (desk::warning(&cx.state))
        (shown_views(&roster, view))
        (search(&roster.d, view, query, dept))
        (table(&roster, &paged, cx.zone()))
        (turn(cx, &paged))
    };
    Ok(cx.page("人员", &content))
}

/// The buttons at the head, for whoever may press them.
fn acts(cx: &Cx<SeePeople>) -> Markup {
    let system = cx.who().is_admin(AdminRole::System);
    let slips = policy::may::<IssueSlips>(cx.who(), cx.peer());
    html! {
        @if system {
            (Link::new("导入", IMPORT_AT).button())
            button.btn type="submit" form="export" { "导出 Excel" }
        }
        @if slips { (Link::new("密码单", SLIPS_AT).button()) }
        @if system { (Link::new("新增人员", format!("{ROSTER_AT}/new")).key()) }
    }
}

/// The form behind 导出 Excel: a paragraph of buttons may hold no form.
fn export_form(cx: &Cx<SeePeople>) -> Result<Markup> {
    Ok(html! {
        form #export method="post" action=(EXPORT_AT) data-download {
            (form::token(cx.csrf()))
            (form::hidden(form::OP, &cx.new_op()?))
        }
    })
}

fn shown_views(roster: &Roster, now: &str) -> Markup {
    let hrefs = VIEWS.map(|(v, _)| {
        if v.is_empty() {
            ROSTER_AT.to_owned()
        } else {
            format!("{ROSTER_AT}?view={v}")
        }
    });
    let everybody = roster.d.everybody();
    let all: Vec<View<'_>> = VIEWS
        .iter()
        .zip(&hrefs)
        .map(|((v, label), href)| View {
            label,
            href,
            count: (*v != UNUSED || roster.idle.is_some())
                .then(|| everybody.iter().filter(|p| roster.is_in(v, p)).count() as u64),
            current: *v == now,
        })
        .collect();
    views(&all, None)
}

fn search(d: &Directory, view: &str, query: &str, dept: Option<DeptId>) -> Markup {
    let mut choices = vec![Choice::new("", "全部部门")];
    let depts = super::seats::departments(d).into_iter();
    choices.extend(depts.map(|(id, name)| Choice::new(id.to_string(), name)));
    let fields = [
        Filter::One(form::text("q", "姓名、拼音、工号或手机尾号").value(query)),
        Filter::One(
            form::select("dept", "部门", choices)
                .value(dept.map_or_else(String::new, |id| id.to_string())),
        ),
    ];
    filters(ROSTER_AT, &fields, &[("view", view)])
}

fn table(roster: &Roster, paged: &Paged<&Person>, zone: Zone) -> Markup {
    if paged.rows.is_empty() {
        let all = [Link::new("看在职的全部人员", ROSTER_AT)];
        return empty("这里没有人。", "换个查法，或者导入人员。", &all);
    }
    let columns = [
        Column::new("姓名").short().phone(Phone::Title),
        Column::new("部门").spine(),
        Column::new("岗位"),
        Column::new("手机").short().phone(Phone::Labelled),
        Column::new("工号").short().phone(Phone::Labelled),
        Column::new("账号").phone(Phone::Labelled),
    ];
    let rows: Vec<Row> = paged.rows.iter().map(|p| roster.row(p, zone)).collect();
    ledger("人员和账号", &columns, &rows, "")
}

fn turn(cx: &Cx<SeePeople>, paged: &Paged<&Person>) -> Markup {
    let kept: Vec<String> = cx
        .query_pairs()
        .iter()
        .filter(|(k, v)| ["q", "dept", "view"].contains(&k.as_str()) && !v.is_empty())
        .map(|(k, v)| format!("{k}={}", encode(v)))
        .collect();
    let size = paged.page.size;
    let to = |n: u64, size: u32| {
        let mut pairs = kept.clone();
        pairs.push(format!("p={n}&size={size}"));
        format!("{ROSTER_AT}?{}", pairs.join("&"))
    };
    let Some((first, last)) = paged.span() else {
        return html! {};
    };
    let sizes = crate::kit::page::SIZES.map(|s| {
        if s == size {
            Leaf::Here(s.to_string())
        } else {
            Leaf::To(Link::new(s.to_string(), to(1, s)))
        }
    });
    pager(&Pager {
        said: format!("第 {first} 至 {last} 人，共 {} 人", paged.total),
        sizes: sizes.to_vec(),
        back: paged.previous().map(|n| to(u64::from(n), size)),
        pages: page_leaves(
            u64::from(paged.page.number),
            u64::from(paged.pages()),
            |n| to(n, size),
        ),
        next: paged.next().map(|n| to(u64::from(n), size)),
    })
}

/// The list as Excel; who took it out when stands in the audit.
pub(super) fn export(cx: &mut Cx<ExportPeople>) -> Result<Reply> {
    let d = cx.state.org.current();
    let organ = cx.who().organ;
    let bytes = org_export::people_file(&d, organ)?;
    let count = d.people().count();
    cx.write_on(ShelfNo::HUB, "people.xlsx", move |w| {
        w.quiet("导出人员名单");
        w.note(format!("导出人员名单，{count} 人"));
        Ok(())
    })?;
    let name = format!("{}人员名单.xlsx", d.organ_name(organ));
    Ok(Reply::File(FileReply::made(name, XLSX, bytes).rows(count)))
}
