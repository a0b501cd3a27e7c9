//! The lights of the health page: facts in, at most ten sentences out (one more while alarms are open, one more after an
//! update that went back), each with one thing to press. Pure, and the same for the page, the administrators' to-do list and `inkstone verify`.
//! Invariant: what nobody looked at is not called good.

use super::updated::updated;
use super::way_in::{WayIn, way_in};
use crate::kit::text::size;
use crate::kit::{Millis, Zone, version};
use crate::screens::office::CHANNELS_AT;
use crate::store::backup::{Alarm, Level as Alarming};
use crate::store::freeze::Stray;
use crate::store::{BadPlace, Checked, ClockState, Disk, Level, Lost};
use crate::web::machine::Autostart;
use crate::web::update::Past;

/// How well it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// 正常
    Good,
    /// 留意: nothing is in danger, somebody should look.
    Note,
    /// 要办
    Bad,
}

impl Grade {
    /// As the table says it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Good => "正常",
            Self::Note => "留意",
            Self::Bad => "要办",
        }
    }
}

/// What can be pressed beside a light.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Another page.
    Open(&'static str, &'static str),
    /// A deed of this page.
    Press(&'static str, &'static str),
}

/// One light.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Light {
    /// 磁盘
    pub name: &'static str,
    /// How well it is.
    pub grade: Grade,
    /// One sentence: what is, and what to do.
    pub says: String,
    /// One button.
    pub act: Option<Act>,
}

/// What the lights are made from.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// The disk of the data folder.
    pub disk: Disk,
    /// Volumes that ought to be here and are not.
    pub lost: Vec<Lost>,
    /// Files in their folder that nobody opens.
    pub strays: Vec<Stray>,
    /// Whether the lists are behind, and whether the search is being made anew; none where no server runs.
    pub lists: Option<(bool, bool)>,
    /// Why no mail goes out, empty where it does; none where no server runs.
    pub mail: Option<String>,
    /// Which robot or gateway sends nothing, and why.
    pub messages: Option<String>,
    /// What is wrong with the backups, the worst first, and the last good one in words; none where no server
    /// runs.
    pub backups: Option<(Vec<Alarm>, Option<String>)>,
    /// What the store thinks of the clock.
    pub clock: ClockState,
    /// How far the PCs of the office are ahead of the server's clock, in milliseconds.
    pub ahead: Option<i64>,
    /// What is wrong with where the folder stands.
    pub place: Option<BadPlace>,
    /// How the office starts with the PC.
    pub autostart: Autostart,
    /// What is wrong with where the program lies.
    pub program: Option<BadPlace>,
    /// What the last check found.
    pub checked: Option<Checked>,
    /// Whether one is under way.
    pub checking: bool,
    /// Alarms nobody looked at; none where no server runs.
    pub alarms: Option<i64>,
    /// How the last update ended, where it did not go well and nobody read of it.
    pub update: Option<Past>,
    /// How other PCs get here; none where no server runs, or none encrypted.
    pub way_in: Option<WayIn>,
    /// Now, and the office's zone.
    pub now: Millis,
    /// When a day begins.
    pub zone: Zone,
}

/// Where the deeds of this page go.
pub const CHECK_AT: &str = "/health/check";
/// Ends a check.
pub const STOP_AT: &str = "/health/stop";
/// Looks for lost volumes at once.
pub const CALL_AT: &str = "/health/call";
/// Attaches a carried-off volume whose file stands in the folder.
pub const ATTACH_AT: &str = "/health/attach";
/// An administrator says that the time is right.
pub const CLOCK_AT: &str = "/health/clock";

/// The light of sealed years.
pub const YEARS: &str = "封存的年度";
/// The light of address and certificate.
pub const WAY_IN: &str = "证书";
/// The light of the volumes' files.
pub const FILES: &str = "柜子";
const DAY_MS: i64 = 24 * 3_600_000;
/// Nobody read the files through for so long.
const STALE_MS: i64 = 8 * DAY_MS;

/// All lights, in their order.
#[must_use]
pub fn of(f: &Facts) -> Vec<Light> {
    let running = [backups(f), lists(f), mail(f), way_in(f)];
    let mut all = vec![disk(f), files(f)];
    all.extend(running.into_iter().flatten());
    all.extend([clock(f), place(f), contents(f)]);
    all.extend(years(f));
    all.extend(alarms(f));
    all.push(program(f));
    all.extend(updated(f));
    all
}

/// How they are together: the worst.
#[must_use]
pub fn worst(all: &[Light]) -> Grade {
    all.iter().map(|l| l.grade).max().unwrap_or(Grade::Good)
}

pub(super) fn light(name: &'static str, grade: Grade, says: String, act: Option<Act>) -> Light {
    Light {
        name,
        grade,
        says,
        act,
    }
}

fn disk(f: &Facts) -> Light {
    let (free, total) = (size(f.disk.free), size(f.disk.total));
    let (grade, says) = match f.disk.level {
        _ if f.disk.read_only => (
            Grade::Bad,
            "数据文件夹所在的磁盘现在只能读，大家只能看、不能办。请检查磁盘和文件夹的权限，好了以后自己恢复".into(),
        ),
        Level::Shut | Level::Full => (
            Grade::Bad,
            format!("磁盘已满，只剩 {free}：新件收不进来，待办还能办。请删掉这个磁盘上不要的文件，腾出地方以后自己恢复"),
        ),
        Level::NoFiles => (
            Grade::Bad,
            format!("磁盘快满了，只剩 {free}，已经不收附件。请删掉这个磁盘上不要的文件，或者换大一点的磁盘"),
        ),
        Level::Low => (
            Grade::Note,
            format!("磁盘还空 {free}，不多了。请在这几天里腾出地方"),
        ),
        Level::Roomy if f.disk.total == 0 => (
            Grade::Note,
            "还没有看过磁盘。一直这样请重启砚台".into(),
        ),
        Level::Roomy => (Grade::Good, format!("还空 {free}，一共 {total}")),
    };
    light("磁盘", grade, says, None)
}

fn backups(f: &Facts) -> Option<Light> {
    let (alarms, last) = f.backups.as_ref()?;
    Some(match alarms.first() {
        None => match last {
            Some(last) => light("备份", Grade::Good, last.clone(), None),
            None => light(
                "备份",
                Grade::Note,
                "还没有做过备份".into(),
                Some(Act::Open("去备份", "/backup")),
            ),
        },
        Some((level, words, at)) => {
            let grade = match level {
                Alarming::Bad => Grade::Bad,
                Alarming::Warn => Grade::Note,
            };
            light("备份", grade, words.clone(), Some(Act::Open("去备份", at)))
        }
    })
}

fn files(f: &Facts) -> Light {
    let act = Some(Act::Open("去恢复", crate::web::RESTORE_AT));
    match f.lost.as_slice() {
        [] => beside(f),
        [one] => light(FILES, Grade::Bad, one.words.clone(), act),
        [one, ..] => {
            let says = format!("有 {} 个柜子打不开。第一个：{}", f.lost.len(), one.words);
            light(FILES, Grade::Bad, says, act)
        }
    }
}

/// Every volume is here; is there more than that.
fn beside(f: &Facts) -> Light {
    let Some(one) = f.strays.first() else {
        return light(FILES, Grade::Good, "该在的柜子都在，都能打开".into(), None);
    };
    let act = one.fits.map(|_| Act::Press("核对并挂接", ATTACH_AT));
    let says = match f.strays.len() {
        1 => one.words.clone(),
        n => format!("{}（这样的文件有 {n} 个，办好一个再看下一个）", one.words),
    };
    light(FILES, Grade::Note, says, act)
}

fn lists(f: &Facts) -> Option<Light> {
    let (behind, rebuilding) = f.lists?;
    let says = match (behind, rebuilding) {
        (true, _) => "待办和登记簿的清单正在追上最新的办理，一般几秒钟就好；一直这样请重启砚台",
        (_, true) => "查找用的文件正在重新做，这会儿可能查不全，做好以后自己恢复",
        _ => "待办、登记簿和查找都是最新的",
    };
    let grade = if behind || rebuilding {
        Grade::Note
    } else {
        Grade::Good
    };
    Some(light("清单和查找", grade, says.into(), None))
}

fn mail(f: &Facts) -> Option<Light> {
    let trouble = f.mail.as_ref()?;
    Some(
        if let (true, Some(words)) = (trouble.is_empty(), &f.messages) {
            let act = Act::Open("看消息通道", CHANNELS_AT);
            let says = format!("提醒邮件正常，消息通道{words}");
            light("邮件", Grade::Note, says, Some(act))
        } else if trouble.is_empty() {
            light("邮件", Grade::Good, "没有发不出去的提醒邮件".into(), None)
        } else {
            let act = Act::Open("看邮件设置", crate::web::MAIL_AT);
            light(
                "邮件",
                Grade::Bad,
                format!("提醒邮件发不出去：{trouble}"),
                Some(act),
            )
        },
    )
}

fn clock(f: &Facts) -> Light {
    let confirm = Some(Act::Press("时间是对的", CLOCK_AT));
    let day = |at: Millis| f.zone.day(at).long();
    let now = format!("{} {}", day(f.now), f.zone.clock(f.now));
    match (f.clock, f.ahead) {
        (ClockState::Held { last }, _) => light(
            "时间",
            Grade::Bad,
            format!(
                "服务器时间是 {now}，最后一次办理却在 {}，对不上，所以暂停办理。请在电脑的“日期和时间”里改对，改好自己恢复；时间本来就对，请点右边",
                day(last)
            ),
            confirm,
        ),
        (_, Some(ahead)) if ahead.abs() >= crate::web::health::APART_MS => light(
            "时间",
            Grade::Bad,
            format!(
                "服务器时间不对：现在显示 {now}，大家的电脑都{}它 {}。请在服务器电脑的“日期和时间”里改对",
                if ahead > 0 { "快过" } else { "慢于" },
                span(ahead.abs())
            ),
            None,
        ),
        (ClockState::Doubted { last }, None) => light(
            "时间",
            Grade::Note,
            format!(
                "现在显示 {now}，上一次办理在 {}，隔了很久，期限提醒先不发。时间对的话请点右边",
                day(last)
            ),
            confirm,
        ),
        (_, Some(_)) => light(
            "时间",
            Grade::Good,
            format!("{now}，和大家的电脑一致"),
            None,
        ),
        (_, None) => light(
            "时间",
            Grade::Good,
            format!("{now}，和上一次办理接得上"),
            None,
        ),
    }
}

fn place(f: &Facts) -> Light {
    match f.place {
        None => light("数据文件夹", Grade::Good, "在本机的硬盘上".into(), None),
        Some(bad) => {
            let says = format!(
                "{}。请停下砚台，把整个文件夹搬到本机硬盘上再启动",
                bad.says()
            );
            light("数据文件夹", Grade::Bad, says, None)
        }
    }
}

fn contents(f: &Facts) -> Light {
    let again = Some(Act::Press("现在查一遍", CHECK_AT));
    if f.checking {
        let stop = Some(Act::Press("停下来", STOP_AT));
        return light(
            "数据核对",
            Grade::Note,
            "正在一页一页地查，可以离开，查完这里会变".into(),
            stop,
        );
    }
    let Some(c) = &f.checked else {
        return light(
            "数据核对",
            Grade::Note,
            "还没有查过。夜里没人用的时候会自己查".into(),
            again,
        );
    };
    let when = f.zone.short_time(c.at, f.now);
    if let Some(first) = c.wrong.first() {
        let says = format!("{when} 查出 {} 处不对：{first}", c.wrong.len());
        return light("数据核对", Grade::Bad, says, again);
    }
    let chains = match c.chains_at {
        None => String::new(),
        Some(0) => "；抽查总库的操作记录，没有被改过".to_owned(),
        Some(no) => format!("；抽查 {no:04} 柜的意见、台账和操作记录，没有被改过"),
    };
    let says = format!(
        "{when} 查过，{} 个文件、{} 个附件的内容、{} 条操作记录，都好{chains}",
        c.files, c.contents, c.audit
    );
    if f.now.0 - c.at.0 > STALE_MS {
        let says = format!("{says}。隔得有点久了，请点右边查一遍");
        return light("数据核对", Grade::Note, says, again);
    }
    light("数据核对", Grade::Good, says, again)
}

/// Years that were sealed; nothing where there are none.
fn years(f: &Facts) -> Option<Light> {
    let c = f.checked.as_ref()?;
    let act = Some(Act::Open("去库房", "/storage"));
    if let Some(first) = c.seals_wrong.first() {
        let says = match c.seals_wrong.len() {
            1 => first.clone(),
            n => format!("有 {n} 个不对。第一个：{first}"),
        };
        return Some(light(YEARS, Grade::Bad, says, act));
    }
    if c.years_here + c.years_away == 0 {
        return None;
    }
    let when = f.zone.short_time(c.at, f.now);
    let mut says = format!("{} 个柜封存在这里，和封条对得上", c.years_here);
    if c.years_away > 0 {
        says.push_str(&format!("；{} 个已经带走，目录卡都在", c.years_away));
    }
    says.push_str(&format!("（{when} 查）"));
    Some(light(YEARS, Grade::Good, says, act))
}

/// The program's version and place, and whether it comes back by itself after a power cut.
fn program(f: &Facts) -> Light {
    let version = format!("砚台 {}，数据和程序是一个版本的", version());
    if f.program.is_some() {
        let says =
            "砚台程序自己在U盘或网络盘上，一拔掉大家就打不开。请停下来，把程序复制到本机硬盘再双击";
        return light("程序", Grade::Bad, says.into(), None);
    }
    let (grade, starts) = match f.autostart {
        Autostart::Unknown => return light("程序", Grade::Good, version, None),
        Autostart::Service => (Grade::Good, "开机自动启动"),
        Autostart::LogOn => (Grade::Note, "有人登录这台电脑以后才启动"),
        Autostart::Off => (Grade::Note, "没有设自动启动，停电重启以后要有人双击图标"),
    };
    let act = Some(Act::Open("自动启动", super::autostart::AUTOSTART_AT));
    light("程序", grade, format!("{starts}。{version}"), act)
}

/// Shown only while there are some: a tenth sentence that is always good is one too many.
fn alarms(f: &Facts) -> Option<Light> {
    let open = f.alarms.filter(|n| *n > 0)?;
    let says = format!("有 {open} 条安全报警没有人看过，请安全管理员或审计员去看");
    Some(light(
        "报警",
        Grade::Note,
        says,
        Some(Act::Open("看报警", "/guard/alarms")),
    ))
}

fn span(ms: i64) -> String {
    match ms / 60_000 {
        m if m < 120 => format!("{m} 分钟"),
        m if m < 2880 => format!("{} 小时", m / 60),
        m => format!("{} 天", m / 1440),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn facts() -> Facts {
        Facts {
            disk: Disk {
                free: 400 << 30,
                total: 500 << 30,
                ..Disk::default()
            },
            lists: Some((false, false)),
            mail: Some(String::new()),
            now: Millis(1_800_000_000_000),
            zone: Zone::BEIJING,
            checked: Some(Checked {
                at: Millis(1_800_000_000_000 - DAY_MS),
                ..Checked::default()
            }),
            ..Facts::default()
        }
    }

    fn grade(f: &Facts, name: &str) -> Grade {
        of(f).into_iter().find(|l| l.name == name).unwrap().grade
    }

    #[test]
    fn a_well_server_has_only_good_lights_and_at_most_ten() {
        let all = of(&facts());
        assert!(all.len() <= 10);
        assert_eq!(worst(&all), Grade::Good, "{all:?}");
    }

    #[test]
    fn each_trouble_lights_its_own() {
        let mut f = facts();
        f.disk.level = Level::Low;
        assert_eq!(grade(&f, "磁盘"), Grade::Note);
        f.disk.level = Level::NoFiles;
        assert_eq!(grade(&f, "磁盘"), Grade::Bad);
        f.lost = vec![Lost {
            volume: 3,
            words: "不见了".into(),
        }];
        assert_eq!(grade(&f, "柜子"), Grade::Bad);
        f.lost.clear();
        f.strays = vec![Stray {
            path: "0001.vol".into(),
            fits: None,
            words: "多出来一个".into(),
        }];
        assert_eq!(grade(&f, "柜子"), Grade::Note);
        f.lists = Some((false, true));
        assert_eq!(grade(&f, "清单和查找"), Grade::Note);
        f.mail = Some("密码不对".into());
        assert_eq!(grade(&f, "邮件"), Grade::Bad);
        f.ahead = Some(-400 * DAY_MS);
        assert_eq!(grade(&f, "时间"), Grade::Bad);
        f.place = Some(BadPlace::Cloud);
        assert_eq!(grade(&f, "数据文件夹"), Grade::Bad);
        f.checked = None;
        assert_eq!(grade(&f, "数据核对"), Grade::Note);
        assert_eq!(grade(&f, "程序"), Grade::Good);
        f.autostart = Autostart::Off;
        assert_eq!(grade(&f, "程序"), Grade::Note);
        f.autostart = Autostart::Service;
        assert_eq!(grade(&f, "程序"), Grade::Good);
        f.program = Some(BadPlace::Removable);
        assert_eq!(grade(&f, "程序"), Grade::Bad);
        f.checked = Some(Checked {
            years_here: 2,
            years_away: 1,
            ..Checked::default()
        });
        assert_eq!(grade(&f, YEARS), Grade::Good);
        f.backups = Some((Vec::new(), None));
        assert_eq!(of(&f).len(), 10, "with every light there is");
        assert!(!of(&f).iter().any(|l| l.name == "报警"));
        assert!(!of(&f).iter().any(|l| l.name == "升级"));
        f.update = Some(Past {
            from: "0.1.0".into(),
            to: "0.2.0".into(),
            by: "苏简".into(),
            at: Millis(0),
            ended: crate::web::update::Ended::Returned,
            why: "没有答话".into(),
            seen: false,
            recorded: true,
        });
        assert_eq!(grade(&f, "升级"), Grade::Bad);
        f.alarms = Some(2);
        assert_eq!(grade(&f, "报警"), Grade::Note);
        f.checked = Some(Checked {
            seals_wrong: vec!["0001 柜和封条对不上".into()],
            ..Checked::default()
        });
        assert_eq!(grade(&f, YEARS), Grade::Bad);
    }

    #[test]
    fn sizes_and_spans_are_said_shortly() {
        assert_eq!(size(412 << 30), "412 GB");
        assert_eq!(size(1536 << 20), "1.5 GB");
        assert_eq!(size(88 << 20), "88 MB");
        assert_eq!(span(365 * DAY_MS), "365 天");
        assert_eq!(span(7 * 60_000), "7 分钟");
    }
}
