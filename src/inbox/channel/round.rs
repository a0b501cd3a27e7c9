//! A round of messages, on a thread of its own: what is news and ripe goes to each group, and to the telephones of those
//! who asked for it. The alerts are the queue: words are made when they are sent, from what still asks for something.
//! Invariant: a message is on disk before the other end hears of it; while an end is away its news stay one message.

use super::channel_store::{self as store, Fate};
use super::wire::{self, Outcome};
use super::words::{self, Item};
use super::{Channel, Kind};
use crate::inbox::alert::Alerts;
use crate::inbox::choice;
use crate::inbox::policy::{Times, is_ripe, may_send};
use crate::inbox::post::{Here, Rounds};
use crate::inbox::server::Trouble;
use crate::kit::{Millis, PersonId, Result, ShelfNo};
use crate::org::{Directory, DirectoryHandle};
use crate::store::{Stamp, Store, Write};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

const MINUTE: i64 = 60_000;
/// Minutes until an end that was away is asked again.
const AGAIN: [i64; 6] = [1, 2, 5, 10, 30, 60];
/// What is older is no news: the to-do list has it.
const STALE: i64 = 3 * 24 * 60 * MINUTE;
const EVERY: Duration = Duration::from_secs(15);

/// Sends the office's messages.
pub struct Pusher {
    store: Store,
    org: DirectoryHandle,
    alerts: Alerts,
    stamp: fn(Millis) -> Stamp,
}

/// One message to be sent.
struct Ready {
    person: i64,
    phone: String,
    words: String,
    upto: i64,
}

impl Pusher {
    /// For this server; `stamp` is what its audit rows say.
    #[must_use]
    pub fn new(
        store: &Store,
        org: &DirectoryHandle,
        alerts: &Alerts,
        stamp: fn(Millis) -> Stamp,
    ) -> Self {
        Self {
            store: store.clone(),
            org: org.clone(),
            alerts: alerts.clone(),
            stamp,
        }
    }

    /// Sends what is to go now; gives how many messages went.
    pub fn round(&self, here: &Here) -> Result<usize> {
        let now = self.store.clock().now();
        let channels = store::list_channels(&self.store.hub()?)?;
        let mut sent = 0;
        for channel in channels
            .iter()
            .filter(|c| c.on_now && c.trouble.next_at <= now)
        {
            // what was done meanwhile needs no message
            self.alerts.deliver(&self.store)?;
            sent += self.through(channel, here, now)?;
        }
        Ok(sent)
    }

    fn through(&self, channel: &Channel, here: &Here, now: Millis) -> Result<usize> {
        let ready = self.ready(channel, here, now)?;
        if ready.is_empty() {
            return Ok(0);
        }
        let (id, stale) = (channel.id, Millis(now.0 - STALE));
        self.write(move |w| store::set_since(w, id, stale))?;
        let mut sent = 0;
        for message in ready {
            match self.carry(channel, message, now)? {
                Some(true) => sent += 1,
                Some(false) => {}
                None => break,
            }
        }
        Ok(sent)
    }

    /// The messages that are news and ripe.
    fn ready(&self, channel: &Channel, here: &Here, now: Millis) -> Result<Vec<Ready>> {
        let directory = self.org.current();
        let counted = (here.zone, directory.calendar());
        let hub = self.store.hub()?;
        let fresh = |items: &mut Vec<Item>| items.retain(|i| now.0 - i.made_at < STALE);
        let goes = |times: &Times, items: &[Item]| {
            let ripe = |i: &Item| is_ripe(times, (Millis(i.made_at), i.hot), now, counted);
            may_send(times, now, counted.0, counted.1) && items.iter().any(ripe)
        };
        if channel.kind != Kind::Sms {
            let mut items = store::list_for_group(&hub, channel)?;
            fresh(&mut items);
            items.retain(|i| is_of(&directory, channel, PersonId(i.person)));
            let Some(last) = items.last().filter(|_| goes(&Times::default(), &items)) else {
                return Ok(Vec::new());
            };
            let asked: BTreeSet<i64> = items.iter().map(|i| i.person).collect();
            let names: Vec<&str> = asked
                .iter()
                .map(|p| directory.person_name(PersonId(*p)))
                .collect();
            return Ok(vec![Ready {
                person: 0,
                phone: String::new(),
                upto: last.id,
                words: words::group(&here.office, &items, &names, channel.titles, &here.base),
            }]);
        }
        let mut items = store::list_for_phones(&hub, channel)?;
        fresh(&mut items);
        let mut by_person: BTreeMap<i64, Vec<Item>> = BTreeMap::new();
        for item in items {
            by_person.entry(item.person).or_default().push(item);
        }
        let mut ready = Vec::new();
        for (person, items) in by_person {
            let choice = choice::of(&hub, PersonId(person))?;
            let phone = directory
                .person(PersonId(person))
                .and_then(|p| p.mobile.clone());
            // what is overdue waits for a digest's time as in a mail
            let (Some(phone), Some(last), true) =
                (phone, items.last(), goes(&choice.times, &items))
            else {
                continue;
            };
            let name = directory.person_name(PersonId(person));
            ready.push(Ready {
                person,
                phone,
                upto: last.id,
                words: words::sms(name, &items, channel.titles),
            });
        }
        Ok(ready)
    }

    /// Sends one; none where the channel takes nothing now.
    fn carry(&self, channel: &Channel, message: Ready, now: Millis) -> Result<Option<bool>> {
        let (id, person) = (channel.id, message.person);
        let (words, upto) = (message.words.clone(), message.upto);
        self.write(move |w| store::put(w, (id, person), &words, upto))?;
        let open = store::find_open(&self.store.hub()?, id, person)?;
        let Some(open) = open else {
            return Ok(None);
        };
        if open.next_at > now {
            return Ok(Some(false));
        }
        let key = self.store.machine_key()?;
        let outcome = wire::send(channel, &key, (&message.phone, &message.words), now);
        let is_group = channel.kind != Kind::Sms;
        let stale = now.0 - open.made_at.0 >= STALE;
        let later = |answer: &str| Fate {
            state: if stale { "failed" } else { "queued" },
            tries: open.tries + 1,
            next_at: now,
            answer: answer.to_owned(),
        };
        let ended = |state, answer: &str| Fate {
            state,
            tries: open.tries + 1,
            next_at: now,
            answer: answer.to_owned(),
        };
        // a gateway that refuses refuses this number; a robot that refuses is set up wrongly
        let (fate, trouble) = match &outcome {
            Outcome::Sent => (ended("sent", ""), Trouble::default()),
            Outcome::Refused(why) if is_group => (later(why), self.worse(channel, why, 60, now)),
            Outcome::Refused(why) => (ended("failed", why), Trouble::default()),
            Outcome::Later(why) => {
                let n = usize::try_from(channel.trouble.tries).unwrap_or(0);
                let wait = AGAIN.get(n).or_else(|| AGAIN.last()).copied().unwrap_or(60);
                (later(why), self.worse(channel, why, wait, now))
            }
        };
        let changed = trouble != channel.trouble;
        let away = !trouble.words.is_empty();
        self.write(move |w| {
            store::set_fate(w, open.id, &fate)?;
            if changed {
                store::set_trouble(w, id, &trouble)?;
            }
            Ok(())
        })?;
        Ok((!away).then_some(outcome == Outcome::Sent))
    }

    fn worse(&self, channel: &Channel, why: &str, wait: i64, now: Millis) -> Trouble {
        Trouble {
            words: why.to_owned(),
            since: channel.trouble.since.or(Some(now)),
            tries: channel.trouble.tries + 1,
            next_at: Millis(now.0 + wait * MINUTE),
        }
    }

    fn write(&self, f: impl FnOnce(&mut Write<'_>) -> Result<()> + Send + 'static) -> Result<()> {
        let stamp = (self.stamp)(self.store.clock().now());
        let done = self.store.write(ShelfNo::HUB, stamp, move |w| {
            w.quiet("消息收发，不影响各类清单");
            f(w)
        });
        done.map(drop)
    }

    /// Sends until the answer is dropped. `here` is asked before each round.
    pub fn start(self, here: impl Fn() -> Here + Send + 'static) -> Result<Rounds> {
        Rounds::start("messages", EVERY, move || self.round(&here()).map(drop))
    }
}

/// Whether this person's alerts are the channel's matter.
fn is_of(directory: &Directory, channel: &Channel, person: PersonId) -> bool {
    let dept = directory.dept_of(person).map(|d| d.id);
    directory.is_here(person) && channel.dept.is_none_or(|only| dept == Some(only))
}

/// Sends one message now and says in words what came of it.
pub fn try_out(
    store: &Store,
    channel: &Channel,
    phone: &str,
    office: &str,
) -> std::result::Result<(), String> {
    let key = store.machine_key().map_err(|e| e.to_string())?;
    let words = words::trial(office);
    match wire::send(channel, &key, (phone, &words), store.clock().now()) {
        Outcome::Sent => Ok(()),
        Outcome::Later(why) | Outcome::Refused(why) => Err(why),
    }
}
