//! What a form says of the things and days its procedure takes: how many days the starter has left, where to look who has
//! what. Not here: whether it may be taken, which is decided when the step is left (`engine::claiming`).

use super::WEEK_AT;
use crate::agenda::balance_store::find_balance;
use crate::agenda::resource_store::list_things;
use crate::engine::case::Values;
use crate::engine::claiming::{days_of, said};
use crate::engine::definition::{Claim, Over, Procedure, What};
use crate::kit::{OrganId, PersonId, Result};
use crate::org::letterhead_store::list_letterheads;
use crate::ui::form::Choice;
use crate::ui::note::{Tone, note};
use crate::ui::{Markup, html};
use crate::web::Visit;

/// The lines above a form; nothing where its procedure takes nothing.
pub fn lines(
    visit: &Visit,
    procedure: &Procedure,
    (values, starter): (&Values, PersonId),
) -> Result<Markup> {
    let mut all = Vec::new();
    // what the form says already may mean that nothing is taken: 事假 takes no days of 年休假
    let may = |c: &Claim| {
        let open = |field: &str| values.get(field).is_none_or(serde_json::Value::is_null);
        c.when
            .iter()
            .all(|row| open(&row.field) || row.holds(values))
    };
    for claim in procedure.claims.iter().filter(|c| may(c)) {
        all.push(match &claim.what {
            What::Balance {
                of,
                whose,
                days,
                over,
                ..
            } => {
                let named = whose.as_ref().and_then(|f| values.get(f)?.as_i64());
                let person = named.map_or(starter, PersonId);
                days_left(visit, (of, days, *over), (values, person))?
            }
            // said where it stands in the way
            What::Time { .. } => html! {},
            What::Thing { days, .. } => look_up(procedure, claim, (values, days)),
        });
    }
    Ok(html! { @for line in &all { (line) } })
}

fn days_left(
    visit: &Visit,
    (of, days, over): (&str, &str, Over),
    (values, starter): (&Values, PersonId),
) -> Result<Markup> {
    let today = visit.zone().year(visit.at);
    let year = days_of(values, days).map_or(today, |(first, _)| first.year());
    let found = find_balance(&visit.state.store.hub()?, of, (starter, year))?;
    let rest = match (&found, over) {
        (Some(b), _) => format!(
            "共 {} 天，已用 {} 天，还剩 {} 天。",
            said(b.tenths),
            said(b.used),
            said(b.left())
        ),
        (None, Over::Refuse) => {
            "还没有登记天数，批不下来：请办公室先在“假期天数”里登记。".to_owned()
        }
        (None, Over::Warn) => "还没有登记天数。".to_owned(),
    };
    let wanted = match &found {
        Some(b) if b.left() <= 0 && over == Over::Warn => "已经用完，再请请写明原因。",
        _ => "",
    };
    Ok(note(
        Tone::Plain,
        &format!("{year}年{of}："),
        &format!("{rest}{wanted}"),
    ))
}

fn look_up(procedure: &Procedure, claim: &Claim, (values, days): (&Values, &str)) -> Markup {
    let day = days_of(values, days).map(|(first, _)| first);
    let href = day.map_or_else(|| WEEK_AT.to_owned(), |d| format!("{WEEK_AT}?day={d}"));
    let step = procedure.step_name(&claim.step);
    note(
        Tone::Plain,
        "占用：",
        &html! {
            "“" (step) "”办完才算占下。"
            a href=(href) target="_blank" rel="noopener" { "看这一周谁在用" }
        },
    )
}

/// The things of a kind that may be chosen in a form, those switched off left out.
pub fn choices(visit: &Visit, kind: &str) -> Vec<Choice> {
    let all = visit.state.store.hub().and_then(|hub| list_things(&hub));
    let all = all.unwrap_or_default().into_iter();
    all.filter(|t| t.on && t.kind == kind)
        .map(|t| {
            let label = match t.note.as_str() {
                "" => t.name.clone(),
                note => format!("{}（{note}）", t.name),
            };
            Choice::new(t.name, label)
        })
        .collect()
}

/// The organ's letterheads that new documents may take, by organ code.
pub fn letterheads(visit: &Visit, organ: OrganId) -> Vec<Choice> {
    let all = visit.state.store.hub();
    let all = all.and_then(|hub| list_letterheads(&hub, organ));
    let all = all.unwrap_or_default().into_iter();
    all.filter(|l| l.on)
        .map(|l| Choice::new(l.code.clone(), format!("{}（{}）", l.code, l.signature)))
        .collect()
}
