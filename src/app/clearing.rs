//! Puts a demonstration office aside at start, where its administrator asked for it, so that the next
//! thing to be seen is the first run. Nothing is deleted: the files lie in a folder of their own.
//! Invariant: only a hub that carries the demo's marker is ever moved.

use crate::kit::{Millis, Result};
use crate::store::{self, DataDir};
use std::path::{Path, PathBuf};

/// Moves the files of a demonstration office; where they are now, if there were any to move.
pub fn clear_where_asked(dir: &DataDir) -> Result<Option<PathBuf>> {
    let Some(asked) = store::clearing_asked(dir)? else {
        return Ok(None);
    };
    let name = folder(dir, asked)?;
    let aside = dir.set_aside(&name)?;
    tracing::info!(folder = name, "demo put aside");
    Ok(Some(aside))
}

/// demo-20261121-1430: of the moment it was asked for, so that a move cut short goes on in the same folder.
fn folder(dir: &DataDir, asked: Millis) -> Result<String> {
    let zone = store::kept_zone(dir)?;
    let (hour, minute) = zone.hour_minute(asked);
    Ok(format!(
        "demo-{}-{hour:02}{minute:02}",
        zone.day(asked).to_string().replace('-', "")
    ))
}

/// What the console says of it.
#[must_use]
pub fn words(aside: &Path) -> String {
    format!(
        "\n　　演示数据已经移到 {}，不再使用。\n　　下面是一套全新的、空的平台。确认不要了，可以把那个文件夹删掉。\n",
        aside.display()
    )
}
