//! Steps (环节): who does them, how many of them, what they may do there and where it goes next.
//! Not here: finding the people (`engine::flow`). A step names rules and fields, never a person.

use super::condition::Condition;
use super::document::Work;
use super::is_false;
use super::lanes::SpawnRule;
use super::limit::{self, Limit, Term};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A place on the path.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// ASCII identifier.
    pub id: String,
    /// 审阅
    pub name: String,
    /// What the holder is asked to do: “请**批示**”. The name, where it says nothing else.
    pub verb: Option<String>,
    /// Who does it.
    pub who: Who,
    /// Whom the sender's page has chosen already, where he chooses.
    pub usual: Option<Who>,
    /// How many of them.
    #[serde(default)]
    pub how: HowMany,
    /// What is written down there.
    pub opinion: Option<OpinionRule>,
    /// Moves allowed here, with what their buttons say.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub moves: BTreeMap<MoveId, String>,
    /// Where it goes when the step ends, named by the result.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub next: Vec<Next>,
    /// The time limit.
    pub due: Option<Due>,
    /// Who looks at what a department feeds back before its branch ends.
    pub review: Option<Review>,
    /// What is done to the official document here before the step can end.
    pub work: Option<Work>,
    /// Nobody does this step on what he himself started.
    #[serde(default, skip_serializing_if = "is_false")]
    pub not_own: bool,
    /// Of several who could do it one takes it first, and the others see who did (先领先办).
    #[serde(default, skip_serializing_if = "is_false")]
    pub take: bool,
    /// Whoever sent the case here may end the step before everybody is done.
    #[serde(default, skip_serializing_if = "is_false")]
    pub sender_may_end: bool,
    /// A department may transfer its share to another department; else only whoever reviews may.
    #[serde(default, skip_serializing_if = "is_false")]
    pub transfer_to_departments: bool,
    /// Cases of other procedures that may be started from here.
    #[serde(rename = "spawn", default, skip_serializing_if = "Vec::is_empty")]
    pub spawns: Vec<SpawnRule>,
    /// Who hears of it when somebody has done this step, beside whoever gets it next.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tells: Vec<TellRule>,
}

/// Who hears of a step that was done.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TellRule {
    /// Who; nobody to be chosen, no part of a branch.
    pub who: Who,
    /// Opinions that say no more than yes: nobody is disturbed by them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unless: Vec<String>,
}

impl Step {
    /// What the holder is asked to do.
    #[must_use]
    pub fn verb(&self) -> &str {
        self.verb.as_deref().unwrap_or(&self.name)
    }

    /// What a move's button says here; `None` where the move is not allowed.
    #[must_use]
    pub fn label(&self, mv: MoveId) -> Option<&str> {
        self.moves.get(&mv).map(String::as_str)
    }
}

/// Who does a step.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// Whoever started the case.
    Starter,
    /// Whoever sent it here.
    Previous,
    /// Whoever did the named step.
    HandlerOf(String),
    /// Holders of a role in the organ.
    Role(String),
    /// Holders of a role in the department a field names.
    RoleOf {
        /// The role.
        role: String,
        /// The department field.
        department: String,
    },
    /// Heads of the department(s) a field names.
    HeadOf(String),
    /// Receiver clerks of the department(s) a field names; the head where there is none.
    ReceiverOf(String),
    /// Leaders in charge (分管) of the department(s) a field names.
    LeaderOf(String),
    /// Everybody of the department(s) a field names.
    StaffOf(String),
    /// In a branch of a department: its receiver clerk, or its head where there is none.
    BranchReceiver,
    /// In a branch of a department: its head.
    BranchHead,
    /// The direct superior of whoever started the case: the head of the department, of the head himself the leader
    /// in charge.
    Superior,
    /// Chosen by the sender among holders of these roles.
    ChosenFrom(Vec<String>),
    /// Chosen by the sender among everybody of the organ.
    Chosen,
}

impl Who {
    /// Whether the sender picks people.
    #[must_use]
    pub const fn is_chosen(&self) -> bool {
        matches!(self, Self::ChosenFrom(_) | Self::Chosen)
    }
}

/// How many of them: it says which branches open, and when the step ends.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HowMany {
    /// One branch shown to all candidates; the first to act has done it.
    #[default]
    AnyOne,
    /// A branch a person, at the same time; all must.
    All,
    /// A branch a person, one after another; all must.
    InOrder,
    /// A branch a person, at the same time; so many must.
    AtLeast(u32),
    /// A branch a department: 主办 and 协办.
    Departments {
        /// Department field of the principal handler.
        principal: String,
        /// Departments field of the assisting handlers.
        assisting: Option<String>,
        /// When it ends.
        ends: Ends,
        /// Rows that must all hold for the departments to be asked one after another; never, where none is said.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        in_order: Vec<Condition>,
    },
}

/// When a step of several departments ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ends {
    /// All departments are done.
    All,
    /// The principal department is done.
    Principal,
}

/// What is written down at a step.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct OpinionRule {
    /// The opinion box it is printed in.
    pub into: String,
    /// Whether the step ends without it.
    pub need: Need,
    /// Usual phrases offered beside the box.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub phrases: Vec<String>,
    /// It takes the place of the box's last words on paper (审阅 mends 拟办); both are kept.
    #[serde(default, skip_serializing_if = "is_false")]
    pub revises: bool,
}

/// Whether something must be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// 必填
    Required,
    /// 可填可不填
    Optional,
}

/// One way on.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Next {
    /// The step it leads to.
    pub to: String,
    /// 批示并送党政办分办
    pub label: String,
    /// Rows that must all hold for the way to be open.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub when: Vec<Condition>,
}

/// A time limit.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(try_from = "TypedDue", into = "TypedDue")]
pub struct Due {
    /// How long; the day it starts is not counted.
    pub term: Term,
    /// The rule of law it is taken from.
    pub limit: Option<&'static Limit>,
    /// Counted from the end of this step; from arrival where none is named or it was passed by.
    pub after: Option<String>,
    /// A date field that wins over the count where it is filled in.
    pub field: Option<String>,
    /// A number field: so many working days before the end there is a word, if not earlier.
    pub warn: Option<String>,
    /// Rows that must all hold for the holder to be reminded at all.
    pub remind: Vec<Condition>,
}

/// A time limit as written: one of the first four.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct TypedDue {
    working_days: Option<u32>,
    days: Option<u32>,
    months: Option<u32>,
    limit: Option<String>,
    after: Option<String>,
    field: Option<String>,
    warn: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    remind: Vec<Condition>,
}

impl TryFrom<TypedDue> for Due {
    type Error = String;

    fn try_from(t: TypedDue) -> Result<Self, String> {
        let limit = match &t.limit {
            Some(id) => Some(limit::find(id).ok_or(format!("没有“{id}”这一条法定期限"))?),
            None => None,
        };
        let written = [
            t.working_days.map(Term::WorkingDays),
            t.days.map(Term::Days),
            t.months.map(Term::Months),
            limit.map(|l| l.term),
        ];
        let mut written = written.into_iter().flatten();
        let (Some(term), None) = (written.next(), written.next()) else {
            return Err("期限要写 working_days、days、months、limit 里的一种".into());
        };
        Ok(Self {
            term,
            limit,
            after: t.after,
            field: t.field,
            warn: t.warn,
            remind: t.remind,
        })
    }
}

impl From<Due> for TypedDue {
    fn from(due: Due) -> Self {
        let mut typed = Self {
            working_days: None,
            days: None,
            months: None,
            limit: due.limit.map(|l| l.id.clone()),
            after: due.after,
            field: due.field,
            warn: due.warn,
            remind: due.remind,
        };
        if typed.limit.is_none() {
            match due.term {
                Term::WorkingDays(n) => typed.working_days = Some(n),
                Term::Days(n) => typed.days = Some(n),
                Term::Months(n) => typed.months = Some(n),
            }
        }
        typed
    }
}

/// The look at what a department feeds back.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Review {
    /// Who looks.
    pub who: Who,
    /// 审核反馈
    pub name: String,
    /// What the button says when it is accepted.
    pub accept: String,
    /// What the button says when it goes back to the department.
    pub send_back: String,
    /// What the reviewer is asked when a department says the matter is not its own.
    pub settle: String,
}

/// A thing people do on a case. Its code is in `engine/moves/`, one file a move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MoveId {
    /// 发起: never on a page of a case, for there is none yet
    Start,
    /// 送下一环节
    Submit,
    /// 分办
    HandOut,
    /// 交办
    Assign,
    /// 反馈
    FeedBack,
    /// 审核反馈
    Review,
    /// 阅毕
    Read,
    /// 结束这一环节
    Conclude,
    /// 办结
    Close,
    /// 归档
    Archive,
    /// 不归档
    LeaveOut,
    /// 退回
    Return,
    /// 转办
    Transfer,
    /// 传阅
    Circulate,
    /// 补阅
    LateReader,
    /// 撤回
    Withdraw,
    /// 导入: the only line of a case from an old register that the office did not handle here
    Import,
    /// 催办
    Urge,
    /// 撤回传阅
    Recall,
    /// 结束传阅
    EndCirculation,
    /// 退回来文单位
    Refuse,
    /// 更正
    Correct,
    /// 作废
    Void,
    /// 申请延期
    Extend,
    /// 审批延期
    AnswerExtension,
    /// 期限重算: the office's calendar changed; never on a page
    Recount,
    /// 加签: others sign beside, before or after oneself
    AddSigner,
    /// 会签: the step's holder asks departments or people to sign and gets it back
    Countersign,
    /// 签好: what somebody asked to sign says
    Sign,
    /// 驳回: the case ends here, unapproved
    Reject,
    /// 终止: the case ends, with a reason
    Terminate,
    /// 重开: a closed case goes on
    Reopen,
    /// 跳转: the office manager sends it to any step, with a reason
    Jump,
    /// 暂停计时
    Pause,
    /// 恢复计时
    Resume,
    /// 领办: of several who could do it, one takes it
    Take,
    /// 放回: what one took is all theirs again
    PutBack,
    /// 发起子件: a case of another procedure, with which this one goes on
    Spawn,
    /// 子件办完: never on a page
    Joined,
    /// 不等子件: the step's holder goes on before the case he started has ended
    StopWaiting,
    /// 报进展: how far a supervised matter is
    Report,
    /// 分发: people and departments of the organ get the document, to be signed for
    Issue,
    /// 结转: the case ends with its year and goes on in the new one; never on a page of a case
    Continue,
}

impl MoveId {
    /// Whether it stands beside the flow: it does no step, and is never what a page is for.
    #[must_use]
    pub const fn is_aside(self) -> bool {
        matches!(
            self,
            Self::Withdraw
                | Self::LateReader
                | Self::Urge
                | Self::Recall
                | Self::EndCirculation
                | Self::Correct
                | Self::Void
                | Self::Import
                | Self::Extend
                | Self::Recount
                | Self::Terminate
                | Self::Reopen
                | Self::Jump
                | Self::Pause
                | Self::Resume
                | Self::PutBack
                | Self::Spawn
                | Self::Joined
                | Self::StopWaiting
                | Self::Report
                | Self::Issue
                | Self::Continue
        )
    }

    /// The move of a word; `None` for a word that is no move.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        let word = serde::de::value::StrDeserializer::<serde::de::value::Error>::new(word);
        Self::deserialize(word).ok()
    }

    /// Its word in definitions, ledger rows and URLs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Submit => "submit",
            Self::HandOut => "hand_out",
            Self::Assign => "assign",
            Self::FeedBack => "feed_back",
            Self::Review => "review",
            Self::Read => "read",
            Self::Conclude => "conclude",
            Self::Close => "close",
            Self::Archive => "archive",
            Self::LeaveOut => "leave_out",
            Self::Return => "return",
            Self::Transfer => "transfer",
            Self::Circulate => "circulate",
            Self::LateReader => "late_reader",
            Self::Withdraw => "withdraw",
            Self::Import => "import",
            Self::Urge => "urge",
            Self::Recall => "recall",
            Self::EndCirculation => "end_circulation",
            Self::Refuse => "refuse",
            Self::Correct => "correct",
            Self::Void => "void",
            Self::Extend => "extend",
            Self::AnswerExtension => "answer_extension",
            Self::Recount => "recount",
            Self::AddSigner => "add_signer",
            Self::Countersign => "countersign",
            Self::Sign => "sign",
            Self::Reject => "reject",
            Self::Terminate => "terminate",
            Self::Reopen => "reopen",
            Self::Jump => "jump",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Take => "take",
            Self::PutBack => "put_back",
            Self::Spawn => "spawn",
            Self::Joined => "joined",
            Self::StopWaiting => "stop_waiting",
            Self::Report => "report",
            Self::Issue => "issue",
            Self::Continue => "continue",
        }
    }
}
