//! The door of an unclaimed server: the code from its own screen. Whoever sits at the server PC is
//! let through without it, and reads it on the wizard's pages there: a double-click and a service have no other
//! place to say it (README decision 26). The code is typed, never part of an address.

use super::{CHOOSE_AT, COOKIE, may_set_up, next, over};
use crate::kit::{Error, FieldErrors, Result};
use crate::ui::form;
use crate::ui::frame::Page;
use crate::ui::{Markup, html};
use crate::web::cookies::Keep;
use crate::web::{CLAIM_AT, OpenCx, Reply, Visit};

pub(super) fn page(cx: &mut OpenCx) -> Result<Reply> {
    if cx.state.claimed() {
        return Ok(over(cx));
    }
    if may_set_up(cx)? {
        if cx.state.access.is_demo() {
            return Ok(Reply::To(CHOOSE_AT.into()));
        }
        return Ok(Reply::To(next(&cx.state.access.setup_draft()?).into()));
    }
    Ok(Reply::Page(draw(cx, "", &FieldErrors::default())))
}

pub(super) fn enter(cx: &mut OpenCx) -> Result<Reply> {
    if cx.state.claimed() {
        return Ok(over(cx));
    }
    let typed = cx.form("code").to_owned();
    match cx.state.access.enter_code(&typed, cx.peer(), cx.request()) {
        Ok(token) => {
            cx.set_cookie(COOKIE, &token.text(), Keep::Days(7));
            Ok(Reply::To(CLAIM_AT.into()))
        }
        Err(Error::Invalid(errors)) => Ok(Reply::Wrong(draw(cx, &typed, &errors))),
        Err(e) => Err(e),
    }
}

fn draw(cx: &OpenCx, typed: &str, errors: &FieldErrors) -> Markup {
    let address = &cx.site().address;
    let content = html! {
        (form::errors(errors))
        div.two {
            div {
                h1 { "这台服务器还没有启用" }
                p { "启用以前，别的页面都打不开，这是正常的。请到" b { "服务器电脑" } "跟前，把它打开的页面上的 8 位安装码抄到这里。" }
                form.code method="post" action=(CLAIM_AT) {
                    (form::token(cx.csrf()))
                    (form::number("code", "安装码").need_said("必填，8 位数字").value(typed).check(errors))
                    p.acts { button.btn.key type="submit" { "启用这台服务器" } }
                }
            }
            aside.side {
                h2 { "安装码在哪里" }
                p.quiet { "在服务器电脑上启动砚台，浏览器会打开启用的页面，下面写着：" }
                div.screen role="img" aria-label="服务器屏幕示意：页面下面写着安装码和地址" {
                    "砚台办公平台" br; "安装码" br; b { "×××× ××××" }
                    @if !address.is_empty() { br; "地址 " (address) }
                }
                p.faint { "浏览器没有自己打开的，在那台电脑上再双击一次砚台。就在那台电脑上启用，不用输码。" }
            }
        }
    };
    cx.draw(&Page::new("启用服务器").wrong(errors), &content)
}

/// For whoever sits at the server PC: how to go on at another one. Nothing for anybody else, and nothing after the claim.
pub(super) fn elsewhere(cx: &Visit) -> Markup {
    // without chance there is no code, and no need to fail a page for it
    let code = cx.state.access.setup_code().ok().flatten();
    let code = code.filter(|_| cx.peer().at_server());
    let address = &cx.site().address;
    html! {
        @if let Some(code) = code {
            p.hint {
                "想在别的电脑或手机上启用：打开 "
                @if address.is_empty() { "这台电脑的地址（插上网线以后，本页最下面会写出来）" } @else { b { "http://" (address) } }
                " ，输安装码 " b { (code) } " 。在这台电脑上不用输。"
            }
        }
    }
}
