//! The four ways of filing, each with a sentence and a picture of a few strokes. Pure; drawn with attributes,
//! since the pages carry no inline style.

use crate::store::placement::Mode;
use crate::ui::{Markup, html};

/// A way of filing: its id in forms, its name, what it means.
pub(in crate::screens) struct Way {
    pub mode: Mode,
    pub id: &'static str,
    pub label: &'static str,
    pub says: &'static str,
}

/// All four, in the order they are offered.
pub(in crate::screens) const MODES: [Way; 4] = [
    Way {
        mode: Mode::Shared,
        id: "shared",
        label: "共用",
        says: "全单位一个柜，所有部门、所有年份都放在一起。最省事，人不多、件不多的单位用它就够。",
    },
    Way {
        mode: Mode::Exclusive,
        id: "exclusive",
        label: "部门独占",
        says: "选出来的部门各有自己的柜，由本部门的人自己管；其余部门还是共用一柜。",
    },
    Way {
        mode: Mode::Yearly,
        id: "yearly",
        label: "按年度",
        says: "一年一个柜，各部门都在里面。过完一年可以整柜封存、拷走，以后备份也快。",
    },
    Way {
        mode: Mode::Mixed,
        id: "mixed",
        label: "混合",
        says: "一个部门一个部门地定：要不要自己的柜，要不要一年一柜。",
    },
];

/// A way by its id.
pub(super) fn by_id(id: &str) -> Option<&'static Way> {
    MODES.iter().find(|w| w.id == id)
}

/// Cabinets of a picture: left edge, boards, boxes on a board.
const fn cabinets(mode: Mode) -> &'static [(u32, u32, u32)] {
    match mode {
        Mode::Shared => &[(0, 3, 6)],
        Mode::Exclusive => &[(0, 3, 4), (62, 3, 1), (84, 3, 1)],
        Mode::Yearly => &[(0, 1, 2), (36, 1, 2), (72, 1, 2)],
        Mode::Mixed => &[(0, 1, 2), (36, 1, 2), (72, 3, 1), (94, 1, 1)],
    }
}

/// The picture of a way of filing.
pub(in crate::screens) fn sketch(mode: Mode) -> Markup {
    html! {
        svg width="120" height="54" viewBox="-1 -1 120 54" fill="none" stroke="currentColor" aria-hidden="true" focusable="false" {
            @for (left, boards, boxes) in cabinets(mode) { (one(*left, *boards, *boxes)) }
        }
    }
}

fn one(left: u32, boards: u32, boxes: u32) -> Markup {
    let width = boxes * 13 + 5;
    let height = boards * 16 + 2;
    let top = 50 - height;
    html! {
        rect x=(left) y=(top) width=(width) height=(height) stroke-width="2" {}
        @for board in 0..boards {
            @let foot = top + 1 + (board + 1) * 16;
            @for n in 0..boxes {
                rect x=(left + 4 + n * 13) y=(foot - 13) width="9" height="12" stroke-width="1" {}
            }
        }
    }
}
