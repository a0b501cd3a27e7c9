//! The picture: a cabinet is a file, a board a year, a box one department's working year. Drawn from
//! [`Stock`]; the classes are the storeroom's of `look.css`.

use super::stock::{Box, Stock, by_year, year_word};
use crate::kit::text::size;
use crate::store::{RelocationState, Volume, VolumeState};
use crate::ui::note::{self, Rank, State, mark};
use crate::ui::{Markup, html};

/// Share of a volume from which a box is drawn wider, in hundredths.
const WIDE: u64 = 15;
const WIDEST: u64 = 30;

/// All cabinets, and the room that is left.
pub(super) fn vault(stock: &Stock, this_year: i16) -> Markup {
    html! {
        div.vault {
            @for volume in &stock.volumes { (cabinet(stock, volume)) }
            (room(stock, this_year))
        }
    }
}

/// One cabinet.
pub(super) fn cabinet(stock: &Stock, volume: &Volume) -> Markup {
    let away = volume.state == VolumeState::Detached;
    let most = by_year(stock.in_volume(volume.no))
        .values()
        .map(Vec::len)
        .max()
        .unwrap_or(0)
        .max(coming(stock, volume.no).len());
    let span = match most {
        _ if volume.state != VolumeState::Open => "w3",
        0..=2 => "w3",
        3..=6 => "w6",
        7..=10 => "w9",
        _ => "w12",
    };
    html! {
        figure class={ "cab " (span) @if away { " away" } } {
            (plate(stock, volume))
            @match volume.state {
                VolumeState::Open => { (boards(stock, volume)) }
                VolumeState::Frozen => { (doors(stock, volume)) }
                VolumeState::Detached => {
                    div.gap {
                        p { "柜子不在这里，案卷的标题还查得到。" }
                        p { "要看正文，先" a href=[at(stock, volume)] { "挂接回来" } "。" }
                    }
                }
                VolumeState::Broken => {
                    div.gap {
                        p { "这一柜的文件打不开，里面的案卷现在看不了；别的柜照常办。" }
                        p { a href=[at(stock, volume)] { "看怎么恢复" } }
                    }
                }
            }
        }
    }
}

/// The page of a volume, for who may open it.
fn at(stock: &Stock, volume: &Volume) -> Option<String> {
    let no = volume.no;
    stock
        .leads_to_volumes
        .then(|| format!("{}/volume/{no}", super::AT))
}

fn plate(stock: &Stock, volume: &Volume) -> Markup {
    html! {
        div.plate {
            a.faint href=[at(stock, volume)] { (format!("{:04}", volume.no)) " 柜" }
            b { (stock.called(volume.key)) }
            (state_of(stock, volume))
        }
    }
}

/// How a cabinet stands, in a word.
pub(super) fn state_of(stock: &Stock, volume: &Volume) -> Markup {
    let moving = |to: bool| {
        let mut all = stock.open();
        all.any(|r| {
            if to {
                r.to == volume.no
            } else {
                r.from == volume.no
            }
        })
    };
    match volume.state {
        VolumeState::Frozen => mark(Rank::Calm, "封存"),
        VolumeState::Detached => mark(Rank::Calm, "脱机"),
        VolumeState::Broken => mark(Rank::Hot, "坏了"),
        VolumeState::Open if !volume.here => mark(Rank::Hot, "没打开"),
        VolumeState::Open if moving(true) => note::state(State::Warn, "正在搬来"),
        VolumeState::Open if moving(false) => note::state(State::Warn, "正在搬走"),
        VolumeState::Open => {
            let spare = stock.spare.get(&volume.no).copied().unwrap_or_default();
            let free = match worth_saying(spare.free, volume.bytes) {
                true => format!("，空着 {}", size(spare.free)),
                false => String::new(),
            };
            let said = format!("开着，{}{free}", size(volume.bytes));
            note::state(State::Now, &said)
        }
    }
}

/// A tenth of the file, and more than a few pages.
pub(in crate::screens) const fn worth_saying(free: u64, of: u64) -> bool {
    free > 256 << 10 && free > of / 10
}

fn boards(stock: &Stock, volume: &Volume) -> Markup {
    let mut all = by_year(stock.in_volume(volume.no));
    let coming = coming(stock, volume.no);
    for one in &coming {
        all.entry(std::cmp::Reverse(one.year)).or_default();
    }
    html! {
        @if all.is_empty() { div.gap { p { "还是空的。" } } }
        @for (year, boxes) in &all {
            @let bytes: u64 = boxes.iter().map(|b| b.bytes).sum();
            div.shelf {
                p.yr { @if year.0 == 0 { "长期" } @else { (year.0) } }
                ul.boxes aria-label=(year_word(year.0)) {
                    @for one in boxes { li { (drawn(stock, volume, one)) } }
                    @for one in coming.iter().filter(|b| b.year == year.0) { li { (place_for(stock, one)) } }
                }
                p.sum {
                    @if boxes.is_empty() { "正在搬来" } @else { (size(bytes)) br; (boxes.len()) " 盒" }
                }
            }
        }
    }
}

/// Boxes that are to come here.
fn coming(stock: &Stock, no: i64) -> Vec<&Box> {
    let mine = stock.open().filter(|r| r.to == no);
    mine.filter_map(|r| stock.find(r.shelf))
        .filter(|b| b.volume != no)
        .collect()
}

fn drawn(stock: &Stock, volume: &Volume, one: &Box) -> Markup {
    let moving = stock.open().find(|r| r.shelf == one.shelf);
    let (class, doing) = match moving.map(|r| r.state) {
        Some(RelocationState::Copying) => (" going", "正在搬"),
        Some(RelocationState::Switched) => ("", "刚搬到，原处在清理"),
        Some(_) => ("", "等着搬"),
        None => ("", "开着"),
    };
    let share = one.bytes * 100 / volume.bytes.max(1);
    let wide = match share {
        s if s >= WIDEST => " b3",
        s if s >= WIDE => " b2",
        _ => "",
    };
    let name = stock.dept(one.dept);
    let title = format!(
        "{name} {}，{}，{} 件，{doing}",
        year_word(one.year),
        size(one.bytes),
        one.cases
    );
    html! {
        a class={ "box" (wide) (class) } href=[at(stock, volume)] title=(title) {
            b { (short(name)) } i { (size(one.bytes).replace(' ', "")) }
        }
    }
}

/// The place kept for a box on its way.
fn place_for(stock: &Stock, one: &Box) -> Markup {
    let title = format!("留给{} {}的位置", stock.dept(one.dept), year_word(one.year));
    html! { span.box.gone title=(title) { b { "待搬来" } i { "　" } } }
}

/// A spine holds five characters.
fn short(name: &str) -> String {
    name.chars().take(5).collect()
}

fn doors(stock: &Stock, volume: &Volume) -> Markup {
    let year = volume
        .key
        .year
        .map_or_else(|| stock.called(volume.key), year_word);
    html! {
        div.doors {
            p.strip { span { "封" } span { (year) } i { "砚" } }
            p.in { span { (volume.shelves.len()) " 盒" } span { (size(volume.bytes)) } }
        }
    }
}

fn room(stock: &Stock, this_year: i16) -> Markup {
    let Some(left) = stock.left else {
        return html! {};
    };
    html! {
        figure.cab.w3.room {
            div.plate { b { "空地方" } span {} span { (size(left)) } }
            div.gap {
                @match stock.years_left(this_year) {
                    Some(0) => p { "按去年的用量，不够再放一年，请换大一些的硬盘。" },
                    Some(n) if n > 100 => p { "按去年的用量，还能放 100 多年。" },
                    Some(n) => p { "按去年的用量，还能放 " (n) " 年。" },
                    None => p { "用满一年以后，这里会算出还能放几年。" },
                }
            }
        }
    }
}
