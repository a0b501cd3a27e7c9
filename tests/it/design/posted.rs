//! What a browser sends of a tab's form: every control with what it holds, without a button.

use crate::support::http::Http;
use crate::support::reply::{Reply, attribute};

pub type Form = Vec<(String, String)>;

/// The form of the tab on this page.
pub fn form(page: &str) -> Form {
    let at = page.find("name=\"kept\"").expect("a tab of the designer");
    let start = page[..at].rfind("<form").unwrap();
    let inside = page[start..].split("</form").next().unwrap();
    let mut all = Form::new();
    let mut pick: Option<(String, Option<String>)> = None;
    for tag in inside.split('<').skip(1) {
        let head = tag.split('>').next().unwrap();
        let named = attribute(head, "name");
        match head.split(' ').next().unwrap() {
            "input" => {
                let ticks = head.contains("\"checkbox\"") || head.contains("\"radio\"");
                if !ticks || head.ends_with(" checked") {
                    all.push((named.unwrap(), attribute(head, "value").unwrap_or_default()));
                }
            }
            "textarea" => {
                let text = tag.split_once('>').unwrap().1.trim_start_matches('\n');
                all.push((named.unwrap(), text.replace('\n', "\r\n")));
            }
            "select" => pick = Some((named.unwrap(), None)),
            "option" => {
                if let Some((_, now)) = &mut pick
                    && (now.is_none() || head.ends_with(" selected"))
                {
                    *now = attribute(head, "value");
                }
            }
            "/select" => {
                let (name, now) = pick.take().unwrap();
                all.push((name, now.unwrap_or_default()));
            }
            _ => {}
        }
    }
    all
}

/// Types this into a control.
pub fn set(form: &mut Form, name: &str, value: &str) {
    form.retain(|(n, _)| n != name);
    form.push((name.to_owned(), value.to_owned()));
}

/// Posts it.
pub fn send(http: &mut Http, at: &str, form: &Form) -> Reply {
    let all: Vec<(&str, &str)> = form.iter().map(|(n, v)| (&**n, &**v)).collect();
    http.post(at, &all)
}
