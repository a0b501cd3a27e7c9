//! One person: page with numbers, posts and account; their form; leaving the office and coming back.
//! A person is never deleted: the name stands on old sheets. Posts are `posting.rs`, the account's
//! deeds `account.rs`.

use super::roster::{self, at};
use super::sheet::{self, Filled, Sheet};
use super::{EditPeople, ROSTER_AT, SeePeople, account, seats};
use crate::access::{AdminRole, policy};
use crate::kit::{Error, PersonId, Result, ShelfNo};
use crate::org::edit::{self, Hold, PersonDraft};
use crate::org::{Directory, Person, Post, Seen, Weight};
use crate::ui::deed::{Press, one_button};
use crate::ui::form;
use crate::ui::frame::{crumbs, heading};
use crate::ui::list::{empty, facts, section};
use crate::ui::note::{Tone, note};
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Reply};

pub(super) fn show(cx: &mut Cx<SeePeople>) -> Result<Reply> {
    let d = cx.state.org.current();
    let person = find(cx)?;
    let edits = policy::may::<EditPeople>(cx.who(), cx.peer());
    let here = d.is_here(person.id);
    let at = at(person.id);
    let acts = html! {
        @if edits {
            (Link::new("修改", format!("{at}/edit")).button())
            @if here { (Link::new("办理离任", format!("{at}/close")).button()) }
            @else { button.btn type="submit" form="reopen" { "恢复在职" } }
        }
    };
    let content = html! {
        (crumbs(&Link::new("返回人员", ROSTER_AT), &[], &person.name))
        (heading(&person.name, d.dept_of(person.id).map_or("", |x| &x.name), &acts))
        @if !here { (left(&person)) }
        @if edits && !here { (reopen_form(cx, &person)?) }
        (facts("基本情况", &basics(&person)))
        (section("posts", "岗位", &post_links(&d, &person, edits), &posts(cx, &d, &person, edits)?))
        (account::part(cx, &person)?)
    };
    Ok(cx.page(&person.name, &content))
}

fn left(person: &Person) -> Markup {
    let until = person.validity.until.map(|u| u.long()).unwrap_or_default();
    let lead = format!("到{until}为止，已离任。");
    note(Tone::Plain, &lead, &"名字在旧件上照旧显示，不能再登录。")
}

fn basics(p: &Person) -> [(&'static str, String); 3] {
    let or_none = |v: &Option<String>| v.clone().unwrap_or_else(|| "没有登记".to_owned());
    [
        ("手机", or_none(&p.mobile)),
        ("工号", or_none(&p.staff_no)),
        ("到本单位", p.validity.from.long()),
    ]
}

/// The form behind 恢复在职: a paragraph of buttons may hold no form.
fn reopen_form(cx: &Cx<SeePeople>, person: &Person) -> Result<Markup> {
    Ok(html! {
        form #reopen method="post" action={ (at(person.id)) "/reopen" } {
            (form::token(cx.csrf()))
            (form::hidden(form::OP, &cx.new_op()?))
            (form::hidden("rev", &person.rev.to_string()))
        }
    })
}

fn post_links(d: &Directory, person: &Person, edits: bool) -> Markup {
    let at = at(person.id);
    html! {
        @if edits && d.is_here(person.id) {
            span {
                (Link::new("加一个岗位", format!("{at}/hold")))
                @if d.main_post(person.id).is_some() { "　" (Link::new("调动", format!("{at}/move"))) }
            }
        }
    }
}

fn posts(cx: &Cx<SeePeople>, d: &Directory, person: &Person, edits: bool) -> Result<Markup> {
    let columns = [
        Column::new("岗位").phone(Phone::Title),
        Column::new("主岗或兼任"),
        Column::new("角色").phone(Phone::Labelled),
        Column::new("要办的"),
    ];
    let main = d.main_post(person.id).map(|p| p.id);
    let mut rows = Vec::new();
    for post in d.posts_of(person.id) {
        let is_main = Some(post.id) == main;
        let roles: Vec<&str> = post.roles.iter().map(|r| r.label()).collect();
        let deeds = if edits {
            post_deeds(cx, person, post, is_main)?
        } else {
            html! {}
        };
        rows.push(Row::new(vec![
            html! { (d.post_title(post.id)) },
            html! { (if is_main { "主岗" } else { "兼任" }) },
            html! { (roles.join("、")) },
            deeds,
        ]));
    }
    if rows.is_empty() {
        return Ok(empty("没有岗位。", "没有岗位的人登录后什么也办不了。", &[]));
    }
    Ok(ledger("岗位", &columns, &rows, ""))
}

fn post_deeds(cx: &Cx<SeePeople>, person: &Person, post: &Post, is_main: bool) -> Result<Markup> {
    let at = at(person.id);
    Ok(html! {
        @if !is_main {
            form.inl method="post" action={ (at) "/main" } {
                (form::token(cx.csrf()))
                (form::hidden(form::OP, &cx.new_op()?))
                (form::hidden("rev", &person.rev.to_string()))
                (form::hidden("post", &post.id.to_string()))
                (Press::new("设为主岗"))
            }
            " "
        }
        (Link::new("离开岗位", format!("{at}/leave?post={}", post.id)))
    })
}

/// A form of one button that names whose state it changes.
pub(super) fn deed_button(cx: &Cx<SeePeople>, to: &str, label: &str) -> Result<Markup> {
    Ok(one_button(to, cx.csrf(), &cx.new_op()?, &Press::new(label)))
}

/// The person of the path.
pub(super) fn find<A: crate::access::Action>(cx: &Cx<A>) -> Result<Person> {
    let id: PersonId = cx.path("id")?;
    let d = cx.state.org.current();
    d.person(id).cloned().ok_or(Error::NotFound)
}

pub(super) fn new(cx: &mut Cx<EditPeople>) -> Result<Reply> {
    draw_new(cx, &Filled::fresh())
}

pub(super) fn add(cx: &mut Cx<EditPeople>) -> Result<Reply> {
    let saved = new_typed(cx).and_then(|(draft, hold)| {
        let added = cx.write(ShelfNo::HUB, move |w| {
            let id = edit::add_person(w, &draft, hold.from)?;
            edit::hold_post(w, Seen::new(id, 1), hold)?;
            Ok(id.0)
        })?;
        Ok(PersonId(added.value))
    });
    match saved {
        Ok(id) => done(cx, at(id), "人员已新增，下一步给他发密码单"),
        Err(why) => draw_new(cx, &Filled::again(&cx.input, why)?),
    }
}

fn new_typed(cx: &Cx<EditPeople>) -> Result<(PersonDraft, Hold)> {
    let post = sheet::chosen(cx, "post")?
        .ok_or_else(|| Error::invalid("post", "请选一个岗位；没有合适的，先到组织机构里新设"))?;
    let hold = Hold {
        post,
        weight: Weight::Main,
        from: sheet::day(cx, "from")?,
    };
    Ok((typed(cx)?, hold))
}

fn typed(cx: &Cx<EditPeople>) -> Result<PersonDraft> {
    Ok(PersonDraft {
        name: cx.form("name").to_owned(),
        mobile: cx.form("mobile").to_owned(),
        staff_no: cx.form("staff_no").to_owned(),
        sort: sheet::number(cx, "sort")?,
    })
}

/// Ends a change of a person: the directory follows, the next page says what was done.
pub(super) fn done(cx: &mut Cx<EditPeople>, to: String, said: &str) -> Result<Reply> {
    sheet::reload(cx)?;
    cx.tell(said);
    Ok(Reply::To(to))
}

fn own_fields(filled: &Filled<'_>, p: Option<&Person>) -> Markup {
    let of = |f: fn(&Person) -> Option<String>| p.and_then(f).unwrap_or_default();
    html! {
        (filled.put(form::text("name", "姓名").need(), "name", &of(|p| Some(p.name.clone()))))
        (filled.put(
            form::tel("mobile", "手机").hint("11 位数字，可以用它登录；没有可以不填"),
            "mobile",
            &of(|p| p.mobile.clone()),
        ))
        (filled.put(
            form::text("staff_no", "工号").hint("可以用它登录；没有可以不填。重名的人手机、工号至少填一项"),
            "staff_no",
            &of(|p| p.staff_no.clone()),
        ))
        (filled.put(
            form::number("sort", "顺序").hint("同一岗位里小的排在前面"),
            "sort",
            &of(|p| Some(p.sort.to_string())),
        ))
    }
}

fn draw_new(cx: &Cx<EditPeople>, filled: &Filled<'_>) -> Result<Reply> {
    let d = cx.state.org.current();
    let today = sheet::today(cx).to_string();
    let fields = html! {
        (own_fields(filled, None))
        (filled.put(form::select("post", "岗位", seats::all(&d)).need(), "post", ""))
        (filled.put(form::date("from", "从哪天起").need(), "from", &today))
    };
    Sheet {
        title: "新增人员",
        small: "",
        back: Link::new("返回人员", ROSTER_AT),
        lead: html! { p.hint { "人多时用“导入人员”，一张表导完。" } },
        action: &format!("{ROSTER_AT}/new"),
        rev: None,
        fields,
        press: "新增这个人",
    }
    .reply(cx, filled)
}

pub(super) fn edit(cx: &mut Cx<EditPeople>) -> Result<Reply> {
    draw_edit(cx, &Filled::fresh())
}

pub(super) fn save(cx: &mut Cx<EditPeople>) -> Result<Reply> {
    let person = find(cx)?;
    let seen = Seen::new(person.id, sheet::rev(cx));
    let saved = typed(cx).and_then(|draft| {
        cx.write(ShelfNo::HUB, move |w| edit::set_person(w, seen, &draft))
            .map(drop)
    });
    match saved {
        Ok(()) => done(cx, at(person.id), "人员情况已改好"),
        Err(why) => draw_edit(cx, &Filled::again(&cx.input, why)?),
    }
}

fn draw_edit(cx: &Cx<EditPeople>, filled: &Filled<'_>) -> Result<Reply> {
    let person = find(cx)?;
    Sheet {
        title: "修改人员",
        small: &person.name,
        back: Link::new("返回", at(person.id)),
        lead: html! {},
        action: &format!("{}/edit", at(person.id)),
        rev: Some(person.rev),
        fields: own_fields(filled, Some(&person)),
        press: "保存人员情况",
    }
    .reply(cx, filled)
}

pub(super) fn closing(cx: &mut Cx<EditPeople>) -> Result<Reply> {
    draw_closing(cx, &Filled::fresh())
}

pub(super) fn close(cx: &mut Cx<EditPeople>) -> Result<Reply> {
    let person = find(cx)?;
    let seen = Seen::new(person.id, sheet::rev(cx));
    let saved = somebody_sets_up(cx, person.id)
        .and_then(|()| sheet::day(cx, "last_day"))
        .and_then(|last| {
            cx.write(ShelfNo::HUB, move |w| edit::close_person(w, seen, last))
                .map(drop)
        });
    match saved {
        Ok(()) => done(
            cx,
            at(person.id),
            "离任已办好，过了最后一天就不能登录。没办完的件请调给别人",
        ),
        Err(why) => draw_closing(cx, &Filled::again(&cx.input, why)?),
    }
}

/// The last administrator of a kind may not leave before somebody else has the role.
fn somebody_sets_up(cx: &Cx<EditPeople>, leaving: PersonId) -> Result<()> {
    for role in AdminRole::ALL {
        if super::desk::with(&cx.state, role) == [leaving] {
            let why = format!(
                "这是最后一位{}，请先把这个角色交给另一位同事，再办离任",
                role.label()
            );
            return Err(Error::invalid("", why));
        }
    }
    Ok(())
}

fn draw_closing(cx: &Cx<EditPeople>, filled: &Filled<'_>) -> Result<Reply> {
    let person = find(cx)?;
    let today = sheet::today(cx).to_string();
    let fields = html! {
        (filled.put(form::date("last_day", "最后一天").need(), "last_day", &today))
    };
    Sheet {
        title: "办理离任",
        small: &person.name,
        back: Link::new("返回", at(person.id)),
        lead: note(
            Tone::Plain,
            "离任以后，",
            &"他的岗位一起结束，不能再登录；办过的件、写过的意见都照旧留着他的名字。",
        ),
        action: &format!("{}/close", at(person.id)),
        rev: Some(person.rev),
        fields,
        press: "办理离任",
    }
    .reply(cx, filled)
}

pub(super) fn reopen(cx: &mut Cx<EditPeople>) -> Result<Reply> {
    let person = find(cx)?;
    let seen = Seen::new(person.id, sheet::rev(cx));
    cx.write(ShelfNo::HUB, move |w| edit::reopen_person(w, seen))?;
    done(cx, at(person.id), "已恢复在职，下一步给他安排岗位")
}

/// Where a change of posts goes back to.
pub(super) fn back(person: &Person) -> Link {
    Link::new("返回", roster::at(person.id))
}
