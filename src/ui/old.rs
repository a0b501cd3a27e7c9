//! The one page for Internet Explorer, and for double-core browsers that run as it: how to switch over, with
//! pictures. Tables and attributes only: these engines know neither our stylesheet nor its variables. The
//! pictures are drawings, so that nothing is fetched; an engine without SVG reads their words.

use super::frame::Site;
use maud::{DOCTYPE, Markup, html};

const INK: &str = "#1b1e1f";
const SEAL: &str = "#c0151b";
const EDGE: &str = "#78827e";

/// How to come back with an engine that can show the pages.
#[must_use]
pub fn old_browser_page(site: &Site) -> Markup {
    html! {
        (DOCTYPE)
        html lang="zh-CN" {
            head {
                meta name="renderer" content="webkit";
                meta http-equiv="X-UA-Compatible" content="IE=edge,chrome=1";
                meta charset="utf-8";
                title { "请切换到极速模式 - 砚台" }
            }
            body bgcolor="#fdfdfb" text=(INK) {
                table width="760" align="center" cellpadding="10" cellspacing="0" border="0" {
                    tr { td {
                        h1 { "请切换到极速模式" }
                        p { "这个浏览器现在是“兼容模式”（也叫 IE 模式），打不开办公平台。切换一下就行，只要做一次。" }
                    } }
                    tr { td { h2 { "第一步：点地址栏右边的小图标" } (bar()) } }
                    tr { td { h2 { "第二步：选“极速模式”" } (choice()) p { "页面会自己刷新。没有刷新，就按键盘上的 F5。" } } }
                    tr { td bgcolor="#eef2ef" {
                        h2 { "没有这个小图标" }
                        p { "这可能是 Windows 自带的 Internet Explorer。请把网址复制下来，换一个浏览器打开：Microsoft Edge、谷歌、360 安全浏览器、QQ 浏览器、搜狗浏览器都行，Windows 7 也能用。" }
                        p { "Edge 里打开还是这一页的，点右上角的三个点，选“退出 Internet Explorer 模式”。" }
                        @if !site.admin.is_empty() {
                            p { b { "还是不行，请找管理员 " (site.admin) @if !site.admin_phone.is_empty() { "，电话 " (site.admin_phone) } } }
                        }
                    } }
                }
            }
        }
    }
}

/// An address bar with the icon that switches, ringed.
fn bar() -> Markup {
    html! {
        svg width="720" height="96" viewBox="0 0 720 96" role="img" aria-label="地址栏的右边有一个小图标" {
            rect x="1" y="20" width="600" height="44" fill="#ffffff" stroke=(EDGE) {}
            text x="18" y="48" font-size="18" fill=(INK) { "http://192.168.1.20" }
            circle cx="574" cy="42" r="13" fill="#3b77bb" {}
            text x="568" y="49" font-size="19" fill="#ffffff" { "e" }
            circle cx="574" cy="42" r="21" fill="none" stroke=(SEAL) stroke-width="4" {}
            path d="M606 74L590 60" stroke=(SEAL) stroke-width="4" {}
            text x="610" y="88" font-size="18" fill=(SEAL) { "点这里" }
        }
    }
}

/// The little menu under it.
fn choice() -> Markup {
    html! {
        svg width="720" height="124" viewBox="0 0 720 124" role="img" aria-label="菜单里选极速模式" {
            rect x="380" y="4" width="222" height="112" fill="#ffffff" stroke=(EDGE) {}
            rect x="384" y="8" width="214" height="50" fill="#eef2ef" {}
            text x="420" y="40" font-size="18" fill=(INK) { "极速模式（推荐）" }
            path d="M398 34l6 7l10 -14" fill="none" stroke=(INK) stroke-width="3" {}
            text x="420" y="94" font-size="18" fill="#626a6c" { "兼容模式" }
            rect x="384" y="8" width="214" height="50" fill="none" stroke=(SEAL) stroke-width="4" {}
            text x="296" y="40" font-size="18" fill=(SEAL) { "选这个 →" }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::scan::{HOSTILE, check};

    #[test]
    fn it_wants_nothing_but_itself() {
        let site = Site {
            admin: HOSTILE.into(),
            admin_phone: HOSTILE.into(),
            css: "/assets/look.css".into(),
            ..Site::default()
        };
        let page = old_browser_page(&site);
        check(&page);
        for asked in ["src=\"", "<link", "<script", "var("] {
            assert!(!page.0.contains(asked), "{asked}");
        }
        let head = page.0.find("<meta name=\"renderer\"");
        assert!(
            head < page.0.find("<meta charset"),
            "the engine is chosen by the first"
        );
    }
}
