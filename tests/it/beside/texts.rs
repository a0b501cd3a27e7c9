//! Two procedures of the tests: one that supervises, and minutes whose rows become supervised matters.

/// 督办: begun by the office, done by the head of the leading department, checked and closed by whoever began it.
pub const WATCH: &str = r#"
id = "test-watch"
name = "督办件"
group = "督办"
title = "matter"

[start]
label = "督办立项"
roles = ["records_clerk", "office_director"]

[series]
key = "督办试"
scope = "department"
pattern = "督办〔{year}〕{n}号"
step = "begin"
field = "number"

[visibility]
rule = "participants"
grants = [{ who = { role = "principal_leader" }, from = "begin" }]

[supervision]
label = "转督办"
source = "source"
matter = "matter"
principal = "lead"
assisting = "others"
due = "until"
progress = "progress"
report = "报进展"
proof = "proof"
word = "转督办"

[[field]]
id = "number"
label = "编号"
kind = "series_number"

[[field]]
id = "source"
label = "来源"
kind = "choice"
options = ["会议", "批示", "文件"]
must = ["begin"]

[[field]]
id = "matter"
label = "督办事项"
kind = "long_text"
max = 500
must = ["begin"]

[[field]]
id = "lead"
label = "牵头部门"
kind = "department"
must = ["begin"]

[[field]]
id = "others"
label = "配合部门"
kind = "departments"
write = ["begin"]

[[field]]
id = "until"
label = "时限"
kind = "date"
must = ["begin"]

[[field]]
id = "proof"
label = "办结材料"
kind = "text"
max = 200
must = ["do"]

[[field]]
id = "progress"
label = "进展"
kind = "opinion_box"

[layout]
rows = [
  ["number 4", "source 4", "until 4"],
  ["matter 12"],
  ["lead 6", "others 6"],
  ["progress 12 tall"],
  ["proof 12"],
]

[[step]]
id = "begin"
name = "立项交办"
who = "starter"
moves = { submit = "交办" }
next = [{ to = "do", label = "交办" }]

[[step]]
id = "do"
name = "承办"
verb = "承办"
who = { head_of = "lead" }
moves = { submit = "送审核" }
next = [{ to = "check", label = "送审核" }]

[[step]]
id = "check"
name = "审核销号"
verb = "审核"
who = "starter"
moves = { archive = "销号", return = "退回" }

[register]
id = "test_watch"
name = "督办登记簿"
columns = [
  { id = "number", label = "编号", from = { field = "number" }, width = 10 },
  { id = "matter", label = "事项", from = { field = "matter" }, width = 20, filter = true },
]

[ledger]
columns = [{ label = "立项人", from = { actor = "begin" } }]
"#;

/// 会议纪要: a table of what was decided.
pub const MINUTES: &str = r#"
id = "test-minutes"
name = "会议纪要"
group = "会议"
title = "title"

[start]
label = "记会议纪要"

[visibility]
rule = "participants"

[raises]
label = "逐条转督办"
table = "decided"
matter = "what"
principal = "lead"
assisting = "others"
due = "until"

[[field]]
id = "title"
label = "会议名称"
kind = "text"
max = 100
must = ["write"]

[[field]]
id = "decided"
label = "议定事项"
kind = "table"
columns = [
  { id = "what", label = "事项" },
  { id = "lead", label = "牵头部门" },
  { id = "others", label = "配合部门" },
  { id = "until", label = "时限" },
]
write = ["write", "keep"]

[layout]
rows = [["title 12"], ["decided 12"]]

[[step]]
id = "write"
name = "记录"
who = "starter"
moves = { submit = "送归档" }
next = [{ to = "keep", label = "送归档" }]

[[step]]
id = "keep"
name = "归档"
verb = "归档"
who = "starter"
moves = { archive = "归档" }

[register]
id = "test_minutes"
name = "会议纪要登记簿"
columns = [{ id = "title", label = "会议", from = { field = "title" }, width = 20 }]

[ledger]
columns = [{ label = "记录人", from = { actor = "write" } }]
"#;

/// Closed by whoever wrote it, then filed by the archivist, who may send it back.
pub const FILED: &str = r#"
id = "test-filed"
name = "归档的件"
group = "办公"
title = "title"

[start]
label = "记一件"

[visibility]
rule = "participants"

[[field]]
id = "title"
label = "标题"
kind = "text"
max = 100
must = ["write"]

[layout]
rows = [["title 12"]]

[[step]]
id = "write"
name = "登记"
who = "starter"
moves = { submit = "送办结" }
next = [{ to = "close", label = "送办结" }]

[[step]]
id = "close"
name = "办结"
who = "starter"
moves = { close = "办结并送归档" }
next = [{ to = "file", label = "送归档" }]

[[step]]
id = "file"
name = "归档"
who = { role = "archivist" }
moves = { archive = "归档", return = "退回" }

[register]
id = "test_filed"
name = "归档的件登记簿"
columns = [
  { id = "title", label = "标题", from = { field = "title" }, width = 20, filter = true },
  { id = "holder", label = "现在到", from = "holder", width = 8 },
  { id = "state", label = "状态", from = "state", width = 5, filter = true },
]

[ledger]
columns = [{ label = "登记人", from = { actor = "write" } }]
"#;
