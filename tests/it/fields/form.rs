//! A form with every kind of field in it, as an office would write one: leave and money on one sheet.

pub const AT: &str = "/start/every-kind";

pub const TEXT: &str = r#"
id = "every-kind"
name = "出差报销"
group = "试验"
title = "title"
brief = ["span", "secret"]

[start]
label = "填出差报销"

[series]
key = "出差"
scope = "department"
pattern = "出差〔{year}〕{n}号"
step = "apply"
field = "number"

[visibility]
rule = "participants"
grants = [{ who = { role = "principal_leader" }, from = "approve" }]

[correct]
label = "更正"
fields = ["span", "phone", "fare"]
roles = ["records_clerk"]

[[rule]]
steps = ["apply"]
when = [{ field = "guests", is = "filled" }]
must = [{ field = "hosts", is = "<=", than = { field = "guests", divided_by = 3 } }]
say = "陪餐人数不能超过来宾的三分之一，请减少陪餐人数"

[[field]]
id = "number"
label = "编号"
kind = "series_number"
[[field]]
id = "title"
label = "事由"
kind = "text"
must = ["apply"]
[[field]]
id = "who"
label = "出差人"
kind = "person"
default = "me"
must = ["apply"]
[[field]]
id = "id_no"
label = "身份证号"
kind = "id_number"
masked = true
reveal = ["office_director"]
write = ["apply"]
[[field]]
id = "age"
label = "年龄"
kind = "computed"
compute = { age = "id_no" }
[[field]]
id = "phone"
label = "手机"
kind = "phone"
masked = true
write = ["apply"]
[[field]]
id = "card"
label = "工资卡号"
kind = "text"
max = 30
masked = true
reveal = ["office_director", "records_clerk"]
write = ["apply"]
[[field]]
id = "span"
label = "起止日期"
kind = "span"
must = ["apply"]
[[field]]
id = "days"
label = "工作日"
kind = "computed"
compute = { working_days = "span" }
[[field]]
id = "all_days"
label = "天数"
kind = "computed"
compute = { days = "span" }
[[field]]
id = "leaves_at"
label = "出发时间"
kind = "time"
write = ["apply"]
[[field]]
id = "way"
label = "乘坐"
kind = "choice"
options = ["公车", "火车", "汽车", "飞机"]
must = ["apply"]
[[field]]
id = "flight"
label = "航班"
kind = "time"
must_when = [{ field = "way", is = "=", value = "飞机" }]
why = "坐飞机要填航班时间"
write = ["apply"]
[[field]]
id = "along"
label = "同行"
kind = "people"
write = ["apply"]
[[field]]
id = "offices"
label = "涉及部门"
kind = "departments"
write = ["apply"]
[[field]]
id = "room"
label = "会议室"
kind = "resource"
of = "会议室"
write = ["apply"]
[[field]]
id = "guests"
label = "来宾人数"
kind = "number"
min = 0
write = ["apply"]
[[field]]
id = "hosts"
label = "陪餐人数"
kind = "number"
min = 0
write = ["apply"]
[[field]]
id = "fare"
label = "车费"
kind = "money"
default = "0"
write = ["apply"]
[[field]]
id = "bed"
label = "住宿费"
kind = "money"
write = ["apply"]
[[field]]
id = "items"
label = "其他费用"
kind = "table"
must = ["apply"]
columns = [
  { id = "what", label = "名目", must = true },
  { id = "unit", label = "单位", kind = "choice", options = ["张", "次"] },
  { id = "n", label = "数量", kind = "number", sum = true },
  { id = "price", label = "金额", kind = "money", sum = true },
  { id = "day", label = "日期", kind = "date" },
]
[[field]]
id = "rest"
label = "其他费用合计"
kind = "computed"
compute = { sum_of = { table = "items", column = "price" } }
[[field]]
id = "total"
label = "报销总额"
kind = "computed"
compute = { sum = ["fare", "bed", "rest"] }
[[field]]
id = "secret"
label = "内部说明"
kind = "text"
hidden_from = ["approve"]
write = ["apply"]
[[field]]
id = "private_said"
label = "财务话"
kind = "opinion_box"
hidden_from = ["approve"]
[[field]]
id = "said"
label = "审批意见"
kind = "opinion_box"

[layout]
rows = [
  ["number 4", "title 8"],
  ["who 4", "id_no 4", "age 4"],
  ["phone 6", "card 6"],
  ["span 12"],
  ["days 6", "all_days 6"],
  ["leaves_at 4", "way 4", "flight 4"],
  ["along 6", "offices 6"],
  ["room 4", "guests 4", "hosts 4"],
  ["fare 6", "bed 6"],
  ["items 12"],
  ["rest 6", "total 6"],
  ["secret 12"],
  ["private_said 6 tall", "said 6 tall"],
]

[[step]]
id = "apply"
name = "填报"
who = "starter"
opinion = { into = "private_said", need = "optional" }
moves = { submit = "送审" }
next = [
  { to = "approve", label = "送主任审", when = [{ field = "days", is = "<=", value = 3 }, { field = "total", is = "<=", value = 500000 }] },
  { to = "boss", label = "送镇长审" },
]

[[step]]
id = "approve"
name = "主任审"
who = { role = "office_director" }
opinion = { into = "said", need = "optional" }
moves = { submit = "同意", return = "退回" }
next = [{ to = "keep", label = "同意" }]

[[step]]
id = "boss"
name = "镇长审"
who = { role = "principal_leader" }
opinion = { into = "said", need = "optional" }
moves = { submit = "同意", return = "退回" }
next = [{ to = "keep", label = "同意" }]

[[step]]
id = "keep"
name = "归档"
who = "starter"
moves = { archive = "归档" }

[register]
id = "every_kind"
name = "出差登记簿"
columns = [
  { id = "number", label = "编号", from = { field = "number" }, width = 10 },
  { id = "title", label = "事由", from = { field = "title" }, width = 20, filter = true },
  { id = "id_no", label = "证件", from = { field = "id_no" }, width = 10, filter = true },
  { id = "span", label = "起止", from = { field = "span" }, width = 10 },
  { id = "days", label = "工作日", from = { field = "days" }, type = "number", width = 4, filter = true },
  { id = "total", label = "总额", from = { field = "total" }, type = "number", width = 6, sort = true, filter = true },
  { id = "secret", label = "说明", from = { field = "secret" }, width = 10 },
  { id = "heard", label = "财务", from = { opinion = "private_said" }, width = 10 },
]

[ledger]
columns = [
  { label = "证件号", from = { field = "id_no" } },
  { label = "内部", from = { field = "secret" } },
  { label = "财务意见", from = { opinion = "private_said" } },
  { label = "总额", from = { field = "total" } },
  { label = "起止", from = { field = "span" } },
]

[[sheet]]
id = "form"
title = "出差报销单"
line = ["number", "secret"]

[[sheet]]
id = "receipt"
title = "领款收据"
line = ["number"]

[sheet.layout]
rows = [["who 6", "card 6"], ["total 12"]]
"#;

/// What a person fills in who makes no mistake: 2 of 3 rows, the last left blank.
pub const GOOD: &[(&str, &str)] = &[
    ("do", "submit/approve"),
    ("f.title", "去县里开会"),
    ("f.id_no", "11010519491231002x"),
    ("f.phone", "138 1234 5678"),
    ("f.card", "6222021234567890123"),
    ("f.span.first", "2026-3-9"),
    ("f.span.last", "3月11日"),
    ("f.leaves_at", "８:05"),
    ("f.way", "火车"),
    ("f.room", "二楼会议室"),
    ("f.guests", "9"),
    ("f.hosts", "3"),
    ("f.fare", "100.5"),
    ("f.bed", "1,000"),
    ("rows.items", "3"),
    ("f.items.0.what", "复印"),
    ("f.items.0.unit", "张"),
    ("f.items.0.n", "12"),
    ("f.items.0.price", "80"),
    ("f.items.0.day", "3月9日"),
    ("f.items.1.what", "市内交通"),
    ("f.items.1.n", "2"),
    ("f.items.1.price", "100"),
    ("f.items.2.what", ""),
    ("f.secret", "只给财务看的话"),
    ("opinion", "发票在我这里"),
    // what no browser is to be believed
    ("f.days", "1"),
    ("f.total", "1"),
    ("f.rest", "999"),
    ("f.number", "出差〔2026〕99号"),
];

/// The same with some of it otherwise; what is `None` is left out.
pub fn with<'a>(other: &[(&'a str, Option<&'a str>)]) -> Vec<(&'a str, &'a str)> {
    let mut all: Vec<(&str, &str)> = GOOD.to_vec();
    for (name, value) in other {
        all.retain(|(n, _)| n != name);
        if let Some(value) = value {
            all.push((name, value));
        }
    }
    all
}
