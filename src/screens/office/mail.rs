//! 邮件设置: the office's mail server, and 测试发送 with what the server really answers, in words.
//! Not for sending anything else. The password is never shown again.

use super::{SetMail, TRY_AT, TryMail};
use crate::access::Action;
use crate::inbox::choice::is_address;
use crate::inbox::mail_store::count_mails;
use crate::inbox::post::{self, Here};
use crate::inbox::server::{self, Security, Server, Trouble, Typed};
use crate::kit::{Error, FieldErrors, Result, ShelfNo};
use crate::screens::people::DESK_AT;
use crate::screens::people::sheet::{self, Filled, Sheet};
use crate::ui::form::{self, Choice, Ticked};
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::list::section;
use crate::ui::note::{Tone, note};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, MAIL_AT, Reply};

pub(super) fn show(cx: &mut Cx<SetMail>) -> Result<Reply> {
    draw(cx, &Filled::fresh())
}

pub(super) fn keep(cx: &mut Cx<SetMail>) -> Result<Reply> {
    let before = server::find(&cx.state.store.hub()?)?.map(|(s, _)| s);
    let key = cx.state.store.machine_key()?;
    let rev = sheet::rev(cx);
    let typed = Typed {
        host: cx.form("host"),
        port: cx.form("port"),
        security: cx.form("security"),
        login: cx.form("login"),
        password: cx.form("password"),
        authority: cx.form("authority"),
        sender: cx.form("sender"),
        base: cx.form("base"),
        on_now: !cx.form("on_now").is_empty(),
        rev,
    };
    let kept = typed.read(before.as_ref(), &key).and_then(|server| {
        cx.write(ShelfNo::HUB, move |w| server::keep(w, &server))
            .map(drop)
    });
    match kept {
        Ok(()) => {
            cx.state.alerts.set_trouble("");
            cx.tell("邮件设置已保存。请在下面发一封测试邮件，看看通不通");
            Ok(Reply::To(MAIL_AT.into()))
        }
        Err(why) => draw(cx, &Filled::again(&cx.input, why)?),
    }
}

/// Waits for the server's answer: an administrator asked for it.
pub(super) fn try_out(cx: &mut Cx<TryMail>) -> Result<Reply> {
    let to = cx.form("to").trim().to_owned();
    let found = server::find(&cx.state.store.hub()?)?;
    let Some((server, _)) = found else {
        return Err(Error::Conflict(
            "还没有邮件设置。请先填好保存，再测试".into(),
        ));
    };
    if !is_address(&to) {
        let mut errors = FieldErrors::default();
        errors.add(
            "to",
            "请写收测试邮件的邮箱地址，例如 zhangsan@example.gov.cn",
        );
        return answered(cx, &errors, &html! {});
    }
    let site = cx.site();
    let here = Here {
        base: format!("http://{}", site.address),
        office: site.office.clone(),
        zone: cx.zone(),
    };
    let said = match post::try_out(&cx.state.store, &server, &to, &here) {
        Ok(()) => note(
            Tone::Done,
            "测试邮件发出去了。",
            &format!("请到 {to} 看收到没有；几分钟没到，看看垃圾邮件箱。"),
        ),
        Err(why) => note(Tone::Bad, "测试邮件没有发出去。", &why),
    };
    answered(cx, &FieldErrors::default(), &said)
}

fn answered(cx: &Cx<TryMail>, errors: &FieldErrors, said: &Markup) -> Result<Reply> {
    let content = html! {
        (crumbs(&Link::new("邮件设置", MAIL_AT), &[], "测试发送"))
        (heading("测试发送", "", &html! {}))
        (form::errors(errors))
        (said)
        (trial(cx, cx.form("to"), errors)?)
    };
    let page = cx.draw(&Page::new("测试发送").wrong(errors), &content);
    Ok(if errors.is_empty() {
        Reply::Page(page)
    } else {
        Reply::Wrong(page)
    })
}

/// The small form that sends one.
fn trial<A: Action>(cx: &Cx<A>, to: &str, errors: &FieldErrors) -> Result<Markup> {
    Ok(html! {
        form method="post" action=(TRY_AT) {
            (form::tokens(cx.csrf(), &cx.new_op()?))
            (form::text("to", "发到哪个邮箱").line().value(to).check(errors))
            p.acts { button.btn type="submit" { "发一封测试邮件" } }
            p.hint { "按已经保存的设置发，要等邮件服务器回答，最多半分钟。" }
        }
    })
}

fn draw(cx: &Cx<SetMail>, filled: &Filled<'_>) -> Result<Reply> {
    let hub = cx.state.store.hub()?;
    let (stored, trouble) = server::find(&hub)?.unzip();
    let (waiting, failed) = count_mails(&hub)?;
    drop(hub);
    let lead = html! {
        (state_of(cx, stored.as_ref(), trouble.as_ref(), (waiting, failed)))
        p { "填本单位自己的邮箱，提醒邮件从这里发出去。不开通也不影响办公，页面上的提醒都在。" }
    };
    let tail = match (&stored, filled.is_fresh()) {
        (Some(_), true) => section(
            "h-try",
            "测试发送",
            &"",
            &trial(cx, "", &FieldErrors::default())?,
        ),
        _ => html! {},
    };
    Sheet {
        title: "邮件设置",
        small: "",
        back: Link::new("管理", DESK_AT),
        lead: html! { (lead) (tail) },
        action: MAIL_AT,
        rev: Some(stored.as_ref().map_or(0, |s| s.rev)),
        fields: fields(stored.as_ref(), filled),
        press: "保存邮件设置",
    }
    .reply(cx, filled)
}

fn state_of<A: Action>(
    cx: &Cx<A>,
    server: Option<&Server>,
    trouble: Option<&Trouble>,
    (waiting, failed): (i64, i64),
) -> Markup {
    let Some(server) = server else {
        return html! {};
    };
    let time = |at| cx.zone().short_time(at, cx.at);
    html! {
        @if server.security == Security::None {
            (note(Tone::Plain, "现在的线路不加密。", &"邮件内容和密码在网上能被看见。只有邮件服务器就在本单位机房里才可以这样用。"))
        }
        @if let Some(t) = trouble.filter(|t| !t.words.is_empty()) {
            (note(Tone::Bad, "从", &html! {
                @if let Some(since) = t.since { (time(since)) } " 起邮件发不出去：" (t.words)
                "。" (time(t.next_at)) " 再试一次；改好设置保存，马上就试。攒着的 " (waiting) " 封一封也不会丢。"
            }))
        } @else if waiting + failed > 0 {
            p { "正在等着发的 " (waiting) " 封，没有发出的 " (failed) " 封，详见" (Link::new("提醒记录", "/admin/alerts")) "。" }
        }
    }
}

fn fields(s: Option<&Server>, filled: &Filled<'_>) -> Markup {
    let text = |f: fn(&Server) -> String| s.map(f).unwrap_or_default();
    let kept = s.is_some_and(Server::has_password);
    let security = s.map_or(Security::Tls, |s| s.security);
    let choices = Security::ALL
        .map(|(v, label, _)| Choice::new(v.id(), label))
        .to_vec();
    let on = filled.ticked(
        "on_now",
        s.filter(|s| s.on_now)
            .map(|_| "1".to_owned())
            .into_iter()
            .collect(),
    );
    html! {
        (filled.put(form::text("host", "邮件服务器").line().need().hint("例如 smtp.example.gov.cn"), "host", &text(|s| s.host.clone())))
        (filled.put(form::radios("security", "加密", choices), "security", security.id()))
        (filled.put(form::number("port", "端口").need().hint("一连上就加密一般是 465，先连上再加密一般是 587"), "port",
            &s.map_or_else(|| "465".to_owned(), |s| s.port.to_string())))
        (filled.put(form::text("sender", "发件人邮箱").line().need().hint("收到的人看见的地址，例如 bgs@example.gov.cn"), "sender", &text(|s| s.sender.clone())))
        (filled.put(form::text("login", "登录名").line().hint("一般就是发件人邮箱；服务器不要登录就空着").complete("off"), "login", &text(|s| s.login.clone())))
        (form::password("password", "密码或授权码").complete("new-password").hint(if kept {
            "已经存了一个，不再显示；空着就继续用它。存的时候用这台电脑的钥匙加了密，只拷走数据库的人看不到"
        } else {
            "很多邮箱要在网页邮箱的设置里领一个“授权码”填在这里。存的时候用这台电脑的钥匙加密，以后不再显示"
        }).check(&filled.errors))
        (filled.put(form::area("authority", "发证机构的证书", 4)
            .hint("邮件服务器用公认的证书就空着。本单位自己发的证书，用记事本打开 .crt 或 .pem 文件，全部粘贴过来"),
            "authority", &text(|s| s.authority.clone())))
        (filled.put(form::text("base", "邮件里的链接以什么开头").line()
            .hint("空着就用这台服务器在局域网的地址；用别的地址打开砚台的单位才要填，例如 http://oa.example.gov.cn"), "base", &text(|s| s.base.clone())))
        p { (form::tick("on_now", "开通邮件提醒", Ticked::from(!on.iter().all(String::is_empty)))) }
    }
}
