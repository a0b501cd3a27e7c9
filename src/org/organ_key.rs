//! An organ's own SM2 key: made at its first use, its private half kept in the hub sealed with the data folder's key
//! (`machine.key`). It protects against whoever copies the databases or a volume; it does not against whoever reads the
//! whole data folder, or holds the recovery key: a server that signs by itself must be able to. A backup is sealed and
//! brings both, so that the same key goes on at another PC.
//! Invariant: a key is never deleted or changed: an ended one still checks what it signed.

use super::organ_key_store as store;
use crate::kit::sm2::{Public, Secret};
use crate::kit::{Error, Millis, OrganId, Result, ShelfNo, secret, text};
use crate::store::{Query, Stamp, Store};

/// A key by what may be known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganKey {
    pub id: i64,
    pub organ: OrganId,
    pub public: Public,
    pub made_at: Millis,
    /// Signs no more since then, and why.
    pub ended: Option<(Millis, String)>,
}

/// Keys of an organ, the newest first.
pub fn keys_of(q: &impl Query, organ: OrganId) -> Result<Vec<OrganKey>> {
    let mut all = store::list_keys(q)?;
    all.retain(|k| k.organ == organ);
    Ok(all)
}

/// Every public key of every organ here, ended ones too: what a signature is checked against.
pub fn known(q: &impl Query) -> Result<Vec<Public>> {
    Ok(store::list_keys(q)?.into_iter().map(|k| k.public).collect())
}

/// What the sealed half is sealed as.
fn about(organ: OrganId, public: &Public) -> String {
    format!("organ {} {public:?}", organ.0)
}

/// The organ's present key to sign with; made where there is none yet.
///
/// # Errors
/// Busy where it was sealed with another folder's key.
pub fn to_sign_with(at: &Store, organ: OrganId, stamp: &Stamp) -> Result<Secret> {
    if let Some(found) = present(at, organ)? {
        return Ok(found);
    }
    let made = write_new(at, organ, (stamp.clone(), None));
    match made {
        // somebody was faster: his is as good
        Err(Error::Conflict(_)) => present(at, organ)?.ok_or(Error::NotFound),
        made => made,
    }
}

fn present(at: &Store, organ: OrganId) -> Result<Option<Secret>> {
    let Some((key, sealed)) = store::find_present(&at.hub()?, organ)? else {
        return Ok(None);
    };
    let opened = secret::open(&at.machine_key()?, &about(organ, &key.public), &sealed);
    let opened = opened.and_then(|plain| Secret::of(&plain));
    opened.map(Some).ok_or_else(|| {
        Error::Busy(
            "本单位的签名钥匙在这台电脑上打不开：数据文件夹里的 machine.key 换过了。请管理员从备份恢复，或者在“印章”页里换一把新钥匙".into(),
        )
    })
}

/// A new key in the place of the present one, which ends with a reason.
pub fn change(at: &Store, organ: OrganId, stamp: Stamp, reason: &str) -> Result<()> {
    let reason = text::one_line(reason);
    if reason.is_empty() {
        return Err(Error::invalid(
            "reason",
            "请写明为什么换，例如 服务器电脑丢失",
        ));
    }
    write_new(at, organ, (stamp, Some(reason))).map(drop)
}

fn write_new(at: &Store, organ: OrganId, (stamp, ends): (Stamp, Option<String>)) -> Result<Secret> {
    let made = Secret::new()?;
    let public = made.public()?;
    let sealed = secret::seal(&at.machine_key()?, &about(organ, &public), &made.bytes())?;
    at.write(ShelfNo::HUB, stamp, move |w| {
        let now = w.at();
        if let Some(reason) = &ends {
            store::set_ended(w, organ, now, reason)?;
        }
        store::insert_key(w, organ, &public, &sealed)?;
        w.note(format!("签名钥匙 {}", public.fingerprint()));
        w.quiet("单位密钥，不影响各类清单");
        Ok(())
    })?;
    Ok(made)
}
