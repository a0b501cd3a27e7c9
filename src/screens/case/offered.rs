//! What a person may do now, drawn from the engine's offers: the primary at the bottom right, the other
//! ways folded under the sheet, each with what it asks.
//! Invariant: nothing here is offered that `engine::moves` did not offer.

use super::names;
use crate::engine::definition::{MoveId, Need};
use crate::engine::facts::People;
use crate::engine::offer::{BackOffer, Choice, Offer, Ordered, Pick};
use crate::engine::people::InOrgan;
use crate::kit::{DeptId, FieldErrors, Id, NameKeys, Principal, name_keys};
use crate::ui::deed::Press;
use crate::ui::form;
use crate::ui::person_pick::{Count, Group, Person, Picker};
use crate::ui::{Markup, html};
use crate::web::Visit;

/// What the offers are drawn with.
pub struct Offered<'a> {
    pub offers: &'a [Offer],
    pub people: &'a InOrgan<'a>,
    pub errors: &'a FieldErrors,
    /// Where the page came back: what was typed.
    pub visit: Option<&'a Visit>,
    /// The task the page stands on.
    pub task: Option<Id>,
}

impl Offered<'_> {
    /// Buttons of the bar, the primary last.
    pub fn presses(&self) -> Vec<Press> {
        let mut presses: Vec<Press> = Vec::new();
        for (label, deed) in self.lead().map(buttons).unwrap_or_default() {
            let press = if presses.is_empty() {
                Press::key(label)
            } else {
                Press::new(label)
            };
            presses.push(press.posts(names::DEED, deed));
        }
        // a way that asks nothing needs no fold
        for offer in self
            .rest()
            .filter(|o| asks_nothing(o) && o.mv != MoveId::Issue)
        {
            let all = buttons(offer).into_iter();
            presses.extend(all.map(|(label, deed)| Press::new(label).posts(names::DEED, deed)));
        }
        presses.reverse();
        presses
    }

    /// The primary: what this person is here for. Taking back and letting somebody read a settled
    /// case are there when wanted, and never the black button.
    fn lead(&self) -> Option<&Offer> {
        self.lead_at().and_then(|at| self.offers.get(at))
    }

    fn lead_at(&self) -> Option<usize> {
        // who was asked for more time came to answer, though nothing of the flow moves by it
        let asked = |o: &Offer| o.mv == MoveId::AnswerExtension;
        let answer = self.offers.iter().position(asked);
        let first = self.offers.first();
        let main = first.is_some_and(|o| !o.mv.is_aside() && !is_by_the_way(o));
        let here = answer
            .and_then(|at| self.offers.get(at))
            .is_some_and(|o| o.task.is_some() && o.task == self.task);
        match (answer, main) {
            (Some(at), false) => Some(at),
            (Some(at), true) if here => Some(at),
            (_, true) => Some(0),
            (_, false) => None,
        }
    }

    /// All but the primary, and what has a place of its own.
    fn rest(&self) -> impl Iterator<Item = &Offer> {
        let lead = self.lead_at();
        let all = self.offers.iter().enumerate();
        let others = all.filter(move |(i, _)| Some(*i) != lead);
        others.map(|(_, o)| o).filter(|o| o.mv != MoveId::Report)
    }

    /// 报进展: whoever has a supervised matter writes it first of all, without a fold to open.
    pub fn report(&self) -> Markup {
        let Some(offer) = self.offers.iter().find(|o| o.mv == MoveId::Report) else {
            return html! {};
        };
        html! {
            section.report aria-label=(offer.label) {
                (self.asks(offer))
                p.acts {
                    @for (label, deed) in buttons(offer) {
                        (Press::new(label).posts(names::DEED, deed))
                    }
                }
            }
        }
    }

    /// What the primary asks: to whom it goes.
    pub fn primary(&self) -> Markup {
        self.lead().map_or_else(|| html! {}, |o| self.asks(o))
    }

    /// The other ways, folded; what stands beside the flow in a fold of its own. `case` is where the case
    /// is mended, which has a page of its own.
    pub fn others(&self, case: &str) -> Markup {
        let (aside, others): (Vec<&Offer>, Vec<&Offer>) = self
            .rest()
            // issuing has a page of its own
            .filter(|o| !asks_nothing(o) && o.mv != MoveId::Issue)
            .partition(|o| o.mv.is_aside() && o.mv != MoveId::LateReader);
        html! {
            @for offer in others { (self.fold(offer)) }
            @if !aside.is_empty() {
                details open[aside.iter().any(|o| self.is_wrong(o))] {
                    summary { "更多：" (labels(&aside)) }
                    div.aside {
                        @for offer in aside {
                            @if offer.mv == MoveId::Correct {
                                p { a href={ (case) "/correct" } { (offer.label) "登记的内容" } }
                            } @else { (self.fold(offer)) }
                        }
                    }
                }
            }
        }
    }

    fn fold(&self, offer: &Offer) -> Markup {
        html! {
            details open[self.is_wrong(offer)] {
                summary { (offer.label) }
                (self.asks(offer))
                p.acts {
                    @for (label, deed) in buttons(offer) {
                        (Press::new(label).posts(names::DEED, deed))
                    }
                }
            }
        }
    }

    fn is_wrong(&self, offer: &Offer) -> bool {
        let of_this = format!(".{}", offer.mv.as_str());
        self.errors.0.iter().any(|e| e.field.contains(&of_this))
    }

    fn asks(&self, offer: &Offer) -> Markup {
        html! {
            @if !offer.said.is_empty() { p.hint { (offer.said) } }
            @if is_long(offer) { (self.ways(offer)) }
            @for choice in self.asking(offer) { (self.choice(offer, choice)) }
            @if turns(offer) { (self.turns(offer)) }
            @if let Some(back) = offer.back { (self.back(offer, back)) }
            @if let Some(note) = offer.note {
                @let name = names::of_move("note", offer.mv);
                @let area = form::area(&name, note.label, 2).value(self.typed(&name, "")).check(self.errors);
                @if note.need == Need::Required { (area.need()) } @else { (area) }
            }
        }
    }

    /// Choices that ask for something, where they ask the same people only the first.
    fn asking<'b>(&self, offer: &'b Offer) -> impl Iterator<Item = &'b Choice> {
        let same = |c: &Choice| match offer.choices.as_slice() {
            [first, ..] => names::people(offer.mv, &c.id) == names::people(offer.mv, &first.id),
            [] => false,
        };
        let mut seen = false;
        offer.choices.iter().filter(move |c| {
            let again = same(c) && seen;
            seen = true;
            !again
        })
    }

    /// A long list of ways to tick one of.
    fn ways(&self, offer: &Offer) -> Markup {
        let name = names::of_move("choice", offer.mv);
        let all = offer.choices.iter();
        let all = all
            .map(|c| form::Choice::new(c.id.clone(), &c.label))
            .collect();
        let one = form::radios(&name, &offer.label, all).value(self.typed(&name, ""));
        html! { (one.check(self.errors)) }
    }

    fn turns(&self, offer: &Offer) -> Markup {
        let name = names::of_move("turns", offer.mv);
        let (label, once, order) = match offer.mv {
            MoveId::AddSigner | MoveId::Countersign => {
                ("怎么送", "同时送给各位", "从上到下一位签完再送下一位")
            }
            _ => ("怎么传", "同时传给各位", "从上到下一位一位地传"),
        };
        let all = vec![
            form::Choice::new("once", once),
            form::Choice::new("order", order),
        ];
        html! { (form::radios(&name, label, all).value(self.typed(&name, "once"))) }
    }

    fn choice(&self, offer: &Offer, choice: &Choice) -> Markup {
        html! {
            @if let Some(pick) = &choice.pick { (self.pick(offer, choice, pick)) }
            @if !choice.departments.is_empty() {
                @let name = names::of_choice("dept", offer.mv, &choice.id);
                (form::select(&name, &choice.label, self.departments(&choice.departments))
                    .value(self.typed(&name, "")).check(self.errors))
            }
        }
    }

    fn pick(&self, offer: &Offer, choice: &Choice, pick: &Pick) -> Markup {
        let name = names::people(offer.mv, &choice.id);
        let count = if pick.most == 1 {
            Count::One
        } else {
            Count::Many
        };
        let only: Vec<String> = match pick.among.as_slice() {
            [one] => vec![one.to_raw().to_string()],
            _ => pick.usual.iter().map(|p| p.to_raw().to_string()).collect(),
        };
        let typed = self
            .visit
            .map(|v| v.form_all(&name).into_iter().map(str::to_owned).collect());
        let mut picker = Picker::new(&name, &self.question(offer, choice, pick), count)
            .groups(self.groups(&pick.among))
            .chosen(typed.unwrap_or(only))
            .check(self.errors);
        // beside the flow, and where departments or people are asked, one of several pickers is answered
        if !offer.mv.is_aside() && offer.mv != MoveId::Countersign {
            let asks = |c: &Choice| c.pick.is_some() || !c.departments.is_empty();
            picker = match offer.choices.iter().all(asks) {
                true => picker.need(),
                false => picker.hint(&format!("点“{}”的，才要选人", choice.label)),
            };
        }
        if pick.ordered == Ordered::InOrder && pick.most > 1 {
            picker = picker.hint("选了几位的，按从上到下的顺序一位一位地送");
        }
        html! {
            (picker)
        }
    }

    /// 由谁批示; where several pickers stand under each other, which is which.
    fn question(&self, offer: &Offer, choice: &Choice, pick: &Pick) -> String {
        match offer.mv {
            MoveId::Countersign => choice.label.clone(),
            MoveId::Jump => format!("{}的，{}", choice.label, pick.question()),
            _ => pick.question(),
        }
    }

    fn back(&self, offer: &Offer, back: BackOffer) -> Markup {
        let name = names::of_move("back", offer.mv);
        let (label, to_me, past_me) = match back {
            BackOffer::AfterMending => ("改好以后", "直接送回我这里", "按环节重新走"),
            BackOffer::AfterHandling => ("办完以后", "办完先回我这里", "办完直接报出，责任仍在我"),
        };
        let choices = vec![
            form::Choice::new("me", to_me),
            form::Choice::new("past", past_me),
        ];
        html! { (form::radios(&name, label, choices).value(self.typed(&name, "me"))) }
    }

    fn groups(&self, among: &[Principal]) -> Vec<Group> {
        let mut groups: Vec<Group> = Vec::new();
        for p in among {
            let (dept, post) = self.place(*p);
            let person = self.person(*p, post);
            match groups.iter_mut().find(|g| g.dept == dept) {
                Some(g) => g.people.push(person),
                None => groups.push(Group {
                    dept,
                    people: vec![person],
                }),
            }
        }
        groups
    }

    /// Department and post of a principal, as they are read on the door.
    fn place(&self, p: Principal) -> (String, String) {
        let directory = self.people.directory;
        let post = match p {
            Principal::Post(id) => directory.post(id),
            Principal::Person(id) => directory.main_post(id),
            Principal::Pool(_) => return ("各部门，由收件人或负责人签".to_owned(), String::new()),
            Principal::Organ(_) | Principal::Everyone => None,
        };
        post.map_or_else(
            || ("其他".to_owned(), String::new()),
            |p| (directory.dept_name(p.department).to_owned(), p.name.clone()),
        )
    }

    fn person(&self, p: Principal, post: String) -> Person {
        let name = self.people.name(p);
        let keys = self.keys(p, &name);
        Person {
            value: p.to_raw().to_string(),
            keys: format!("{} {}", keys.full.replace(' ', ""), keys.initials),
            name,
            post,
            away: String::new(),
        }
    }

    /// What is typed to find somebody: known of people, made for posts that several hold or nobody.
    fn keys(&self, p: Principal, name: &str) -> NameKeys {
        let directory = self.people.directory;
        let known = match p {
            Principal::Person(id) => directory.person(id),
            Principal::Post(id) => directory.holders_of(id).find(|p| p.name == name),
            _ => None,
        };
        known.map_or_else(|| name_keys(name), |p| p.keys.clone())
    }

    fn departments(&self, all: &[DeptId]) -> Vec<form::Choice> {
        let first = form::Choice::new("", "请选择");
        let rest = all.iter();
        let rest = rest.map(|d| form::Choice::new(d.to_string(), self.people.dept_name(*d)));
        std::iter::once(first).chain(rest).collect()
    }

    fn typed(&self, name: &str, usual: &str) -> String {
        let typed = self.visit.map(|v| v.form(name)).filter(|t| !t.is_empty());
        typed.unwrap_or(usual).to_owned()
    }
}

/// Whether there is nothing to say or to choose beside what the sheet itself asks.
fn asks_nothing(offer: &Offer) -> bool {
    let plain = |c: &Choice| c.pick.is_none() && c.departments.is_empty();
    offer.choices.iter().all(plain) && offer.note.is_none() && offer.back.is_none()
}

/// 催办、更正、作废: what is in the fold, said on it.
fn labels(offers: &[&Offer]) -> String {
    let all: Vec<&str> = offers.iter().map(|o| o.label.as_str()).collect();
    all.join("、")
}

/// Letting somebody read without having the case, and taking back what others were asked to sign.
fn is_by_the_way(offer: &Offer) -> bool {
    use MoveId::{AddSigner, Circulate, Countersign, Reject, Return};
    // sending back is never what a person is here for, even where the way on waits for work of its own, as sealing
    matches!(offer.mv, Reject | Return)
        || matches!(offer.mv, AddSigner | Circulate | Countersign) && offer.task.is_none()
}

/// Beside the flow more ways than fit on buttons are ticked in a list.
fn is_long(offer: &Offer) -> bool {
    offer.mv.is_aside() && offer.choices.len() > 3
}

/// Whether the sender says if several are asked one after another.
fn turns(offer: &Offer) -> bool {
    let picks = offer.choices.iter().filter_map(|c| c.pick.as_ref());
    let mut said = picks.filter(|p| p.ordered == Ordered::AsSaid && p.most > 1);
    said.next().is_some()
}

/// Words and value of each button of an offer.
fn buttons(offer: &Offer) -> Vec<(String, String)> {
    if offer.choices.is_empty() || is_long(offer) {
        return vec![(offer.label.clone(), names::deed(offer.mv, ""))];
    }
    let all = offer.choices.iter();
    all.map(|c| (c.label.clone(), names::deed(offer.mv, &c.id)))
        .collect()
}
