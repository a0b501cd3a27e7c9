//! 提醒方式: how one wants to be told, on a page of its own. What it means is in `inbox::choice`.

use super::people::sheet::{Filled, Sheet};
use crate::access::{Allowed, Place, action};
use crate::inbox::channel;
use crate::inbox::choice::{self, Choice, Typed, clock};
use crate::inbox::server;
use crate::kit::{Error, Result, ShelfNo};
use crate::ui::form::{self, Ticked};
use crate::ui::frame::ME_AT;
use crate::ui::note::{Tone, note};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Reply};

/// Where it is.
pub(super) const AT: &str = "/me/notify";

action!(pub ChooseNotify, "me.notify", "选定提醒方式", Allowed::SignedIn, Place::Anywhere);

pub(super) fn show(cx: &mut Cx<ChooseNotify>) -> Result<Reply> {
    draw(cx, &Filled::fresh())
}

pub(super) fn keep(cx: &mut Cx<ChooseNotify>) -> Result<Reply> {
    let ticked = |name: &str| !cx.form(name).is_empty();
    let typed = Typed {
        mail: ticked("mail"),
        address: cx.form("address"),
        digests: cx.form("digests"),
        at_once: ticked("at_once"),
        quiet_from: cx.form("quiet_from"),
        quiet_until: cx.form("quiet_until"),
        rest_days: ticked("rest_days"),
        sound: ticked("sound"),
        sms: ticked("sms"),
    };
    let person = cx.who().person;
    let kept = typed.read().and_then(|choice| {
        cx.write(ShelfNo::HUB, move |w| choice::keep(w, person, &choice))
            .map(drop)
    });
    match kept {
        Ok(()) => {
            cx.state.alerts.moved();
            cx.tell("提醒方式已改好");
            Ok(Reply::To(ME_AT.into()))
        }
        Err(why @ Error::Invalid(_)) => draw(cx, &Filled::again(&cx.input, why)?),
        Err(why) => Err(why),
    }
}

fn draw(cx: &Cx<ChooseNotify>, filled: &Filled<'_>) -> Result<Reply> {
    let hub = cx.state.store.hub()?;
    let stored = choice::of(&hub, cx.who().person)?;
    let sends = server::find(&hub)?.is_some_and(|(s, _)| s.on_now);
    let texts = channel::list_channels(&hub)?
        .iter()
        .any(|c| c.on_now && c.kind == channel::Kind::Sms);
    drop(hub);
    let lead = html! {
        p { "页面上的提醒总是有的：标题上的件数、目录里的数字和页面上方的一行字，不弹窗口。下面是另外要不要发邮件。" }
        @if !sends {
            (note(Tone::Plain, "本单位还没有开通邮件。", &"可以先选好，系统管理员在“邮件设置”里开通以后就照这里办。"))
        }
    };
    Sheet {
        title: "提醒方式",
        small: &cx.who().name,
        back: Link::new("我的", ME_AT),
        lead,
        action: AT,
        rev: None,
        fields: fields(&stored, filled, texts),
        press: "保存提醒方式",
    }
    .reply(cx, filled)
}

/// `texts`: whether the office has an SMS gateway.
fn fields(c: &Choice, filled: &Filled<'_>, texts: bool) -> Markup {
    let on = |name: &str, stored: bool| {
        let kept = if stored {
            vec!["1".to_owned()]
        } else {
            Vec::new()
        };
        Ticked::from(!filled.ticked(name, kept).iter().all(String::is_empty))
    };
    let t = &c.times;
    let digests: Vec<String> = t.digests.iter().map(|m| clock(*m)).collect();
    html! {
        p { (form::tick("mail", "用邮件提醒我", on("mail", c.mail))) }
        (filled.put(form::text("address", "我的邮箱").line().complete("email"), "address", &c.address))
        (filled.put(form::text("digests", "每天几点各发一封").few()
            .hint("攒在一起发，例如 8:30 14:30；没有要提醒的就不发，已经办了的不提"), "digests", &digests.join(" ")))
        p { (form::tick("at_once", "特急件、催办和领导的新批示马上发，不等到点", on("at_once", t.at_once))) }
        (filled.put(form::text("quiet_from", "晚上几点以后不发").few().hint("例如 20:00；两个时间写成一样就是一直可以发"),
            "quiet_from", &clock(t.quiet.0)))
        (filled.put(form::text("quiet_until", "早上几点以前不发").few().hint("例如 7:30"), "quiet_until", &clock(t.quiet.1)))
        p { (form::tick("rest_days", "周末和节假日也发", on("rest_days", t.rest_days))) }
        @if texts || c.sms {
            p { (form::tick("sms", "特急件、催办、领导的新批示和超期的，另发短信到我的手机", on("sms", c.sms))) }
        }
        p { (form::tick("sound", "开着页面时，来了特急件响一声", on("sound", c.sound))) }
    }
}
