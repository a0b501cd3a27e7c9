//! The words of the manual, by post. Steps are sentences to follow, with the words that stand on the
//! buttons. Not for how things work inside, and not for what cannot be done yet.

/// Whose daily work a chapter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    Everybody,
    Clerk,
    Director,
    Leader,
    Department,
    Admin,
}

/// One post's page of the manual.
pub(super) struct Chapter {
    pub id: &'static str,
    pub title: &'static str,
    pub reader: Reader,
    /// What somebody wants to do, and the steps.
    pub questions: &'static [(&'static str, &'static [&'static str])],
}

/// Words of the office as they are used here.
pub(super) const WORDS: [(&str, &str); 5] = [
    ("办件", "要办、要报结果的文件。"),
    ("阅件", "看过就行的文件，点“已阅”。"),
    ("主办、协办", "主办负责报结果，协办只交自己那部分。"),
    ("传阅", "看完点“已阅”，不挡着办理。"),
    ("归档", "办完以后收进本年的卷盒，以后只能看。"),
];

/// All chapters, in the order of the office.
pub(super) const ALL: &[Chapter] = &[
    Chapter {
        id: "everybody",
        title: "每个人都用得上的",
        reader: Reader::Everybody,
        questions: &[
            (
                "第一次登录",
                &[
                    "拿到密码单，在浏览器里写上面的网址。",
                    "写登录名和一次性密码，点“登录”。",
                    "按提示换成自己的密码。以后用姓名、手机号或工号登录都行。",
                ],
            ),
            (
                "忘了密码",
                &["请管理员当面换发一张密码单，旧密码马上作废。连续输错五次会锁十分钟。"],
            ),
            (
                "今天要办什么",
                &["登录以后第一页就是“待办”：急件在最上面，点开就办，办完自己会消失。"],
            ),
            (
                "找一份文件",
                &["打开登记簿，在上面的框里写几个字：文号、来文机关、标题里任意几个字。"],
            ),
            (
                "打印处理单",
                &["打开那一件，点右上角“打印收文处理单”，选 A4 纸。"],
            ),
            (
                "送错了",
                &["对方没打开以前，件上有“撤回”。打开以后，请对方点“退回”。"],
            ),
            (
                "字太小",
                &["最上面的“字号”有标准、大、特大，点一下，以后都是这个字号。"],
            ),
            (
                "找同事的电话",
                &["点“通讯录”，写姓名、拼音首字母（zs）、工号或手机尾号。"],
            ),
        ],
    },
    Chapter {
        id: "clerk",
        title: "收发文员",
        reader: Reader::Clerk,
        questions: &[
            (
                "收到一份文件，怎么登记",
                &[
                    "在“待办”页右上点“登记办件”，看过就行的点“登记阅件”。",
                    "填来文机关、文号、标题、收到日期；带密级的文件不要扫描进来。",
                    "把扫描件或电子件加为附件。",
                    "点右下角黑色的按钮，送办公室主任拟办。收文号自动编，不跳号。",
                ],
            ),
            (
                "领导批完了，怎么分办",
                &[
                    "“待办”里写着“请分办”的，点开。",
                    "按批示勾主办部门、协办部门，主办只有一个。",
                    "送出以后，件上看得到谁打开了、谁还没看。",
                ],
            ),
            (
                "送出去传阅",
                &["打开那一件，选传阅的人。同时传的一起看，依次传的一个看完到下一个。"],
            ),
            (
                "办完了，怎么归档",
                &["各部门都报了结果以后，点“办结”，核对保管期限，再点“归档”。"],
            ),
        ],
    },
    Chapter {
        id: "director",
        title: "办公室主任",
        reader: Reader::Director,
        questions: &[
            (
                "怎么写拟办意见",
                &[
                    "“待办”里点开要拟办的件，先看附件。",
                    "在粗框里写拟办意见，常用语点一下就写上。",
                    "选送哪位领导批示，点右下角黑色的按钮。",
                ],
            ),
            (
                "登记错了",
                &["点“退回”，写一句哪里要改，收发文员改好再送来。"],
            ),
        ],
    },
    Chapter {
        id: "leader",
        title: "领导",
        reader: Reader::Leader,
        questions: &[
            (
                "怎么批示",
                &[
                    "点开“请批示”的件，处理单上粗框那一格是您的。",
                    "写批示，或者点一句常用语，例如“同意拟办意见。”",
                    "点右下角黑色的按钮，按钮上写着送到谁那里。",
                ],
            ),
            (
                "用手机批",
                &["手机连办公室的无线网，扫登录页上的二维码，不用装软件。"],
            ),
            (
                "想用纸批",
                &["请收发文员打印处理单，您在纸上签；签好由收发文员代录，注明“原件为纸质”。"],
            ),
        ],
    },
    Chapter {
        id: "department",
        title: "部门和村",
        reader: Reader::Department,
        questions: &[
            (
                "收到分办来的件",
                &[
                    "“待办”里点开，看批示和附件。",
                    "自己办的点“承办”，要别人办的点“交办”，选本部门的同事。",
                    "不归本部门的，点“退回”，写明理由。",
                ],
            ),
            (
                "怎么报结果",
                &["打开那一件，写办理结果，加上材料，送回。办件没有结果不能办结。"],
            ),
            ("阅件", &["看完点“已阅”，就从待办里消失。"]),
        ],
    },
    Chapter {
        id: "admin",
        title: "管理员",
        reader: Reader::Admin,
        questions: &[
            (
                "在哪里管人员和账号",
                &["到服务器那台电脑上打开砚台，点“管理”。为了安全，别的电脑上不显示这些。"],
            ),
            (
                "一次导入全部人员",
                &[
                    "点“管理”里的“导入人员”，下载模板填好。",
                    "传上来先看一遍，有错误的行下载下来改好再传。",
                    "点“导入”，接着打印密码单。",
                ],
            ),
            (
                "有人忘了密码、要换手机",
                &["“人员”里找到他，点“换发密码单”，或者点“修改”。"],
            ),
            (
                "有人调动、离任",
                &["“人员”里打开他，点“调动”或“办理离任”。留在原岗位的件由接任的人办。"],
            ),
            (
                "部门改名、撤销",
                &["“组织机构”里点开部门修改。撤销时选接续的部门，没办完的件转过去。"],
            ),
        ],
    },
];
