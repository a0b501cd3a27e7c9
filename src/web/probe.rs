//! Of a visit, what has to do with HTTPS: taking note of the PC, the hidden image that finds out whether it trusts us, the
//! same page at the encrypted address.
//! Invariant: nobody is counted who is not logged in, and nothing is asked of the server PC itself.

use super::cookies::{self, Keep};
use super::tls::pcs::Use;
use super::{LAN_AT, Method, Visit, lan};
use crate::access::AdminRole;
use crate::ui::{Link, Markup, note};

/// Characters of a cookie's value, as [`Visit::new_op`] makes them.
const LONG: usize = 24;
const DAYS: u32 = 400;

impl Visit {
    /// The cookie that tells this PC from others.
    fn pc(&self) -> Option<&str> {
        let ours = |id: &&str| id.len() == LONG && id.bytes().all(|b| b.is_ascii_hexdigit());
        self.cookie(cookies::PC).filter(ours)
    }

    /// Takes note of a PC that opened a page; gives it a cookie where it has none.
    pub(super) fn know_pc(&mut self) {
        let state = self.state.clone();
        let (Some(tls), Some(who)) = (state.tls(), self.who.clone()) else {
            return;
        };
        let asks_itself = self.unattended || self.wants_json;
        if self.method != Method::Get || asks_itself || self.peer.at_server() {
            return;
        }
        // without chance there is no cookie, and the next page tries again
        let Ok(fresh) = self.new_op() else { return };
        let address = self.peer.addr.to_canonical().to_string();
        let used = Use {
            address: &address,
            name: &who.name,
            at: self.at,
        };
        let known = self.pc().map(str::to_owned);
        let given = match (&known, self.peer.https) {
            (_, true) => tls.pcs.trusting(known.as_deref(), used, &fresh),
            (Some(id), false) => {
                tls.pcs.seen(id, used);
                return;
            }
            (None, false) => fresh,
        };
        if known.is_none() {
            self.set_cookie(cookies::PC, &given, Keep::Days(DAYS));
        }
    }

    /// The hidden image of this page, where it is time to ask.
    pub(super) fn probe(&self) -> Option<String> {
        let (tls, id) = (self.state.tls()?, self.pc()?);
        let local = self.peer.local;
        let plain = !self.peer.https && !self.peer.at_server();
        if !plain || !tls.vouches(local) || !tls.pcs.ask(id, self.at) {
            return None;
        }
        let origin = tls.origin(&lan::host(local));
        let image = format!("{origin}/trust.gif?pc={id}");
        let _ = self.probed.set(origin);
        Some(image)
    }

    /// Where this server is encrypted, by the address the visit came in on; none where it is not.
    #[must_use]
    pub fn secure_origin(&self) -> Option<String> {
        let tls = self.state.tls()?;
        Some(tls.origin(&lan::host(self.peer.local)))
    }

    /// To the administrator whose first run broke off before other PCs were looked for.
    pub(super) fn wizard_note(&self) -> Option<Markup> {
        let who = self.who.as_ref()?;
        let open = who.admin.contains(&AdminRole::System) && self.state.access.lan_is_open();
        open.then(|| {
            let link = Link::new("接着做", LAN_AT);
            note::note(note::Tone::Plain, "启用还差一步：让别的电脑打开。", &link)
        })
    }
}
