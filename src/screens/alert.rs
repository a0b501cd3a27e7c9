//! 提醒记录: who was told what, when, by which way, and what became of it. One's own with titles; the
//! office's without, for who looks after it need not see what the matters are.
//! Not for deciding anything: `inbox` does. A mail that failed can be sent once more from here.

use super::guard::ALARMS_AT;
use super::health::HEALTH_AT;
use super::{notify, pulse};
use crate::access::{Action, AdminRole, Allowed, Place, Who, action};
use crate::inbox::alert_store::{self, Alert, MailState};
use crate::inbox::news::Kind;
use crate::inbox::post;
use crate::kit::{Page as Leafing, PersonId, Result, ShelfNo};
use crate::org::Role;
use crate::ui::deed::{Press, one_button};
use crate::ui::frame::{ME_AT, PULSE_AT, crumbs, heading};
use crate::ui::list::{empty, lines};
use crate::ui::note::{self, State};
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Link, Markup, html};
use crate::web::{ADDRESS_AT, Cx, DELEGATION_AT, Manifest, MenuItem, Reply, Route, Visit};

const MINE_AT: &str = "/me/alerts";
const MINE_AGAIN: &str = "/me/alerts/again";
const ALL_AT: &str = "/alerts";
const ADMIN_AT: &str = "/admin/alerts";
const ADMIN_AGAIN: &str = "/admin/alerts/again";
const DESK_AT: &str = super::people::DESK_AT;

const SYSTEM: Allowed = Allowed::Admins(&[AdminRole::System]);
const RECORDS: Allowed = Allowed::Roles(&[Role::RecordsClerk, Role::OfficeDirector]);

action!(pub SeeMine, "alert.mine", "看我的提醒记录", Allowed::SignedIn, Place::Anywhere);
action!(pub SendMine, "alert.again", "重发我的提醒邮件", Allowed::SignedIn, Place::Anywhere);
action!(pub SeeAll, "alert.all", "看提醒记录", RECORDS, Place::Anywhere);
action!(pub SeeLog, "alert.log", "看全部提醒记录", Allowed::Admins(&AdminRole::ALL), Place::Anywhere);
action!(pub SendAny, "alert.resend", "重发提醒邮件", SYSTEM, Place::Anywhere);

/// What a page asks by itself, how one is told, and the log.
pub const MANIFEST: Manifest = Manifest {
    id: "alert",
    menu: &[MenuItem::new("提醒记录", ADMIN_AT, 62).under(DESK_AT)],
    routes,
};

fn routes() -> Vec<Route> {
    vec![
        Route::get::<pulse::Pulse>(PULSE_AT, pulse::pulse).unattended(),
        Route::get::<notify::ChooseNotify>(notify::AT, notify::show),
        Route::post::<notify::ChooseNotify>(notify::AT, notify::keep),
        Route::get::<SeeMine>(MINE_AT, mine),
        Route::post::<SendMine>(MINE_AGAIN, send_mine),
        Route::get::<SeeAll>(ALL_AT, all),
        Route::get::<SeeLog>(ADMIN_AT, log),
        Route::post::<SendAny>(ADMIN_AGAIN, send_any),
    ]
}

/// The lines on one's own page.
pub(super) fn lines_of_mine(who: &Who) -> Markup {
    let mut all = vec![
        Link::new("提醒方式：要不要发邮件、几点发", notify::AT),
        Link::new("提醒记录：提醒过我什么", MINE_AT),
    ];
    if sees_all(who) {
        all.push(Link::new("全单位的提醒记录：提醒过谁、看了没有", ALL_AT));
    }
    lines(&all)
}

fn sees_all(who: &Who) -> bool {
    let all = [Role::RecordsClerk, Role::OfficeDirector];
    who.roles.iter().any(|r| all.contains(r))
}

/// What one looks at, and what one may do there.
struct Log {
    title: &'static str,
    at: &'static str,
    back: Link,
    whose: Option<PersonId>,
    again: Option<&'static str>,
}

fn mine(cx: &mut Cx<SeeMine>) -> Result<Reply> {
    let whose = Some(cx.who().person);
    let log = Log {
        title: "我的提醒记录",
        at: MINE_AT,
        back: Link::new("我的", ME_AT),
        whose,
        again: Some(MINE_AGAIN),
    };
    draw(cx, &log)
}

fn all(cx: &mut Cx<SeeAll>) -> Result<Reply> {
    let log = Log {
        title: "提醒记录",
        at: ALL_AT,
        back: Link::new("我的", ME_AT),
        whose: None,
        again: None,
    };
    draw(cx, &log)
}

fn log(cx: &mut Cx<SeeLog>) -> Result<Reply> {
    let may = cx.who().admin.contains(&AdminRole::System);
    let log = Log {
        title: "提醒记录",
        at: ADMIN_AT,
        back: Link::new("管理", DESK_AT),
        whose: None,
        again: may.then_some(ADMIN_AGAIN),
    };
    draw(cx, &log)
}

fn send_mine(cx: &mut Cx<SendMine>) -> Result<Reply> {
    let person = Some(cx.who().person);
    send(cx, person, MINE_AT)
}

fn send_any(cx: &mut Cx<SendAny>) -> Result<Reply> {
    send(cx, None, ADMIN_AT)
}

fn send<A: Action>(cx: &mut Cx<A>, person: Option<PersonId>, back: &str) -> Result<Reply> {
    let mail: i64 = cx.form("mail").parse().unwrap_or(0);
    cx.write_on(ShelfNo::HUB, mail, move |w| {
        post::send_again(w, mail, person)
    })?;
    cx.tell("这封邮件马上再发一次，结果看这里");
    Ok(Reply::To(back.to_owned()))
}

fn draw<A: Action>(cx: &Cx<A>, log: &Log) -> Result<Reply> {
    let leaf: Leafing = super::todo::leafing(cx);
    let hub = cx.state.store.hub()?;
    let rows = alert_store::list_alerts(&hub, log.whose, (i64::from(leaf.size), leaf.offset()))?;
    let total = u64::try_from(alert_store::count_alerts(&hub, log.whose)?).unwrap_or(0);
    drop(hub);
    let body = if rows.is_empty() {
        empty(
            "还没有提醒过什么。",
            "来了新的件、退回、领导批示、催办和快到期的件，都会记在这里。",
            &[],
        )
    } else {
        html! {
            (table(cx, log, &rows)?)
            (super::todo::leaves(log.at, leaf, total))
        }
    };
    let acts = html! {
        @if log.whose.is_some() {
            (Link::new("提醒方式", notify::AT).button())
            @if sees_all(cx.who()) {
                (Link::new("全单位的提醒记录", ALL_AT).button())
            }
        }
    };
    let content = html! {
        (crumbs(&log.back, &[], log.title))
        (heading(log.title, &format!("共 {total} 条"), &acts))
        div data-told=[rows.iter().map(|a| a.id).max().filter(|_| log.whose.is_some())] { (body) }
    };
    Ok(cx.page(log.title, &content))
}

fn table<A: Action>(cx: &Cx<A>, log: &Log, all: &[Alert]) -> Result<Markup> {
    let mut columns = vec![Column::new("时间").short().phone(Phone::Inline)];
    if log.whose.is_none() {
        columns.push(Column::new("提醒谁").phone(Phone::Inline));
    }
    columns.extend([
        Column::new("为什么").short().phone(Phone::Inline),
        Column::new("哪一件").spine().phone(Phone::Title),
        Column::new("页面").short().phone(Phone::Labelled),
        Column::new("邮件").phone(Phone::Labelled),
    ]);
    let directory = cx.state.org.current();
    let mut rows = Vec::new();
    for a in all {
        let mut cells = vec![html! { (cx.zone().short_time(a.made_at, cx.at)) }];
        if log.whose.is_none() {
            cells.push(html! { (directory.person_name(a.person)) });
        }
        cells.extend([
            html! { (a.kind.label()) },
            matter(a, log),
            if a.over_at.is_some() {
                note::state(State::Ok, "已看或已办")
            } else {
                note::state(State::Now, "已提醒")
            },
            html! { (mailed(a, cx)) (again(cx, a, log)?) },
        ]);
        rows.push(Row::new(cells));
    }
    Ok(ledger(log.title, &columns, &rows, ""))
}

/// One's own with title and words; another's by its number alone.
fn matter(a: &Alert, log: &Log) -> Markup {
    if log.whose.is_none() {
        let number = if a.kind == Kind::Delegated {
            "代办"
        } else if matches!(a.kind, Kind::Alarm | Kind::Moved | Kind::Health) {
            a.kind.label()
        } else if a.number.is_empty() {
            "没有编号的件"
        } else {
            &a.number
        };
        return html! { (number) };
    }
    let href = match (
        a.kind,
        a.task.filter(|_| a.kind.is_todo() && a.over_at.is_none()),
    ) {
        (Kind::Delegated, _) => DELEGATION_AT.to_owned(),
        (Kind::Alarm, _) => ALARMS_AT.to_owned(),
        (Kind::Moved, _) => ADDRESS_AT.to_owned(),
        (Kind::Health, _) => HEALTH_AT.to_owned(),
        (_, Some(task)) => format!("/case/{}?task={task}", a.case),
        (_, None) => format!("/case/{}", a.case),
    };
    html! { a href=(href) { (a.title) } br; span.faint { (a.words) } }
}

fn mailed(a: &Alert, visit: &Visit) -> Markup {
    let when = |m: &MailState| {
        m.ended_at
            .map_or_else(String::new, |at| visit.zone().short_time(at, visit.at))
    };
    match (a.by_mail.as_str(), &a.mail) {
        ("no", _) => note::state(State::Off, "没有要邮件"),
        ("due", _) => note::state(State::Waiting, "等着一起发"),
        ("dropped", _) => note::state(State::Off, "发之前就看过或办了"),
        (_, Some(m)) => match m.state.as_str() {
            "sent" => html! { (note::state(State::Ok, "已发出")) " " (when(m)) " " (m.address) },
            "failed" => {
                html! { (note::state(State::Bad, "没有发出")) " " (m.address) br; span.faint { (m.answer) } }
            }
            "dropped" => html! { (note::state(State::Off, "没有发")) " " (m.answer) },
            _ => html! {
                (note::state(State::Now, "正在发")) " " (m.address)
                @if !m.answer.is_empty() {
                    br; span.faint { (m.answer) "（" (visit.zone().short_time(m.next_at, visit.at)) " 再发）" }
                }
            },
        },
        _ => note::state(State::Off, "没有发"),
    }
}

fn again<A: Action>(cx: &Cx<A>, a: &Alert, log: &Log) -> Result<Markup> {
    let failed = a.mail.as_ref().filter(|m| m.state == "failed");
    let (Some(to), Some(mail)) = (log.again, failed) else {
        return Ok(html! {});
    };
    let press = Press::new("重发").posts("mail", mail.id.to_string());
    Ok(html! { " " (one_button(to, cx.csrf(), &cx.new_op()?, &press)) })
}
