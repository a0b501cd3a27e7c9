//! 签名钥匙: an organ's public half with the figures to read out by telephone, its file, and changing it. The private half
//! is on no page and in no answer. Not here: what protects it (`org::organ_key`).

use super::{ChangeKey, KeepSeals, SEALS_AT};
use crate::kit::stamped::KeyFile;
use crate::kit::{Error, OrganId, Result, text};
use crate::org::organ_key::{self, OrganKey};
use crate::ui::form;
use crate::ui::list::facts;
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, FileReply, Reply};

const AT: &str = "/admin/seals/key";

/// GET: the public half as a file, for whoever checks documents elsewhere.
pub(super) fn export(cx: &mut Cx<KeepSeals>) -> Result<Reply> {
    let organ = OrganId(cx.query("organ").parse().map_err(|_| Error::NotFound)?);
    let d = cx.state.org.current();
    let name = d.organ(organ).ok_or(Error::NotFound)?.name.clone();
    let keys = organ_key::keys_of(&cx.state.store.hub()?, organ)?;
    let key = keys
        .into_iter()
        .find(|k| k.ended.is_none())
        .ok_or(Error::NotFound)?;
    let file = serde_json::to_vec(&KeyFile::of(&name, &key.public))?;
    let name = format!("{name}-签名公钥.json");
    Ok(Reply::File(FileReply::made(name, "application/json", file)))
}

/// POST: another key from now on. The old one goes on checking what it signed.
pub(super) fn change(cx: &mut Cx<ChangeKey>) -> Result<Reply> {
    let organ = OrganId(cx.form("organ").parse().map_err(|_| Error::NotFound)?);
    cx.state.org.current().organ(organ).ok_or(Error::NotFound)?;
    let reason = text::clip(cx.form("reason"), 60);
    let stamp = cx.permit.stamp_on(organ);
    match organ_key::change(&cx.state.store, organ, stamp, &reason) {
        Ok(()) => cx.tell("已换新的签名钥匙。请把新的指纹告诉核验的单位；以前盖的照样能核验"),
        Err(Error::Invalid(why)) => cx.tell(&Error::Invalid(why).to_string()),
        Err(other) => return Err(other),
    }
    Ok(Reply::To(SEALS_AT.into()))
}

/// Every organ's keys.
pub(super) fn all(cx: &Cx<KeepSeals>) -> Result<Markup> {
    let d = cx.state.org.current();
    let hub = cx.state.store.hub()?;
    let mut organs = Vec::new();
    for organ in d.organs() {
        organs.push((
            organ.id,
            organ.name.clone(),
            organ_key::keys_of(&hub, organ.id)?,
        ));
    }
    drop(hub);
    Ok(html! {
        p { "每个机关有一把签名钥匙，第一次用印时自动生成。私钥加密存在总库里，随备份走，恢复到别的电脑照样能用；公钥可以给别人，用来核验。对方拿到公钥以后，请打电话核对下面的指纹。" }
        @for (organ, name, keys) in &organs { (one(cx, (*organ, name), keys)?) }
    })
}

fn one(cx: &Cx<KeepSeals>, (organ, name): (OrganId, &str), keys: &[OrganKey]) -> Result<Markup> {
    let when = |at| cx.zone().long_time(at);
    let Some(key) = keys.iter().find(|k| k.ended.is_none()) else {
        return Ok(html! { p { (name) "：还没有签名钥匙，第一次用印时自动生成。" } });
    };
    let rows = [
        ("机关", html! { (name) }),
        ("公钥指纹", html! { b { (key.public.fingerprint()) } }),
        ("从什么时候起", html! { (when(key.made_at)) }),
    ];
    Ok(html! {
        (facts("签名钥匙", &rows))
        p { (Link::new("下载公钥", format!("{AT}?organ={organ}")).button()) }
        @for old in keys { @if let Some((at, reason)) = &old.ended {
            p.faint { "旧钥匙 " (old.public.fingerprint()) "，用到 " (when(*at)) "：" (reason) "。它签的照样能核验。" }
        } }
        details {
            summary { "换一把新钥匙" }
            p.hint { "服务器电脑丢失、被盗，或者怀疑有人拿走过数据文件夹的时候换。请在服务器那台电脑上办。" }
            form method="post" action=(AT) {
                (form::tokens(cx.csrf(), &cx.new_op()?))
                (form::hidden("organ", &organ.to_string()))
                (form::text("reason", "为什么换").need().hint("例如 服务器电脑丢失"))
                p.acts { button.btn type="submit" { "换一把新钥匙" } }
            }
        }
    })
}
