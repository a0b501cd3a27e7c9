//! 安全设置: 等保模式 by one tick, the minutes without use, and who must have a code; and what holds whatever is chosen.
//! Only the security administrator changes it; the other two see it. What the values mean is `access::safety`'s.

use super::{DIAGNOSE_TO, Diagnose, SAFETY_AT, SELF_CHECK_AT};
use crate::access::safety::{PASSWORD_DAYS, PAST, Safety, SeeSafety, SetSafety};
use crate::access::{Action, policy};
use crate::kit::Result;
use crate::screens::people::DESK_AT;
use crate::screens::people::sheet::{Filled, Sheet};
use crate::ui::deed::{Press, one_button};
use crate::ui::form::{self, Ticked};
use crate::ui::frame::{crumbs, heading};
use crate::ui::list::{facts, section};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Reply};

pub(super) fn show(cx: &mut Cx<SeeSafety>) -> Result<Reply> {
    if policy::may::<SetSafety>(cx.who(), cx.peer()) {
        return draw(cx, &Filled::fresh());
    }
    let content = html! {
        (crumbs(&Link::new("管理", DESK_AT), &[], "安全设置"))
        (heading("安全设置", "", &html! {}))
        p { "由安全管理员在服务器那台电脑上改。" }
        (now(cx)?)
    };
    Ok(cx.page("安全设置", &content))
}

pub(super) fn keep(cx: &mut Cx<SetSafety>) -> Result<Reply> {
    let safety = Safety {
        graded: cx.input.has("graded"),
        idle_minutes: crate::kit::text::fold(cx.form("idle")).parse().unwrap_or(0),
        codes: cx.input.has("codes"),
    };
    match cx.state.access.set_safety(&cx.permit, safety) {
        Ok(()) => {
            cx.tell("安全设置已保存，马上起作用");
            Ok(Reply::To(SAFETY_AT.into()))
        }
        Err(why) => draw(cx, &Filled::again(&cx.input, why)?),
    }
}

fn draw<A: Action>(cx: &Cx<A>, filled: &Filled<'_>) -> Result<Reply> {
    let s = cx.state.access.safety();
    let on = |name: &str, stored: bool| {
        let ticked = filled.ticked(name, stored.then(|| "1".to_owned()).into_iter().collect());
        Ticked::from(!ticked.iter().all(String::is_empty))
    };
    let fields = html! {
        p { (form::tick("graded", "等保模式", on("graded", s.graded))) }
        p.hint {
            "打开以后：密码要混用三类以上的字，" (PASSWORD_DAYS) " 天换一次，不能用最近 " (PAST)
            " 次用过的；登录最长 12 小时，没人用就自己退出。单位要过等级保护测评才需要打开。"
        }
        (filled.put(form::number("idle", "等保模式下，多少分钟不用就退出").hint("5 到 120，一般是 30"), "idle", &s.idle_minutes.to_string()))
        p { (form::tick("codes", "管理员和领导必须用动态验证码", on("codes", s.codes))) }
        p.hint { "打开以后，三个管理员、主要领导和分管领导下次打开页面时先在手机上开通。其他人可以在“我的”里自己开通。开通要用加密的地址，或者在服务器那台电脑上，请先让他们的电脑装好证书。" }
    };
    Sheet {
        title: "安全设置",
        small: "",
        back: Link::new("管理", DESK_AT),
        lead: html! { (now(cx)?) },
        action: SAFETY_AT,
        rev: None,
        fields,
        press: "保存安全设置",
    }
    .reply(cx, filled)
}

/// What holds now.
fn now<A: Action>(cx: &Cx<A>) -> Result<Markup> {
    let s = cx.state.access.safety();
    let limits = s.limits();
    let idle = match limits.idle_ms / 60_000 {
        m if m < 120 => format!("{m} 分钟"),
        m => format!("{} 小时", m / 60),
    };
    let rows = [
        (
            "等保模式",
            if s.graded { "打开" } else { "关闭" }.to_owned(),
        ),
        ("密码", crate::access::rule::words(&s).to_owned()),
        (
            "多久换一次",
            match s.password_ms() {
                Some(_) => format!("{PASSWORD_DAYS} 天"),
                None => "不按日子换；怀疑泄露时随时换".to_owned(),
            },
        ),
        ("输错", "连续输错 5 次，锁 10 分钟".to_owned()),
        ("不用就退出", idle),
        ("登录最长", format!("{} 小时", limits.life_ms / 3_600_000)),
        (
            "动态验证码",
            if s.codes {
                "管理员和领导必须用，其他人自愿"
            } else {
                "自愿"
            }
            .to_owned(),
        ),
        ("审计记录", "一直保存，没有删除的办法".to_owned()),
    ];
    Ok(html! {
        (facts("现在的规则", &rows))
        p { (Link::new("对照等级保护的要求看一遍", SELF_CHECK_AT)) }
        @if policy::may::<Diagnose>(cx.who(), cx.peer()) { (diagnosis(cx)?) }
    })
}

fn diagnosis<A: Action>(cx: &Cx<A>) -> Result<Markup> {
    let press = Press::new("导出诊断文件");
    let body = html! {
        p { "出了问题要请人远程看，就把这个文件发给他。里面只有版本、设置、体检和运行日志，没有公文、姓名、号码和密码。" }
        (one_button(DIAGNOSE_TO, cx.csrf(), &cx.new_op()?, &press))
    };
    Ok(section("h-diagnose", "诊断文件", &"", &body))
}
