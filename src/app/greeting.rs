//! What the console says once the office is open: where it is reached, and what about this PC somebody has to put right first.
//! Not here: the words of the addresses (`console`), the same matters as lights (`screens::health`).
//! Invariant: nothing here keeps an office from opening that can open.

use super::console::{self, Welcome};
use super::https;
use crate::access::demo::Phase;
use crate::kit::Result;
use crate::store::{ClockState, DataDir};
use crate::web::State;
use std::net::IpAddr;

/// Says it. `unsealed`: why there is no encrypted address.
pub fn say(
    state: &State,
    dir: &DataDir,
    (port, lan): (u16, &[IpAddr]),
    unsealed: Option<&str>,
) -> Result<()> {
    let code = state.access.setup_code()?;
    console::say(&console::welcome(&Welcome {
        office: &state.office().site.office,
        port,
        lan,
        code: code.as_deref(),
        https: https::address(state, lan.first()).as_deref(),
        folder: &dir.root().display().to_string(),
    }));
    let note = |words: &str| console::say(&format!("\n　　注意：{words}\n"));
    if let Some(why) = unsealed {
        note(why);
    }
    let bad = state.health.place;
    if let Some(bad) = bad.or_else(|| (state.machine.place)(dir.root())) {
        note(&format!(
            "{}。请停下来，直接双击砚台程序再打开，数据会放到本机硬盘上；自己用 --data 指定文件夹的，请换成本机硬盘上的",
            bad.says()
        ));
    }
    if (state.machine.program)().is_some() {
        note(
            "砚台程序自己在U盘或网络盘上，一拔掉大家就打不开。请停下来，把程序复制到本机硬盘（例如 D 盘）再双击",
        );
    }
    if let ClockState::Held { .. } = state.store.clock_state() {
        note(
            "这台电脑的日期和最后一次办理的日期对不上，暂停办理。请把电脑的日期和时间改对，改好自己恢复",
        );
    }
    for lost in state.store.lost() {
        note(&lost.words);
    }
    if let Some(demo) = state.access.demo()?.filter(|d| d.phase == Phase::Ready) {
        console::say(&console::demo_words(&demo.words));
    }
    Ok(())
}
