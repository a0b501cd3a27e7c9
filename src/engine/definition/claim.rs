//! What a case takes that others may not have at the same time: a thing for a time (会议室、车辆), days of somebody's
//! balance (年休假), somebody's own time (请假不能重叠). Taken when a step is left, given back when the case ends
//! unapproved, comes back before that step, or leaves the step where it is given back. Not here: taking it (`engine::claiming`).

use super::Procedure;
use super::condition::Condition;
use serde::{Deserialize, Serialize};

/// One claim.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(try_from = "Raw", into = "Raw")]
pub struct Claim {
    /// ASCII identifier.
    pub id: String,
    /// Taken when this step is left.
    pub step: String,
    /// Over when this step is left (还车、销假); without it the time simply passes.
    pub until: Option<String>,
    /// It is taken only while all of these hold.
    pub when: Vec<Condition>,
    /// What is taken.
    pub what: What,
}

/// What is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A thing of the office's list, for a time.
    Thing {
        /// The resource field.
        resource: String,
        /// A span or a date field.
        days: String,
        /// A time field: from when on the first day; its beginning where there is none.
        from: Option<String>,
        /// A time field: until when on the last day; its end where there is none.
        to: Option<String>,
    },
    /// Somebody's own time: two cases of one name may not be about the same days of one person.
    Time {
        /// 请假: what the time is given to.
        of: String,
        /// Person field of whose time; the starter's where there is none.
        whose: Option<String>,
        /// A span or a date field.
        days: String,
        /// Time fields, as those of a thing.
        from: Option<String>,
        to: Option<String>,
    },
    /// Days of somebody's balance in the year the days begin.
    Balance {
        /// 年休假: which balance.
        of: String,
        /// Person field of whose days; the starter's where there is none.
        whose: Option<String>,
        /// A number or computed field.
        amount: String,
        /// A span or a date field: it says the year.
        days: String,
        /// A number field: how many were really used, where that is known at the end.
        used: Option<String>,
        /// What happens where less is left.
        over: Over,
    },
}

/// What happens where a balance is too small.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Over {
    /// The step is not left.
    #[default]
    Refuse,
    /// The form says so, and the step is left.
    Warn,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    id: String,
    step: String,
    until: Option<String>,
    resource: Option<String>,
    balance: Option<String>,
    own: Option<String>,
    whose: Option<String>,
    amount: Option<String>,
    days: String,
    from: Option<String>,
    to: Option<String>,
    used: Option<String>,
    over: Option<Over>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    when: Vec<Condition>,
}

impl TryFrom<Raw> for Claim {
    type Error = String;

    fn try_from(raw: Raw) -> Result<Self, String> {
        let what = match (raw.resource, raw.own, raw.balance, raw.amount) {
            (Some(resource), None, None, None) => What::Thing {
                resource,
                days: raw.days,
                from: raw.from,
                to: raw.to,
            },
            (None, Some(of), None, None) => What::Time {
                of,
                whose: raw.whose,
                days: raw.days,
                from: raw.from,
                to: raw.to,
            },
            (None, None, Some(of), Some(amount)) => What::Balance {
                of,
                whose: raw.whose,
                amount,
                days: raw.days,
                used: raw.used,
                over: raw.over.unwrap_or_default(),
            },
            _ => {
                return Err(format!(
                    "占用“{}”要写占什么：resource = \"车辆字段\"，own = \"请假\"，或者 balance = \"年休假\" 和 amount = \"天数字段\"",
                    raw.id
                ));
            }
        };
        Ok(Self {
            id: raw.id,
            step: raw.step,
            until: raw.until,
            when: raw.when,
            what,
        })
    }
}

impl From<Claim> for Raw {
    fn from(claim: Claim) -> Self {
        let mut raw = Self {
            id: claim.id,
            step: claim.step,
            until: claim.until,
            resource: None,
            balance: None,
            own: None,
            whose: None,
            amount: None,
            days: String::new(),
            from: None,
            to: None,
            used: None,
            over: None,
            when: claim.when,
        };
        match claim.what {
            What::Thing {
                resource,
                days,
                from,
                to,
            } => {
                raw.resource = Some(resource);
                (raw.days, raw.from, raw.to) = (days, from, to);
            }
            What::Time {
                of,
                whose,
                days,
                from,
                to,
            } => {
                (raw.own, raw.whose) = (Some(of), whose);
                (raw.days, raw.from, raw.to) = (days, from, to);
            }
            What::Balance {
                of,
                whose,
                amount,
                days,
                used,
                over,
            } => {
                (raw.balance, raw.whose) = (Some(of), whose);
                raw.amount = Some(amount);
                (raw.days, raw.used) = (days, used);
                raw.over = (over != Over::Refuse).then_some(over);
            }
        }
        raw
    }
}

impl Claim {
    /// What a person calls it: 占用“会议室”.
    #[must_use]
    pub fn called(&self, procedure: &Procedure) -> String {
        let what = match &self.what {
            What::Thing { resource, .. } => procedure
                .field(resource)
                .map_or("没有选好的东西", |f| f.label.as_str()),
            What::Time { of, .. } | What::Balance { of, .. } => of,
        };
        format!("占用“{what}”")
    }

    /// The fields it is reckoned from: nobody may change them while it is held.
    pub fn fields(&self) -> Vec<&str> {
        let (mut all, more): (Vec<&str>, [&Option<String>; 3]) = match &self.what {
            What::Thing {
                resource,
                days,
                from,
                to,
            } => (vec![resource, days], [from, to, &None]),
            What::Time {
                whose,
                days,
                from,
                to,
                ..
            } => (vec![days], [from, to, whose]),
            What::Balance {
                whose,
                amount,
                days,
                ..
            } => (vec![amount, days], [whose, &None, &None]),
        };
        all.extend(more.into_iter().flatten().map(String::as_str));
        all.extend(self.when.iter().map(|c| c.field.as_str()));
        all
    }
}
