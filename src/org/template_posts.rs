//! The township template as data (domain §4.2): departments with code, short name and posts.
//! Names are what most townships say since the reform; every one is edited on the wizard's page.
//! Invariant: codes are unique; each department has a head and somebody who takes what is sent to it.

use super::Role::{
    self, Archivist, DeptHead, Duty, Handler, OfficeDirector, Receiver, RecordsClerk, SealKeeper,
    VillageClerk, Window,
};
use super::model::DeptKind::{self, Department, Office};

/// A post of the template.
pub(super) type PostData = (&'static str, &'static [Role]);

/// A department of the template.
pub(super) struct DeptData {
    pub code: &'static str,
    pub name: &'static str,
    pub short: &'static str,
    pub kind: DeptKind,
    pub posts: &'static [PostData],
}

const fn dept(
    code: &'static str,
    name: &'static str,
    short: &'static str,
    posts: &'static [PostData],
) -> DeptData {
    DeptData {
        code,
        name,
        short,
        kind: Department,
        posts,
    }
}

const HEAD: &[Role] = &[DeptHead];
const RECEIVER: &[Role] = &[Receiver, Handler];
const HANDLER: &[Role] = &[Handler];
const WINDOW: &[Role] = &[Window, Handler];
const DIRECTOR: PostData = ("主任", HEAD);
/// Takes what is sent to the department.
const DELEGATE: PostData = ("业务综合代表", RECEIVER);
const STAFF: PostData = ("干事", HANDLER);

/// The seventeen departments; villages follow from their list.
pub(super) const DEPARTMENTS: &[DeptData] = &[
    DeptData {
        code: "DZB",
        name: "党政综合办公室",
        short: "党政办",
        kind: Office,
        posts: &[
            ("主任", &[OfficeDirector, DeptHead]),
            ("收发文员", &[RecordsClerk, Receiver]),
            ("机要档案员", &[Archivist, Handler]),
            ("印章管理员", &[SealKeeper, Handler]),
            ("会务", HANDLER),
            ("信息", HANDLER),
            ("督查", HANDLER),
            ("车管驾驶员", HANDLER),
            ("值班员", &[Duty]),
            STAFF,
        ],
    },
    dept(
        "DJB",
        "党建工作办公室",
        "党建办",
        &[
            DIRECTOR,
            DELEGATE,
            ("组织干事", HANDLER),
            ("宣传干事", HANDLER),
            ("党务干事", HANDLER),
        ],
    ),
    dept(
        "JFB",
        "经济发展办公室（统计）",
        "经发办",
        &[
            DIRECTOR,
            DELEGATE,
            ("统计员", HANDLER),
            ("项目干事", HANDLER),
            ("企业服务", HANDLER),
        ],
    ),
    dept(
        "SHB",
        "社会事务办公室",
        "社事办",
        &[
            DIRECTOR,
            DELEGATE,
            ("民政干事", HANDLER),
            ("残联干事", HANDLER),
            ("教育文化卫健", HANDLER),
            ("社保干事", HANDLER),
        ],
    ),
    dept(
        "PFB",
        "平安法治办公室（社会治安综合治理中心）",
        "平安法治办",
        &[
            DIRECTOR,
            DELEGATE,
            ("综治干事", HANDLER),
            ("信访员", HANDLER),
            ("司法干事", HANDLER),
            ("调解员", HANDLER),
            ("网格干事", HANDLER),
        ],
    ),
    dept(
        "GHB",
        "规划建设和生态环境办公室",
        "规建办",
        &[
            DIRECTOR,
            DELEGATE,
            ("村镇建设", HANDLER),
            ("宅基地管理", HANDLER),
            ("环保干事", HANDLER),
        ],
    ),
    dept(
        "YJB",
        "应急管理办公室（消防）",
        "应急办",
        &[
            DIRECTOR,
            DELEGATE,
            ("安全员", HANDLER),
            ("防汛干事", &[Handler, Duty]),
        ],
    ),
    dept(
        "CZS",
        "财政所",
        "财政所",
        &[
            ("所长", HEAD),
            DELEGATE,
            ("会计", HANDLER),
            ("出纳", HANDLER),
            ("村账", HANDLER),
        ],
    ),
    dept(
        "JWB",
        "纪检监察办公室",
        "纪检办",
        &[DIRECTOR, DELEGATE, STAFF],
    ),
    dept("RDB", "人大办公室", "人大办", &[DIRECTOR, DELEGATE, STAFF]),
    dept(
        "WZB",
        "人民武装部",
        "武装部",
        &[("部长", HEAD), DELEGATE, STAFF],
    ),
    dept(
        "NYZ",
        "农业农村服务中心",
        "农业中心",
        &[
            DIRECTOR,
            DELEGATE,
            ("农技员", HANDLER),
            ("林水干事", HANDLER),
            ("乡村振兴", HANDLER),
        ],
    ),
    dept(
        "DQZ",
        "党群服务中心（便民服务中心）",
        "便民中心",
        &[
            DIRECTOR,
            DELEGATE,
            ("1号窗口", WINDOW),
            ("2号窗口", WINDOW),
            ("3号窗口", WINDOW),
            ("4号窗口", WINDOW),
            ("5号窗口", WINDOW),
            ("6号窗口", WINDOW),
            ("帮办代办员", HANDLER),
        ],
    ),
    dept(
        "WHZ",
        "文化（新时代文明实践）服务中心",
        "文化中心",
        &[DIRECTOR, DELEGATE, STAFF],
    ),
    dept(
        "TYZ",
        "退役军人服务站",
        "退役军人站",
        &[("站长", HEAD), DELEGATE, STAFF],
    ),
    dept(
        "ZFD",
        "综合行政执法队",
        "执法队",
        &[("队长", HEAD), DELEGATE, ("执法队员", HANDLER)],
    ),
    dept(
        "WGZ",
        "综合指挥（网格）中心",
        "指挥中心",
        &[
            DIRECTOR,
            DELEGATE,
            ("网格长", HANDLER),
            ("值班员", &[Duty, Handler]),
        ],
    ),
];

/// Posts of a village or community.
pub(super) const VILLAGE: &[PostData] = &[
    ("书记、主任", HEAD),
    ("文书", &[VillageClerk, Receiver, Handler]),
    ("网格员", HANDLER),
    ("代办员", HANDLER),
];
