//! 动态验证码 on one's own phone: what it is, the QR code, the ten spare codes that are shown once, doing without it
//! again. What a code proves and how it is kept is `access::second`'s.
//! Invariant: the secret and the spare codes stand in the answer to a deed only; no address shows them again.

use crate::access::second::{Begun, KeepCode, SPARES, SeeCode};
use crate::access::{Action, policy};
use crate::kit::{Error, FieldErrors, Result, qr};
use crate::ui::form;
use crate::ui::frame::{ME_AT, Page, crumbs, heading};
use crate::ui::note::{Tone, note};
use crate::ui::{Link, Markup, html};
use crate::web::{CODE_AT, Cx, HOME, Manifest, PASSWORD_AT, Reply, Route, TRUST_AT};

const BEGIN_TO: &str = "/me/code/begin";
const KEEP_TO: &str = "/me/code/keep";
const END_TO: &str = "/me/code/end";

/// One's own code.
pub const MANIFEST: Manifest = Manifest {
    id: "code",
    menu: &[],
    routes,
};

fn routes() -> Vec<Route> {
    vec![
        Route::get::<SeeCode>(CODE_AT, show),
        Route::post::<KeepCode>(BEGIN_TO, begin),
        Route::post::<KeepCode>(KEEP_TO, keep),
        Route::post::<KeepCode>(END_TO, end),
    ]
}

fn show(cx: &mut Cx<SeeCode>) -> Result<Reply> {
    if cx.who().must_change {
        return Ok(Reply::To(PASSWORD_AT.into()));
    }
    draw(cx, &FieldErrors::default()).map(Reply::Page)
}

fn begin(cx: &mut Cx<KeepCode>) -> Result<Reply> {
    first_password(cx)?;
    let office = office(cx);
    match cx
        .state
        .access
        .begin_code(&cx.permit, cx.form("own"), &office)
    {
        Ok(begun) => Ok(Reply::Page(draw_begun(cx, &begun, &FieldErrors::default()))),
        Err(Error::Invalid(errors)) => draw(cx, &errors).map(Reply::Wrong),
        Err(e) => Err(e),
    }
}

fn keep(cx: &mut Cx<KeepCode>) -> Result<Reply> {
    first_password(cx)?;
    match cx.state.access.keep_code(&cx.permit, cx.form("code")) {
        Ok(spares) => Ok(Reply::Page(draw_spares(cx, &spares))),
        Err(Error::Invalid(errors)) => {
            let begun = cx.state.access.begun_code(&cx.permit, &office(cx));
            match begun {
                Some(begun) => Ok(Reply::Wrong(draw_begun(cx, &begun, &errors))),
                None => draw(cx, &errors).map(Reply::Wrong),
            }
        }
        Err(e) => Err(e),
    }
}

fn end(cx: &mut Cx<KeepCode>) -> Result<Reply> {
    first_password(cx)?;
    match cx.state.access.end_code(&cx.permit, cx.form("own")) {
        Ok(()) => {
            cx.tell("动态验证码已停用，下次只用密码登录");
            Ok(Reply::To(ME_AT.into()))
        }
        Err(Error::Invalid(errors)) => draw(cx, &errors).map(Reply::Wrong),
        Err(e) => Err(e),
    }
}

fn first_password(cx: &Cx<KeepCode>) -> Result<()> {
    match cx.who().must_change {
        true => Err(Error::Denied("请先设一个自己的密码，再设动态验证码".into())),
        false => Ok(()),
    }
}

/// What the phone calls this server.
fn office(cx: &Cx<KeepCode>) -> String {
    match cx.site().office.as_str() {
        "" => "砚台".to_owned(),
        name => name.to_owned(),
    }
}

fn back() -> Markup {
    crumbs(&Link::new("我的", ME_AT), &[], "动态验证码")
}

fn draw<A: Action>(cx: &Cx<A>, errors: &FieldErrors) -> Result<Markup> {
    let who = cx.who();
    let access = &cx.state.access;
    let has = access.has_code(who.person);
    let left = access.spares_left(who.person)?;
    let content = html! {
        (back())
        (heading("动态验证码", if has { "已开通" } else { "未开通" }, &html! {}))
        (form::errors(errors))
        @if who.must_enrol {
            (note(Tone::Plain, "本单位要求管理员和领导使用动态验证码。", &"请现在开通，开通以后才能办别的。"))
        }
        p { "登录时除了密码，再写一次手机上的六位数字。密码被别人知道了，没有您的手机也进不来。" }
        p { "手机上要有一个身份验证器（微信里搜“身份验证器”小程序，或者手机自带的密码管理）。不用联网，不装本平台的软件。" }
        @if has { p { "还有 " (left) " 个备用码没有用过。" } }
        @if policy::may::<KeepCode>(who, cx.peer()) { (ask(cx, errors)?) } @else { (elsewhere(cx)) }
    };
    Ok(cx.draw(&Page::new("动态验证码").wrong(errors), &content))
}

/// One's own password first, whoever sits here.
fn ask<A: Action>(cx: &Cx<A>, errors: &FieldErrors) -> Result<Markup> {
    let (who, access) = (cx.who(), &cx.state.access);
    let has = access.has_code(who.person);
    let wanted = access.safety().wants_code(&who.roles, &who.admin);
    Ok(html! {
        form method="post" action=(BEGIN_TO) {
            (form::tokens(cx.csrf(), &cx.new_op()?))
            (form::password("own", "您现在的密码").check(errors))
            p.acts {
                button.btn.key type="submit" { @if has { "换手机，重新设置" } @else { "开始设置" } }
                @if has && !wanted { button.btn type="submit" formaction=(END_TO) { "停用" } }
            }
        }
    })
}

/// Over an open line the secret would be anybody's who listens.
fn elsewhere<A: Action>(cx: &Cx<A>) -> Markup {
    let there = cx.secure_origin();
    let rest = html! {
        "手机和服务器之间的暗号不能在没有加密的网上传。请到服务器那台电脑上设置"
        @if let Some(there) = &there {
            "；或者在自己的电脑上先" (Link::new("安装证书", TRUST_AT)) "，再" a href={ (there) (CODE_AT) } { "用加密的地址打开这一页" } "，在那里登录一次"
        }
        "。"
    };
    note(Tone::Plain, "这里不能设置。", &rest)
}

fn draw_begun(cx: &Cx<KeepCode>, begun: &Begun, errors: &FieldErrors) -> Markup {
    let code = qr::matrix(&begun.address).ok();
    let content = html! {
        (back())
        (heading("用手机扫码", "", &html! {}))
        (form::errors(errors))
        p { "打开手机上的身份验证器，扫这个码。扫不了，就手工输入下面这串字。" }
        @if let Some(dark) = code { (crate::ui::qr::qr_svg(&dark, "动态验证码的二维码")) }
        p { b { (begun.words) } }
        form method="post" action=(KEEP_TO) {
            (form::token(cx.csrf()))
            (form::text("code", "手机上现在的六位数字").line().complete("one-time-code").check(errors))
            p.acts {
                button.btn.key type="submit" { "开通" }
                (Link::new("不设了", ME_AT).button())
            }
        }
    };
    cx.draw(&Page::new("动态验证码").wrong(errors), &content)
}

fn draw_spares(cx: &Cx<KeepCode>, spares: &[String]) -> Markup {
    let content = html! {
        (back())
        (heading("已开通，请打印备用码", "", &html! {}))
        p { "下次登录起要写动态验证码。手机不在身边时，写一个备用码也能登录，每个只能用一次。" }
        (note(Tone::Plain, "这一页只显示这一次。", &"请打印或抄下来，锁在抽屉里，不要和电脑放在一起。"))
        ol.lines { @for spare in spares { li { b { (spare) } } } }
        p { "共 " (SPARES) " 个。" (cx.who().name) "，" (cx.zone().long_time(cx.at)) }
        p.acts { (Link::new("记好了", HOME).key()) }
    };
    cx.draw(&Page::new("备用码"), &content)
}
