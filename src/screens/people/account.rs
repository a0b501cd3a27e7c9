//! The account's part of a person's page, and its deeds: shutting, opening by a slip, unlocking, ending
//! log-ins, administrator's roles. What each does to sessions is `access::change`'s.
//! Invariant: once the three roles are apart, nobody is given two of them here.

use super::desk;
use super::person::{deed_button, find};
use super::roster::{account_mark, at};
use super::sheet::{Filled, Sheet};
use super::{SLIPS_AT, SeePeople, unused};
use crate::access::change::{DisableAccount, EndSessions, GrantAdmin, UnlockAccount};
use crate::access::second::ResetCode;
use crate::access::slip::IssueSlips;
use crate::access::{Account, Action, AdminRole, State, policy};
use crate::kit::{Error, Result};
use crate::org::Person;
use crate::ui::deed::Press;
use crate::ui::form::{self, Choice};
use crate::ui::list::{facts, section};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Reply};

/// The account on a person's page.
pub(super) fn part(cx: &Cx<SeePeople>, person: &Person) -> Result<Markup> {
    let access = &cx.state.access;
    let account = access.account(person.id);
    let locked = access.locked_people().into_iter();
    let locked = locked.filter(|(p, _)| *p == person.id).map(|(_, ms)| ms);
    let rows = rows(cx, account.as_ref(), locked.max())?;
    let body = html! {
        (facts("账号", &rows))
        div.acts { (deeds(cx, person, account.as_ref())?) }
    };
    Ok(section("account", "账号", &"", &body))
}

fn rows(
    cx: &Cx<SeePeople>,
    account: Option<&Account>,
    locked_ms: Option<i64>,
) -> Result<Vec<(&'static str, Markup)>> {
    let mut rows = vec![("状态", account_mark(account, locked_ms.is_some()))];
    if let Some(ms) = locked_ms {
        let minutes = ms / 60_000 + 1;
        rows.push((
            "连续输错密码",
            html! { "还要等 " (minutes) " 分钟才能再试，安全管理员可以现在解锁" },
        ));
    }
    let Some(account) = account else {
        return Ok(rows);
    };
    if let (State::Slip, Some(until)) = (account.state, account.slip_until) {
        let said = if account.slip_is_over(cx.at) {
            "已经过期，请重新发一张".to_owned()
        } else {
            format!("{}前要用", cx.zone().day(until).long())
        };
        rows.push(("密码单", html! { (said) }));
    }
    let logins = cx.state.access.sessions_of(account.person).len();
    rows.push(("现在登录着", html! { (logins) " 处" }));
    let last = unused::last(cx, account.person)?;
    let last = last.map_or_else(
        || "还没有登录过".to_owned(),
        |at| cx.zone().short_time(at, cx.at),
    );
    rows.push(("上次登录", html! { (last) }));
    let roles: Vec<&str> = account.admin.iter().map(|r| r.label()).collect();
    let roles = if roles.is_empty() {
        "没有".to_owned()
    } else {
        roles.join("、")
    };
    rows.push(("管理角色", html! { (roles) }));
    let code = if cx.state.access.has_code(account.person) {
        "已开通"
    } else {
        "未开通"
    };
    rows.push(("动态验证码", html! { (code) }));
    Ok(rows)
}

fn deeds(cx: &Cx<SeePeople>, person: &Person, account: Option<&Account>) -> Result<Markup> {
    let (who, peer) = (cx.who(), cx.peer());
    let at = at(person.id);
    let open = account.is_some_and(|a| a.state != State::Disabled);
    let here = cx.state.org.current().is_here(person.id);
    let slip = here && person.id != who.person && policy::may::<IssueSlips>(who, peer);
    Ok(html! {
        @if slip { (slip_button(cx, person, account)?) }
        @if open && person.id != who.person && policy::may::<DisableAccount>(who, peer) {
            (deed_button(cx, &format!("{at}/disable"), "停用账号")?)
        }
        @if account.is_some() {
            @if policy::may::<UnlockAccount>(who, peer) { (deed_button(cx, &format!("{at}/unlock"), "解锁")?) }
            @if policy::may::<EndSessions>(who, peer) {
                (deed_button(cx, &format!("{at}/end"), "让他退出全部登录")?)
            }
            @if cx.state.access.has_code(person.id) && policy::may::<ResetCode>(who, peer) {
                (deed_button(cx, &format!("{at}/code"), "重置动态验证码")?)
            }
            @if policy::may::<GrantAdmin>(who, peer) {
                (Link::new("管理角色", format!("{at}/roles")).button())
            }
        }
    })
}

/// One slip for one person: it opens a shut account too.
fn slip_button(cx: &Cx<SeePeople>, person: &Person, account: Option<&Account>) -> Result<Markup> {
    let label = match account.map(|a| a.state) {
        None => "发密码单",
        Some(State::Disabled) => "重新启用（发密码单）",
        Some(_) => "换发密码单",
    };
    Ok(html! {
        form.inl method="post" action=(SLIPS_AT) {
            (form::token(cx.csrf()))
            (form::hidden(form::OP, &cx.new_op()?))
            (form::hidden("whom", "some"))
            (form::hidden("person", &person.id.to_string()))
            (Press::new(label))
        }
    })
}

fn back_to<A: Action>(cx: &mut Cx<A>, person: &Person, said: &str) -> Result<Reply> {
    cx.tell(said);
    Ok(Reply::To(at(person.id)))
}

pub(super) fn disable(cx: &mut Cx<DisableAccount>) -> Result<Reply> {
    let person = find(cx)?;
    if person.id == cx.who().person {
        let why = "不能停用自己的账号，请另一位管理员来办";
        return Err(Error::Denied(why.into()));
    }
    cx.state.access.disable(&cx.permit, person.id)?;
    let said = format!("{}的账号已停用，正在用的登录都已退出", person.name);
    back_to(cx, &person, &said)
}

pub(super) fn unlock(cx: &mut Cx<UnlockAccount>) -> Result<Reply> {
    let person = find(cx)?;
    cx.state.access.unlock(&cx.permit, person.id)?;
    let said = format!("{}的账号已解锁，可以再登录", person.name);
    back_to(cx, &person, &said)
}

pub(super) fn end_sessions(cx: &mut Cx<EndSessions>) -> Result<Reply> {
    let person = find(cx)?;
    cx.state.access.end_all_of(&cx.permit, person.id)?;
    let said = format!("{}已在所有电脑和手机上退出", person.name);
    back_to(cx, &person, &said)
}

pub(super) fn reset_code(cx: &mut Cx<ResetCode>) -> Result<Reply> {
    let person = find(cx)?;
    cx.state.access.reset_code(&cx.permit, person.id)?;
    let said = format!(
        "{}的动态验证码已重置，他先用密码登录，再重新开通",
        person.name
    );
    back_to(cx, &person, &said)
}

pub(super) fn roles(cx: &mut Cx<GrantAdmin>) -> Result<Reply> {
    draw_roles(cx, &Filled::fresh())
}

pub(super) fn set_roles(cx: &mut Cx<GrantAdmin>) -> Result<Reply> {
    let person = find(cx)?;
    let ticked = cx.form_all("roles").into_iter();
    let roles: Vec<AdminRole> = ticked.filter_map(AdminRole::from_id).collect();
    let saved = stay_apart(cx, &roles).and_then(|()| {
        cx.state
            .access
            .set_admin_roles(&cx.permit, person.id, &roles)
    });
    match saved {
        Ok(()) => {
            let said = format!("{}的管理角色已改好，他要重新登录", person.name);
            if person.id == cx.who().person {
                // one's own session ended with the roles: the next page is the door
                return Ok(Reply::To(crate::web::LOGIN_AT.into()));
            }
            back_to(cx, &person, &said)
        }
        Err(why) => draw_roles(cx, &Filled::again(&cx.input, why)?),
    }
}

/// Three people who watch each other stay three.
fn stay_apart(cx: &Cx<GrantAdmin>, roles: &[AdminRole]) -> Result<()> {
    if roles.len() > 1 && desk::is_separated(&cx.state) {
        let why = "三个管理角色已经由三个人分开担任，同一个人只能有一个";
        return Err(Error::invalid("roles", why));
    }
    Ok(())
}

fn draw_roles(cx: &Cx<GrantAdmin>, filled: &Filled<'_>) -> Result<Reply> {
    let person = find(cx)?;
    let account = cx.state.access.account(person.id).ok_or(Error::NotFound)?;
    let what = |role| match role {
        AdminRole::System => "系统管理员：人员、组织机构、导入、密码单、备份",
        AdminRole::Security => "安全管理员：管理角色、解锁、停用",
        AdminRole::Audit => "审计员：只看审计，不改任何东西",
    };
    let choices = AdminRole::ALL.map(|r| Choice::new(r.id(), what(r)));
    let now = account.admin.iter().map(|r| r.id().to_owned()).collect();
    let fields = html! {
        (filled.put_all(form::checks("roles", "管理角色", choices.to_vec()), "roles", now))
    };
    Sheet {
        title: "管理角色",
        small: &person.name,
        back: Link::new("返回", at(person.id)),
        lead: desk::warning(&cx.state),
        action: &format!("{}/roles", at(person.id)),
        rev: None,
        fields,
        press: "保存管理角色",
    }
    .reply(cx, filled)
}
