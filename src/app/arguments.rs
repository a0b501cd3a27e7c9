//! The command line, parsed once into what it means. No crate: a dozen subcommands and as many options do
//! not pay for one, and the refusals are ours to word in Chinese.

use super::bell::Asks;
use super::verify_document::Wanted;
use std::path::PathBuf;

/// What the operator asked for.
#[derive(Debug, PartialEq, Eq)]
pub enum Command {
    /// Run the office.
    Serve(Serve),
    /// Stop the one that runs.
    Stop {
        data: Option<PathBuf>,
        asks: Asks,
    },
    /// Check the data files.
    Verify {
        data: Option<PathBuf>,
    },
    /// Back the office up, to its places or into one file.
    Backup {
        data: Option<PathBuf>,
        to: Option<PathBuf>,
    },
    /// Take an office, a volume or the hub out of a backup.
    Restore(Restore),
    /// Compare a sealed document with its signature.
    VerifyDocument(Wanted),
    /// The four-property check of an archive package.
    VerifyPackage(Wanted),
    /// Look into one sealed volume, or a document another office sent.
    Open {
        file: PathBuf,
        serve: Serve,
    },
    /// Fill an empty folder with a demonstration office.
    Demo {
        data: PathBuf,
    },
    /// Try this program on a copy of an office: asked by its predecessor, before it takes its place.
    Rehearse {
        data: PathBuf,
    },
    /// Start with the PC, or no longer.
    Service {
        wanted: Autostart,
        data: Option<PathBuf>,
    },
    /// Measure (the figures and their contract: `src/bench`).
    Bench {
        name: String,
        json: bool,
    },
    /// The benchmark's load generator, started by `bench` as a process of its own.
    Load {
        plan: String,
    },
    /// Print version or help.
    Version,
    Help,
}

/// Options of `serve`.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Serve {
    /// Data folder; the user's own where absent.
    pub data: Option<PathBuf>,
    /// Port for this start only; the kept one where absent.
    pub port: Option<u16>,
    /// Do not open a browser.
    pub no_browser: bool,
    /// Which page it opens; the first where empty.
    pub page: String,
    /// Somebody sits there and sees no console: what is said to him stands in a box, and an icon beside the clock.
    pub desktop: bool,
    /// Started by its predecessor, behind closed doors until that says otherwise.
    pub trial: bool,
}

/// What `service` is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Autostart {
    /// Start with the PC.
    Install,
    /// Do not.
    Remove,
    /// Be the service: asked by the system itself.
    Run,
    /// Let colleagues through this PC's firewall.
    Firewall,
}

/// Options of `restore`.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Restore {
    /// The backup, or the folder it lies in.
    pub file: PathBuf,
    /// Where to; the user's own folder where absent.
    pub data: Option<PathBuf>,
    /// The recovery key; asked for where absent.
    pub key: Option<String>,
    /// Only this volume, beside what is there.
    pub volume: Option<i64>,
    /// Only the hub.
    pub hub: bool,
}

/// Files that are opened where nothing else is said: a sealed volume, a package.
const DRAGGED: [&str; 2] = [".vol", ".gwb"];

/// Parses everything after the program's name.
pub fn parse(args: impl IntoIterator<Item = String>) -> Result<Command, String> {
    let mut words = Vec::new();
    let (mut serve, mut json) = (Serve::default(), false);
    let (mut to, mut restore, mut public) = (None, Restore::default(), None);
    let mut asks = Asks::default();
    let mut args = args.into_iter();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--data" => serve.data = Some(value(&mut args, "--data", "文件夹")?.into()),
            "--port" => serve.port = Some(port(&value(&mut args, "--port", "端口号")?)?),
            "--no-browser" => serve.no_browser = true,
            "--page" => serve.page = page(value(&mut args, "--page", "页面")?)?,
            "--ask" => asks = Asks::Who,
            "--trial" => serve.trial = true,
            "--json" => json = true,
            "--to" => to = Some(value(&mut args, "--to", "文件夹或文件")?.into()),
            "--public" => public = Some(value(&mut args, "--public", "公钥文件")?.into()),
            "--key" => restore.key = Some(value(&mut args, "--key", "恢复码")?),
            "--volume" => {
                let no = value(&mut args, "--volume", "柜号")?.parse();
                restore.volume = Some(no.map_err(|_| "--volume 后面要写柜号，例如 3")?);
            }
            "--hub" => restore.hub = true,
            "--help" | "-h" => return Ok(Command::Help),
            "--version" | "-V" => return Ok(Command::Version),
            option if option.starts_with('-') && option != "-" => {
                return Err(format!("不认得选项 {option}。用 inkstone help 看用法"));
            }
            _ => words.push(arg),
        }
    }
    let mut words = words.into_iter();
    let command = words.next().unwrap_or_else(|| "serve".into());
    let parsed = match command.as_str() {
        "serve" => Command::Serve(serve),
        "stop" => Command::Stop {
            data: serve.data,
            asks,
        },
        "verify" => Command::Verify { data: serve.data },
        "verify-document" => Command::VerifyDocument(Wanted {
            file: words
                .next()
                .ok_or("verify-document 后面要写盖了章的 PDF 文件")?
                .into(),
            signature: words.next().map(PathBuf::from),
            data: serve.data,
            key: public,
        }),
        "verify-package" => Command::VerifyPackage(Wanted {
            file: words
                .next()
                .ok_or("verify-package 后面要写档案数据包（ZIP 文件）")?
                .into(),
            signature: None,
            data: serve.data,
            key: public,
        }),
        "backup" => Command::Backup {
            data: serve.data,
            to,
        },
        "restore" => Command::Restore(Restore {
            file: words
                .next()
                .ok_or("restore 后面要写备份文件，或者它所在的文件夹")?
                .into(),
            data: serve.data,
            ..restore
        }),
        "open" => Command::Open {
            file: words
                .next()
                .ok_or("open 后面要写柜子或公文包的文件，例如 inkstone open 2024-0004.vol")?
                .into(),
            serve,
        },
        // dragged onto the program's icon
        file if DRAGGED.iter().any(|e| file.to_lowercase().ends_with(e)) => Command::Open {
            file: file.into(),
            serve,
        },
        "demo" => Command::Demo {
            data: serve
                .data
                .ok_or("demo 后面要写 --data 文件夹，演示数据只装到空文件夹里")?,
        },
        "rehearse" => Command::Rehearse {
            data: serve.data.ok_or("rehearse 由砚台升级时自己用")?,
        },
        "service" => Command::Service {
            wanted: match words.next().as_deref() {
                Some("install") => Autostart::Install,
                Some("remove") => Autostart::Remove,
                Some("run") => Autostart::Run,
                Some("firewall") => Autostart::Firewall,
                _ => return Err("service 后面要写 install（开机自动启动）、remove（取消）或 firewall（放行防火墙）".into()),
            },
            data: serve.data,
        },
        "bench" => Command::Bench {
            name: words.next().ok_or(
                "bench 后面要写测什么：limits、steps、pages、search、logins、growth、volumes、backup 或 start",
            )?,
            json,
        },
        "load" => Command::Load {
            plan: words.next().ok_or("load 由 bench 自己启动")?,
        },
        "help" => Command::Help,
        "version" => Command::Version,
        other => return Err(format!("不认得命令 {other}。用 inkstone help 看用法")),
    };
    match words.next() {
        Some(extra) => Err(format!("多写了 {extra}。用 inkstone help 看用法")),
        None => Ok(parsed),
    }
}

fn value(
    args: &mut impl Iterator<Item = String>,
    option: &str,
    what: &str,
) -> Result<String, String> {
    args.next()
        .filter(|v| !v.starts_with("--"))
        .ok_or_else(|| format!("{option} 后面要写{what}"))
}

/// Of the office itself: no other address.
fn page(text: String) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/-_?=&".contains(c);
    match text.starts_with('/') && !text.starts_with("//") && text.chars().all(plain) {
        true => Ok(text),
        false => Err(format!("页面 {text} 不对，请写斜杠开头的，例如 /health")),
    }
}

fn port(text: &str) -> Result<u16, String> {
    text.parse()
        .map_err(|_| format!("端口号 {text} 不对，请写 1 到 65535 的数，例如 8080"))
}

/// The help text.
pub const HELP: &str = "\
砚台 Inkstone　乡镇机关办公平台

  inkstone                     启动（双击也一样），数据放在本人的数据文件夹
  inkstone serve --data 文件夹 --port 端口 --no-browser
      --page 页面    启动以后打开哪一页，例如 /health（体检）、/address（地址卡）
  inkstone stop --data 文件夹    停止正在运行的砚台，数据存好（--ask 先问一句）
  inkstone verify --data 文件夹  核对数据文件（请先停止服务）
  inkstone verify-document 文件 签名文件 --data 文件夹
                               核验盖章文件和盖章时是不是一样，不用开着服务（别的单位用 --public 公钥文件）
  inkstone verify-package 文件 --data 文件夹
                               档案数据包的四性检测，不用开着服务（别的单位移交来的用 --public 公钥文件）
  inkstone backup --data 文件夹 --to 文件　　备份到平时的位置，或者做成一个文件
  inkstone restore 备份 --data 空文件夹　　　从备份和恢复码恢复（--key 恢复码）
      --volume 柜号　只恢复一个柜　　--hub　只恢复总库（请先停止服务）
  inkstone open 柜子文件 --port 端口 --no-browser
                               看一个封存的柜子：在哪台电脑上都行，不改动它
  inkstone open 公文包           没有装砚台办公的单位看发来的公文（.gwb）：输入提取码，文件放在旁边的新文件夹里
                               这两种文件也可以直接拖到程序图标上
  inkstone demo --data 文件夹    在空文件夹里装一套演示数据，并告诉您怎么登录
  inkstone service install     开机自动启动（Windows 要管理员，Linux 用 sudo 就不用登录）；remove 取消，数据不动；
                               firewall 让别的电脑通过这台电脑的防火墙
  inkstone bench 名称 --json     测速度：自己建文件夹，测完核对、删掉，不碰本单位的数据
      limits  这台电脑的上限          steps   登记和办理，跟上限比
      pages   待办、办件、登记簿      logins  大家一起登录，别人的网页慢不慢
      search  一万件、十万件里查字    growth  用了十年（25 万件）比用了一年慢多少，约 10 分钟
      backup  备份多快，办公慢不慢    start   启动、内存和程序大小
      volumes 分成六十个柜，列表慢不慢；搬盒时最长停多久
      bureau-year 一个局 2005 年全年的公文、联系单、签报，逐件走一遍再数一遍
      --json  一行一个数，给程序看
  inkstone version             版本";

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<Command, String> {
        parse(text.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn a_double_click_serves() {
        assert_eq!(of("").unwrap(), Command::Serve(Serve::default()));
    }

    #[test]
    fn the_contract_of_the_outside() {
        let serve = of("serve --data d --port 8081 --no-browser").unwrap();
        let want = Serve {
            data: Some("d".into()),
            port: Some(8081),
            no_browser: true,
            ..Serve::default()
        };
        assert_eq!(serve, Command::Serve(want));
        assert_eq!(
            of("bench steps --json").unwrap(),
            Command::Bench {
                name: "steps".into(),
                json: true
            }
        );
    }

    #[test]
    fn the_menu_opens_a_page_and_asks_before_it_stops() {
        let serve = of("serve --page /address --data d").unwrap();
        let want = Serve {
            data: Some("d".into()),
            page: "/address".into(),
            ..Serve::default()
        };
        assert_eq!(serve, Command::Serve(want));
        let stop = |asks| Command::Stop {
            data: Some("d".into()),
            asks,
        };
        assert_eq!(of("stop --ask --data d").unwrap(), stop(Asks::Who));
        assert_eq!(of("stop --data d").unwrap(), stop(Asks::Nobody));
    }

    #[test]
    fn a_volume_is_opened_by_its_file() {
        let want = Command::Open {
            file: "0004.vol".into(),
            serve: Serve {
                port: Some(8090),
                no_browser: true,
                ..Serve::default()
            },
        };
        assert_eq!(of("open 0004.vol --port 8090 --no-browser").unwrap(), want);
    }

    #[test]
    fn what_is_dragged_onto_the_icon_is_opened() {
        let want = Command::Open {
            file: "D:/来件.GWB".into(),
            serve: Serve::default(),
        };
        assert_eq!(of("D:/来件.GWB").unwrap(), want);
    }

    #[test]
    fn a_document_is_checked_with_what_lies_beside_it() {
        let want = Wanted {
            file: "a.pdf".into(),
            signature: Some("a.json".into()),
            key: Some("k.json".into()),
            ..Wanted::default()
        };
        assert_eq!(
            of("verify-document a.pdf a.json --public k.json").unwrap(),
            Command::VerifyDocument(want)
        );
    }

    #[test]
    fn a_package_is_checked_with_a_key() {
        let want = Wanted {
            file: "a.zip".into(),
            key: Some("k.json".into()),
            ..Wanted::default()
        };
        assert_eq!(
            of("verify-package a.zip --public k.json").unwrap(),
            Command::VerifyPackage(want)
        );
    }

    #[test]
    fn a_plan_may_come_on_standard_input() {
        assert_eq!(of("load -").unwrap(), Command::Load { plan: "-".into() });
    }

    #[test]
    fn a_slip_is_named() {
        for bad in [
            "serve --port",
            "serve --port x",
            "serve --port 70000",
            "serve --page health",
            "serve --page //example.com",
            "stop now",
            "serv",
            "--dat d",
            "bench",
            "verify a",
            "demo",
            "restore",
            "restore a --volume x",
            "backup --to",
            "verify-document",
            "verify-document a --public",
            "verify-package",
            "open",
            "service",
            "service stop",
        ] {
            let said = of(bad).unwrap_err();
            assert!(!said.is_ascii(), "{bad}: {said}");
        }
    }
}
