//! Cards and what was done to them, in the volume. Not here: what they mean (`card`), which may be changed (`work`).
//! Invariant: every change of a card is an event in the same transaction, with the card as it was and as it is.

use super::card::{Card, Picture, Place, State, Term, Words};
use crate::kit::{Error, Id, Millis, OrganId, PersonId, Result, ShelfNo};
use crate::store::{Query, Row, RowResult, Write, params};
use serde::Serialize;

/// Who does it, and the name of everything done by this press of a button.
#[derive(Debug, Clone)]
pub struct Hand {
    pub person: PersonId,
    pub name: String,
    pub batch: String,
}

/// Something done to a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub card: Id,
    pub what: String,
    pub batch: String,
    pub data: serde_json::Value,
    pub name: String,
    pub at: Millis,
}

impl Event {
    /// A word of what it says; empty where it says nothing of this.
    #[must_use]
    pub fn said(&self, name: &str) -> &str {
        let found = self.data.get(name).and_then(serde_json::Value::as_str);
        found.unwrap_or_default()
    }
}

fn card_row(r: &Row<'_>) -> RowResult<(Card, String)> {
    let n: Option<i64> = r.get(8)?;
    let place = match (n, r.get::<_, Option<String>>(7)?, r.get(9)?) {
        (Some(n), Some(class), Some(text)) => Some(Place { class, n, text }),
        _ => None,
    };
    let card = Card {
        id: Id::from_raw(r.get(0)?),
        rev: r.get(1)?,
        case: r.get::<_, Option<i64>>(2)?.map(Id::from_raw),
        words: Words::default(),
        term: Term::read(&r.get::<_, String>(3)?),
        office: r.get(4)?,
        state: State::from_id(&r.get::<_, String>(5)?),
        joined: r.get::<_, Option<i64>>(6)?.map(Id::from_raw),
        place,
        box_no: r.get(10)?,
    };
    Ok((card, r.get(11)?))
}

fn with_words((mut card, words): (Card, String)) -> Result<Card> {
    card.words = serde_json::from_str(&words)?;
    Ok(card)
}

/// All cards of an organ on a shelf, as they were made.
pub fn list_cards(db: &impl Query, shelf: ShelfNo, organ: OrganId) -> Result<Vec<Card>> {
    db.all(
        "SELECT id, rev, case_id, term, office, state, joined, class, n, number, box, words
         FROM archive_card WHERE shelf = ?1 AND organ = ?2 ORDER BY id",
        params![shelf.0, organ.0],
        card_row,
    )?
    .into_iter()
    .map(with_words)
    .collect()
}

/// One card.
pub fn find_card(db: &impl Query, id: Id) -> Result<Card> {
    with_words(db.one(
        "SELECT id, rev, case_id, term, office, state, joined, class, n, number, box, words
         FROM archive_card WHERE id = ?1",
        [id.raw()],
        card_row,
    )?)
}

/// Classes and numbers on a shelf, and nothing else of its cards.
pub fn list_places(db: &impl Query, shelf: ShelfNo) -> Result<Vec<(String, i64)>> {
    db.all(
        "SELECT class, n FROM archive_card WHERE shelf = ?1 AND n IS NOT NULL",
        [shelf.0],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )
}

/// The organ a card belongs to.
pub fn find_organ(db: &impl Query, id: Id) -> Result<OrganId> {
    db.one(
        "SELECT organ FROM archive_card WHERE id = ?1",
        [id.raw()],
        |r| r.get(0).map(OrganId),
    )
}

/// What was done to a card, on the shelf this file holds; oldest first.
pub fn list_events(db: &impl Query, card: Id) -> Result<Vec<Event>> {
    events(db.all(
        "SELECT card, what, batch, data, name, at FROM archive_event WHERE card = ?1 ORDER BY id",
        [card.raw()],
        event_row,
    )?)
}

/// What was done to cards later on, as a standing shelf keeps it; oldest first.
pub fn list_later(db: &impl Query, shelf: ShelfNo) -> Result<Vec<Event>> {
    events(db.all(
        "SELECT card, what, batch, data, name, at FROM archive_event
         WHERE shelf = ?1 AND what IN ('handed','lent','returned','destroyed','noted','undone') ORDER BY id",
        [shelf.0],
        event_row,
    )?)
}

fn event_row(r: &Row<'_>) -> RowResult<(Event, String)> {
    let event = Event {
        card: Id::from_raw(r.get(0)?),
        what: r.get(1)?,
        batch: r.get(2)?,
        data: serde_json::Value::Null,
        name: r.get(4)?,
        at: Millis(r.get(5)?),
    };
    Ok((event, r.get(3)?))
}

fn events(all: Vec<(Event, String)>) -> Result<Vec<Event>> {
    all.into_iter()
        .map(|(mut event, data)| {
            event.data = serde_json::from_str(&data)?;
            Ok(event)
        })
        .collect()
}

/// This person's last press of a button on a shelf that is not undone: its name and its instant.
pub fn find_last(
    db: &impl Query,
    shelf: ShelfNo,
    person: PersonId,
) -> Result<Option<(String, i64)>> {
    db.opt(
        "SELECT batch, at FROM archive_event e WHERE shelf = ?1 AND person = ?2 AND what = 'edited'
           AND NOT EXISTS (SELECT 1 FROM archive_event u WHERE u.shelf = ?1 AND u.what = 'undone'
             AND u.data ->> '$.batch' = e.batch)
         ORDER BY id DESC LIMIT 1",
        params![shelf.0, person.0],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )
}

/// What one press of a button changed on a shelf: card, before, after.
pub fn list_batch(
    db: &impl Query,
    shelf: ShelfNo,
    batch: &str,
) -> Result<Vec<(Id, Picture, Picture)>> {
    let all = db.all(
        "SELECT card, data -> '$.before', data -> '$.after' FROM archive_event
         WHERE shelf = ?1 AND batch = ?2 AND what = 'edited' ORDER BY id",
        params![shelf.0, batch],
        |r| {
            Ok((
                Id::from_raw(r.get(0)?),
                r.get::<_, String>(1)?,
                r.get::<_, String>(2)?,
            ))
        },
    )?;
    all.into_iter()
        .map(|(card, before, after)| {
            Ok((
                card,
                serde_json::from_str(&before)?,
                serde_json::from_str(&after)?,
            ))
        })
        .collect()
}

/// Writes what was done.
pub fn insert_event(
    w: &mut Write<'_>,
    (card, what): (Id, &str),
    hand: &Hand,
    data: &impl Serialize,
) -> Result<()> {
    let id = w.next_id();
    w.execute(
        "INSERT INTO archive_event(id, shelf, card, what, batch, data, person, name, at)
         VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9)",
        params![
            id.raw(),
            w.shelf().0,
            card.raw(),
            what,
            hand.batch,
            serde_json::to_string(data)?,
            hand.person.0,
            hand.name,
            w.at().0
        ],
    )?;
    Ok(())
}

/// Makes a card; a second one of the same case is not made.
pub fn insert_card(
    w: &mut Write<'_>,
    (organ, case): (OrganId, Option<Id>),
    picture: &Picture,
    hand: &Hand,
) -> Result<Option<Id>> {
    let id = w.next_id();
    let made = w.execute(
        "INSERT INTO archive_card(id, shelf, rev, organ, case_id, words, term, office, state, joined)
         VALUES(?1,?2,1,?3,?4,?5,?6,?7,?8,NULL) ON CONFLICT DO NOTHING",
        params![
            id.raw(),
            w.shelf().0,
            organ.0,
            case.map(Id::raw),
            serde_json::to_string(&picture.words)?,
            picture.term.map_or("", Term::code),
            picture.office,
            picture.state.id()
        ],
    )?;
    if made == 0 {
        return Ok(None);
    }
    insert_event(w, (id, "made"), hand, picture)?;
    Ok(Some(id))
}

/// Changes a card, where it is still as it was seen; `undoes` names what is undone by it.
///
/// # Errors
/// Conflict where somebody changed it since.
pub fn set_card(
    w: &mut Write<'_>,
    seen: &Card,
    picture: &Picture,
    (hand, undoes): (&Hand, Option<&str>),
) -> Result<()> {
    w.must_hold(seen.id)?;
    let changed = w.execute(
        "UPDATE archive_card SET rev = rev + 1, words = ?3, term = ?4, office = ?5, state = ?6, joined = ?7
         WHERE id = ?1 AND rev = ?2",
        params![
            seen.id.raw(),
            seen.rev,
            serde_json::to_string(&picture.words)?,
            picture.term.map_or("", Term::code),
            picture.office,
            picture.state.id(),
            picture.joined.map(Id::raw)
        ],
    )?;
    if changed == 0 {
        return Err(stale());
    }
    let data = serde_json::json!({"batch": undoes, "before": seen.picture(), "after": picture});
    let what = undoes.map_or("edited", |_| "undone");
    insert_event(w, (seen.id, what), hand, &data)
}

/// Puts a number on a card, or takes it off with its box.
pub fn set_place(w: &mut Write<'_>, seen: &Card, place: Option<&Place>, hand: &Hand) -> Result<()> {
    w.must_hold(seen.id)?;
    let changed = w.execute(
        "UPDATE archive_card SET rev = rev + 1, class = ?3, n = ?4, number = ?5, box = NULL WHERE id = ?1 AND rev = ?2",
        params![
            seen.id.raw(),
            seen.rev,
            place.map(|p| &p.class),
            place.map(|p| p.n),
            place.map(|p| &p.text)
        ],
    )?;
    if changed == 0 {
        return Err(stale());
    }
    let (what, text) = match (place, &seen.place) {
        (Some(place), _) => ("numbered", place.text.as_str()),
        (None, was) => ("unnumbered", was.as_ref().map_or("", |p| p.text.as_str())),
    };
    insert_event(
        w,
        (seen.id, what),
        hand,
        &serde_json::json!({"number": text}),
    )
}

/// Puts a card into a box.
pub fn set_box(w: &mut Write<'_>, (card, no): (Id, i64), hand: &Hand) -> Result<()> {
    w.must_hold(card)?;
    let changed = w.execute(
        "UPDATE archive_card SET rev = rev + 1, box = ?2 WHERE id = ?1 AND n IS NOT NULL AND box IS NOT ?2",
        params![card.raw(), no],
    )?;
    match changed {
        0 => Ok(()),
        _ => insert_event(w, (card, "boxed"), hand, &serde_json::json!({"box": no})),
    }
}

fn stale() -> Error {
    Error::Conflict("别人刚改过这张卡片。请刷新后再改".to_owned())
}
