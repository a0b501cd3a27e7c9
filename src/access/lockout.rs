//! Guessing is slowed, the office is not: an account is locked by wrong passwords, an address is
//! slowed by them (S28, S29). A pure state machine over the time it is given; kept in memory only.
//! Invariant: only wrong passwords count, and an address is forgiven what its own people then enter
//! rightly, so three hundred people behind one address at 8:30 do not notice it.

use super::steady::Steady;
use crate::kit::{Digest, Millis, PersonId};
use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;

/// Wrong passwords that lock.
pub const TRIES: usize = 5;
/// Within which they count, and for how long they lock: 10 minutes.
pub const LOCK_MS: i64 = 600_000;
/// Wrong passwords an address has free, beyond one for each person who enters from it.
const FREE: usize = 20;
/// Within which an address is judged: 30 minutes.
const ADDRESS_MS: i64 = 1_800_000;
/// Longest pause between two tries of a slowed address.
const LONGEST_PAUSE_MS: i64 = 64_000;
/// Wrong passwords remembered of one address.
const REMEMBERED: usize = 256;
/// Accounts and addresses remembered; beyond it the finished ones go.
const MOST: usize = 20_000;

/// Whose wrong passwords are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Key {
    /// An account, by whatever it was called.
    Person(PersonId),
    /// The same account from a browser it has entered from before (S29).
    Known(PersonId),
    /// Codes beside the password of an account.
    Code(PersonId),
    /// The recovery key at the server's own screen, whoever it is typed for.
    Recovery,
    /// What was typed as a name, known or not: decides what is *said*, so that nothing is learnt
    /// from being locked.
    Typed(Digest),
}

#[derive(Default)]
struct Account {
    wrong: VecDeque<Millis>,
    locked_until: Option<Millis>,
}

#[derive(Default)]
struct Address {
    wrong: VecDeque<(Millis, Digest)>,
    entered: HashMap<PersonId, Millis>,
}

/// Counts of one server instance.
#[derive(Default)]
pub struct Limiter {
    steady: Steady,
    accounts: HashMap<Key, Account>,
    addresses: HashMap<IpAddr, Address>,
}

impl Limiter {
    /// For how many more milliseconds this is locked.
    pub fn locked(&mut self, key: Key, now: Millis) -> Option<i64> {
        let now = self.steady.at(now);
        let until = self.accounts.get(&key)?.locked_until?;
        (until > now).then(|| until.0 - now.0)
    }

    /// For how many more milliseconds this address has to pause.
    pub fn slowed(&mut self, addr: IpAddr, now: Millis) -> Option<i64> {
        let now = self.steady.at(now);
        let address = self.addresses.get_mut(&addr)?;
        address.forget(now);
        let over = address
            .wrong
            .len()
            .checked_sub(FREE + address.entered.len())?;
        let pause = 1000_i64
            .checked_shl(u32::try_from(over.min(16)).unwrap_or(16))
            .map_or(LONGEST_PAUSE_MS, |ms| ms.min(LONGEST_PAUSE_MS));
        let until = address.wrong.back()?.0.0 + pause;
        (until > now.0).then(|| until - now.0)
    }

    /// A wrong password for an account, or what was typed as one. True where this one locked it.
    pub fn wrong(&mut self, key: Key, now: Millis) -> bool {
        let now = self.steady.at(now);
        self.make_room(now);
        let account = self.accounts.entry(key).or_default();
        account.wrong.retain(|at| at.0 > now.0 - LOCK_MS);
        account.wrong.push_back(now);
        let full = account.wrong.len() >= TRIES;
        if full {
            account.wrong.clear();
            account.locked_until = Some(Millis(now.0 + LOCK_MS));
        }
        full
    }

    /// A wrong password from an address.
    pub fn wrong_from(&mut self, addr: IpAddr, typed: Digest, now: Millis) {
        let now = self.steady.at(now);
        self.make_room(now);
        let address = self.addresses.entry(addr).or_default();
        address.forget(now);
        address.wrong.push_back((now, typed));
        if address.wrong.len() > REMEMBERED {
            address.wrong.pop_front();
        }
    }

    /// Somebody entered: what they mistyped before is forgiven, to them and to their address.
    pub fn right(&mut self, addr: IpAddr, typed: Digest, person: PersonId, now: Millis) {
        let now = self.steady.at(now);
        let own = [Key::Known(person), Key::Person(person), Key::Code(person)];
        for key in own.into_iter().chain([Key::Typed(typed)]) {
            // a lock stays: entering from a known browser does not open it for the guesser
            if self
                .accounts
                .get(&key)
                .is_some_and(|a| a.locked_until.is_none_or(|u| u <= now))
            {
                self.accounts.remove(&key);
            }
        }
        let address = self.addresses.entry(addr).or_default();
        address.wrong.retain(|(_, t)| *t != typed);
        address.entered.insert(person, now);
    }

    /// An administrator opens an account again.
    pub fn unlock(&mut self, person: PersonId) {
        self.accounts.remove(&Key::Person(person));
        self.accounts.remove(&Key::Known(person));
        self.accounts.remove(&Key::Code(person));
        self.accounts.retain(|key, _| !matches!(key, Key::Typed(_)));
    }

    /// Accounts locked now, for the administrator's page and the alert.
    pub fn locked_people(&mut self, now: Millis) -> Vec<(PersonId, i64)> {
        let now = self.steady.at(now);
        let mut people: Vec<_> = self
            .accounts
            .iter()
            .filter_map(|(key, account)| match (key, account.locked_until) {
                (Key::Person(p), Some(until)) if until > now => Some((*p, until.0 - now.0)),
                _ => None,
            })
            .collect();
        people.sort_unstable();
        people
    }

    fn make_room(&mut self, now: Millis) {
        if self.accounts.len() >= MOST {
            self.accounts.retain(|_, a| {
                a.locked_until.is_some_and(|u| u > now)
                    || a.wrong.back().is_some_and(|at| at.0 > now.0 - LOCK_MS)
            });
        }
        if self.accounts.len() >= MOST {
            // a flood of made-up names: people's own counts are kept
            self.accounts.retain(|key, _| !matches!(key, Key::Typed(_)));
        }
        if self.addresses.len() >= MOST {
            self.addresses.retain(|_, a| {
                a.forget(now);
                !a.wrong.is_empty()
            });
        }
    }
}

impl Address {
    fn forget(&mut self, now: Millis) {
        let since = now.0 - ADDRESS_MS;
        self.wrong.retain(|(at, _)| at.0 > since);
        self.entered.retain(|_, at| at.0 > since);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Millis = Millis(1_800_000_000_000);
    const ZHANG: PersonId = PersonId(1);

    fn at(ms: i64) -> Millis {
        Millis(START.0 + ms)
    }

    fn addr(n: u8) -> IpAddr {
        IpAddr::from([192, 168, 1, n])
    }

    fn typed(name: &str) -> Digest {
        Digest::of(name.as_bytes())
    }

    #[test]
    fn s28_five_wrong_lock_for_ten_minutes() {
        let mut l = Limiter::default();
        for n in 0..4 {
            assert!(!l.wrong(Key::Person(ZHANG), at(n)));
        }
        assert_eq!(l.locked(Key::Person(ZHANG), at(4)), None);
        assert!(l.wrong(Key::Person(ZHANG), at(5)));
        assert_eq!(l.locked(Key::Person(ZHANG), at(5)), Some(LOCK_MS));
        assert_eq!(l.locked(Key::Person(PersonId(2)), at(5)), None);
        assert_eq!(l.locked_people(at(5)), vec![(ZHANG, LOCK_MS)]);
        assert_eq!(l.locked(Key::Person(ZHANG), at(5 + LOCK_MS)), None);
        // and counts from nothing again
        assert!(!l.wrong(Key::Person(ZHANG), at(6 + LOCK_MS)));
    }

    #[test]
    fn s28_a_hundred_tries_meet_five_passwords() {
        let mut l = Limiter::default();
        let checked = (0..100)
            .filter(|n| {
                let now = at(n * 1000);
                let open = l.locked(Key::Person(ZHANG), now).is_none();
                if open {
                    l.wrong(Key::Person(ZHANG), now);
                }
                open
            })
            .count();
        assert_eq!(checked, 5);
    }

    #[test]
    fn four_wrong_an_hour_never_lock() {
        let mut l = Limiter::default();
        for n in 0..40 {
            assert!(!l.wrong(Key::Person(ZHANG), at(n * 151_000)));
        }
    }

    #[test]
    fn s29_the_locked_owner_enters_from_a_known_browser() {
        let mut l = Limiter::default();
        for _ in 0..5 {
            l.wrong(Key::Person(ZHANG), at(0));
        }
        assert_eq!(l.locked(Key::Known(ZHANG), at(1)), None);
        l.right(addr(9), typed("张三"), ZHANG, at(1));
        assert!(
            l.locked(Key::Person(ZHANG), at(2)).is_some(),
            "the guesser stays out"
        );
        l.unlock(ZHANG);
        assert_eq!(l.locked(Key::Person(ZHANG), at(2)), None);
    }

    #[test]
    fn half_past_eight_behind_one_address_never_trips() {
        let mut l = Limiter::default();
        let gate = addr(1);
        let mut seed = 20_261_121_u64;
        let mut chance = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            seed >> 33
        };
        let (mut typos, mut now) = (0, 0);
        for p in 0..300 {
            now += 2000;
            let person = PersonId(p);
            let name = typed(&p.to_string());
            // 10 % mistype the password, 3 % of those their own name, some of them twice
            while chance() % 10 == 0 {
                assert_eq!(l.slowed(gate, at(now)), None, "at person {p}");
                let by = if chance() % 3 == 0 {
                    typed(&format!("{p}?"))
                } else {
                    name
                };
                l.wrong(Key::Person(person), at(now));
                l.wrong_from(gate, by, at(now));
                typos += 1;
                now += 1000;
            }
            assert_eq!(l.slowed(gate, at(now)), None, "at person {p}");
            assert_eq!(l.locked(Key::Person(person), at(now)), None);
            l.right(gate, name, person, at(now));
        }
        assert!(typos >= 20, "the test tests something: {typos}");
    }

    /// Tries one password against every name as fast as the address may; returns how many got through.
    fn spray(l: &mut Limiter, from: IpAddr, names: u32, in_ms: i64) -> u32 {
        let (mut now, mut checked) = (0, 0);
        while now < in_ms && checked < names {
            match l.slowed(from, at(now)) {
                Some(ms) => now += ms,
                None => {
                    l.wrong_from(from, typed(&format!("n{checked}")), at(now));
                    checked += 1;
                    now += 50;
                }
            }
        }
        checked
    }

    #[test]
    fn s28_spraying_is_slowed_and_others_are_not() {
        let mut l = Limiter::default();
        let hour = 3_600_000;
        let checked = spray(&mut l, addr(66), 8165, hour);
        assert!((20..=120).contains(&checked), "{checked} in an hour");
        assert_eq!(l.slowed(addr(7), at(hour)), None);
    }

    #[test]
    fn s28_fifty_addresses_do_not_reach_everybody() {
        let mut l = Limiter::default();
        let reached: u32 = (1..=50)
            .map(|n| spray(&mut l, addr(n), 8165, 600_000))
            .sum();
        assert!(reached < 2_000, "{reached} of 8165 in ten minutes");
    }

    #[test]
    fn entering_ones_own_account_does_not_forgive_a_spray() {
        let mut l = Limiter::default();
        let from = addr(66);
        for n in 0..60 {
            l.wrong_from(from, typed(&n.to_string()), at(n * 10));
            l.right(from, typed("me"), PersonId(9), at(n * 10));
        }
        assert!(l.slowed(from, at(600)).is_some());
    }

    #[test]
    fn s69_setting_the_clock_does_not_open_or_close_for_ever() {
        let mut l = Limiter::default();
        for _ in 0..5 {
            l.wrong(Key::Person(ZHANG), at(0));
        }
        let year = 365 * 86_400_000;
        let back = Millis(START.0 - year);
        assert!(
            l.locked(Key::Person(ZHANG), back).is_some(),
            "set back a year"
        );
        let later = Millis(back.0 + LOCK_MS + 1);
        assert_eq!(
            l.locked(Key::Person(ZHANG), later),
            None,
            "over after ten minutes"
        );
    }

    #[test]
    fn a_flood_of_names_is_forgotten_first() {
        let mut l = Limiter::default();
        l.wrong(Key::Person(ZHANG), at(0));
        for n in 0..30_000_u32 {
            l.wrong(Key::Typed(typed(&n.to_string())), at(1));
        }
        assert!(l.accounts.len() <= MOST);
        assert!(l.accounts.contains_key(&Key::Person(ZHANG)));
    }
}
