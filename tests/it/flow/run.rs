//! One case in random hands: a move is made, and what must hold after it is looked at. Not here: who makes which
//! (`random`), what is answered (`answer`).

use super::always::{Kept, MainLane, holds, main_lane};
use super::town::Town;
use inkstone::engine::case::State;
use inkstone::engine::definition::MoveId;
use inkstone::engine::facts::{People, Viewer};
use inkstone::engine::offer::Input;
use inkstone::engine::plan::{Act, Lane};
use inkstone::engine::rehearsal::Rehearsal;
use inkstone::kit::Error;

/// A case as it stands, and what was done on it.
#[derive(Clone)]
pub struct Run<'a> {
    pub it: Rehearsal<'a>,
    pub last: MoveId,
    pub done: Vec<&'static str>,
    acts: Vec<String>,
    taken_back: MainLane,
}

/// What came of an answer that keeps to its offer.
pub enum Came {
    Made,
    /// Refused for a reason there may be: these are the words.
    Refused(String),
}

impl<'a> Run<'a> {
    pub fn of(it: Rehearsal<'a>) -> Self {
        Self {
            taken_back: main_lane(&it),
            it,
            last: MoveId::Start,
            done: Vec::new(),
            acts: Vec::new(),
        }
    }

    /// Makes it and looks at what must hold.
    pub fn make(
        &mut self,
        viewer: &Viewer,
        (mv, input): (MoveId, &Input),
        viewers: &[Viewer],
    ) -> Result<Came, String> {
        let kept = Kept::of(&self.it);
        let opinions = self.it.case.opinions.clone();
        let before = main_lane(&self.it);
        let who = Town.name(viewer.holds[0].principal);
        let said = format!("{who} {mv:?} {input:?}");
        let came = match self.it.act(viewer, None, (mv, input)) {
            Ok(()) => Came::Made,
            Err(why) => match may_refuse(&self.it, &why) {
                Some(words) => Came::Refused(words),
                None => return Err(format!("{said}：提供了却被拒绝：{why}")),
            },
        };
        if let Came::Made = came {
            self.done.push(mv.as_str());
            self.last = mv;
            let now = main_lane(&self.it);
            if mv == MoveId::Withdraw && now != self.taken_back {
                let (was, done) = (&self.taken_back, &self.done);
                return Err(format!(
                    "{said} 没有恢复原样：{was:?} 现在 {now:?}\n{done:?}"
                ));
            }
            if self.it.acts.last().is_some_and(|a| a.lane == Lane::Main) {
                self.taken_back = before;
            }
        }
        let done = &self.done;
        holds(&self.it).map_err(|e| format!("{said} 之后，{e}\n{done:?}"))?;
        if !self.it.case.opinions.starts_with(&opinions) {
            return Err(format!("{said} 之后丢了意见"));
        }
        let row = |a: &Act| format!("{a:?}");
        let rows = self.it.acts.iter().map(row);
        if !rows.take(self.acts.len()).eq(self.acts.iter().cloned()) {
            return Err(format!("{said} 之后改了台账"));
        }
        let new = self.it.acts.iter().skip(self.acts.len()).map(row);
        self.acts.extend(new);
        kept.holds(&self.it, mv)
            .map_err(|e| format!("{said} 之后，{e}\n{done:?}"))?;
        if self.it.case.state == State::Void {
            for v in viewers {
                if let [first, ..] = self.it.offers(v).as_slice() {
                    return Err(format!("作废了还能{:?}", first.mv));
                }
            }
        }
        Ok(came)
    }
}

/// Why an answer that keeps to its offer may be refused all the same; nothing else may.
fn may_refuse(it: &Rehearsal<'_>, why: &Error) -> Option<String> {
    let words = match why {
        Error::Denied(words) => words.clone(),
        Error::Invalid(errors) => format!("{errors:?}"),
        _ => return None,
    };
    let denied = matches!(why, Error::Denied(_));
    // what was typed on this page closed the way that was chosen, or nobody is there for it
    let by_form = words.contains("按现在填的内容");
    // only a department without anybody
    let nobody = denied && words.contains("请管理员");
    // of a step whose work is reading somebody has to stay
    let last_reader = !denied && words.contains("至少要留一个人阅");
    // a document jumped past its drafting: what is missing is not theirs to write
    let unwritten =
        words.contains("公文体检还有必须改的") || words.contains("正文还是空的，不能签发");
    // a rule between fields: random people do not know it
    let by_rule = it.procedure.rules.iter().any(|r| words.contains(&r.say));
    let may = by_form || nobody || last_reader || !denied && (unwritten || by_rule);
    may.then_some(words)
}
