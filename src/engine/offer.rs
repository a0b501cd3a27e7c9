//! What a move asks of a person, and what the person answered.
//! Invariant: an answer that keeps to the offer is never refused for its shape; `Offer::check` is the one
//! place that says what is missing, in the order of the page.

use super::by_hand;
use super::case::Values;
use super::definition::{MoveId, Need, OpinionRule};
use crate::kit::{Day, DeptId, FieldErrors, Id, Principal, Result};

/// A button on the page and what it asks.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// The move.
    pub mv: MoveId,
    /// What the button says where there is nothing to choose.
    pub label: String,
    /// The viewer's task it settles.
    pub task: Option<Id>,
    /// Ways to choose between; one at least where the move goes somewhere.
    pub choices: Vec<Choice>,
    /// The opinion box to write in.
    pub opinion: Option<OpinionOffer>,
    /// A reason or a word to whoever gets it.
    pub note: Option<Note>,
    /// Whether the form is checked and saved with it.
    pub form: Form,
    /// Whether the page may ask “改好后直接送回我这里” or “办完先回我这里”.
    pub back: Option<BackOffer>,
    /// What to know before it is done; may be empty.
    pub said: String,
}

/// One way to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What comes back in the answer.
    pub id: String,
    /// What it says, named by its result.
    pub label: String,
    /// People to choose for it.
    pub pick: Option<Pick>,
    /// Departments to choose for it.
    pub departments: Vec<DeptId>,
    /// Whether a reason has to be given for this one.
    pub reason: bool,
}

/// People to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pick {
    /// What they are chosen for: 批示.
    pub label: String,
    /// Among whom.
    pub among: Vec<Principal>,
    /// Whom the page has chosen already.
    pub usual: Vec<Principal>,
    /// At most so many.
    pub most: usize,
    /// Whether the order they are chosen in counts.
    pub ordered: Ordered,
}

/// Whether the order of chosen people counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ordered {
    /// They are all asked at once.
    AtOnce,
    /// One after another.
    InOrder,
    /// The sender says which.
    AsSaid,
}

/// The opinion box to write in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpinionOffer {
    /// The box.
    pub into: String,
    /// Whether it must be written.
    pub need: Need,
    /// Usual phrases.
    pub phrases: Vec<String>,
    /// What already stands there to be mended.
    pub text: String,
}

/// A reason or a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Note {
    /// 退回的理由
    pub label: &'static str,
    /// Whether it must be said.
    pub need: Need,
}

/// What a move does with the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Leaves it alone.
    Apart,
    /// Saves what is filled in.
    Saved,
    /// Saves it, and must-fields have to be filled in.
    Whole,
}

/// Which question about the way back is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BackOffer {
    /// On returning: mend it and send it straight back to me, or through all steps again.
    AfterMending,
    /// On assigning: feed back to me first, or straight up.
    AfterHandling,
}

/// What the person answered.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Input {
    /// Id of the choice; the only one where there is one.
    pub choice: String,
    /// People chosen, in order.
    pub people: Vec<Principal>,
    /// Whether they are asked one after another.
    pub turns: Turns,
    /// A department chosen.
    pub dept: Option<DeptId>,
    /// What was written in the opinion box.
    pub opinion: String,
    /// What was written in it by hand, as the page's script posts it; empty where nothing was.
    pub hand: String,
    /// The reason or the word.
    pub note: String,
    /// The form's fields.
    pub values: Values,
    /// The way back.
    pub back: Back,
    /// At a start: the case it is raised from, and the word that ties the two.
    pub from: Option<(Id, String)>,
    /// Outside organs a document was sent to by hand, and the slips that came back.
    pub sent: Vec<Sent>,
    pub slips: Vec<Slip>,
}

impl Input {
    /// The words of the opinion; of one that is only handwriting, that it is.
    #[must_use]
    pub fn words(&self) -> String {
        by_hand::kept(self).0
    }
}

/// An outside organ a document was sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// The organ.
    pub to: String,
    /// 专人送达, 邮寄, 传真, 机要交换.
    pub way: String,
    pub copies: u32,
    /// Who carried it, or the number of the letter; may be empty.
    pub taken_by: String,
    pub on: Day,
}

/// A receipt slip (回执) of an outside organ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slip {
    /// The deed that says it was sent.
    pub of: Id,
    /// Who signed.
    pub by: String,
    pub on: Day,
}

/// Whether several people are asked at once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Turns {
    /// At once.
    #[default]
    AtOnce,
    /// One after another.
    InOrder,
}

/// The way back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Back {
    /// To me.
    #[default]
    ToMe,
    /// Past me: through all steps again, or straight up.
    PastMe,
}

impl Offer {
    /// A bare offer.
    #[must_use]
    pub fn new(mv: MoveId, label: impl Into<String>, task: Option<Id>) -> Self {
        Self {
            mv,
            label: label.into(),
            task,
            choices: Vec::new(),
            opinion: None,
            note: None,
            form: Form::Apart,
            back: None,
            said: String::new(),
        }
    }

    /// With an opinion box; `text` is what stands in the box it mends.
    #[must_use]
    pub fn with_opinion(mut self, rule: Option<&OpinionRule>, text: &str) -> Self {
        self.opinion = rule.map(|r| OpinionOffer {
            into: r.into.clone(),
            need: r.need,
            phrases: r.phrases.clone(),
            text: if r.revises {
                text.to_owned()
            } else {
                String::new()
            },
        });
        self
    }

    /// Whether an answer keeps to the offer, and the choice it took.
    ///
    /// # Errors
    /// Invalid, with a sentence for each thing missing.
    pub fn check(&self, input: &Input) -> Result<Option<&Choice>> {
        let mut errors = FieldErrors::default();
        let choice = self.chosen(input);
        if choice.is_none() && !self.choices.is_empty() {
            let labels: Vec<&str> = self.choices.iter().map(|c| c.label.as_str()).collect();
            errors.add("choice", format!("请选择：{}", labels.join("，或者")));
        }
        if let Some(c) = choice {
            c.check(input, &mut errors);
        }
        let required = |need: Need, text: &str| need == Need::Required && text.trim().is_empty();
        if self
            .opinion
            .as_ref()
            .is_some_and(|o| required(o.need, &input.words()))
        {
            errors.add("opinion", "请写意见，例如“同意。”");
        }
        if self.opinion.is_some() && by_hand::strokes(&input.hand).is_err() {
            errors.add(
                "opinion",
                "手写的太多了，没有收下。请点“不手写了”再写少一点，或者打字写意见",
            );
        }
        let reason = choice.is_some_and(|c| c.reason) && input.note.trim().is_empty();
        if let Some(note) = self
            .note
            .filter(|n| reason || required(n.need, &input.note))
        {
            let read_by = if self.mv.is_aside() {
                ""
            } else {
                "，对方好照着办"
            };
            errors.add("note", format!("请写明{}{read_by}", note.label));
        }
        errors.check(choice)
    }

    fn chosen(&self, input: &Input) -> Option<&Choice> {
        match self.choices.as_slice() {
            [only] if input.choice.is_empty() => Some(only),
            all => all.iter().find(|c| c.id == input.choice),
        }
    }
}

impl Pick {
    /// 由谁批示, or 被催办的人.
    #[must_use]
    pub fn question(&self) -> String {
        match self.label.strip_prefix('被') {
            Some(_) => format!("{}的人", self.label),
            None => format!("由谁{}", self.label),
        }
    }
}

impl Choice {
    /// A choice that asks for nothing more.
    #[must_use]
    pub fn plain(id: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            label: label.into(),
            pick: None,
            departments: Vec::new(),
            reason: false,
        }
    }

    fn check(&self, input: &Input, errors: &mut FieldErrors) {
        if let Some(pick) = &self.pick {
            if input.people.is_empty() {
                errors.add("people", format!("请选择{}", pick.question()));
            } else if input.people.len() > pick.most {
                errors.add("people", format!("{}最多选 {} 个人", pick.label, pick.most));
            } else if let Some(stranger) = input.people.iter().find(|p| !pick.among.contains(p)) {
                let place = input.people.iter().position(|p| p == stranger).unwrap_or(0) + 1;
                errors.add(
                    "people",
                    format!("选的第 {place} 个人不在可选的人里，请重新选择"),
                );
            }
        }
        let known = input.dept.is_some_and(|d| self.departments.contains(&d));
        if !self.departments.is_empty() && !known {
            errors.add("dept", "请选择一个部门");
        }
    }
}
