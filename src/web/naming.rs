//! The office's own words on every page, taken from where they are kept: directory, accounts, the
//! addresses of this PC. Called at start, after the claim, and each minute by `app`.
//! Invariant: what has not changed is not swapped, so a quiet minute costs nothing.

use super::state::{Office, State};
use crate::access::{AdminRole, State as AccountState};
use crate::kit::Zone;
use crate::ui::frame::Site;

impl State {
    /// Takes names and administrator as they are now; `zone` is fixed by the claim.
    pub fn name_office(&self, zone: Zone) {
        let now = self.office();
        let directory = self.org.current();
        let organ = directory.first_organ();
        let admin = self.access.accounts().into_iter().find(|a| {
            a.state != AccountState::Disabled
                && a.admin.contains(&AdminRole::System)
                && directory.is_here(a.person)
        });
        let admin = admin.and_then(|a| directory.person(a.person));
        let site = Site {
            office: organ.map_or_else(String::new, |o| o.short_name.clone()),
            office_full: organ.map_or_else(String::new, |o| o.name.clone()),
            admin: admin.map_or_else(String::new, |p| p.name.clone()),
            admin_phone: admin.and_then(|p| p.mobile.clone()).unwrap_or_default(),
            ..now.site.clone()
        };
        self.swap(&now, Office { site, zone });
    }

    /// Where colleagues reach this server, as they type it.
    pub fn set_address(&self, address: &str) {
        let now = self.office();
        let site = Site {
            address: address.to_owned(),
            ..now.site.clone()
        };
        let zone = now.zone;
        self.swap(&now, Office { site, zone });
    }

    fn swap(&self, now: &Office, new: Office) {
        if now.site != new.site || now.zone != new.zone {
            self.set_office(new);
        }
    }
}
