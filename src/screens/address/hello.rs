//! A page any device may open: it found the server. That it came at all is what the first run waits for.

use crate::kit::Result;
use crate::ui::frame::heading;
use crate::ui::note::{State, state};
use crate::ui::{Link, html};
use crate::web::{LOGIN_AT, OpenCx, Reply};

pub(super) fn show(cx: &mut OpenCx) -> Result<Reply> {
    let content = html! {
        (heading("打开了", "", &html! {}))
        div.prose {
            p { (state(State::Ok, "这台设备能打开办公平台")) }
            p { "服务器电脑上的页面几秒钟以后会自己变绿，请回到那里接着做。" }
            p.acts { (Link::new("去登录", LOGIN_AT).key()) }
        }
    };
    Ok(cx.page("打开了", &content))
}
