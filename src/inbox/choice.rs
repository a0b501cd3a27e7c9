//! How somebody wants to be told (提醒方式): by mail or not, where to, when. Not here: whether anything
//! is sent (`post`). Invariant: an address is plain ASCII with one @, so that it can name nobody else
//! and add nothing to the head of a mail (S19).

use super::mail_store as store;
use super::policy::Times;
use crate::kit::{FieldErrors, PersonId, Result, parse_clock, text};
use crate::store::{Query, Write};

/// A person's choice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// Whether mail goes to the address.
    pub mail: bool,
    /// Where to.
    pub address: String,
    /// When.
    pub times: Times,
    /// A sound in the browser for the most urgent.
    pub sound: bool,
    /// What cannot wait also goes to the telephone, where the office has an SMS gateway.
    pub sms: bool,
}

/// A choice as typed.
pub struct Typed<'a> {
    /// Whether it is ticked.
    pub mail: bool,
    /// The address.
    pub address: &'a str,
    /// 8:30 14:30
    pub digests: &'a str,
    /// Whether it is ticked.
    pub at_once: bool,
    /// 20:00
    pub quiet_from: &'a str,
    /// 7:30
    pub quiet_until: &'a str,
    /// Whether it is ticked.
    pub rest_days: bool,
    /// Whether it is ticked.
    pub sound: bool,
    /// Whether it is ticked.
    pub sms: bool,
}

/// Digests a day at most.
const MOST: usize = 6;

impl Typed<'_> {
    /// What it means, or what is wrong with it.
    pub fn read(&self) -> Result<Choice> {
        let mut errors = FieldErrors::default();
        let address = text::one_line(self.address);
        if (self.mail || !address.is_empty()) && !is_address(&address) {
            errors.add(
                "address",
                "请写完整的邮箱地址，例如 zhangsan@example.gov.cn",
            );
        }
        let quiet = (
            minute(self.quiet_from, "quiet_from", &mut errors),
            minute(self.quiet_until, "quiet_until", &mut errors),
        );
        let digests = self.digests(&mut errors);
        errors.check(Choice {
            mail: self.mail,
            address,
            times: Times {
                digests,
                at_once: self.at_once,
                quiet,
                rest_days: self.rest_days,
            },
            sound: self.sound,
            sms: self.sms,
        })
    }

    fn digests(&self, errors: &mut FieldErrors) -> Vec<u16> {
        let split = |c: char| c.is_whitespace() || "，,、；;".contains(c);
        let words: Vec<&str> = self
            .digests
            .split(split)
            .filter(|w| !w.is_empty())
            .collect();
        if words.is_empty() || words.len() > MOST {
            errors.add(
                "digests",
                format!("请写 1 到 {MOST} 个时间，中间空一格，例如 8:30 14:30"),
            );
            return Vec::new();
        }
        let mut all: Vec<u16> = words.iter().map(|w| minute(w, "digests", errors)).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

fn minute(typed: &str, field: &str, errors: &mut FieldErrors) -> u16 {
    match parse_clock(typed) {
        Ok((hour, minute)) => u16::from(hour) * 60 + u16::from(minute),
        _ if errors.of(field).is_some() => 0,
        _ => {
            errors.add(field, "请写几点几分，例如 8:30");
            0
        }
    }
}

/// 08:30, from a minute of the day.
#[must_use]
pub fn clock(minute: u16) -> String {
    format!("{}:{:02}", minute / 60, minute % 60)
}

/// Whether mail can be sent there: `name@host`, plain letters, no blanks, no line breaks.
#[must_use]
pub fn is_address(text: &str) -> bool {
    let Some((name, host)) = text.split_once('@') else {
        return false;
    };
    let plain = |part: &str, also: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && !part.ends_with('.')
            && !part.contains("..")
            && part
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || also.contains(c))
    };
    text.len() <= 200 && plain(name, "._+-") && plain(host, ".-")
}

/// Somebody's choice; the default where none was made.
pub fn of(q: &impl Query, person: PersonId) -> Result<Choice> {
    Ok(store::find_choice(q, person)?.unwrap_or_default())
}

/// Keeps it.
pub fn keep(w: &mut Write<'_>, person: PersonId, choice: &Choice) -> Result<()> {
    w.quiet("个人提醒方式，不影响各类清单");
    store::set_choice(w, person, choice)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::panic, reason = "tests")]
mod tests {
    use super::*;
    use crate::kit::Error;

    const TYPED: Typed<'_> = Typed {
        mail: true,
        address: " zs@example.gov.cn ",
        digests: "14:30，8：30",
        at_once: true,
        quiet_from: "20:00",
        quiet_until: "7:30",
        rest_days: false,
        sound: false,
        sms: false,
    };

    #[test]
    fn times_are_read_as_people_write_them() {
        let choice = TYPED.read().unwrap();
        assert_eq!(choice.address, "zs@example.gov.cn");
        assert_eq!(choice.times, Times::default());
        assert_eq!(
            choice
                .times
                .digests
                .iter()
                .map(|m| clock(*m))
                .collect::<Vec<_>>(),
            ["8:30", "14:30"]
        );
    }

    #[test]
    fn s19_an_address_adds_nothing_to_a_mails_head() {
        for bad in [
            "",
            "张三",
            "a@",
            "@b",
            "a b@c",
            "a@b\r\nBcc: x@y",
            "a@b,c@d",
            "<a@b>",
            "a@b@c",
            "a..b@c",
            "张@b.cn",
        ] {
            assert!(!is_address(bad), "{bad}");
        }
        assert!(is_address("zhang.san+oa@mail.example.gov.cn"));
        assert!(is_address("root@localhost"));
    }

    #[test]
    fn wrong_times_say_what_to_write() {
        let wrong = Typed {
            digests: "早上",
            quiet_from: "25:00",
            address: "x",
            ..TYPED
        };
        let Err(Error::Invalid(errors)) = wrong.read() else {
            panic!("taken");
        };
        let fields: Vec<&str> = errors.0.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(fields, ["address", "quiet_from", "digests"]);
        assert!(
            Typed {
                mail: false,
                address: "",
                ..TYPED
            }
            .read()
            .is_ok()
        );
    }
}
