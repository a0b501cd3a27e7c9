//! The post room: gathers what is due for each person into one mail and sends what waits, a round at a
//! time, on a thread of its own, so that no page ever waits for mail.
//! Invariant: a mail is on disk before a server hears of it; where nobody knows whether it arrived it
//! goes again with the same Message-ID and the same lines; while the server is away everything new goes
//! into the one mail that waits.

use super::alert::Alerts;
use super::choice;
use super::letter::{self, Place};
use super::mail::{Away, Letter, Outcome, Wire};
use super::mail_store::{self as store, Fate, Queued};
use super::policy::{Times, is_ripe, may_send};
use super::server::{Server, Trouble};
use crate::kit::{Error, Millis, PersonId, Result, ShelfNo, Zone};
use crate::org::DirectoryHandle;
use crate::store::{Stamp, Store, Write};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::time::Duration;

const MINUTE: i64 = 60_000;
/// Minutes until a mail is tried again.
const MAIL_AGAIN: [i64; 6] = [1, 5, 15, 60, 180, 360];
/// Minutes until a server that was away is asked again.
const SERVER_AGAIN: [i64; 6] = [1, 2, 5, 10, 30, 60];
/// A mail that was not taken for so long has failed; a server that is away costs no mail its time.
const GIVE_UP: i64 = 7 * 24 * 60 * MINUTE;
/// How long a server may keep us waiting for one answer.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often the thread looks.
const EVERY: Duration = Duration::from_secs(5);

/// Where this server is, now.
#[derive(Debug, Clone, Default)]
pub struct Here {
    /// http://192.168.1.20:8080
    pub base: String,
    /// 砚田镇人民政府
    pub office: String,
    /// The office's zone.
    pub zone: Zone,
}

/// What a round did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Round {
    /// Mails taken by the server.
    pub sent: usize,
    /// Mails tried and not taken.
    pub kept: usize,
}

/// Sends the office's mail.
pub struct Post {
    store: Store,
    org: DirectoryHandle,
    alerts: Alerts,
    stamp: fn(Millis) -> Stamp,
}

impl Post {
    /// For this server; `stamp` is what its audit rows say.
    pub fn new(
        store: &Store,
        org: &DirectoryHandle,
        alerts: &Alerts,
        stamp: fn(Millis) -> Stamp,
    ) -> Result<Self> {
        if let Some((_, trouble)) = store::find_server(&store.hub()?)? {
            alerts.set_trouble(&trouble.words);
        }
        Ok(Self {
            store: store.clone(),
            org: org.clone(),
            alerts: alerts.clone(),
            stamp,
        })
    }

    /// Gathers and sends what is to go now.
    pub fn round(&self, here: &Here) -> Result<Round> {
        let now = self.store.clock().now();
        let hub = self.store.hub()?;
        let Some((server, trouble)) = store::find_server(&hub)?.filter(|(s, _)| s.on_now) else {
            return Ok(Round::default());
        };
        if !store::is_waiting(&hub, now)? {
            return Ok(Round::default());
        }
        drop(hub);
        // what was done meanwhile needs no mail
        self.alerts.deliver(&self.store)?;
        self.write(|w| store::take_up(w).map(drop))?;
        self.gather(&server, here, now)?;
        if now < trouble.next_at {
            return Ok(Round::default());
        }
        let mut run = Run {
            post: self,
            server: &server,
            here,
            now,
            wire: None,
            trouble,
            round: Round::default(),
        };
        let queued = store::list_queued(&self.store.hub()?, now)?;
        for mail in &queued {
            if !run.carry(mail)? {
                break;
            }
        }
        if let Some(wire) = run.wire.take() {
            wire.close();
        }
        if !queued.is_empty() {
            self.alerts.moved();
        }
        Ok(run.round)
    }

    /// Puts what is ripe into mails.
    fn gather(&self, server: &Server, here: &Here, now: Millis) -> Result<()> {
        let hub = self.store.hub()?;
        let directory = self.org.current();
        let counted = (here.zone, directory.calendar());
        let mut by_person: BTreeMap<PersonId, Vec<(Millis, bool)>> = BTreeMap::new();
        for (person, _, made_at, hot) in store::list_due(&hub)? {
            by_person.entry(person).or_default().push((made_at, hot));
        }
        let mut ready: Vec<(PersonId, String, String)> = Vec::new();
        for (person, due) in by_person {
            let choice = choice::of(&hub, person)?;
            let times = &choice.times;
            let ripe = |d: &(Millis, bool)| is_ripe(times, *d, now, counted);
            if choice.mail && may_send(times, now, counted.0, counted.1) && due.iter().any(ripe) {
                ready.push((person, choice.address, message_id(server)?));
            }
        }
        drop(hub);
        if ready.is_empty() {
            return Ok(());
        }
        self.write(move |w| {
            ready.iter().try_for_each(|(person, address, id)| {
                store::put_into_mail(w, (*person, address), id, now)
            })
        })
    }

    fn write(&self, f: impl FnOnce(&mut Write<'_>) -> Result<()> + Send + 'static) -> Result<()> {
        let stamp = (self.stamp)(self.store.clock().now());
        let done = self.store.write(ShelfNo::HUB, stamp, move |w| {
            w.quiet("邮件收发，不影响各类清单");
            f(w)
        });
        done.map(drop)
    }

    /// Sends until the answer is dropped. `here` is asked before each round.
    pub fn start(self, here: impl Fn() -> Here + Send + 'static) -> Result<Rounds> {
        Rounds::start("mail", EVERY, move || self.round(&here()).map(drop))
    }
}

/// A thread of its own that does a round again and again, until this is dropped. A round that fails waits for the next.
pub struct Rounds {
    stop: Option<Sender<()>>,
    has_ended: mpsc::Receiver<()>,
}

impl Rounds {
    /// Begins, with the first round after this long.
    pub(super) fn start(
        name: &'static str,
        every: Duration,
        round: impl Fn() -> Result<()> + Send + 'static,
    ) -> Result<Self> {
        let (stop, stopped) = mpsc::channel::<()>();
        let (ended, has_ended) = mpsc::channel::<()>();
        std::thread::Builder::new()
            .name(name.into())
            .spawn(move || {
                while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(every) {
                    let done = catch_unwind(AssertUnwindSafe(&round))
                        .unwrap_or_else(|_| Err(Error::fault("panic in a round")));
                    if let Err(e) = done {
                        tracing::error!(cause = %e, thread = name, "waits for the next round");
                    }
                }
                drop((round, ended));
            })?;
        Ok(Self {
            stop: Some(stop),
            has_ended,
        })
    }
}

impl Drop for Rounds {
    fn drop(&mut self) {
        drop(self.stop.take());
        // an end that does not answer must not hold up a stop: what was on its way is on disk as being sent
        let _ = self.has_ended.recv_timeout(Duration::from_secs(3));
    }
}

/// One round of sending.
struct Run<'a> {
    post: &'a Post,
    server: &'a Server,
    here: &'a Here,
    now: Millis,
    wire: Option<Wire>,
    trouble: Trouble,
    round: Round,
}

impl Run<'_> {
    /// Sends one mail; false where the server takes nothing now.
    fn carry(&mut self, mail: &Queued) -> Result<bool> {
        let post = self.post;
        let hub = post.store.hub()?;
        let choice = choice::of(&hub, mail.person)?;
        let directory = post.org.current();
        if !may_send(
            &choice.times,
            self.now,
            self.here.zone,
            directory.calendar(),
        ) {
            return Ok(true);
        }
        let lines = store::list_lines(&hub, mail.id, mail.handed)?;
        drop(hub);
        if lines.is_empty() || !directory.is_here(mail.person) {
            let id = mail.id;
            post.write(move |w| store::drop_mail(w, id))?;
            return Ok(true);
        }
        let name = directory.person_name(mail.person);
        let base = match self.server.base.as_str() {
            "" => &self.here.base,
            own => own,
        };
        let place = Place {
            base,
            office: &self.here.office,
        };
        let written = letter::write(name, &lines, &place);
        let letter = Letter {
            from: (sender_name(&place), self.server.sender.clone()),
            to: (name.to_owned(), mail.address.clone()),
            subject: written.subject,
            text: written.text,
            html: written.html,
            message_id: mail.message_id.clone(),
            at: mail.made_at,
        };
        let (taken, subject) = (mail.clone(), letter.subject.clone());
        post.write(move |w| store::set_sending(w, &taken, &subject))?;
        let outcome = self.hand_over(&letter);
        self.settle(mail, outcome)
    }

    fn hand_over(&mut self, letter: &Letter) -> Outcome {
        let wire = match self.wire.take() {
            Some(wire) => Ok(wire),
            None => open(self.server, &self.post.store),
        };
        match wire {
            Err(away) => Outcome::Away(away),
            Ok(mut wire) => {
                let outcome = wire.send(letter);
                if outcome == Outcome::Sent {
                    self.wire = Some(wire);
                } else {
                    wire.close();
                }
                outcome
            }
        }
    }

    /// Writes down what came of it.
    fn settle(&mut self, mail: &Queued, outcome: Outcome) -> Result<bool> {
        let away = match &outcome {
            Outcome::Away(away) => Some(away.clone()),
            _ => None,
        };
        let fate = fate(mail, outcome, self.now);
        match fate.state {
            "sent" => self.round.sent += 1,
            _ => self.round.kept += 1,
        }
        let trouble = match &away {
            Some(away) => Some(self.worse(away)),
            None => (!self.trouble.words.is_empty()).then(Trouble::default),
        };
        if let Some(trouble) = &trouble {
            self.trouble = trouble.clone();
            self.post.alerts.set_trouble(&trouble.words);
        }
        let id = mail.id;
        self.post.write(move |w| {
            store::set_fate(w, id, &fate)?;
            trouble.iter().try_for_each(|t| store::set_trouble(w, t))
        })?;
        Ok(away.is_none())
    }

    fn worse(&self, away: &Away) -> Trouble {
        let tries = self.trouble.tries;
        // a wrong password tried again and again locks the mailbox
        let wait = if away.ours {
            60
        } else {
            step(&SERVER_AGAIN, tries)
        };
        Trouble {
            words: away.words.clone(),
            since: self.trouble.since.or(Some(self.now)),
            tries: tries + 1,
            next_at: Millis(self.now.0 + wait * MINUTE),
        }
    }
}

fn fate(mail: &Queued, outcome: Outcome, now: Millis) -> Fate {
    let tries = mail.tries + 1;
    let later = |handed: bool, answer: String| {
        let next_at = Millis(now.0 + step(&MAIL_AGAIN, mail.tries) * MINUTE);
        if now.0 - mail.made_at.0 >= GIVE_UP {
            let answer = format!("一个星期都没有发出去，不再自动发了。{answer}");
            return Fate {
                state: "failed",
                handed,
                tries,
                next_at,
                answer,
            };
        }
        Fate {
            state: "queued",
            handed,
            tries,
            next_at,
            answer,
        }
    };
    match outcome {
        Outcome::Sent => Fate {
            state: "sent",
            handed: true,
            tries,
            next_at: now,
            answer: String::new(),
        },
        Outcome::Later(answer) => later(mail.handed, answer),
        Outcome::Unknown(answer) => later(true, answer),
        Outcome::Refused(answer) => Fate {
            state: "failed",
            handed: mail.handed,
            tries,
            next_at: now,
            answer,
        },
        // the server's absence is not this mail's: it waits for the server
        Outcome::Away(away) => Fate {
            state: "queued",
            handed: mail.handed,
            tries: mail.tries,
            next_at: now,
            answer: away.words,
        },
    }
}

fn step(all: &[i64], tries: i64) -> i64 {
    let n = usize::try_from(tries).unwrap_or(0);
    all.get(n).or_else(|| all.last()).copied().unwrap_or(60)
}

fn open(server: &Server, store: &Store) -> std::result::Result<Wire, Away> {
    let key = store.machine_key().map_err(|e| Away {
        words: e.to_string(),
        ours: true,
    })?;
    Wire::open(server, server.password(&key).as_deref(), PATIENCE)
}

fn sender_name(place: &Place<'_>) -> String {
    format!("{}办公平台", place.office)
}

fn message_id(server: &Server) -> Result<String> {
    let mut raw = [0u8; 16];
    getrandom::fill(&mut raw).map_err(Error::fault)?;
    let name: String = raw.iter().map(|b| format!("{b:02x}")).collect();
    let host = server.sender.split('@').nth(1).unwrap_or("localhost");
    Ok(format!("<{name}@{host}>"))
}

/// Sends one letter with these settings, now, and says in words what came of it.
pub fn try_out(
    store: &Store,
    server: &Server,
    to: &str,
    here: &Here,
) -> std::result::Result<(), String> {
    let place = Place {
        base: &here.base,
        office: &here.office,
    };
    let written = letter::trial(&place, &Times::default().digests);
    let letter = Letter {
        from: (sender_name(&place), server.sender.clone()),
        to: (String::new(), to.to_owned()),
        subject: written.subject,
        text: written.text,
        html: written.html,
        message_id: message_id(server).map_err(|e| e.to_string())?,
        at: store.clock().now(),
    };
    let mut wire = open(server, store).map_err(|away| away.words)?;
    let outcome = wire.send(&letter);
    wire.close();
    match outcome {
        Outcome::Sent => Ok(()),
        Outcome::Later(why) | Outcome::Refused(why) | Outcome::Unknown(why) => Err(why),
        Outcome::Away(away) => Err(away.words),
    }
}

/// A mail that failed goes once more; of this person only, where one is named.
pub fn send_again(w: &mut Write<'_>, mail: i64, person: Option<PersonId>) -> Result<()> {
    w.quiet("重发邮件，不影响各类清单");
    match store::send_again(w, mail, person)? {
        0 => Err(Error::Conflict(
            "这封邮件已经在发了，或者已经发出，不用重发".into(),
        )),
        _ => Ok(()),
    }
}
