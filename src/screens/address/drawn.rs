//! What the screens of the steps look like, drawn with a few lines each: the window or list, and a ring around what is to be
//! pressed. No photographs: they are of one version, and cannot be read at 360 pixels.
//! Invariant: each fits a telephone's width, and says in words what it shows.

use crate::ui::{Markup, html};

/// Wide enough to read, narrow enough for a telephone.
const WIDE: u32 = 296;
const INK: &str = "#20262b";
const FAINT: &str = "#626a6c";
const EDGE: &str = "#8b9396";
const PALE: &str = "#eef2ef";
const SEAL: &str = "#b3261e";

/// A drawing of this height that says this.
fn drawing(says: &str, high: u32, inside: &Markup) -> Markup {
    html! {
        svg.drawn viewBox={ "0 0 " (WIDE) " " (high) } width=(WIDE) height=(high) role="img" aria-label=(says) {
            rect x="1" y="1" width=(WIDE - 2) height=(high - 2) fill="#ffffff" stroke=(EDGE) {}
            (inside)
        }
    }
}

fn words(x: u32, y: u32, says: &str) -> Markup {
    html! { text x=(x) y=(y) font-size="15" fill=(INK) { (says) } }
}

fn faint(x: u32, y: u32, says: &str) -> Markup {
    html! { text x=(x) y=(y) font-size="13" fill=(FAINT) { (says) } }
}

/// The bar a window is called by.
fn title(says: &str) -> Markup {
    html! {
        rect x="1" y="1" width=(WIDE - 2) height="30" fill=(PALE) stroke=(EDGE) {}
        (words(12, 22, says))
    }
}

fn button((x, y): (u32, u32), wide: u32, says: &str) -> Markup {
    html! {
        rect x=(x) y=(y) width=(wide) height="28" fill=(PALE) stroke=(EDGE) {}
        (words(x + 12, y + 20, says))
    }
}

/// Here is to be pressed; `n`, to its right, is the order, where there are two.
fn ring((x, y): (u32, u32), (wide, high): (u32, u32), n: &str) -> Markup {
    html! {
        rect x=(x) y=(y) width=(wide) height=(high) rx="6" fill="none" stroke=(SEAL) stroke-width="3" {}
        text x=(x + wide + 5) y=(y + high / 2 + 6) font-size="15" font-weight="bold" fill=(SEAL) { (n) }
    }
}

/// The blue warning, where the way on is a small link.
pub(super) fn guarded() -> Markup {
    let inside = html! {
        (title("Windows 已保护你的电脑"))
        (faint(14, 56, "阻止了无法识别的应用启动。"))
        (words(14, 82, "更多信息"))
        (ring((8, 64), (76, 26), "①"))
        (button((70, 106), 92, "仍要运行"))
        (button((198, 106), 84, "不运行"))
        (ring((66, 102), (100, 36), "②"))
    };
    drawing("先点“更多信息”，再点“仍要运行”", 150, &inside)
}

/// The question whether the root is to be trusted.
pub(super) fn asked() -> Markup {
    let inside = html! {
        (title("安全警告"))
        (faint(14, 56, "您即将从一个证书颁发机构安装证书"))
        (faint(14, 80, "指纹（sha1）：和屏幕上的一样才点"))
        (button((116, 100), 78, "是(Y)"))
        (button((206, 100), 78, "否(N)"))
        (ring((112, 96), (86, 36), ""))
    };
    drawing("核对指纹，一样就点“是”", 144, &inside)
}

/// The menu of the right button, and what is typed.
pub(super) fn terminal() -> Markup {
    let inside = html! {
        rect x="14" y="12" width="150" height="84" fill=(PALE) stroke=(EDGE) {}
        (faint(26, 34, "新建文件夹"))
        (words(26, 60, "在终端中打开"))
        (faint(26, 86, "属性"))
        (ring((18, 42), (142, 26), ""))
        rect x="14" y="108" width="268" height="42" fill=(INK) {}
        text x="26" y="134" font-size="15" fill="#ffffff" { "~/Downloads$ sh uos.sh" }
    };
    drawing(
        "点右键选“在终端中打开”，输入 sh uos.sh 按回车",
        162,
        &inside,
    )
}

/// Two rows of the settings of a telephone, the second with its switch.
pub(super) fn switched() -> Markup {
    let inside = html! {
        (title("设置"))
        (words(14, 58, "已下载描述文件"))
        (faint(264, 58, "＞"))
        (ring((6, 38), (284, 30), ""))
        path d="M14 78H282" stroke=(EDGE) {}
        (faint(14, 100, "通用 - 关于本机 - 证书信任设置"))
        (words(14, 130, "砚台局域网证书"))
        rect x="228" y="114" width="46" height="24" rx="12" fill="#2e7d4f" {}
        circle cx="262" cy="126" r="10" fill="#ffffff" {}
        (ring((222, 110), (58, 32), ""))
    };
    drawing("先点“已下载描述文件”安装，再把证书的开关打开", 152, &inside)
}

/// Looking for the row, then pressing on.
pub(super) fn looked_for() -> Markup {
    let inside = html! {
        rect x="12" y="12" width="272" height="30" rx="15" fill=(PALE) stroke=(EDGE) {}
        (words(28, 33, "CA 证书"))
        (ring((8, 8), (280, 38), ""))
        (words(14, 76, "CA 证书"))
        (faint(84, 76, "加密和凭据 - 安装证书"))
        path d="M14 88H282" stroke=(EDGE) {}
        (button((14, 100), 96, "仍然安装"))
        (button((122, 100), 84, "不安装"))
        (ring((10, 96), (104, 36), ""))
    };
    drawing("在设置里查找“CA 证书”，点“仍然安装”", 144, &inside)
}

/// The list of authorities and the tick that matters.
pub(super) fn imported() -> Markup {
    let inside = html! {
        (title("证书管理器"))
        (faint(14, 56, "您的证书"))
        (words(92, 56, "证书颁发机构"))
        (ring((86, 38), (104, 26), "①"))
        (button((14, 72), 84, "导入…"))
        (ring((10, 68), (92, 36), "②"))
        rect x="14" y="120" width="16" height="16" fill="#ffffff" stroke=(INK) {}
        path d="M17 128l4 5l7 -10" fill="none" stroke=(INK) stroke-width="2" {}
        (words(38, 134, "信任…来标识网站"))
        (ring((8, 114), (170, 28), "③"))
    };
    drawing("在“证书颁发机构”里点“导入”，勾上信任", 152, &inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_says_what_it_shows_and_fits_a_telephone() {
        for drawn in [
            guarded(),
            asked(),
            terminal(),
            switched(),
            looked_for(),
            imported(),
        ] {
            let svg = drawn.into_string();
            assert!(svg.contains("role=\"img\" aria-label=\""), "{svg}");
            assert!(svg.contains("width=\"296\""), "{svg}");
            // a ring at least: where to press
            assert!(svg.contains(SEAL), "{svg}");
            assert!(!svg.contains("style="), "{svg}");
        }
    }
}
