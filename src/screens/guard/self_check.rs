//! 等保自查: the rows of `evidence`, from what this server shows at this moment, on paper as on screen.
//! Not an assessment: that is an assessor's. Invariant: looked at anew with every opening.

use super::SeeSelfCheck;
use super::evidence::{Facts, Grade, Row as Found, rows};
use crate::access::{AdminRole, State as Standing};
use crate::kit::Result;
use crate::screens::people::DESK_AT;
use crate::screens::people::{desk, unused};
use crate::store::backup;
use crate::ui::frame::{crumbs, heading};
use crate::ui::note::{self, Tone, note};
use crate::ui::print::print_head;
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Link, Markup, html};
use crate::web::tls::Tls;
use crate::web::{Cx, Reply};

const DAY_MS: i64 = 86_400_000;

pub(super) fn show(cx: &mut Cx<SeeSelfCheck>) -> Result<Reply> {
    cx.state.access.flush()?;
    let facts = facts(cx)?;
    let all = rows(&facts);
    let count = |g: Grade| all.iter().filter(|r| r.grade == g).count();
    let said = format!(
        "{} 项里符合 {}，部分符合 {}，不符合 {}，由单位落实 {}",
        all.len(),
        count(Grade::Met),
        count(Grade::Partly),
        count(Grade::Missing),
        count(Grade::Own)
    );
    let printed = cx.zone().long_time(cx.at);
    let content = html! {
        (print_head(&cx.site().office, "网络安全等级保护自查表", (&said, &printed)))
        (crumbs(&Link::new("管理", DESK_AT), &[], "等保自查"))
        (heading("等保自查", "GB/T 22239-2019 安全计算环境、安全管理中心", &html! {}))
        (note(Tone::Plain, "这是自查，不是测评结论。", &"每一项都是打开这一页时从正在运行的服务器上查的；用浏览器的打印可以打在 A4 纸上。"))
        p { b { (said) } "。" (printed) " 查。" }
        (table(cx, &all))
    };
    Ok(cx.page("等保自查", &content))
}

fn table(cx: &Cx<SeeSelfCheck>, all: &[Found]) -> Markup {
    let columns = [
        Column::new("要求").phone(Phone::Title),
        Column::new("级别").short().phone(Phone::Labelled),
        Column::new("结果").short().phone(Phone::Labelled),
        Column::new("现在的情况").phone(Phone::Labelled),
    ];
    let rows: Vec<Row> = all
        .iter()
        .map(|r| {
            Row::new(vec![
                html! { b { (r.clause) } " " (r.asks) },
                html! { @if r.level == 2 { "二级起" } @else { "三级" } },
                mark(r.grade),
                html! {
                    (r.found)
                    @if let Some((at, words)) = r.names { @if cx.may_open("/admin/people") { " " (Link::new(words, at)) } }
                },
            ])
        })
        .collect();
    ledger("等保自查表", &columns, &rows, "")
}

fn mark(grade: Grade) -> Markup {
    match grade {
        Grade::Met => note::state(note::State::Ok, "符合"),
        Grade::Partly => note::state(note::State::Warn, "部分符合"),
        Grade::Missing => note::state(note::State::Bad, "不符合"),
        Grade::Own => note::state(note::State::Off, "由单位落实"),
    }
}

fn facts(cx: &Cx<SeeSelfCheck>) -> Result<Facts> {
    let (state, now, zone) = (&cx.state, cx.at, cx.zone());
    let access = &state.access;
    let safety = access.safety();
    let limits = safety.limits();
    let d = state.org.current();
    let all = access.accounts();
    let open: Vec<_> = all
        .iter()
        .filter(|a| a.state != Standing::Disabled)
        .collect();
    let leads = |roles: &[crate::org::Role], admin: &[AdminRole]| {
        crate::access::safety::Safety {
            codes: true,
            ..safety
        }
        .wants_code(roles, admin)
    };
    let wanted: Vec<_> = open
        .iter()
        .filter(|a| leads(&d.roles_of(a.person), &a.admin))
        .collect();
    let (audit_rows, span) = state.store.count_audit()?;
    let checked = state.health.checked();
    let backups = backup::status(&state.store)?;
    let drill = backup::drills(&state.store, 1)?.into_iter().next();
    let procedures = state.engine.procedures.all();
    let fields = procedures.iter().flat_map(|p| p.procedure.fields.iter());
    Ok(Facts {
        graded: safety.graded,
        idle_minutes: limits.idle_ms / 60_000,
        life_hours: limits.life_ms / 3_600_000,
        accounts: all.len(),
        bare: open
            .iter()
            .filter(|a| a.admin.is_empty() && d.posts_of(a.person).next().is_none())
            .count(),
        gone: open.iter().filter(|a| !d.is_here(a.person)).count(),
        plain: access.plain_passwords()?,
        demo: access.is_demo(),
        slips: all.iter().filter(|a| a.state == Standing::Slip).count(),
        disabled: all.len() - open.len(),
        unused: unused::list(state, now)?.len(),
        locked: access.locked_people().len(),
        codes_wanted: safety.codes,
        with_code: wanted.iter().filter(|a| access.has_code(a.person)).count(),
        want_code: wanted.len(),
        separated: desk::is_separated(state),
        https: cx.peer().https,
        encrypted: state.tls().is_some_and(Tls::is_open),
        forced: state
            .tls()
            .is_some_and(|tls| tls.is_open() && tls.is_forced()),
        confined: cx.confined_pages(),
        audit_last: span.map(|(_, last)| zone.short_time(last, now)),
        audit_rows,
        audit_days: span.map_or(0, |(first, _)| (now.0 - first.0) / DAY_MS),
        refused: access.list_refused(10_000)?.iter().map(|r| r.times).sum(),
        alarms: access.open_alarms()?,
        checked: checked.map(|c| (zone.short_time(c.at, now), c.files, c.wrong.len())),
        backup: backups.last_good.is_some().then_some(backups.words),
        backup_wrong: backup::alarms(&state.store).into_iter().next().map(|a| a.1),
        places: backup::places(&state.store)?.len(),
        drill: drill.map(|d| (zone.day(d.at).long(), d.good)),
        procedures: procedures.len(),
        steps: procedures.iter().map(|p| p.procedure.steps.len()).sum(),
        fields: procedures.iter().map(|p| p.procedure.fields.len()).sum(),
        masked_fields: fields.filter(|f| f.masked).count(),
        version: crate::kit::version(),
    })
}
