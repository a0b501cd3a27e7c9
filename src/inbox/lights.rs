//! Red lights of the server, told to those who keep it: once where one turns red, and again each week while any stays red, all
//! of them in one message (packaging D2.12). Not here: what is red (`screens::health`), who keeps it (`app`).
//! Invariant: a flicker tells nobody, a restart forgets nothing that was told, and one that was green between is told anew.

use super::alert::Alerts;
use super::alert_store::{self as store, NewAlert};
use super::news::Kind;
use crate::kit::{Id, Millis, PersonId, Result, ShelfNo};
use crate::store::{Stamp, Store};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Looks, one a minute, for which a light stays red before it is told.
const STEADY: u32 = 3;
/// Looks for which it is not red before it may be told anew: what goes to and fro is one trouble.
const CALM: u32 = 10;
const WEEK: i64 = 7 * 24 * 3_600_000;
/// Where alerts of this kind come from.
const SOURCE: &str = "health";

/// A light that is red now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Red {
    /// 备份
    pub name: &'static str,
    /// What is, and what to do.
    pub says: String,
    /// Whether it was told by an alert of its own: then only the week's message names it.
    pub known: bool,
}

/// What was told, as the hub keeps it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Told {
    lights: BTreeSet<String>,
    /// The last message.
    at: Millis,
}

/// How long each light has been as it is, in looks. Counted and not timed: the clock itself may be what is wrong.
#[derive(Debug, Default)]
pub struct Watched {
    red: BTreeMap<&'static str, u32>,
    calm: BTreeMap<String, u32>,
}

/// Why something is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Why {
    /// One turned red.
    Turned,
    /// A week went by.
    Still,
}

impl Watched {
    /// One look at the lights: what counts as told from now on, and whether to say it.
    fn look(&mut self, told: &Told, red: &[Red], now: Millis) -> (Told, Option<Why>) {
        let is_red = |name: &str| red.iter().any(|r| r.name == name);
        self.red.retain(|name, _| is_red(name));
        for light in red {
            *self.red.entry(light.name).or_default() += 1;
        }
        self.calm
            .retain(|name, _| !is_red(name) && told.lights.contains(name));
        for name in told.lights.iter().filter(|n| !is_red(n)) {
            *self.calm.entry(name.clone()).or_default() += 1;
        }
        let mut next = told.clone();
        // a clock that was ahead must not keep the week from ending
        next.at = Millis(told.at.0.min(now.0));
        next.lights
            .retain(|name| self.calm.get(name).is_none_or(|looks| *looks < CALM));
        let new = |r: &&Red| self.is_steady(r) && !told.lights.contains(r.name);
        let fresh: Vec<&Red> = red.iter().filter(new).collect();
        if next.lights.is_empty() && !fresh.is_empty() {
            next.at = now;
        }
        next.lights.extend(fresh.iter().map(|r| r.name.to_owned()));
        let why = if fresh.iter().any(|r| !r.known) {
            Some(Why::Turned)
        } else if now.0 - next.at.0 >= WEEK && red.iter().any(|r| next.lights.contains(r.name)) {
            Some(Why::Still)
        } else {
            None
        };
        if why.is_some() {
            next.at = now;
        }
        (next, why)
    }

    fn is_steady(&self, light: &Red) -> bool {
        self.red.get(light.name).is_some_and(|n| *n >= STEADY)
    }
}

/// What is said of them: a title and words, each light with its sentence.
fn said(why: Why, red: &[&Red]) -> (String, String) {
    let names: Vec<&str> = red.iter().map(|r| r.name).collect();
    let (count, names) = (red.len(), names.join("、"));
    let title = match why {
        Why::Turned => format!("服务器有 {count} 件事要办：{names}"),
        Why::Still => format!("服务器还有 {count} 件事没有办好：{names}"),
    };
    let each = |r: &&Red| match r.says.trim_end_matches('。') {
        says if says.starts_with(r.name) => says.to_owned(),
        says => format!("{}：{says}", r.name),
    };
    let all: Vec<String> = red.iter().map(each).collect();
    (title, format!("{}。", all.join("。")))
}

impl Alerts {
    /// Tells these people of the red lights, where there is something to tell; gives how many were told.
    pub fn tell_lights(
        &self,
        store: &Store,
        stamp: Stamp,
        (watched, people, red): (&mut Watched, &[PersonId], &[Red]),
    ) -> Result<usize> {
        // before an office is claimed there is nobody to tell
        if people.is_empty() {
            return Ok(0);
        }
        let told = store::find_told(&store.hub()?)?;
        let at = stamp.at;
        let (next, why) = watched.look(&told, red, at);
        if next == told && why.is_none() {
            return Ok(0);
        }
        let steady: Vec<&Red> = red
            .iter()
            .filter(|r| watched.is_steady(r) || next.lights.contains(r.name))
            .collect();
        let alerts: Vec<NewAlert> = why
            .map(|why| {
                let (title, words) = said(why, &steady);
                let all = people.iter();
                all.map(|p| alert(*p, (&title, &words), at)).collect()
            })
            .unwrap_or_default();
        // the newer message names everything that is red: what was said before needs no mail
        let is_over = !alerts.is_empty() || next.lights.is_empty();
        let count = alerts.len();
        store.write(ShelfNo::HUB, stamp, move |w| {
            w.quiet("提醒，不影响各类清单");
            if is_over {
                store::set_source_over(w, SOURCE, at)?;
            }
            alerts.iter().try_for_each(|a| store::insert_alert(w, a))?;
            store::set_told(w, &next)
        })?;
        self.moved();
        Ok(count)
    }
}

fn alert(person: PersonId, (title, words): (&str, &str), at: Millis) -> NewAlert {
    NewAlert {
        source: SOURCE.to_owned(),
        epoch: String::new(),
        seq: at.0,
        person,
        what: String::new(),
        kind: Kind::Health,
        case: Id::from_raw(0),
        task: None,
        title: title.to_owned(),
        number: String::new(),
        words: words.to_owned(),
        level: 0,
        hot: true,
        made_at: at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 24 * 3_600_000;
    const MINUTE: i64 = 60_000;

    /// A server that is looked at each minute.
    #[derive(Default)]
    struct Server {
        watched: Watched,
        told: Told,
        now: i64,
        heard: Vec<(&'static str, Vec<&'static str>)>,
    }

    fn red(name: &'static str) -> Red {
        Red {
            name,
            says: "坏了。请修".into(),
            known: false,
        }
    }

    impl Server {
        fn looks(&mut self, times: u32, red: &[Red]) -> &mut Self {
            for _ in 0..times {
                self.now += MINUTE;
                let (next, why) = self.watched.look(&self.told, red, Millis(self.now));
                self.told = next;
                let names = red.iter().map(|r| r.name).collect();
                match why {
                    Some(Why::Turned) => self.heard.push(("turned", names)),
                    Some(Why::Still) => self.heard.push(("still", names)),
                    None => {}
                }
            }
            self
        }

        fn after(&mut self, ms: i64) -> &mut Self {
            self.now += ms;
            self
        }

        fn restarted(&mut self) -> &mut Self {
            self.watched = Watched::default();
            self
        }

        fn heard(&mut self) -> Vec<(&'static str, Vec<&'static str>)> {
            std::mem::take(&mut self.heard)
        }
    }

    #[test]
    fn a_light_that_turns_red_is_told_once_and_a_flicker_is_not() {
        let mut server = Server::default();
        server.looks(2, &[red("磁盘")]).looks(1, &[]);
        server.looks(2, &[red("磁盘")]).looks(20, &[]);
        assert_eq!(server.heard(), []);
        server.looks(60, &[red("磁盘")]);
        assert_eq!(server.heard(), [("turned", vec!["磁盘"])]);
        server.looks(60, &[red("磁盘"), red("备份")]);
        assert_eq!(
            server.heard(),
            [("turned", vec!["磁盘", "备份"])],
            "one message with all of them"
        );
        server.restarted().looks(60, &[red("磁盘"), red("备份")]);
        assert_eq!(server.heard(), [], "a restart tells nothing again");
    }

    #[test]
    fn what_stays_red_is_told_again_each_week() {
        let mut server = Server::default();
        let both = [red("磁盘"), red("备份")];
        server.looks(10, &both).heard();
        server.after(6 * DAY).looks(30, &both);
        assert_eq!(server.heard(), []);
        server.after(DAY).looks(30, &both);
        assert_eq!(server.heard(), [("still", vec!["磁盘", "备份"])]);
        server.restarted().after(7 * DAY).looks(30, &both[..1]);
        assert_eq!(server.heard(), [("still", vec!["磁盘"])]);
        server.after(7 * DAY).looks(30, &[]);
        assert_eq!(server.heard(), [], "all is green");
    }

    #[test]
    fn green_and_red_anew_is_told_anew() {
        let mut server = Server::default();
        let disk = [red("磁盘")];
        server.looks(5, &disk).heard();
        server.looks(CALM - 1, &[]).looks(10, &disk);
        assert_eq!(server.heard(), [], "to and fro is one trouble");
        server.looks(CALM, &[]).looks(10, &disk);
        assert_eq!(server.heard(), [("turned", vec!["磁盘"])]);
    }

    #[test]
    fn what_was_told_by_itself_waits_for_the_week() {
        let mut server = Server::default();
        let moved = [Red {
            known: true,
            ..red("证书")
        }];
        server.looks(60, &moved);
        assert_eq!(server.heard(), []);
        server.after(7 * DAY).looks(5, &moved);
        assert_eq!(server.heard(), [("still", vec!["证书"])]);
    }

    #[test]
    fn a_clock_set_back_by_years_does_not_silence_it() {
        let mut server = Server::default();
        let time = [red("时间")];
        server.after(900 * DAY).looks(5, &time).heard();
        server.after(-800 * DAY).looks(5, &time);
        server.after(7 * DAY).looks(1, &time);
        assert_eq!(server.heard(), [("still", vec!["时间"])]);
    }

    #[test]
    fn each_light_says_what_to_do() {
        let named = Red {
            says: "备份写不进去。请换一块盘。".into(),
            ..red("备份")
        };
        let (title, words) = said(Why::Turned, &[&red("磁盘"), &named]);
        assert_eq!(title, "服务器有 2 件事要办：磁盘、备份");
        assert_eq!(words, "磁盘：坏了。请修。备份写不进去。请换一块盘。");
    }
}
