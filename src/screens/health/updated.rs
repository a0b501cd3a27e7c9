//! The light of the last update: shown only where it did not go well and nobody read of it. Not here: how one ends (`app::update`).

use super::lights::{Act, Facts, Grade, Light, light};
use crate::screens::update::UPDATE_AT;
use crate::web::update::Ended;

/// The light, while there is something to read.
pub(super) fn updated(f: &Facts) -> Option<Light> {
    let past = f.update.as_ref()?;
    let (grade, says) = match past.ended {
        Ended::Returned => (
            Grade::Bad,
            format!(
                "升级到 {} 没有成功，已经退回 {}，数据一样不少",
                past.to, past.from
            ),
        ),
        _ => (Grade::Note, format!("没有升级到 {}，什么也没有动", past.to)),
    };
    let says = format!("{says}。原因：{}", past.why);
    Some(light(
        "升级",
        grade,
        says,
        Some(Act::Open("看升级", UPDATE_AT)),
    ))
}
