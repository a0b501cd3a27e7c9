//! Trusting the office's certificates, step by step for each system, open to everybody in the network: whoever needs it
//! cannot log in safely yet. Says the fingerprint, which also stands on the server's own screen: files over plain HTTP
//! may have been changed on the way.
//! Invariant: nothing here is secret, and nothing here changes anything; that an image was fetched is observed.

use super::{BAT_AT, CRT_AT, PROFILE_AT, PROVED_AT, SH_AT, drawn, kit};
use crate::kit::{Error, Result};
use crate::ui::frame::heading;
use crate::ui::list::section;
use crate::ui::note::{State, Tone, note, state};
use crate::ui::{Link, Markup, html};
use crate::web::reply::FileReply;
use crate::web::tls::Tls;
use crate::web::{HOME, OpenCx, Reply, TRUST_AT};

/// The smallest image there is: one transparent point.
const POINT: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff\x21\xf9\x04\x01\x00\x00\x00\x00\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x01\x44\x00\x3b";

fn tls(cx: &OpenCx) -> Result<&Tls> {
    let tls = cx.state.tls().filter(|tls| tls.is_open());
    tls.ok_or(Error::NotFound)
}

pub(super) fn show(cx: &mut OpenCx) -> Result<Reply> {
    let Ok(tls) = tls(cx) else {
        let words = "服务器的加密地址没有开，现在不用装证书，照平时的地址用。要开，请管理员到服务器电脑上看“体检”。";
        let content = html! { (heading("安装证书", "", &html! {})) div.prose { p { (words) } } };
        return Ok(cx.page("安装证书", &content));
    };
    let root = tls.root();
    let test = cx.secure_origin().map(|at| format!("{at}{PROVED_AT}"));
    let content = html! {
        (heading("安装证书", "装一次，这台电脑和服务器之间就加密了", &html! {}))
        div.prose {
            @if cx.peer().https {
                (note(Tone::Done, "现在就是加密的。", &"这一页是用加密的地址打开的。浏览器没有提示不安全，就说明证书已经装好，不用再装。"))
            }
            p { "办公平台用的是本单位自己的证书。装过以后，密码和文件在网线、无线网上都看不到，管理类的操作也可以在自己的电脑上做。证书只对单位内部的地址有效，不影响上别的网站。" }
            @if let Some(test) = &test {
                p.acts { a.btn.key href=(test) { "试一试：用加密的地址打开" } }
                p.hint { "出来的页面写着“装好了”，就不用再装；浏览器提示“不安全”“隐私设置错误”，先退回这一页，照下面的步骤装。" }
            }
            (section("h-win", "Windows 电脑", &"", &windows()))
            (section("h-uos", "统信 UOS、麒麟电脑", &"", &uos()))
            (section("h-ios", "苹果手机、平板", &"", &iphone()))
            (section("h-droid", "安卓手机", &"", &android()))
            (section("h-fox", "火狐浏览器（Firefox）", &"", &firefox()))
            (section("h-print", "核对指纹", &"", &html! {
                p { "装的时候系统会显示证书的名称和指纹。请和服务器电脑屏幕上“加密访问”页里的对一对，一样才装。" }
                table.ledger.cards {
                    caption.vh { "证书" }
                    tbody {
                        tr { th scope="row" { "名称" } td { (root.name) } }
                        tr { th scope="row" { "指纹（SHA-1）" } td { (root.thumbprint()) } }
                        tr { th scope="row" { "指纹（SHA-256）" } td { (root.fingerprint()) } }
                    }
                }
            }))
        }
    };
    Ok(cx.page("安装证书", &content))
}

fn download(label: &str, at: &str) -> Markup {
    html! { p.acts { (Link::new(label, at).button()) } }
}

fn windows() -> Markup {
    html! {
        (download("下载 安装证书.bat", BAT_AT))
        ol {
            li { "点上面的按钮下载，在下载文件夹里双击“安装证书.bat”。Windows 提示“已保护你的电脑”时，点“更多信息”，再点“仍要运行”。" (drawn::guarded()) }
            li { "黑色窗口里按任意键，Windows 问要不要安装证书：核对指纹，点“是”。" (drawn::asked()) }
            li { "看到“装好了”，把浏览器的窗口全部关掉再打开，回到这一页点“试一试”。" }
        }
        p.hint { "Edge、谷歌、360、奇安信浏览器装这一次就都行，火狐要另外装。不愿意用 .bat 的：下载" (Link::new("证书文件", CRT_AT)) "，双击，点“安装证书”，选“当前用户”，再选“将所有的证书都放入下列存储”，浏览里选“受信任的根证书颁发机构”，一路下一步。" }
    }
}

fn uos() -> Markup {
    html! {
        (download("下载 uos.sh", SH_AT))
        ol {
            li { "点上面的按钮下载。在下载文件夹的空白处点右键，选“在终端中打开”。" }
            li { "输入 " b { "sh uos.sh" } " 按回车，照提示做。" (drawn::terminal()) }
            li { "看到“装好了”，把浏览器的窗口全部关掉再打开，回到这一页点“试一试”。" }
        }
    }
}

fn iphone() -> Markup {
    html! {
        (download("下载描述文件", PROFILE_AT))
        ol {
            li { "用 Safari 打开这一页，点上面的按钮，提示“此网站正尝试下载一个配置描述文件”，点“允许”。" }
            li { "打开“设置”，最上面点“已下载描述文件”，点“安装”，输手机的锁屏密码。" }
            li { "再到“设置 - 通用 - 关于本机 - 证书信任设置”，把这个证书的开关打开。" (drawn::switched()) }
        }
    }
}

fn android() -> Markup {
    html! {
        (download("下载证书文件", CRT_AT))
        ol {
            li { "点上面的按钮下载。" }
            li { "打开“设置”，在最上面查找“CA 证书”，点进去，选“仍然安装”，输锁屏密码，再选刚下载的 root.crt。" (drawn::looked_for()) }
            li { "各家手机的叫法不太一样，常见的在“安全 - 更多安全设置 - 加密和凭据 - 安装证书”。" }
        }
        p.hint { "有些手机自带的浏览器不认自己装的证书，还提示不安全时请换一个浏览器，或者照平时的地址用。" }
    }
}

fn firefox() -> Markup {
    html! {
        ol {
            li { "先下载" (Link::new("证书文件", CRT_AT)) "。" }
            li { "火狐右上角的菜单里点“设置”，左边点“隐私与安全”，拉到最下面点“查看证书”。" }
            li { "在“证书颁发机构”里点“导入”，选 root.crt，勾上“信任由此证书颁发机构来标识网站”，确定。" (drawn::imported()) }
        }
    }
}

/// The page the trial leads to: whoever reads it without a warning trusts us.
pub(super) fn proved(cx: &mut OpenCx) -> Result<Reply> {
    let content = html! {
        (heading("加密访问", "", &html! {}))
        div.prose {
            @if cx.peer().https {
                p { (state(State::Ok, "装好了")) "　浏览器和服务器之间已经加密。" }
                p { "以后请用这个地址打开办公平台，可以收藏它。两个地址要各登录一次。" }
                p.acts { (Link::new("去办公", HOME).key()) }
            } @else {
                p { (state(State::Warn, "这一页不是用加密的地址打开的")) }
                p.acts { (Link::new("安装证书", TRUST_AT).key()) }
            }
        }
    };
    Ok(cx.page("加密访问", &content))
}

/// The hidden image of plain pages.
pub(super) fn image(cx: &mut OpenCx) -> Result<Reply> {
    let tls = tls(cx)?;
    if cx.peer().https {
        tls.pcs.fetched(cx.query("pc"), cx.at);
    }
    let file = FileReply::made("trust.gif", "image/gif", POINT.to_vec());
    Ok(Reply::File(file.shown("image/gif")))
}

pub(super) fn crt(cx: &mut OpenCx) -> Result<Reply> {
    let der = tls(cx)?.root().der.clone();
    let kind = "application/x-x509-ca-cert";
    Ok(Reply::File(FileReply::made("root.crt", kind, der)))
}

/// The office's name and the encrypted address, as the files say them.
fn words(cx: &OpenCx) -> (String, String) {
    let office = cx.site().office_full.clone();
    (office, cx.secure_origin().unwrap_or_default())
}

pub(super) fn bat(cx: &mut OpenCx) -> Result<Reply> {
    let (office, https) = words(cx);
    let bytes = kit::bat(tls(cx)?.root(), (&office, &https));
    let kind = "application/octet-stream";
    Ok(Reply::File(FileReply::made("安装证书.bat", kind, bytes)))
}

pub(super) fn sh(cx: &mut OpenCx) -> Result<Reply> {
    let (office, https) = words(cx);
    let bytes = kit::sh(tls(cx)?.root(), (&office, &https));
    let kind = "application/octet-stream";
    Ok(Reply::File(FileReply::made("uos.sh", kind, bytes)))
}

pub(super) fn profile(cx: &mut OpenCx) -> Result<Reply> {
    let (office, _) = words(cx);
    let bytes = kit::profile(tls(cx)?.root(), &office);
    let kind = "application/x-apple-aspen-config";
    Ok(Reply::File(FileReply::made(
        "证书.mobileconfig",
        kind,
        bytes,
    )))
}
