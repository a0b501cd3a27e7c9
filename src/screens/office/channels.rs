//! 消息通道: robots of chat groups and the SMS gateway, one form each, 测试发送 with what the other end really answers,
//! and what went out. Not for sending anything else. Address and secret are never shown again.

use super::{CHANNELS_AT, SetChannels, TryChannel};
use crate::access::Action;
use crate::inbox::channel::{self, Channel, Kind, Push, Typed, round};
use crate::kit::{DeptId, Error, FieldErrors, PersonId, Result, ShelfNo, text};
use crate::screens::people::DESK_AT;
use crate::screens::people::sheet::{self, Filled, Sheet};
use crate::ui::form::{self, Choice, Ticked};
use crate::ui::frame::{Page, crumbs, heading};
use crate::ui::list::{empty, section};
use crate::ui::note::{self, State, Tone, note};
use crate::ui::table::{Column, Phone, Row, ledger};
use crate::ui::{Link, Markup, html};
use crate::web::{Cx, Reply};

/// Messages shown on the page.
const SHOWN: i64 = 30;

pub(super) fn list(cx: &mut Cx<SetChannels>) -> Result<Reply> {
    let hub = cx.state.store.hub()?;
    let all = channel::list_channels(&hub)?;
    let sent = channel::list_pushes(&hub, SHOWN)?;
    drop(hub);
    let acts: Vec<Link> = Kind::ALL
        .iter()
        .map(|k| {
            Link::new(
                format!("加{}", k.label()),
                format!("{CHANNELS_AT}/new/{}", k.id()),
            )
        })
        .collect();
    let content = html! {
        (crumbs(&Link::new("管理", DESK_AT), &[], "消息通道"))
        (heading("消息通道", "", &html! {}))
        p { "有新待办、催办、快到期时，除了页面和邮件，还可以发到工作群或手机短信。消息要经过外面的平台，平常只说有几件、请谁办，不带文件内容。" }
        p { "安全报警和服务器体检的事不发到群里，只告诉管理员本人：页面、邮件，选了短信的还有短信。" }
        @if all.is_empty() {
            (empty("还没有消息通道。", "加一个群机器人或短信平台，测试通了再开。不加也不影响办公。", &acts))
        } @else {
            (table(cx, &all)?)
            p.acts { @for act in &acts { (act.button()) } }
        }
        @if !sent.is_empty() {
            (section("h-sent", "最近发出的消息", &"", &log(cx, &all, &sent)))
        }
    };
    Ok(cx.page("消息通道", &content))
}

fn table(cx: &Cx<SetChannels>, all: &[Channel]) -> Result<Markup> {
    let columns = [
        Column::new("名称").spine().phone(Phone::Title),
        Column::new("种类").short().phone(Phone::Inline),
        Column::new("发谁的提醒").phone(Phone::Labelled),
        Column::new("情况").phone(Phone::Labelled),
    ];
    let directory = cx.state.org.current();
    let hub = cx.state.store.hub()?;
    let mut rows = Vec::new();
    for c in all {
        let whose = match (c.kind, c.dept.and_then(|d| directory.dept(d))) {
            (Kind::Sms, _) => "在“提醒方式”里选了短信的人".to_owned(),
            (_, Some(dept)) => dept.name.clone(),
            (_, None) => "全单位".to_owned(),
        };
        let waiting = channel::count_waiting(&hub, c.id)?;
        rows.push(Row::new(vec![
            html! { a href=(format!("{CHANNELS_AT}/{}", c.id)) { (c.name) } },
            html! { (c.kind.label()) },
            html! { (whose) },
            state_of(c, waiting),
        ]));
    }
    Ok(ledger("消息通道", &columns, &rows, ""))
}

fn state_of(c: &Channel, waiting: i64) -> Markup {
    if !c.on_now {
        return note::state(State::Off, "没有开");
    }
    if c.trouble.words.is_empty() {
        return note::state(State::Ok, "正常");
    }
    html! {
        (note::state(State::Bad, "发不出去")) br
        span.faint { (c.trouble.words) @if waiting > 0 { "。等着的 " (waiting) " 条，通了就发" } }
    }
}

fn log(cx: &Cx<SetChannels>, all: &[Channel], sent: &[Push]) -> Markup {
    let columns = [
        Column::new("时间").short().phone(Phone::Inline),
        Column::new("发到哪里").short().phone(Phone::Inline),
        Column::new("内容").spine().phone(Phone::Title),
        Column::new("结果").phone(Phone::Labelled),
    ];
    let directory = cx.state.org.current();
    let row = |p: &Push| {
        let name = all
            .iter()
            .find(|c| c.id == p.channel)
            .map_or("", |c| c.name.as_str());
        let to = match p.person {
            0 => name.to_owned(),
            person => format!("{}的手机", directory.person_name(PersonId(person))),
        };
        let result = match p.state.as_str() {
            "sent" => note::state(State::Ok, "发出了"),
            "failed" => {
                html! { (note::state(State::Bad, "没有发出")) br span.faint { (p.answer) } }
            }
            _ => html! { (note::state(State::Waiting, "等着再发")) br span.faint { (p.answer) } },
        };
        // a chat message is seen by whoever is in the group; who set the channel up need not read its titles
        let words = p.words.lines().next().unwrap_or_default();
        let at = p.ended_at.unwrap_or(p.made_at);
        Row::new(vec![
            html! { (cx.zone().short_time(at, cx.at)) },
            html! { (to) },
            html! { (words) },
            result,
        ])
    };
    let rows: Vec<Row> = sent.iter().map(row).collect();
    ledger("最近发出的消息", &columns, &rows, "")
}

fn kind(cx: &Cx<SetChannels>) -> Result<Kind> {
    let word: String = cx.path("kind")?;
    Kind::of(&word).ok_or(Error::NotFound)
}

pub(super) fn new(cx: &mut Cx<SetChannels>) -> Result<Reply> {
    let kind = kind(cx)?;
    draw(cx, kind, None, &Filled::fresh())
}

pub(super) fn add(cx: &mut Cx<SetChannels>) -> Result<Reply> {
    let kind = kind(cx)?;
    let kept = typed(cx, kind, None)
        .and_then(|channel| cx.write(ShelfNo::HUB, move |w| channel::keep(w, &channel)));
    match kept {
        Ok(done) => {
            cx.tell("消息通道已保存。请在下面发一条测试消息，看看通不通");
            Ok(Reply::To(format!("{CHANNELS_AT}/{}", done.value)))
        }
        Err(why) => draw(cx, kind, None, &Filled::again(&cx.input, why)?),
    }
}

pub(super) fn show(cx: &mut Cx<SetChannels>) -> Result<Reply> {
    let channel = found(cx)?;
    draw(cx, channel.kind, Some(&channel), &Filled::fresh())
}

pub(super) fn keep(cx: &mut Cx<SetChannels>) -> Result<Reply> {
    let before = found(cx)?;
    let target = format!("channel:{}", before.id);
    let kept = typed(cx, before.kind, Some(&before)).and_then(|channel| {
        cx.write_on(ShelfNo::HUB, target, move |w| channel::keep(w, &channel))
            .map(drop)
    });
    match kept {
        Ok(()) => {
            cx.tell("消息通道已保存");
            Ok(Reply::To(CHANNELS_AT.into()))
        }
        Err(why) => draw(
            cx,
            before.kind,
            Some(&before),
            &Filled::again(&cx.input, why)?,
        ),
    }
}

pub(super) fn ask(cx: &mut Cx<SetChannels>) -> Result<Reply> {
    let channel = found(cx)?;
    let waiting = channel::count_waiting(&cx.state.store.hub()?, channel.id)?;
    let at = format!("{CHANNELS_AT}/{}", channel.id);
    let content = html! {
        (crumbs(&Link::new("消息通道", CHANNELS_AT), &[], "删掉消息通道"))
        (heading("删掉消息通道", &channel.name, &html! {}))
        p { "要删掉“" (channel.name) "”（" (channel.kind.label()) "）吗？删掉以后，提醒不再从这里发出去"
            @if waiting > 0 { "，等着发的 " (waiting) " 条也不发了" }
            "；它的地址、密钥和发送记录一起删掉，找不回来。页面上的提醒和邮件照旧。" }
        p { "只是暂时不用，回去把“开通”的勾去掉就行。" }
        form method="post" action={ (at) "/drop" } {
            (form::tokens(cx.csrf(), &cx.new_op()?))
            p.acts {
                button.btn.key type="submit" { "删掉这个消息通道" }
                (Link::new("不删了", at).button())
            }
        }
    };
    Ok(cx.page("删掉消息通道", &content))
}

pub(super) fn take(cx: &mut Cx<SetChannels>) -> Result<Reply> {
    let channel = found(cx)?;
    let name = channel.name.clone();
    let target = format!("channel:{}", channel.id);
    cx.write_on(ShelfNo::HUB, target, move |w| channel::take(w, &channel))?;
    cx.tell(&format!("“{name}”删掉了，提醒不再从那里发出去"));
    Ok(Reply::To(CHANNELS_AT.into()))
}

fn found<A: Action>(cx: &Cx<A>) -> Result<Channel> {
    channel::find(&cx.state.store.hub()?, cx.path("id")?)
}

fn typed(cx: &Cx<SetChannels>, kind: Kind, before: Option<&Channel>) -> Result<Channel> {
    let key = cx.state.store.machine_key()?;
    let ticked = |name: &str| !cx.form(name).is_empty();
    let typed = Typed {
        kind,
        name: cx.form("name"),
        dept: sheet::chosen::<_, DeptId>(cx, "dept")?,
        address: cx.form("address"),
        secret: cx.form("secret"),
        keyword: cx.form("keyword"),
        body: cx.form("body"),
        expects: cx.form("expects"),
        authority: cx.form("authority"),
        titles: ticked("titles"),
        on_now: ticked("on_now"),
        rev: sheet::rev(cx),
    };
    typed.read(before, &key)
}

/// Waits for the other end's answer: an administrator asked for it.
pub(super) fn try_out(cx: &mut Cx<TryChannel>) -> Result<Reply> {
    let channel = found(cx)?;
    let phone = text::phone(cx.form("phone"));
    let mut errors = FieldErrors::default();
    if channel.kind == Kind::Sms
        && !(phone.len() == 11 && phone.bytes().all(|b| b.is_ascii_digit()))
    {
        errors.add("phone", "请写收测试短信的 11 位手机号");
    }
    let said = if errors.is_empty() {
        match round::try_out(&cx.state.store, &channel, &phone, &cx.site().office) {
            Ok(()) => note(
                Tone::Done,
                "测试消息发出去了。",
                &"请到群里或手机上看收到没有。",
            ),
            Err(why) => note(Tone::Bad, "测试消息没有发出去。", &why),
        }
    } else {
        html! {}
    };
    let content = html! {
        (crumbs(&Link::new("消息通道", CHANNELS_AT), &[], "测试发送"))
        (heading("测试发送", &channel.name, &html! {}))
        (form::errors(&errors))
        (said)
        (trial(cx, &channel, cx.form("phone"), &errors)?)
        p { (Link::new("回到设置", format!("{CHANNELS_AT}/{}", channel.id)).button()) }
    };
    let page = cx.draw(&Page::new("测试发送").wrong(&errors), &content);
    Ok(if errors.is_empty() {
        Reply::Page(page)
    } else {
        Reply::Wrong(page)
    })
}

/// The small form that sends one.
fn trial<A: Action>(cx: &Cx<A>, c: &Channel, phone: &str, errors: &FieldErrors) -> Result<Markup> {
    Ok(html! {
        form method="post" action=(format!("{CHANNELS_AT}/{}/test", c.id)) {
            (form::tokens(cx.csrf(), &cx.new_op()?))
            @if c.kind == Kind::Sms {
                (form::tel("phone", "发到哪个手机号").value(phone).check(errors))
            }
            p.acts { button.btn type="submit" { "发一条测试消息" } }
            p.hint { "按已经保存的设置发，要等对方回答，最多 15 秒。" }
        }
    })
}

fn draw(
    cx: &Cx<SetChannels>,
    kind: Kind,
    stored: Option<&Channel>,
    filled: &Filled<'_>,
) -> Result<Reply> {
    let key = cx.state.store.machine_key()?;
    let at = match stored {
        Some(c) => format!("{CHANNELS_AT}/{}", c.id),
        None => format!("{CHANNELS_AT}/new/{}", kind.id()),
    };
    let trial = match stored.filter(|_| filled.is_fresh()) {
        Some(c) => section(
            "h-try",
            "测试发送",
            &"",
            &trial(cx, c, "", &FieldErrors::default())?,
        ),
        None => html! {},
    };
    let lead = html! {
        @if let Some(c) = stored {
            @if c.is_clear(&key) {
                (note(Tone::Plain, "现在的线路不加密。", &"消息在网上能被看见。只有对方就在本单位机房里才可以这样用。"))
            }
            @if !c.trouble.words.is_empty() {
                (note(Tone::Bad, "现在发不出去：", &html! {
                    (c.trouble.words) "。" (cx.zone().short_time(c.trouble.next_at, cx.at)) " 再试一次；改好设置保存，马上就试。"
                }))
            }
        }
        (how(kind))
        @if stored.is_some() { p { "不用了，可以" (Link::new("删掉这个消息通道", format!("{at}/drop"))) "。" } }
        (trial)
    };
    let title = match stored {
        Some(_) => "修改消息通道",
        None => "新的消息通道",
    };
    Sheet {
        title,
        small: kind.label(),
        back: Link::new("消息通道", CHANNELS_AT),
        lead,
        action: &at,
        rev: stored.map(|c| c.rev),
        fields: fields(cx, kind, stored, filled, &key),
        press: "保存消息通道",
    }
    .reply(cx, filled)
}

/// Where an administrator finds what is asked.
fn how(kind: Kind) -> Markup {
    let words = match kind {
        Kind::WeCom => {
            "在企业微信的群里点右上角“…”→“群机器人”→“添加”，把给出的 Webhook 地址整个复制过来。"
        }
        Kind::DingTalk => {
            "在钉钉的群设置里选“机器人”→“添加机器人”→“自定义”，安全设置选“加签”，把 Webhook 地址和 SEC 开头的密钥复制过来。"
        }
        Kind::Feishu => {
            "在飞书的群设置里选“群机器人”→“添加机器人”→“自定义机器人”，勾选“签名校验”，把 Webhook 地址和密钥复制过来。"
        }
        Kind::Sms => {
            "请照短信平台给的接口说明填。手机号的位置写 {phone}，内容写 {text}，时间（秒）写 {time}，签名写 {sign}。"
        }
    };
    html! { p { (words) } }
}

fn fields(
    cx: &Cx<SetChannels>,
    kind: Kind,
    c: Option<&Channel>,
    filled: &Filled<'_>,
    key: &[u8; 32],
) -> Markup {
    let text = |f: fn(&Channel) -> String| c.map(f).unwrap_or_default();
    let kept = c.and_then(|c| c.host(key));
    let address = match &kept {
        Some(host) => {
            format!("已经存了一个（{host}），不再显示；空着就继续用它。换地址时，密钥也要重填")
        }
        None if kind == Kind::Sms => {
            "例如 https://sms.example.cn/send?mobile={phone}&content={text}".to_owned()
        }
        None => format!("一般以 {} 开头", kind.usual()),
    };
    let label = if kind == Kind::Sms {
        "接口地址"
    } else {
        "Webhook 地址"
    };
    let place = form::text("address", label)
        .line()
        .hint(address)
        .complete("off");
    let place = if kept.is_some() { place } else { place.need() };
    let on = |name: &str, stored: bool| {
        let kept = if stored {
            vec!["1".to_owned()]
        } else {
            Vec::new()
        };
        Ticked::from(!filled.ticked(name, kept).iter().all(String::is_empty))
    };
    let secret = match kind {
        Kind::WeCom => None,
        Kind::DingTalk => Some("加签密钥（SEC 开头）"),
        Kind::Feishu => Some("签名校验的密钥"),
        Kind::Sms => Some("签名密钥"),
    };
    let directory = cx.state.org.current();
    let depts = directory.organs().flat_map(|o| directory.depts_of(o.id));
    let mut whose = vec![Choice::new("", "全单位的提醒")];
    whose.extend(depts.map(|d| Choice::new(d.id.to_string(), d.name.clone())));
    let dept = c
        .and_then(|c| c.dept)
        .map(|d| d.to_string())
        .unwrap_or_default();
    html! {
        (filled.put(form::text("name", "名称").line().need().hint(if kind == Kind::Sms { "例如 县短信平台" } else { "例如 党政办工作群" }), "name", &text(|c| c.name.clone())))
        (filled.put(place, "address", ""))
        @if let Some(label) = secret {
            (form::password("secret", label).complete("new-password").hint(if c.is_some_and(Channel::has_secret) {
                "已经存了一个，不再显示；空着就继续用它"
            } else if kind == Kind::Sms {
                "平台不要签名就空着。{sign} 是用它对“手机号+内容+时间”做的 HMAC-SHA256（十六进制）"
            } else {
                "没有开这项安全设置就空着。存的时候用这台电脑的钥匙加密"
            }).check(&filled.errors))
        }
        @if kind == Kind::Sms {
            (filled.put(form::area("body", "发送的内容", 3).hint("空着就用网址直接访问（GET）；以 { 开头按 JSON 发，否则按表单发，例如 mobile={phone}&content={text}&sign={sign}"),
                "body", &text(|c| c.body.clone())))
            (filled.put(form::text("expects", "发送成功时，回答里有什么字样").line().hint("例如 \"code\":0；空着就是有回答就算成功"), "expects", &text(|c| c.expects.clone())))
        } @else {
            (filled.put(form::select("dept", "发谁的提醒", whose), "dept", &dept))
            @if kind != Kind::Feishu || c.is_some_and(|c| !c.keyword.is_empty()) {
                (filled.put(form::text("keyword", "关键词").few().hint("机器人的安全设置选了“自定义关键词”才填，例如 办公"), "keyword", &text(|c| c.keyword.clone())))
            }
        }
        (filled.put(form::area("authority", "发证机构的证书", 3)
            .hint("对方用公认的证书就空着。本单位自己发的证书，用记事本打开 .crt 或 .pem 文件，全部粘贴过来"), "authority", &text(|c| c.authority.clone())))
        p { (form::tick("titles", "消息里带上标题（群里的人都看得到，短信也要经过外面的平台）", on("titles", c.is_some_and(|c| c.titles)))) }
        p { (form::tick("on_now", "开通", on("on_now", c.is_none_or(|c| c.on_now)))) }
    }
}
