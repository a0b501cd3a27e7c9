//! Two procedures of two steps, for tests that need many cases quickly: one with a number of the
//! department's own, one with a number of the whole office. Written, then looked through and archived by
//! whoever began.

const TEXT: &str = r#"
id = "@-note"
name = "小件（@）"
group = "小件"
title = "title"

[start]
label = "登记小件"
roles = ["records_clerk", "dept_head", "handler"]

[series]
key = "小件@"
scope = "@"
pattern = "小件〔{year}〕{n}号"
step = "write"
field = "number"

[visibility]
rule = "participants"

[[field]]
id = "number"
label = "编号"
kind = "series_number"

[[field]]
id = "title"
label = "标题"
kind = "text"
max = 200
must = ["write"]

[[field]]
id = "said"
label = "意见"
kind = "opinion_box"

[layout]
rows = [["number 4", "title 8"], ["said 12 tall"]]

[[step]]
id = "write"
name = "登记"
who = "starter"
opinion = { into = "said", need = "optional" }
moves = { submit = "送看" }
next = [{ to = "look", label = "送看" }]

[[step]]
id = "look"
name = "看"
verb = "看"
who = "starter"
opinion = { into = "said", need = "optional" }
moves = { submit = "送归档" }
next = [{ to = "keep", label = "送归档" }]

[[step]]
id = "keep"
name = "归档"
verb = "归档"
who = "starter"
moves = { archive = "归档" }

[register]
id = "small_@"
name = "小件登记簿"
columns = [{ id = "number", label = "编号", from = { field = "number" }, width = 10 }]

[ledger]
columns = [{ label = "录入者", from = { actor = "write" } }]
"#;

/// `department-note`, numbered by each department for itself.
pub fn of_department() -> String {
    TEXT.replace('@', "department")
}

/// `organ-note`, numbered through the whole office.
pub fn of_organ() -> String {
    TEXT.replace('@', "organ")
}
