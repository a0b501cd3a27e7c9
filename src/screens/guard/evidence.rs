//! The table of GB/T 22239-2019 安全计算环境 and 安全管理中心, row by row, with what this server shows for each: facts
//! in, rows out. Pure. What an office has to see to itself (its PCs, its doors, its contracts) is said to be its own.
//! Invariant: nothing is called met that was not looked at now.

use crate::access::alarm::Rule;

/// Where an office stands with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grade {
    Met,
    Partly,
    Missing,
    /// The office's own to see to.
    Own,
}

/// One requirement.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// 身份鉴别 a.
    pub clause: &'static str,
    /// 二级 or 三级: from which level on it is asked.
    pub level: u8,
    /// What is asked.
    pub asks: &'static str,
    pub grade: Grade,
    /// What was found.
    pub found: String,
    /// Where the ones that were counted stand by name, and what the link says.
    pub names: Option<(&'static str, &'static str)>,
}

/// What was looked at.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts {
    pub graded: bool,
    pub idle_minutes: i64,
    pub life_hours: i64,
    pub accounts: usize,
    /// Open accounts of people without a post and without an administrator's role; of people who left.
    pub bare: usize,
    pub gone: usize,
    /// Accounts whose password could be read back.
    pub plain: i64,
    /// Whether the people are invented and share one password.
    pub demo: bool,
    pub slips: usize,
    pub disabled: usize,
    /// Who did not log in for ninety days.
    pub unused: usize,
    pub locked: usize,
    pub codes_wanted: bool,
    /// Administrators and leaders: with a code, and all of them.
    pub with_code: usize,
    pub want_code: usize,
    pub separated: bool,
    pub https: bool,
    /// Whether the encrypted address answers, and whether there is no other.
    pub encrypted: bool,
    pub forced: bool,
    /// Administrators' pages that open at the server PC or over an encrypted connection alone, and all of theirs.
    pub confined: (usize, usize),
    pub audit_rows: i64,
    /// When the newest row was written.
    pub audit_last: Option<String>,
    /// Days since the oldest row.
    pub audit_days: i64,
    /// Refused requests in the security log.
    pub refused: i64,
    pub alarms: i64,
    /// What the last check found: when, how many files, how many things wrong.
    pub checked: Option<(String, usize, usize)>,
    pub backup: Option<String>,
    pub backup_wrong: Option<String>,
    pub places: usize,
    /// The last drill: when, and whether it was good.
    pub drill: Option<(String, bool)>,
    pub procedures: usize,
    pub steps: usize,
    pub fields: usize,
    pub masked_fields: usize,
    pub version: &'static str,
}

/// The people behind the number of unused accounts.
const UNUSED_AT: &str = "/admin/people?view=unused";

/// All rows, in the standard's order.
pub(super) fn rows(f: &Facts) -> Vec<Row> {
    let mut all = identity(f);
    all.extend(control(f));
    all.extend(audit(f));
    all.extend(intrusion(f));
    all.extend(data(f));
    all.extend(centre(f));
    all
}

fn row(clause: &'static str, level: u8, asks: &'static str, found: (Grade, String)) -> Row {
    let (grade, found) = found;
    Row {
        clause,
        level,
        asks,
        grade,
        found,
        names: None,
    }
}

const fn when(met: bool, otherwise: Grade) -> Grade {
    if met { Grade::Met } else { otherwise }
}

fn identity(f: &Facts) -> Vec<Row> {
    let password = match f.graded {
        true => "等保模式打开：三类以上字符混用，90 天一换，不用最近 5 次的".to_owned(),
        false => {
            "等保模式没有打开：只要求 8 个字以上、不是常见密码和姓名；要测评请在“安全设置”打开"
                .to_owned()
        }
    };
    let leave = format!(
        "输错 5 次锁 10 分钟，现在锁着 {} 个；{} 分钟不用退出，最长 {} 小时",
        f.locked, f.idle_minutes, f.life_hours
    );
    let code = format!(
        "管理员和领导 {} 人，{} 人开通了动态验证码；{}",
        f.want_code,
        f.with_code,
        if f.codes_wanted {
            "已设为必须"
        } else {
            "没有设为必须"
        }
    );
    vec![
        row(
            "身份鉴别 a",
            2,
            "用户身份唯一，密码有复杂度并定期更换",
            (
                when(f.graded, Grade::Partly),
                format!("{} 个账号，一人一个；{password}", f.accounts),
            ),
        ),
        row(
            "身份鉴别 b",
            2,
            "登录失败处理、限制次数、超时退出",
            (when(f.graded, Grade::Partly), leave),
        ),
        row(
            "身份鉴别 c",
            2,
            "远程管理时防止鉴别信息被窃听",
            (when(f.forced, Grade::Partly), line(f)),
        ),
        row(
            "身份鉴别 d",
            3,
            "两种以上鉴别，其中一种用密码技术",
            (
                when(f.codes_wanted && f.with_code == f.want_code, Grade::Partly),
                code,
            ),
        ),
    ]
}

/// How passwords travel.
fn line(f: &Facts) -> String {
    let way = match (f.encrypted, f.forced) {
        (_, true) => "只能用加密的地址登录",
        (true, false) => "加密的地址开着，没有强制，普通地址也能登录；请在“加密访问”里强制",
        (false, false) => "加密的地址这次没有开，密码不加密传送；请看“加密访问”",
    };
    format!(
        "{way}；您现在{}加密连接",
        if f.https { "用的是" } else { "用的不是" }
    )
}

fn control(f: &Facts) -> Vec<Row> {
    let three = match f.separated {
        true => "系统管理员、安全管理员、审计员由不同的人担任",
        false => "三个管理角色没有分给三个人，请安全管理员分开",
    };
    vec![
        row(
            "访问控制 a",
            2,
            "分配账户和权限",
            (
                when(f.accounts > 0 && f.bare + f.gone == 0, Grade::Partly),
                format!(
                    "{} 个账号，权限随岗位，人员调动时跟着变；能登录却没有岗位的 {} 个，已离任还能登录的 {} 个",
                    f.accounts, f.bare, f.gone
                ),
            ),
        ),
        row(
            "访问控制 b",
            2,
            "重命名或删除默认账户、改默认口令",
            match f.demo {
                true => (
                    Grade::Missing,
                    "现在装的是演示数据，大家用同一个密码；正式用以前请清除".into(),
                ),
                false => (
                    Grade::Met,
                    "不是演示数据，没有默认账号和默认密码；第一个账号凭服务器屏幕上的码建立".into(),
                ),
            },
        ),
        Row {
            names: (f.unused > 0).then_some((UNUSED_AT, "看是哪些人")),
            ..row(
                "访问控制 c",
                2,
                "删除或停用多余、过期的账户",
                (
                    when(f.unused == 0, Grade::Partly),
                    format!(
                        "停用 {} 个，密码单没用过的 {} 个，90 天没有登录过的 {} 个",
                        f.disabled, f.slips, f.unused
                    ),
                ),
            )
        },
        row(
            "访问控制 d",
            2,
            "管理用户最小权限、权限分离",
            (when(f.separated, Grade::Missing), three.into()),
        ),
        row(
            "访问控制 e、f",
            3,
            "授权到用户、记录和字段",
            (
                when(f.steps > 0 && f.masked_fields > 0, Grade::Partly),
                format!(
                    "{} 个事项、{} 个环节各写明由谁办，{} 个字段默认遮盖；不该看的查不到，也不出现在清单和数目里",
                    f.procedures, f.steps, f.masked_fields
                ),
            ),
        ),
        row(
            "访问控制 g",
            3,
            "重要主体、客体设置安全标记",
            (
                Grade::Partly,
                "本平台不涉密；登录页和录入处有提示，带密级标志的文件不收".into(),
            ),
        ),
    ]
}

fn audit(f: &Facts) -> Vec<Row> {
    let (copied, copies) = match (&f.backup, &f.backup_wrong) {
        (Some(words), None) => (Grade::Met, words.clone()),
        (Some(words), Some(wrong)) => (Grade::Partly, format!("{words}；{wrong}")),
        (None, _) => (Grade::Partly, "还没有做过备份，请到“备份”设置".to_owned()),
    };
    let kept = format!(
        "{} 条，最早的在 {} 天前；一直保存，没有删除的办法；随备份一起备份：{copies}",
        f.audit_rows, f.audit_days
    );
    let chain = match &f.checked {
        None => (Grade::Partly, "还没有核对过；请到“体检”核对一遍".to_owned()),
        Some((when, files, 0)) => (
            Grade::Met,
            format!("SM3 链；{when} 核对 {files} 个文件，没有被改过"),
        ),
        Some((when, _, wrong)) => (
            Grade::Missing,
            format!("{when} 核对出 {wrong} 处不对，请看“体检”"),
        ),
    };
    vec![
        row(
            "安全审计 a",
            2,
            "审计覆盖每个用户和重要行为",
            (
                when(f.audit_rows > 0, Grade::Missing),
                format!("每次办理都有一条，另有被拒的请求 {} 次", f.refused),
            ),
        ),
        row(
            "安全审计 b",
            2,
            "记录日期、用户、事件、是否成功",
            match &f.audit_last {
                Some(last) => (
                    Grade::Met,
                    format!("办成的和被拒的分开记，都有时间、人、对象；最近一条在 {last}"),
                ),
                None => (Grade::Missing, "一条也没有".to_owned()),
            },
        ),
        row(
            "安全审计 c",
            2,
            "保护审计记录，定期备份（网络安全法：不少于六个月）",
            (copied, kept),
        ),
        row("安全审计 c", 2, "避免被修改、覆盖", chain.clone()),
        row(
            "安全审计 d",
            3,
            "防止审计进程被中断",
            (
                chain.0,
                format!(
                    "没有关掉审计的开关；审计写不进去，这一步就办不成。{}",
                    chain.1
                ),
            ),
        ),
    ]
}

fn intrusion(f: &Facts) -> Vec<Row> {
    vec![
        row(
            "入侵防范 a、b",
            2,
            "最小安装，关闭不需要的服务和端口",
            (
                Grade::Own,
                "砚台只开自己的端口；服务器电脑上的其他程序由单位检查".into(),
            ),
        ),
        row(
            "入侵防范 c",
            2,
            "限制管理终端",
            (
                when(f.confined.0 > 0, Grade::Missing),
                format!(
                    "管理员的 {} 个页面里，账号、安全、存储、升级等 {} 个只在服务器电脑上或加密连接里打开",
                    f.confined.1, f.confined.0
                ),
            ),
        ),
        row(
            "入侵防范 d",
            2,
            "检验输入数据",
            (
                when(f.fields > 0, Grade::Partly),
                format!(
                    "{} 个事项的 {} 个字段按定义逐项检验；上传按内容认，认不出的不收",
                    f.procedures, f.fields
                ),
            ),
        ),
        row(
            "入侵防范 e",
            2,
            "发现并修补已知漏洞",
            (
                Grade::Partly,
                format!("现在是 {} 版；请关注更新，并给操作系统打补丁", f.version),
            ),
        ),
        row(
            "入侵防范 f",
            3,
            "检测入侵并报警",
            (
                when(f.alarms == 0, Grade::Partly),
                format!(
                    "{} 条报警规则一直开着；没有看过的报警 {} 条",
                    Rule::ALL.len(),
                    f.alarms
                ),
            ),
        ),
        row(
            "恶意代码防范",
            2,
            "安装防恶意代码软件",
            (
                Grade::Own,
                "请在服务器和各台电脑上装杀毒软件；砚台不执行、不在页面里打开上传的程序".into(),
            ),
        ),
    ]
}

fn data(f: &Facts) -> Vec<Row> {
    let whole = match &f.checked {
        Some((when, _, 0)) => (
            Grade::Met,
            format!("附件按 SM3 存取；{when} 通读一遍，都好"),
        ),
        Some((when, _, wrong)) => (
            Grade::Missing,
            format!("{when} 通读出 {wrong} 处不对，请看“体检”"),
        ),
        None => (Grade::Partly, "还没有通读过；请到“体检”核对一遍".to_owned()),
    };
    let backup = match (&f.backup, &f.backup_wrong) {
        (Some(words), None) => (Grade::Met, words.clone()),
        (Some(words), Some(wrong)) => (Grade::Partly, format!("{words}；{wrong}")),
        (None, _) => (Grade::Missing, "还没有做过备份，请到“备份”设置".to_owned()),
    };
    let drill = match &f.drill {
        Some((when, true)) => (
            Grade::Met,
            format!("{when} 恢复演练成功，记录在“备份”里可以打印"),
        ),
        Some((when, false)) => (
            Grade::Missing,
            format!("{when} 恢复演练没有成功，请看“备份”"),
        ),
        None => (
            Grade::Partly,
            "还没有做过恢复演练；备份以后每月自动做一次".to_owned(),
        ),
    };
    vec![
        row("数据完整性", 2, "传输中的完整性", (when(f.https, Grade::Partly), format!("您现在{}加密连接", if f.https { "用的是" } else { "用的不是" }))),
        row("数据完整性", 3, "存储中的完整性", whole),
        row("数据保密性", 3, "传输和存储中的保密性", (Grade::Partly, "备份用恢复码加密；签名钥匙、邮件密码、验证码用本机钥匙加密；数据文件请放在加密的磁盘上".into())),
        row("备份恢复 a", 2, "本地数据备份与恢复", backup),
        row("备份恢复 a", 2, "恢复测试", drill),
        row("备份恢复 b", 2, "异地备份", (when(f.places > 1, Grade::Partly), format!("备份放在 {} 个地方", f.places))),
        row("备份恢复 c", 3, "热冗余", (Grade::Own, "单机运行；换一台电脑可以从备份恢复".into())),
        row("剩余信息保护", 2, "鉴别信息的存储空间清除", (when(f.plain == 0 && f.accounts > 0, Grade::Missing), format!(
            "{} 个账号里密码能还原的 {} 个；登录凭据只存摘要，退出即删", f.accounts, f.plain))),
        row("个人信息保护", 2, "只收必需的，禁止未授权访问", (when(f.masked_fields > 0, Grade::Partly), format!(
            "{} 个字段默认遮盖，看全号要留下审计", f.masked_fields))),
    ]
}

fn centre(f: &Facts) -> Vec<Row> {
    let three = when(f.separated, Grade::Missing);
    vec![
        row(
            "系统管理",
            2,
            "系统管理员身份鉴别，操作受限并审计",
            (
                three,
                "系统管理员管人员、机构、存储和备份，不看公文内容，不看审计".into(),
            ),
        ),
        row(
            "审计管理",
            2,
            "审计管理员身份鉴别，操作受限并审计",
            (three, "审计员只看审计；导出带 SM2 签名".into()),
        ),
        row(
            "安全管理",
            3,
            "安全管理员身份鉴别，操作受限并审计",
            (three, "安全管理员管角色、解锁、安全设置".into()),
        ),
    ]
}

#[cfg(test)]
#[path = "evidence_tests.rs"]
mod tests;
