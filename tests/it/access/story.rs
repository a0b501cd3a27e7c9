//! The road of a case in these tests, move by move, so that one can stand at any step of it.

use super::office::Office;
use crate::support::town::says;
use inkstone::engine::case::Values;
use inkstone::engine::definition::MoveId;
use inkstone::engine::offer::Input;
use inkstone::kit::Id;
use serde_json::json;

impl Office {
    /// Walks a case as far as `steps` moves of its road.
    pub fn case(&self, title: &str, steps: usize) -> Id {
        let town = &self.town;
        let case = town.register("incoming-handle", title).unwrap().case;
        let road: [(&str, MoveId, Input); 8] = [
            ("宋小笺", MoveId::Submit, says("拟请江镇长批示。")),
            ("纪文澜", MoveId::Submit, self.to_leader("江若川")),
            ("江若川", MoveId::Submit, says("请应急办抓紧办理。")),
            ("宋小笺", MoveId::HandOut, self.hand_out()),
            ("纳百川", MoveId::FeedBack, says("已排查完毕。")),
            ("宋小笺", MoveId::Review, self.accept()),
            ("宋小笺", MoveId::Close, Input::default()),
            ("苏简", MoveId::Archive, Input::default()),
        ];
        for (who, mv, input) in road.into_iter().take(steps) {
            town.act(who, case, mv, input)
                .unwrap_or_else(|e| panic!("{who} {mv:?}: {e}"));
        }
        self.drain();
        case
    }

    fn to_leader(&self, name: &str) -> Input {
        Input {
            choice: "instruct".into(),
            people: vec![self.town.post(name)],
            ..Input::default()
        }
    }

    fn hand_out(&self) -> Input {
        let mut values = Values::new();
        values.insert("principal_department".into(), json!(self.town.dept("YJB")));
        Input {
            values,
            ..Input::default()
        }
    }

    fn accept(&self) -> Input {
        Input {
            choice: "accept".into(),
            ..Input::default()
        }
    }
}
