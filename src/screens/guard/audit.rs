//! 审计: who did what, when, with what result, for the auditor alone: filters, page by page, the chains recomputed from
//! the page; what was refused stands on a page of its own. Reading it changes nothing and shows no matter's content
//! beyond the words its act was noted with.

use super::{AUDIT_AT, CHECK_TO, CheckAudit, ExportAudit, OUT_TO, REFUSED_AT, SeeAudit};
use crate::access::{Action, policy};
use crate::kit::{Day, Error, FieldErrors, Millis, Result, parse_day};
use crate::screens::people::DESK_AT;
use crate::store::{AuditRow, AuditWish};
use crate::ui::deed::{Press, one_button};
use crate::ui::form;
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::list::empty;
use crate::ui::note::{Tone, note};
use crate::ui::table::{Column, Filter, Phone, Row, View, filters, ledger, views};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Reply, Visit, encode};

/// Rows of a page.
const SHOWN: usize = 50;
/// Days shown where no others are asked for.
const USUAL: i64 = 7;
/// Refused requests of a page.
const REFUSED: i64 = 500;

/// What was asked for, as typed.
pub(super) struct Asked {
    pub who: String,
    pub what: String,
    pub words: String,
    pub from: Day,
    pub to: Day,
    before: Option<i64>,
}

impl Asked {
    /// From the query of a page or the fields of a form.
    pub(super) fn read(visit: &Visit, get: impl Fn(&str) -> String) -> Result<Self> {
        let today = visit.zone().day(visit.at);
        let mut errors = FieldErrors::default();
        let mut day = |name: &str, usual: Day| match get(name).as_str() {
            "" => usual,
            typed => parse_day(typed, today).unwrap_or_else(|why| {
                errors.add(name, why);
                usual
            }),
        };
        let to = day("to", today);
        let from = day("from", to.plus_days(1 - USUAL));
        if from > to {
            errors.add("from", "开始的日子请写在结束的日子之前");
        }
        let short = |name: &str| get(name).trim().chars().take(60).collect::<String>();
        let asked = Self {
            who: short("who"),
            what: short("what"),
            words: short("words"),
            from,
            to,
            before: get("before").parse().ok(),
        };
        errors.check(asked)
    }

    /// As the store is asked.
    pub(super) fn wish(&self, visit: &Visit) -> AuditWish {
        let zone = visit.zone();
        AuditWish {
            from: zone.start_of(self.from),
            until: zone.start_of(self.to.plus_days(1)),
            actors: (!self.who.is_empty()).then(|| actors(visit, &self.who)),
            actions: (!self.what.is_empty()).then(|| actions(visit, &self.what)),
            words: self.words.clone(),
            before: self.before,
            people_only: false,
        }
    }

    /// In words, for the audit row of an export.
    pub(super) fn said(&self) -> String {
        let mut said = format!("{} 至 {}", self.from.long(), self.to.long());
        for (name, typed) in [
            ("谁", &self.who),
            ("做什么", &self.what),
            ("含", &self.words),
        ] {
            if !typed.is_empty() {
                said.push_str(&format!("，{name} {typed}"));
            }
        }
        said
    }

    fn query(&self) -> String {
        let pairs = [
            ("who", self.who.clone()),
            ("what", self.what.clone()),
            ("words", self.words.clone()),
            ("from", self.from.to_string()),
            ("to", self.to.to_string()),
        ];
        let said = pairs.iter().map(|(k, v)| format!("{k}={}", encode(v)));
        said.collect::<Vec<_>>().join("&")
    }
}

/// Everybody of that name, gone people too, and the server's own jobs by their word.
fn actors(visit: &Visit, typed: &str) -> Vec<String> {
    let d = visit.state.org.current();
    let people = d.all_people().iter().filter(|p| p.name.contains(typed));
    let mut all: Vec<String> = people.map(|p| format!("person:{}", p.id)).collect();
    if "系统".contains(typed) || typed.contains("系统") {
        let jobs = [
            "access", "alerts", "calendar", "children", "exchange", "health", "backup", "update",
            "recovery",
        ];
        all.extend(jobs.map(|j| format!("system:{j}")));
    }
    all
}

/// Acts whose name holds these words, or whose id is just that.
fn actions(visit: &Visit, typed: &str) -> Vec<String> {
    let named = visit
        .action_words()
        .iter()
        .chain(OWN.iter().map(|(id, w)| (id, w)));
    let found = named.filter(|(id, words)| words.contains(typed) || **id == typed);
    found.map(|(id, _)| (*id).to_owned()).collect()
}

/// Acts that no route names: what the server does by itself or on the way in.
const OWN: &[(&str, &str)] = &[
    ("session.begin", "登录"),
    ("session.code", "用动态验证码"),
    ("server.claim", "认领服务器"),
    ("account.recover", "凭恢复码换发管理员密码"),
    ("access.flush", "登录时间与拒绝记录记账"),
    ("access.begin", "生成本机登录标记"),
    ("case.start", "发起"),
    ("case.draft", "存草稿"),
    ("case.seen", "打开看过"),
    ("demo.begin", "装演示数据"),
    ("case.child", "子件办理"),
    ("case.schedule", "按时发起"),
    ("alert.take", "发出提醒"),
    ("alert.remind", "到期提醒"),
    ("mail.send", "发邮件"),
    ("health.check", "夜里核对数据"),
    ("backup.key", "备份的钥匙"),
    ("exchange.carry", "公文交换"),
    ("update.end", "升级的结果"),
];

/// What an act is called; its id where nobody named it.
pub(super) fn action_name(visit: &Visit, id: &str) -> String {
    let own = OWN.iter().find(|(own, _)| *own == id).map(|(_, w)| *w);
    let named = visit.action_words().get(id).copied();
    named.or(own).unwrap_or(id).to_owned()
}

/// The name behind `person:12`; a job of the server is the system.
pub(super) fn actor_name(visit: &Visit, actor: &str) -> String {
    let Some((kind, rest)) = actor.split_once(':') else {
        return actor.to_owned();
    };
    let d = visit.state.org.current();
    match (kind, rest.parse()) {
        ("person", Ok(id)) => d.person_name(id).to_owned(),
        ("system", _) => format!("系统（{rest}）"),
        _ => actor.to_owned(),
    }
}

/// 张三（代李四）.
pub(super) fn doer(visit: &Visit, row: &AuditRow) -> String {
    let name = actor_name(visit, &row.actor);
    match row.acting_for {
        Some(other) => {
            let d = visit.state.org.current();
            format!("{name}（代{}）", d.person_name(crate::kit::PersonId(other)))
        }
        None => name,
    }
}

pub(super) fn show(cx: &mut Cx<SeeAudit>) -> Result<Reply> {
    let asked = Asked::read(cx, |name| cx.query(name).to_owned());
    match asked {
        Ok(asked) => draw(cx, &asked, &html! {}).map(Reply::Page),
        Err(Error::Invalid(errors)) => {
            let content = html! {
                (crumbs(&Link::new("管理", DESK_AT), &[], "审计"))
                (heading("审计", "", &html! {}))
                (form::errors(&errors))
                p { (Link::new("回到最近 7 天", AUDIT_AT)) }
            };
            Ok(Reply::Wrong(
                cx.draw(&Page::new("审计").wrong(&errors), &content),
            ))
        }
        Err(e) => Err(e),
    }
}

fn draw<A: Action>(cx: &Cx<A>, asked: &Asked, said: &Markup) -> Result<Markup> {
    let wish = AuditWish {
        // what the server does by itself would fill the leaves
        people_only: asked.who.is_empty(),
        ..asked.wish(cx)
    };
    let mut rows = cx.state.store.list_audit(&wish, SHOWN + 1)?;
    let more = rows.len() > SHOWN;
    rows.truncate(SHOWN);
    let text = |name, label, value: &str| Filter::One(form::text(name, label).value(value));
    let all = [
        text("who", "谁", &asked.who),
        text("what", "做什么", &asked.what),
        Filter::Span(
            form::text("from", "从").value(asked.from.to_string()),
            form::text("to", "到").value(asked.to.to_string()),
        ),
        text("words", "含有", &asked.words),
    ];
    let content = html! {
        (crumbs(&Link::new("管理", DESK_AT), &[], "审计"))
        (heading("审计", "办成的", &html! {}))
        (which(AUDIT_AT))
        (said)
        (filters(AUDIT_AT, &all, &[]))
        @if asked.who.is_empty() { p.hint { "这里列的是人办的；“谁”里写“系统”，看服务器自己做的。导出时两样都有。" } }
        @if rows.is_empty() { (empty("这些条件下没有记录。", "换一段日子，或者少写一个条件。", &[])) }
        @else { (table(cx, &rows)) }
        p.acts {
            @if asked.before.is_some() { (Link::new("回到最新的", format!("{AUDIT_AT}?{}", asked.query())).button()) }
            @if let Some(last) = rows.last().filter(|_| more) {
                (Link::new("再往前", format!("{AUDIT_AT}?{}&before={}", asked.query(), last.id)).button())
            }
        }
        (deeds(cx, asked)?)
    };
    Ok(cx.draw(&Page::new("审计"), &content))
}

fn which(here: &'static str) -> Markup {
    let view = |label, href: &'static str| View {
        label,
        href,
        count: None,
        current: here == href,
    };
    views(
        &[view("办成的", AUDIT_AT), view("被拒的", REFUSED_AT)],
        None,
    )
}

/// What a row says beside its act. Until version 0.1 why an act was in no list stood there in English, which nobody here reads;
/// its chain keeps those rows as they are.
pub(super) fn said(row: &AuditRow) -> &str {
    let english = row.detail.is_ascii() && row.detail.contains(' ');
    if english { "" } else { &row.detail }
}

fn table<A: Action>(cx: &Cx<A>, rows: &[AuditRow]) -> Markup {
    let columns = [
        Column::new("时间").short().phone(Phone::Labelled),
        Column::new("谁").phone(Phone::Labelled),
        Column::new("做了什么").phone(Phone::Title),
        Column::new("对象").phone(Phone::Labelled),
        Column::new("说明").phone(Phone::Labelled),
    ];
    let all: Vec<Row> = rows
        .iter()
        .map(|r| {
            Row::new(vec![
                html! { (cx.zone().stamp(r.at)) },
                html! { (doer(cx, r)) },
                html! { (action_name(cx, &r.action)) },
                html! { (r.target) },
                html! { (said(r)) },
            ])
        })
        .collect();
    ledger(
        "审计记录",
        &columns,
        &all,
        &format!("本页 {} 条", all.len()),
    )
}

fn deeds<A: Action>(cx: &Cx<A>, asked: &Asked) -> Result<Markup> {
    let out = policy::may::<ExportAudit>(cx.who(), cx.peer());
    Ok(html! {
        (one_button(CHECK_TO, cx.csrf(), &cx.new_op()?, &Press::new("核对有没有被改过")))
        @if out {
            form.inl method="post" action=(OUT_TO) {
                (form::tokens(cx.csrf(), &cx.new_op()?))
                (form::hidden("who", &asked.who))
                (form::hidden("what", &asked.what))
                (form::hidden("words", &asked.words))
                (form::hidden("from", &asked.from.to_string()))
                (form::hidden("to", &asked.to.to_string()))
                (Press::new("按这些条件导出（带签名）"))
            }
        } @else { p.hint { "导出要到服务器那台电脑上，或者用加密连接打开。" } }
        p.hint { "审计记录一直保存，谁也不能改、不能删；脱机带走的柜里的记录跟着柜走。" }
    })
}

/// POST `/audit/check`.
pub(super) fn check(cx: &mut Cx<CheckAudit>) -> Result<Reply> {
    let (files, wrong) = cx.state.store.check_audit();
    let said = match wrong.first() {
        None => note(
            Tone::Done,
            "没有被改过。",
            &format!("{files} 个数据文件的审计记录从头到尾核对了一遍，环环相扣。"),
        ),
        Some(first) => note(
            Tone::Bad,
            "有被改过或者损坏的记录。",
            &format!(
                "{first}（共 {} 处）。请不要改动数据文件夹，先整个复制一份留底，再找懂的人看。",
                wrong.len()
            ),
        ),
    };
    let asked = Asked::read(cx, |_| String::new())?;
    draw(cx, &asked, &said).map(Reply::Page)
}

/// GET `/audit/refused`.
pub(super) fn refused(cx: &mut Cx<SeeAudit>) -> Result<Reply> {
    cx.state.access.flush()?;
    let all = cx.state.access.list_refused(REFUSED)?;
    let columns = [
        Column::new("日子").short().phone(Phone::Labelled),
        Column::new("最后一次").short().phone(Phone::Labelled),
        Column::new("什么事").phone(Phone::Title),
        Column::new("谁").phone(Phone::Labelled),
        Column::new("从哪里").short().phone(Phone::Labelled),
        Column::new("要打开的").phone(Phone::Labelled),
        Column::new("几次").num().phone(Phone::Labelled),
    ];
    let rows: Vec<Row> = all
        .iter()
        .map(|r| {
            Row::new(vec![
                html! { (r.day) },
                html! { (clock(cx, r.last_at)) },
                html! { (kind_name(&r.kind)) },
                html! { (actor_name(cx, &r.who)) },
                html! { (r.address) },
                html! { (r.what) },
                html! { (r.times) },
            ])
        })
        .collect();
    let content = html! {
        (crumbs(&Link::new("管理", DESK_AT), &[], "审计"))
        (heading("审计", "被拒的", &html! {}))
        (which(REFUSED_AT))
        @if rows.is_empty() { (empty("没有被拒的。", "输错密码、打开不归自己看的，都会记在这里。", &[])) }
        @else { (ledger("被拒的请求", &columns, &rows, &format!("最近 {} 条", rows.len()))) }
    };
    Ok(cx.page("审计", &content))
}

fn clock<A: Action>(cx: &Cx<A>, at: Millis) -> String {
    cx.zone().clock(at)
}

/// A refusal in words.
pub(super) fn kind_name(kind: &str) -> &str {
    match kind {
        "login.wrong" => "密码不对",
        "login.locked" => "锁着的时候又试",
        "login.slowed" => "试得太快",
        "login.slip_over" => "一次性密码过期",
        "login.disabled" => "停用的账号登录",
        "login.code" => "动态验证码不对",
        "login.recovery" => "恢复码不对",
        "denied" => "不归他办",
        "not_found" => "没有或不归他看",
        "csrf" => "不是本平台的页面提交的",
        other => other,
    }
}
