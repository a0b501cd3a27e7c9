//! What an event says of a case to whoever follows it: who was given what, what is over, who is to hear
//! of it. Written by the engine in the case's own commit, so it is kept small; read by `alert.rs`.
//! Invariant: names principals and tasks by number; who they are today is asked when it is read.

use crate::kit::{Id, PersonId, Principal};
use serde::{Deserialize, Serialize};

/// Characters of a title or a reason that are carried.
const LONGEST: usize = 80;

/// The payload of `case.started`, `case.advanced` and the like.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct News {
    /// Who did it; he is not told of his own act.
    #[serde(default)]
    pub by: i64,
    /// Whose words they are, where another hand entered them from paper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voice: Option<i64>,
    /// Title of the case.
    #[serde(default)]
    pub title: String,
    /// Its number, where it has one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub number: String,
    /// Of which procedure it is: who stands in for some of them only hears of no other.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub procedure: String,
    /// 0 ordinary, 1 urgent, 2 most urgent.
    #[serde(default)]
    pub level: u8,
    /// Tasks that are somebody's now and were not before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub given: Vec<Given>,
    /// Tasks nobody has to do any more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub over: Vec<Id>,
    /// Who else is to hear of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tell: Vec<Tell>,
}

/// A task that came to somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// The task.
    pub task: Id,
    /// Whose, as a stored principal.
    pub to: i64,
    /// What is asked: 批示.
    pub verb: String,
    /// Whether it came back.
    #[serde(default, skip_serializing_if = "is_false")]
    pub back: bool,
    /// Why it came back, or the giver's words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// Somebody who is to hear of it without having to do anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tell {
    /// Who, as a stored principal.
    pub to: i64,
    /// What kind of thing it is.
    pub kind: Kind,
    /// In words: 批示：请应急办抓紧办理。
    pub words: String,
    /// The task it is about, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<Id>,
}

/// What an alert is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 新待办
    Todo,
    /// 退回
    Returned,
    /// 领导批示
    Written,
    /// 传阅完毕
    ReadAll,
    /// 催办
    Urged,
    /// 纸面意见代录
    Paper,
    /// 对代录有异议
    Contest,
    /// 快到期
    DueSoon,
    /// 超期
    Overdue,
    /// 旁议
    Talk,
    /// 关注的件
    Followed,
    /// 代办别人的待办
    Delegated,
    /// 安全报警
    Alarm,
    /// 服务器的地址变了
    Moved,
    /// 服务器的体检有红的
    Health,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::Todo,
        Self::Returned,
        Self::Written,
        Self::ReadAll,
        Self::Urged,
        Self::Paper,
        Self::Contest,
        Self::DueSoon,
        Self::Overdue,
        Self::Talk,
        Self::Followed,
        Self::Delegated,
        Self::Alarm,
        Self::Moved,
        Self::Health,
    ];

    /// As stored.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Todo => "todo",
            Self::Returned => "returned",
            Self::Written => "written",
            Self::ReadAll => "read_all",
            Self::Urged => "urged",
            Self::Paper => "paper",
            Self::Contest => "contest",
            Self::DueSoon => "due_soon",
            Self::Overdue => "overdue",
            Self::Talk => "talk",
            Self::Followed => "followed",
            Self::Delegated => "delegated",
            Self::Alarm => "alarm",
            Self::Moved => "moved",
            Self::Health => "health",
        }
    }

    /// The kind of a stored word; one of a newer version reads as a to-do.
    #[must_use]
    pub fn of(id: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|k| k.id() == id)
            .unwrap_or(Self::Todo)
    }

    /// As people say it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Todo => "新待办",
            Self::Returned => "退回",
            Self::Written => "领导批示",
            Self::ReadAll => "传阅完毕",
            Self::Urged => "催办",
            Self::Paper => "代录意见",
            Self::Contest => "对代录有异议",
            Self::DueSoon => "快到期",
            Self::Overdue => "超期",
            Self::Talk => "旁议",
            Self::Followed => "关注的件",
            Self::Delegated => "代办",
            Self::Alarm => "安全报警",
            Self::Moved => "地址变了",
            Self::Health => "体检",
        }
    }

    /// Whether it does not wait for the next digest (domain §2.5: 领导批示后通知文书).
    #[must_use]
    pub const fn at_once(self) -> bool {
        matches!(
            self,
            Self::Written | Self::Urged | Self::Contest | Self::Alarm | Self::Moved | Self::Health
        )
    }

    /// Whether there is something to do: the to-do list shows it, so it is no news beside it.
    #[must_use]
    pub const fn is_todo(self) -> bool {
        matches!(
            self,
            Self::Todo | Self::Returned | Self::DueSoon | Self::Overdue
        )
    }
}

impl News {
    /// Nothing yet, of a case.
    #[must_use]
    pub fn of(by: PersonId, title: &str, number: Option<&str>, level: u8) -> Self {
        Self {
            by: by.0,
            title: short(title),
            number: number.map(short).unwrap_or_default(),
            level: level.min(2),
            ..Self::default()
        }
    }

    /// All of it was done on paper and entered by this hand: the writer is told, to check it.
    pub fn entered_by(&mut self, clerk: PersonId) {
        let writer = PersonId(self.by);
        self.voice = Some(writer.0);
        self.by = clerk.0;
        let words = "代录了您写在纸上的意见，请核对，不对可以提出异议";
        self.tell(Principal::Person(writer), Kind::Paper, words, None);
    }

    /// A task came to somebody.
    pub fn give(&mut self, (task, to): (Id, Principal), verb: &str, back: bool, note: &str) {
        self.given.push(Given {
            task,
            to: to.to_raw(),
            verb: verb.to_owned(),
            back,
            note: short(note),
        });
    }

    /// Somebody is to hear of it.
    pub fn tell(&mut self, to: Principal, kind: Kind, words: &str, task: Option<Id>) {
        self.tell.push(Tell {
            to: to.to_raw(),
            kind,
            words: short(words),
            task,
        });
    }
}

/// One line, not too long.
fn short(text: &str) -> String {
    let line = crate::kit::text::one_line(text);
    if line.chars().count() <= LONGEST {
        return line;
    }
    let mut cut: String = line.chars().take(LONGEST).collect();
    cut.push('…');
    cut
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
const fn is_false(b: &bool) -> bool {
    !*b
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn an_event_of_an_older_program_is_read_as_news_of_nothing() {
        for old in ["null", "{}"] {
            let read = serde_json::from_str::<Option<News>>(old).unwrap();
            assert_eq!(read.unwrap_or_default(), News::default());
        }
    }

    #[test]
    fn what_it_carries_is_small_and_comes_back() {
        let mut news = News::of(PersonId(7), &"长".repeat(5000), Some("收文〔2026〕1号"), 2);
        let task = Id::from_raw(123_456);
        news.give((task, Principal::Person(PersonId(3))), "批示", false, "");
        news.tell(
            Principal::Person(PersonId(4)),
            Kind::Written,
            "请\n抓紧",
            Some(task),
        );
        let text = serde_json::to_string(&news).unwrap();
        assert!(text.len() < 600, "{}", text.len());
        assert_eq!(serde_json::from_str::<News>(&text).unwrap(), news);
        assert_eq!(news.tell.first().unwrap().words, "请 抓紧");
        for kind in Kind::ALL {
            assert_eq!(Kind::of(kind.id()), kind);
            assert_eq!(
                serde_json::to_string(&kind).unwrap(),
                format!("\"{}\"", kind.id())
            );
        }
    }
}
