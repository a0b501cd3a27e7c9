//! The words of a message that leaves the house: how many things wait for whom, titles only where the office allows
//! them. Plain text, never more than a chat takes. Pure; not for when it goes.

use crate::inbox::news::Kind;
use crate::kit::text;
use std::collections::BTreeMap;

/// Names and titles said in one message.
const MOST: usize = 10;

/// An alert that is news.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    pub person: i64,
    pub id: i64,
    pub made_at: i64,
    pub hot: bool,
    pub kind: Kind,
    pub level: u8,
    pub title: String,
}

/// 新待办 3 件（特急 1 件）、催办 1 件
fn counted(items: &[Item]) -> String {
    let mut kinds: BTreeMap<Kind, (usize, usize)> = BTreeMap::new();
    for item in items {
        let (all, hot) = kinds.entry(item.kind).or_default();
        *all += 1;
        *hot += usize::from(item.level == 2);
    }
    let said = kinds.iter().map(|(kind, (all, hot))| match hot {
        0 => format!("{} {all} 件", kind.label()),
        hot => format!("{} {all} 件（特急 {hot} 件）", kind.label()),
    });
    said.collect::<Vec<_>>().join("、")
}

/// For a group: `names` are those who are asked, in order and once.
pub(super) fn group(
    office: &str,
    items: &[Item],
    names: &[&str],
    titles: bool,
    link: &str,
) -> String {
    let mut said = format!(
        "【{office}】{}。\n请尽快办理：{}",
        counted(items),
        listed(names)
    );
    if titles {
        let mut shown: Vec<&str> = items.iter().map(|i| i.title.as_str()).collect();
        shown.dedup();
        for (n, title) in (1..).zip(shown.iter().take(MOST)) {
            said.push_str(&format!(
                "\n{n}. {}",
                text::clip(&text::one_line(title), 40)
            ));
        }
        if shown.len() > MOST {
            said.push_str(&format!("\n还有 {} 件", shown.len() - MOST));
        }
    }
    said.push_str(&format!("\n打开：{link}/todo"));
    said
}

/// For one telephone.
pub(super) fn sms(name: &str, items: &[Item], titles: bool) -> String {
    let one = match items {
        [one] if titles => format!("：{}", text::clip(&text::one_line(&one.title), 30)),
        _ => String::new(),
    };
    format!("{name}，您有{}{one}，请登录办公平台办理。", counted(items))
}

/// What is sent to try a channel out.
pub(super) fn trial(office: &str) -> String {
    format!("【{office}】这是办公平台的测试消息。收到它，说明设置是对的。")
}

fn listed(names: &[&str]) -> String {
    let shown: Vec<&str> = names.iter().take(MOST).copied().collect();
    match names.len() > MOST {
        true => format!("{}等 {} 人", shown.join("、"), names.len()),
        false => shown.join("、"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(kind: Kind, level: u8, title: &str) -> Item {
        Item {
            person: 1,
            id: 1,
            made_at: 0,
            hot: level == 2,
            kind,
            level,
            title: title.into(),
        }
    }

    #[test]
    fn titles_leave_the_house_only_where_they_may() {
        let items = [
            item(Kind::Todo, 2, "关于防汛的紧急通知"),
            item(Kind::Urged, 0, "乙"),
        ];
        let bare = group("砚田镇", &items, &["江若川"], false, "http://192.168.1.20");
        assert_eq!(
            bare,
            "【砚田镇】新待办 1 件（特急 1 件）、催办 1 件。\n请尽快办理：江若川\n打开：http://192.168.1.20/todo"
        );
        assert!(
            group("砚田镇", &items, &["江若川"], true, "").contains("1. 关于防汛的紧急通知\n2. 乙")
        );
        let text = sms("江若川", &items[..1], false);
        assert_eq!(
            text,
            "江若川，您有新待办 1 件（特急 1 件），请登录办公平台办理。"
        );
        assert!(sms("江若川", &items[..1], true).contains("关于防汛"));
    }

    #[test]
    fn a_message_stays_short() {
        let items: Vec<Item> = (0..500)
            .map(|n| item(Kind::Todo, 0, &format!("{n}{}", "长".repeat(200))))
            .collect();
        let names = vec!["欧阳修远"; 300];
        let said = group(
            "某某镇人民政府",
            &items,
            &names,
            true,
            "http://192.168.1.20:8080",
        );
        // 企业微信 takes 2048 bytes of text
        assert!(said.len() < 2_048, "{}", said.len());
        assert!(
            said.contains("等 300 人") && said.contains("还有 490 件"),
            "{said}"
        );
    }
}
