//! HTTPS beside HTTP (trust-and-ux §A4): the office's own authority, the leaf of this server, who trusts it, and whether
//! pages go over HTTPS alone. The one door of `rcgen` and, for what is served, of `rustls`.
//! Not here: pages (`screens/address`), the listener (`server.rs`).
//! Invariant: the root's key leaves this folder sealed with the data folder's own key only; a leaf and its key are
//! never written anywhere, each start makes new ones.
//!
//! Decision 2026-11-23: the leaf lives in memory. Kept in the hub, its key would lie in every backup for nothing: who
//! trusts the root trusts each new leaf without noticing.

pub mod authority;
pub mod force;
mod kept_store;
pub mod pcs;
mod shown;

use self::authority::{Authority, Root};
use self::force::Force;
use self::pcs::Pcs;
use self::shown::Shown;
use crate::kit::{Error, Millis, Result, ShelfNo, secret};
use crate::store::{Query, Stamp, Store, Write};
use rustls::ServerConfig;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

/// A leaf is made anew this long before its end.
const RENEW_MS: i64 = 30 * 86_400_000;
/// What the sealed key is sealed as.
const ABOUT: &str = "tls root";

/// How an act of this server itself is stamped: its action and when.
pub type Stamping = fn(&'static str, Millis) -> Stamp;

/// What is shown now, in words for pages and lights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Addresses the leaf vouches for.
    pub addresses: Vec<IpAddr>,
    /// Until when.
    pub until: Millis,
    /// From when.
    pub from: Millis,
}

/// The encrypted side of a server.
pub struct Tls {
    store: Store,
    stamp: Stamping,
    authority: Authority,
    shown: Arc<Shown>,
    told: RwLock<Told>,
    port: AtomicU16,
    whole: AtomicBool,
    /// Who trusts it.
    pub pcs: Pcs,
    force: Mutex<Force>,
    /// The same as `force.since.is_some()`, for each request.
    forced: AtomicBool,
    proved: AtomicBool,
}

impl Tls {
    /// Opens the authority, or makes it at the first run; signs a leaf for these addresses.
    ///
    /// # Errors
    /// Busy where the root's key was sealed with another folder's key: it is not made anew in silence, since every PC
    /// would have to be told.
    pub fn open(
        store: &Store,
        names: Vec<String>,
        cards: &[IpAddr],
        stamp: Stamping,
    ) -> Result<Self> {
        let now = store.clock().now();
        let hub = store.hub()?;
        let kept = |key| kept_store::find(&hub, key);
        let (root, key) = (kept(kept_store::ROOT)?, kept(kept_store::KEY)?);
        let pcs = Pcs::of(&kept(kept_store::PCS)?.unwrap_or_default());
        let force = kept(kept_store::FORCE)?.unwrap_or_default();
        let force: Force = serde_json::from_str(&force).unwrap_or_default();
        drop(hub);
        let authority = match (root, key) {
            (Some(root), Some(key)) => reopen(store, &root, &key)?,
            _ => begin(store, names, cards, stamp("tls.begin", now))?,
        };
        let leaf = authority.sign(&wanted(cards), now)?;
        let whole = covers_all(authority.root(), cards);
        Ok(Self {
            store: store.clone(),
            stamp,
            shown: Arc::new(Shown::new(&leaf)?),
            told: RwLock::new(Told {
                addresses: leaf.addresses,
                until: leaf.until,
                from: leaf.from,
            }),
            authority,
            port: AtomicU16::new(0),
            whole: AtomicBool::new(whole),
            pcs,
            forced: AtomicBool::new(force.since.is_some()),
            force: Mutex::new(force),
            proved: AtomicBool::new(false),
        })
    }

    /// What the listener is opened with; it stands at this port.
    pub fn listen_at(&self, port: u16) -> Result<ServerConfig> {
        self.port.store(port, Ordering::Relaxed);
        shown::config(self.shown.clone())
    }

    /// Whether a listener shows it.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.port.load(Ordering::Relaxed) != 0
    }

    /// The root, as everybody may have it.
    #[must_use]
    pub const fn root(&self) -> &Root {
        self.authority.root()
    }

    /// What is shown now.
    #[must_use]
    pub fn told(&self) -> Told {
        let held = self.told.read();
        held.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether the leaf vouches for an address of this PC.
    #[must_use]
    pub fn vouches(&self, ip: IpAddr) -> bool {
        let held = self.told.read();
        held.unwrap_or_else(PoisonError::into_inner)
            .addresses
            .contains(&ip.to_canonical())
    }

    /// Whether the leaf vouches for all of this PC's addresses, as they were asked for last.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.whole.load(Ordering::Relaxed)
    }

    /// `https://192.168.1.20:8443`, without the port where it is 443; `host` is a name or an address of this server.
    #[must_use]
    pub fn origin(&self, host: &str) -> String {
        match self.port.load(Ordering::Relaxed) {
            443 => format!("https://{host}"),
            port => format!("https://{host}:{port}"),
        }
    }

    /// Signs a new leaf where an address is missing in the present one or its end is near; says whether it did.
    pub fn renew(&self, cards: &[IpAddr]) -> Result<bool> {
        let now = self.store.clock().now();
        let (all, told) = (wanted(cards), self.told());
        let whole = covers_all(self.root(), cards);
        self.whole.store(whole, Ordering::Relaxed);
        let missing = all
            .iter()
            .any(|ip| self.root().covers(*ip) && !told.addresses.contains(ip));
        // a clock that was wrong at the start and is right now
        let strange = now < told.from || told.until.0 - now.0 < RENEW_MS;
        let last = told.until == self.root().until;
        if !missing && (!strange || last && now >= told.from) {
            return Ok(false);
        }
        let leaf = self.authority.sign(&all, now)?;
        self.shown.set(&leaf)?;
        *self.told.write().unwrap_or_else(PoisonError::into_inner) = Told {
            addresses: leaf.addresses,
            until: leaf.until,
            from: leaf.from,
        };
        Ok(true)
    }

    /// How 强制 HTTPS stands.
    #[must_use]
    pub fn force(&self) -> Force {
        let mut force = self.held().clone();
        force.proved |= self.proved.load(Ordering::Relaxed);
        force
    }

    /// Whether pages go over HTTPS alone.
    #[must_use]
    pub fn is_forced(&self) -> bool {
        self.forced.load(Ordering::Relaxed)
    }

    /// Somebody got in over HTTPS; written with the next round.
    pub(super) fn prove(&self) {
        if self.is_forced() {
            self.proved.store(true, Ordering::Relaxed);
        }
    }

    /// Takes what an administrator's write has just kept ([`keep_force`]).
    pub fn set_force(&self, force: Force) {
        let mut held = self.held();
        self.proved.store(false, Ordering::Relaxed);
        self.forced.store(force.since.is_some(), Ordering::Relaxed);
        *held = force;
    }

    /// Now, by the clock that no setting moves: what a proof is waited for by.
    #[must_use]
    pub fn steady_now(&self) -> Millis {
        self.store.steady_now()
    }

    /// A job of each minute: goes back where nobody proved it, and writes what was observed.
    pub fn round(&self) -> Result<()> {
        let before = self.held().clone();
        let force = self.force();
        let now = self.steady_now();
        if force.is_overdue(now) {
            let back = Force::gone_back(now);
            self.write(
                "tls.back",
                "强制 HTTPS 十分钟内没有人登录成功，自动退回",
                kept_store::FORCE,
                &back,
            )?;
            self.set_force(back);
        } else if force != before {
            self.write(
                "tls.proved",
                "强制 HTTPS 以后有人登录成功",
                kept_store::FORCE,
                &force,
            )?;
            *self.held() = force;
        }
        self.flush()
    }

    /// Writes which PCs were seen; also before a stop.
    pub fn flush(&self) -> Result<()> {
        let Some(text) = self.pcs.take_changed() else {
            return Ok(());
        };
        let stamp = (self.stamp)("tls.seen", self.store.clock().now());
        let written = self.store.write(ShelfNo::HUB, stamp, move |w| {
            w.quiet("各台电脑信任证书情况的定时记账");
            kept_store::set(w, kept_store::PCS, &text)
        });
        written.map(drop).inspect_err(|_| self.pcs.give_back())
    }

    fn write(
        &self,
        action: &'static str,
        words: &'static str,
        key: &'static str,
        force: &Force,
    ) -> Result<()> {
        let text = serde_json::to_string(force)?;
        let stamp = (self.stamp)(action, self.store.clock().now());
        self.store.write(ShelfNo::HUB, stamp, move |w| {
            w.quiet(words);
            w.note(words);
            kept_store::set(w, key, &text)
        })?;
        Ok(())
    }

    fn held(&self) -> MutexGuard<'_, Force> {
        self.force.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Keeps how 强制 HTTPS is to stand, in an administrator's own write.
pub fn keep_force(w: &mut Write<'_>, force: &Force) -> Result<()> {
    kept_store::set(w, kept_store::FORCE, &serde_json::to_string(force)?)
}

/// The address that people were told last; none before anybody was.
pub fn address_told(q: &impl Query) -> Result<Option<String>> {
    kept_store::find(q, kept_store::ADDRESS)
}

/// Keeps the address that people are told from now on.
pub fn keep_address(w: &mut Write<'_>, address: &str) -> Result<()> {
    kept_store::set(w, kept_store::ADDRESS, address)
}

/// Addresses outside the office's ranges that came later cannot be vouched for: the root says so for ten years.
fn covers_all(root: &Root, cards: &[IpAddr]) -> bool {
    cards.iter().all(|ip| root.covers(ip.to_canonical()))
}

/// This PC's addresses with those of itself.
fn wanted(cards: &[IpAddr]) -> Vec<IpAddr> {
    let own = [
        IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(Ipv6Addr::LOCALHOST),
    ];
    let mut all: Vec<IpAddr> = own.iter().chain(cards).map(IpAddr::to_canonical).collect();
    all.sort();
    all.dedup();
    all
}

fn begin(store: &Store, names: Vec<String>, cards: &[IpAddr], stamp: Stamp) -> Result<Authority> {
    let made = Authority::new(names, cards, stamp.at)?;
    let sealed = secret::seal(&store.machine_key()?, ABOUT, &made.key())?;
    let (root, key) = (
        serde_json::to_string(made.root())?,
        serde_json::to_string(&sealed)?,
    );
    let name = made.root().name.clone();
    store.write(ShelfNo::HUB, stamp, move |w| {
        w.quiet("生成局域网证书");
        w.note(name);
        kept_store::set(w, kept_store::ROOT, &root)?;
        kept_store::set(w, kept_store::KEY, &key)
    })?;
    Ok(made)
}

fn reopen(store: &Store, root: &str, key: &str) -> Result<Authority> {
    let root: Root = serde_json::from_str(root)?;
    let sealed: Vec<u8> = serde_json::from_str(key)?;
    let key = secret::open(&store.machine_key()?, ABOUT, &sealed);
    key.and_then(|key| Authority::open(root, &key)).ok_or_else(|| {
        Error::Busy(
            "局域网证书的钥匙在这台电脑上打不开：数据文件夹里的 machine.key 换过了，所以这次没有开加密的地址。请从备份恢复 machine.key".into(),
        )
    })
}
