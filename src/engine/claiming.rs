//! Which things and days a case has to hold, said by its procedure (`[[claim]]`) and where it stands; and what those
//! read who come too late. Not here: taking them (`store`), when they are taken (`run`).
//! Invariant: a claim is owed from the step that takes it until the one that ends it; a case that ended unapproved, or
//! came back, owes nothing.

use super::case::{CaseState, State, Values};
use super::definition::{Claim, MoveId, Over, Procedure, What, is_empty, text_of};
use crate::kit::{Day, Error, FieldErrors, Id, Millis, Zone};
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

    /// Whether the case went on since.
    #[must_use]
    pub fn is_on_from(&self, before: &Self) -> bool {
        !self.over && self.place > before.place
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

/// What later steps will take, as far as the form says it already: looked at as soon as it is typed, so that nobody
/// hears at the last step what stood against it from the first.
///
/// # Errors
/// Invalid where a time ends before it begins.
pub fn ahead(
    procedure: &Procedure,
    after: &Stand,
    (case, zone): (&CaseState, Zone),
    who: &str,
) -> Result<Vec<Want>, Error> {
    let later = |c: &&Claim| !after.past(procedure, &c.step);
    let holds = |c: &&Claim| c.when.iter().all(|row| row.holds(&case.values));
    let said = |c: &&Claim| match &c.what {
        // a thing is often named by whoever gives it out
        What::Thing { days, .. } | What::Time { days, .. } => says(&case.values, c, days),
        What::Balance { days, amount, .. } => {
            days_of(&case.values, days).is_some() && case.values.get(amount).is_some()
        }
    };
    let all = procedure.claims.iter().filter(later).filter(holds);
    all.filter(said)
        .map(|c| want(procedure, c, (case, zone), who))
        .collect()
}

/// Whether the form says when.
fn says(values: &Values, claim: &Claim, days: &str) -> bool {
    let (from, to) = clocks(claim);
    let filled = |f: &&String| values.get(*f).is_some_and(|v| !is_empty(v));
    days_of(values, days).is_some() && from.iter().chain(to).all(|f| filled(&f))
}

/// The time fields of a claim: from when, until when.
#[must_use]
pub const fn clocks(claim: &Claim) -> (&Option<String>, &Option<String>) {
    match &claim.what {
        What::Thing { from, to, .. } | What::Time { from, to, .. } => (from, to),
        What::Balance { .. } => (&None, &None),
    }
}

/// Times of claims that end before they begin, beside the field where it can be mended.
#[must_use]
pub fn untimely(procedure: &Procedure, values: &Values, zone: Zone) -> FieldErrors {
    let mut errors = FieldErrors::default();
    for claim in &procedure.claims {
        let (What::Thing { days, .. } | What::Time { days, .. }) = &claim.what else {
            continue;
        };
        if let (true, Err(Error::Invalid(wrong))) = (
            says(values, claim, days),
            time_of(procedure, claim, values, zone),
        ) {
            errors.0.extend(wrong.0);
        }
    }
    errors
}

fn end(claim: &Claim, values: &Values) -> Option<Turn> {
    match &claim.what {
        What::Thing { .. } | What::Time { .. } => Some(Turn::End(claim.id.clone())),
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
        What::Time { of, whose, .. } => {
            let (since, until) = time_of(procedure, claim, values, zone)?;
            let key = format!("person/{}", person_of(case, whose.as_deref()));
            (of.clone(), key, Wanted::Own { since, until })
        }
        What::Balance {
            of,
            whose,
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
            let person = person_of(case, whose.as_deref());
            (of.clone(), balance_key(person, first.year()), what)
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

/// Whose time or days it is: the person a field names, or the starter.
#[must_use]
pub fn person_of(case: &CaseState, whose: Option<&str>) -> i64 {
    let named = whose.and_then(|f| case.values.get(f)?.as_i64());
    named.unwrap_or(case.starter.0)
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
    let (What::Thing { days, .. } | What::Time { days, .. }) = &claim.what else {
        return Err(Error::fault("a balance has no time"));
    };
    let (from, to) = clocks(claim);
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

/// What is said to whoever came too late, of everything at once. `other` names the case that has it.
#[must_use]
pub fn refusal(
    procedure: &Procedure,
    clashes: &[Clash],
    (zone, other): (Zone, &dyn Fn(Id) -> String),
) -> Error {
    let mut errors = FieldErrors::default();
    for clash in clashes {
        let (Clash::Unknown(want)
        | Clash::Taken { want, .. }
        | Clash::None { want, .. }
        | Clash::Short { want, .. }) = clash;
        let claim = procedure.claims.iter().find(|c| c.id == want.claim);
        let field = claim.map_or("", |c| match (&c.what, clash) {
            (What::Thing { days, .. }, Clash::None { .. }) => days,
            (What::Thing { resource, .. }, _) => resource,
            // the days are typed, what is reckoned from them is not
            (What::Balance { days, .. } | What::Time { days, .. }, _) => days,
        });
        errors.add(field, sentence(clash, zone, other));
    }
    Error::Invalid(errors)
}

fn sentence(clash: &Clash, zone: Zone, other: &dyn Fn(Id) -> String) -> String {
    match clash {
        Clash::Unknown(want) => format!(
            "“{}”不在{}的清单里，或者已经停用。请从清单里另选；清单由办公室在“会议室和车辆”里登记",
            want.key, want.kind
        ),
        Clash::None { want, first, until } => format!(
            "这段时间{}都有人用，最早空出来的是{first}（{}）。请改时间，或者先和办公室商量",
            want.kind,
            until_words(*until, zone)
        ),
        Clash::Taken {
            want,
            who,
            case,
            since,
            until,
            free,
        } => {
            let named = case.map_or_else(String::new, other);
            let time = times(*since, *until, zone);
            if matches!(want.what, Wanted::Own { .. }) {
                return format!(
                    "{who}这几天已经有{}：{named}，{time}。请改日子；那一件要是不算了，先把它撤回或者办结",
                    want.kind
                );
            }
            let others = match free.as_slice() {
                [] => format!("这段时间没有空着的{}，请改时间", want.kind),
                some => format!("这段时间空着的有：{}", some.join("、")),
            };
            format!("{}已被{who}{named}占用，{time}。{others}", want.key)
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
                Wanted::Time { .. } | Wanted::Own { .. } => 0,
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

/// 3月9日 11:00 以后.
fn until_words(until: Millis, zone: Zone) -> String {
    let day = zone.day(until);
    match until == zone.start_of(day) {
        true => format!("{}起", day.short()),
        false => format!("{} {} 以后", day.short(), zone.clock(until)),
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
