//! One volume as a cabinet: open with its years, its doors sealed with a strip, or gone with a dashed gap.

use crate::kit::text::size;
use crate::kit::{Millis, Zone};
use crate::screens::case::files::bytes_said;
use crate::store::freeze::Sealing;
use crate::store::{Volume, VolumeState};
use crate::ui::note::{Rank, State, mark, state};
use crate::ui::{Markup, html};
use std::collections::BTreeMap;

/// What a volume is called: 2024年度柜, 共用柜, 财政所专柜.
pub(super) fn name_of(volume: &Volume, dept: &dyn Fn(i64) -> String) -> String {
    match (volume.key.dept, volume.key.year) {
        (Some(d), Some(year)) => format!("{}{year}年度柜", dept(d)),
        (Some(d), None) => format!("{}专柜", dept(d)),
        (None, Some(year)) => format!("{year}年度柜"),
        (None, None) => "共用柜".to_owned(),
    }
}

/// The cabinet.
pub(super) fn cabinet(
    volume: &Volume,
    sealing: Option<&Sealing>,
    dept: &dyn Fn(i64) -> String,
    zone: Zone,
) -> Markup {
    let away = volume.state == VolumeState::Detached;
    let stands = match volume.state {
        VolumeState::Open => state(State::Now, &format!("开着，{}", size(volume.bytes))),
        VolumeState::Frozen => mark(Rank::Calm, "封存"),
        VolumeState::Detached => mark(Rank::Calm, "脱机"),
        VolumeState::Broken => state(State::Off, "坏了"),
    };
    html! {
        div.vault {
            figure class=(if away { "cab w4 away" } else { "cab w4" }) {
                div.plate {
                    span.faint { (format!("{:04} 柜", volume.no)) }
                    b { (name_of(volume, dept)) }
                    (stands)
                }
                @match volume.state {
                    VolumeState::Frozen => (doors(volume, sealing, zone)),
                    VolumeState::Detached => (gap(sealing)),
                    VolumeState::Open | VolumeState::Broken => (shelves(volume, dept)),
                }
            }
        }
    }
}

fn doors(volume: &Volume, sealing: Option<&Sealing>, zone: Zone) -> Markup {
    let manifest = sealing.and_then(|s| s.manifest.as_ref());
    let day = manifest.map(|m| zone.day(Millis(m.sealed_at)).long());
    html! {
        div.doors {
            p.strip { span { "封" } span { (day.unwrap_or_default()) } i { "封条" } }
            p.in {
                span { (volume.shelves.len()) " 个部门" }
                span { (bytes_said(i64::try_from(volume.bytes).unwrap_or(0))) }
            }
        }
    }
}

fn gap(sealing: Option<&Sealing>) -> Markup {
    let (label, place) = sealing.map_or(("", ""), |s| (s.label.as_str(), s.place.as_str()));
    html! {
        div.gap {
            p { "柜子不在这里" @if !label.is_empty() { "：存在“" (label) "”上" } "。" }
            @if !place.is_empty() { p { "带走时放在 " (place) "。" } }
            p { "标题还查得到，看正文要先挂接回来。" }
        }
    }
}

fn shelves(volume: &Volume, dept: &dyn Fn(i64) -> String) -> Markup {
    let mut years: BTreeMap<i16, Vec<String>> = BTreeMap::new();
    for (_, d, year) in &volume.shelves {
        years.entry(*year).or_default().push(dept(*d));
    }
    html! {
        @for (year, depts) in years.iter().rev() {
            div.shelf {
                p.yr { @if *year == 0 { "常用" } @else { (year) } }
                ul.boxes aria-label=(format!("{year}年")) {
                    @for name in depts { li { span.box { b { (name) } i { "　" } } } }
                }
                p.sum { (depts.len()) " 盒" }
            }
        }
    }
}
