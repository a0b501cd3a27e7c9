//! Which things and days a case has to hold, said by its procedure (`[[claim]]`) and where it stands; and what those
//! read who come too late. Not here: taking them (`store`), when they are taken (`run`).
//! Invariant: a claim is owed from the step that takes it until the one that ends it; a case that ended unapproved, or
//! came back, owes nothing.

use super::case::{CaseState, State, Values};
use super::definition::{Claim, MoveId, Over, Procedure, What, text_of};
use crate::kit::{Day, Error, Millis, Zone};
use crate::store::{Clash, Want, Wanted};
use serde_json::Value;

/// What becomes of a claim by an act.
#[derive(Debug, PartialEq, Eq)]
pub enum Turn {
    /// It is taken.
    Take(Want),
    /// It never was: returned, withdrawn, refused.
    Free(String),
    /// A thing is back now.
    End(String),
    /// So many tenths of a day were really used.
    Use(String, i64),
}

/// Where a case stood before or after an act, as far as claims go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stand {
    place: usize,
    state: State,
    over: bool,
}

impl Stand {
    /// Where a case stands.
    #[must_use]
    pub fn of(procedure: &Procedure, case: &CaseState) -> Self {
        Self {
            place: procedure.place(&case.step).unwrap_or(0),
            state: case.state,
            over: case.state != State::Open,
        }
    }

    /// Whether a step has been left, going on.
    fn past(&self, procedure: &Procedure, step: &str) -> bool {
        let place = procedure.place(step).unwrap_or(usize::MAX);
        self.place > place || (self.over && self.state != State::Void && self.place == place)
    }
}

/// Whether an act ends a case unapproved.
const fn ends_unapproved(mv: MoveId) -> bool {
    matches!(
        mv,
        MoveId::Reject | MoveId::Terminate | MoveId::Void | MoveId::Refuse | MoveId::Continue
    )
}

/// What an act takes and gives back; `values` as they are after it.
///
/// # Errors
/// Invalid where a claim's fields do not say what is wanted.
pub fn turns(
    procedure: &Procedure,
    (before, after): (&Stand, &Stand),
    (mv, case): (MoveId, &CaseState),
    (zone, who): (Zone, &str),
) -> Result<Vec<Turn>, Error> {
    let mut all = Vec::new();
    for claim in &procedure.claims {
        let owed = |s: &Stand| s.past(procedure, &claim.step);
        let ended = |s: &Stand| claim.until.as_ref().is_some_and(|u| s.past(procedure, u));
        if (owed(before) && !owed(after)) || (owed(before) && ends_unapproved(mv)) {
            all.push(Turn::Free(claim.id.clone()));
        } else if owed(after) && !owed(before) && !ends_unapproved(mv) {
            if claim.when.iter().all(|c| c.holds(&case.values)) {
                all.push(Turn::Take(want(procedure, claim, (case, zone), who)?));
            }
        } else if ended(after) && !ended(before) {
            all.extend(end(claim, &case.values));
        }
    }
    Ok(all)
}

/// Whether a case holds anything: a thing, or days.
#[must_use]
pub fn holds(procedure: &Procedure, case: &CaseState) -> bool {
    let stand = Stand::of(procedure, case);
    let mut all = procedure.claims.iter();
    all.any(|c| stand.past(procedure, &c.step))
}

fn end(claim: &Claim, values: &Values) -> Option<Turn> {
    match &claim.what {
        What::Thing { .. } => Some(Turn::End(claim.id.clone())),
        What::Balance { used, .. } => {
            let days = values.get(used.as_ref()?)?.as_f64()?;
            Some(Turn::Use(claim.id.clone(), tenths(days)))
        }
    }
}

/// Half days are taken too.
fn tenths(days: f64) -> i64 {
    (days * 10.0).round() as i64
}

fn want(
    procedure: &Procedure,
    claim: &Claim,
    (case, zone): (&CaseState, Zone),
    who: &str,
) -> Result<Want, Error> {
    let values = &case.values;
    let (kind, key, what) = match &claim.what {
        What::Thing { resource, .. } => {
            let (since, until) = time_of(procedure, claim, values, zone)?;
            let kind = kind_of(procedure, resource);
            let key = values.get(resource).map(text_of).unwrap_or_default();
            (kind, key, Wanted::Time { since, until })
        }
        What::Balance {
            of,
            amount,
            days,
            over,
            ..
        } => {
            let n = values.get(amount).and_then(Value::as_f64);
            let n = n.ok_or_else(|| missing(procedure, amount))?;
            let (first, _) = days_of(values, days).ok_or_else(|| missing(procedure, days))?;
            let what = Wanted::Days {
                tenths: tenths(n),
                beyond: *over == Over::Warn,
            };
            (of.clone(), balance_key(case.starter.0, first.year()), what)
        }
    };
    Ok(Want {
        claim: claim.id.clone(),
        kind,
        key,
        what,
        who: who.to_owned(),
    })
}

/// Whose balance of which year.
#[must_use]
pub fn balance_key(person: i64, year: i16) -> String {
    format!("{person}/{year}")
}

/// Which list a resource field chooses from.
fn kind_of(procedure: &Procedure, field: &str) -> String {
    match procedure.field(field).map(|f| &f.kind) {
        Some(super::definition::Kind::Resource { of }) => of.clone(),
        _ => String::new(),
    }
}

fn missing(procedure: &Procedure, field: &str) -> Error {
    let label = procedure.field(field).map_or(field, |f| f.label.as_str());
    Error::invalid(field, format!("请填写{label}，才知道占用多久"))
}

/// The time a claim is for.
///
/// # Errors
/// Invalid where the form does not say it, or it ends before it begins.
fn time_of(
    procedure: &Procedure,
    claim: &Claim,
    values: &Values,
    zone: Zone,
) -> Result<(Millis, Millis), Error> {
    let What::Thing { days, from, to, .. } = &claim.what else {
        return Err(Error::fault("a balance has no time"));
    };
    let (first, last) = days_of(values, days).ok_or_else(|| missing(procedure, days))?;
    let at = |day: Day, field: &Option<String>| -> Result<Option<Millis>, Error> {
        let Some(field) = field else { return Ok(None) };
        let text = values.get(field).map(text_of).unwrap_or_default();
        let parts = text.split_once(':');
        let (h, m) = parts.ok_or_else(|| missing(procedure, field))?;
        match (h.parse(), m.parse()) {
            (Ok(h), Ok(m)) => Ok(Some(zone.at(day, h, m))),
            _ => Err(missing(procedure, field)),
        }
    };
    let since = at(first, from)?.unwrap_or_else(|| zone.start_of(first));
    let until = at(last, to)?.unwrap_or_else(|| zone.start_of(last.plus_days(1)));
    if since < until {
        return Ok((since, until));
    }
    let field = to.as_ref().unwrap_or(days);
    Err(Error::invalid(
        field,
        "结束的时间要晚于开始的时间，请核对".to_owned(),
    ))
}

/// The days of a span or a date field.
#[must_use]
pub fn days_of(values: &Values, field: &str) -> Option<(Day, Day)> {
    let day = |v: &Value| v.as_str()?.parse::<Day>().ok();
    match values.get(field)? {
        Value::Object(span) => Some((day(span.get("first")?)?, day(span.get("last")?)?)),
        one => day(one).map(|d| (d, d)),
    }
}

/// What is said to whoever came too late.
#[must_use]
pub fn refusal(procedure: &Procedure, clash: &Clash, zone: Zone) -> Error {
    let (Clash::Unknown(want) | Clash::Taken { want, .. } | Clash::Short { want, .. }) = clash;
    let claim = procedure.claims.iter().find(|c| c.id == want.claim);
    let field = claim.map_or("", |c| match &c.what {
        What::Thing { resource, .. } => resource.as_str(),
        What::Balance { amount, .. } => amount.as_str(),
    });
    Error::invalid(field, sentence(clash, zone))
}

fn sentence(clash: &Clash, zone: Zone) -> String {
    match clash {
        Clash::Unknown(want) => format!(
            "“{}”不在{}的清单里，或者已经停用。请从清单里另选；清单由办公室在“会议室和车辆”里登记",
            want.key, want.kind
        ),
        Clash::Taken {
            want,
            who,
            since,
            until,
            free,
        } => {
            let others = match free.as_slice() {
                [] => format!("这段时间没有空着的{}，请改时间", want.kind),
                some => format!("这段时间空着的有：{}", some.join("、")),
            };
            format!(
                "{}已由{who}占用，{}。{others}",
                want.key,
                times(*since, *until, zone)
            )
        }
        Clash::Short { want, left: None } => format!(
            "还没有登记{}的天数，不知道还剩几天。请办公室先在“假期天数”里登记",
            want.kind
        ),
        Clash::Short {
            want,
            left: Some(left),
        } => {
            let wanted = match want.what {
                Wanted::Days { tenths, .. } => tenths,
                Wanted::Time { .. } => 0,
            };
            format!(
                "{}只剩 {} 天，要用 {} 天。请减少天数，或者多出来的另报别的假",
                want.kind,
                said(*left),
                said(wanted)
            )
        }
    }
}

/// 3月9日 08:30 至 11:00.
#[must_use]
pub fn times(since: Millis, until: Millis, zone: Zone) -> String {
    // an end at midnight is the day before
    let last = zone.day(Millis(until.0 - 1));
    let first = zone.day(since);
    let whole = since == zone.start_of(first) && until == zone.start_of(last.plus_days(1));
    match (whole, first == last) {
        (true, true) => format!("{}全天", first.short()),
        (true, false) => format!("{}至{}", first.short(), last.short()),
        (false, true) => format!(
            "{} {} 至 {}",
            first.short(),
            zone.clock(since),
            zone.clock(until)
        ),
        (false, false) => format!(
            "{} {} 至{} {}",
            first.short(),
            zone.clock(since),
            zone.day(until).short(),
            zone.clock(until)
        ),
    }
}

/// Tenths of a day as people say them: 4.5.
#[must_use]
pub fn said(tenths: i64) -> String {
    match tenths % 10 {
        0 => (tenths / 10).to_string(),
        rest => format!("{}.{}", tenths / 10, rest.abs()),
    }
}
