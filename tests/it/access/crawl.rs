//! Walking the pages as somebody would who presses every link: what a person's session meets, the forms
//! on the way, and whether a page is made of nothing but our own markup.

use crate::support::http::Http;
use crate::support::reply::Reply;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Pages of one walk at most: register sort links multiply.
const MOST: usize = 900;

/// A form on a page: where it posts to and its fields with what stands in them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Form {
    pub page: String,
    pub action: String,
    pub posts: bool,
    pub fields: Vec<(String, String)>,
}

/// What a walk met.
#[derive(Default)]
pub struct Walk {
    pub pages: BTreeMap<String, Reply>,
    pub forms: BTreeSet<Form>,
}

/// Follows every link of this server from where people begin.
pub fn walk(http: &mut Http) -> Walk {
    let mut walk = Walk::default();
    let mut next: VecDeque<String> = ["/todo", "/doing", "/done", "/register", "/start", "/me"]
        .map(str::to_owned)
        .into();
    let mut met: BTreeSet<String> = next.iter().cloned().collect();
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    while let Some(at) = next.pop_front() {
        let reply = http.get(&at);
        let location = reply.header("Location").map(str::to_owned);
        let is_page = is_html(&reply);
        let text = if is_page { reply.text() } else { String::new() };
        walk.forms.extend(forms(&at, &text));
        walk.pages.insert(at, reply);
        for link in links(&text).into_iter().chain(location) {
            // the order of a list is asked for once
            let plain = link.split("&by=").next().unwrap().to_owned();
            let link = plain.split('#').next().unwrap().to_owned();
            if let Some(kind) = alike(&link) {
                let n = kinds.entry(kind).or_insert(0);
                *n += 1;
                if *n > 4 {
                    continue;
                }
            }
            if link.starts_with('/') && !link.starts_with("/assets/") && met.insert(link.clone()) {
                assert!(met.len() < MOST, "too many pages: {met:?}");
                next.push_back(link);
            }
        }
    }
    walk
}

/// Pages of the organisation and of procedures are alike: some of each kind stand for all. Cases are not.
fn alike(link: &str) -> Option<String> {
    let (path, query) = link.split_once('?').unwrap_or((link, ""));
    let mut parts = path.trim_start_matches('/').split('/');
    match parts.next()? {
        "admin" if path.contains(|c: char| c.is_ascii_digit()) => {
            Some(path.chars().filter(|c| !c.is_ascii_digit()).collect())
        }
        first @ ("start" | "register" | "procedures") => {
            parts.next()?;
            let rest: Vec<&str> = parts.filter(|p| p.parse::<u64>().is_err()).collect();
            let asked = query
                .split('&')
                .map(|q| q.split('=').next().unwrap_or_default());
            let asked: Vec<&str> = asked.collect();
            Some(format!("{first} {} {}", rest.join("/"), asked.join("&")))
        }
        // the way back to a list is in the address
        "case" if query.contains("back=") => Some("case back".to_owned()),
        "case" => None,
        // weeks and years go on for ever
        _ if !query.is_empty() => {
            let keys = query
                .split('&')
                .map(|q| q.split('=').next().unwrap_or_default());
            Some(format!("{path}?{}", keys.collect::<Vec<_>>().join("&")))
        }
        _ => None,
    }
}

/// The forms of one page.
pub fn page_forms(http: &mut Http, at: &str) -> Vec<Form> {
    let reply = http.get(at);
    assert_eq!(reply.status, 200, "{at}");
    forms(at, &reply.text())
}

pub fn is_html(reply: &Reply) -> bool {
    reply
        .header("Content-Type")
        .is_some_and(|k| k.starts_with("text/html"))
}

fn links(text: &str) -> Vec<String> {
    let tags = tags(text);
    let named = |t: &Tag, name: &str| t.attribute(name).map(str::to_owned);
    tags.iter()
        .flat_map(|t| [named(t, "href"), named(t, "src")])
        .flatten()
        .collect()
}

fn forms(page: &str, text: &str) -> Vec<Form> {
    let mut all: Vec<Form> = Vec::new();
    let mut open = false;
    for tag in tags(text) {
        let own = |name: &str| tag.attribute(name).unwrap_or_default().to_owned();
        match tag.name.as_str() {
            "form" => {
                open = true;
                all.push(Form {
                    page: page.to_owned(),
                    action: own("action"),
                    posts: own("method") == "post",
                    fields: Vec::new(),
                });
            }
            "/form" => open = false,
            "input" | "select" | "textarea" | "button" if open && !own("name").is_empty() => {
                if let Some(form) = all.last_mut() {
                    form.fields.push((own("name"), own("value")));
                }
            }
            _ => {}
        }
    }
    all
}

/// A tag with its attributes, entities read.
pub struct Tag {
    pub name: String,
    pub attributes: Vec<(String, String)>,
}

impl Tag {
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(n, _)| n == name);
        found.map(|(_, v)| v.as_str())
    }
}

/// The tags of a page, as a browser reads them: a quoted value ends at its quote and nowhere else.
pub fn tags(text: &str) -> Vec<Tag> {
    let mut all = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if !rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/') {
            continue;
        }
        let (tag, after) = tag(rest);
        all.push(tag);
        rest = after;
    }
    all
}

fn tag(text: &str) -> (Tag, &str) {
    let closes = usize::from(text.starts_with('/'));
    let end = text[closes..]
        .find(|c: char| c.is_whitespace() || c == '>' || c == '/')
        .map_or(text.len(), |end| end + closes);
    let mut tag = Tag {
        name: text[..end].to_ascii_lowercase(),
        attributes: Vec::new(),
    };
    let mut rest = &text[end..];
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        if rest.is_empty() {
            return (tag, "");
        }
        if let Some(after) = rest.strip_prefix('>') {
            return (tag, after);
        }
        let end = rest
            .find(|c: char| c.is_whitespace() || c == '>' || c == '=' || c == '/')
            .unwrap_or(rest.len());
        let name = rest[..end.max(1).min(rest.len())].to_ascii_lowercase();
        rest = &rest[end.max(1).min(rest.len())..];
        let mut value = String::new();
        if let Some(after) = rest.strip_prefix('=') {
            let quoted = after.strip_prefix('"').and_then(|r| r.split_once('"'));
            let (raw, after) = quoted.unwrap_or_else(|| {
                let end = after.find(|c: char| c.is_whitespace() || c == '>');
                after.split_at(end.unwrap_or(after.len()))
            });
            value = plain(raw);
            rest = after;
        }
        tag.attributes.push((name, value));
    }
}

/// Text of an attribute or of a page with its entities read.
pub fn plain(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}

/// What no page of ours has: scripts of others, handlers, styles, addresses that run or lead away.
pub fn strange(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for tag in tags(text) {
        let outside = [
            "iframe", "object", "embed", "base", "math", "frame", "applet", "style",
        ];
        if outside.contains(&tag.name.as_str()) {
            found.push(format!("<{}>", tag.name));
        }
        if tag.name == "script"
            && !tag
                .attribute("src")
                .is_some_and(|s| s.starts_with("/assets/"))
        {
            found.push("<script>".into());
        }
        if tag.name == "meta" && tag.attribute("http-equiv").is_some() {
            found.push("<meta http-equiv>".into());
        }
        for (name, value) in &tag.attributes {
            let leads = ["href", "src", "action", "formaction"].contains(&name.as_str());
            let ours = value.is_empty()
                || value.starts_with('#')
                || value.starts_with("tel:")
                || (value.starts_with('/') && !value.starts_with("//"));
            if name.starts_with("on") || name == "style" || name == "srcdoc" || (leads && !ours) {
                found.push(format!("{}[{name}={value}]", tag.name));
            }
        }
    }
    found
}

#[test]
fn a_page_is_read_as_a_browser_reads_it() {
    let text = r#"<p>a &lt;b&gt;<a href="/x?a=1&amp;b=2" class=k>1</a><input name="q" value="&quot;>"><br>"#;
    assert_eq!(links(text), ["/x?a=1&b=2"]);
    assert!(strange(text).is_empty());
    for bad in [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<p/onclick=\"x\">",
        "<a href=\"javascript:x\">",
        "<a href=\"//evil.cn\">",
        "<p style=\"x\">",
        "<SVG/onload=alert(1)>",
        "<iframe src=\"/x\">",
    ] {
        assert!(!strange(bad).is_empty(), "{bad}");
    }
    let page =
        r#"<form method="post" action="/a"><input name="x" value="1"></form><input name="y">"#;
    let form = &forms("/p", page)[0];
    assert!(form.posts && form.fields == [("x".to_owned(), "1".to_owned())]);
}
