//! Words of official titles, so that a line does not end within one. Not a dictionary of Chinese: what is not in it is only
//! broken at a higher cost. Invariant: words are found by the longest match, left to right.

/// Words, parted by blanks.
const WORDS: &str = "人民政府 办公室 办事处 委员会 管理局 管理所 管理处 服务中心 事务中心 领导小组 工作组 指挥部 \
    党委 纪委 人大 政协 武装部 工会 妇联 共青团 村民 居民 村委会 居委会 党支部 党总支 街道 \
    乡镇 社区 全镇 全乡 全县 全市 镇级 村级 县级 各村 机关 事业单位 企业 单位 部门 关于 印发 \
    转发 批转 发布 公布 下达 上报 报送 调整 修改 修订 废止 停止 延长 执行 暂停 实施 贯彻 \
    落实 贯彻落实 开展 做好 加强 进一步 切实 全面 深入 扎实 推进 推动 促进 完善 规范 健全 \
    建立 严格 加快 提高 提升 强化 深化 成立 设立 撤销 任免 任命 免去 聘任 表彰 通报 表扬 \
    命名 召开 举办 组织 参加 申请 请求 要求 解决 拨付 追加 给予 同意 批复 答复 商请 函复 \
    征求 征集 填报 报告 请示 通知 通告 公告 决定 决议 意见 命令 公报 议案 纪要 会议 办法 \
    规定 细则 条例 制度 规则 章程 规程 方案 计划 规划 预案 总结 要点 安排 措施 清单 目录 \
    标准 指南 流程 若干 有关 相关 具体 实施细则 实施方案 实施意见 实施办法 管理办法 管理规定 \
    暂行办法 暂行规定 工作方案 工作计划 应急预案 行动方案 试行 暂行 年度 季度 上半年 下半年 全年 \
    春季 夏季 秋季 冬季 今冬明春 元旦 春节 清明 清明节 五一 端午 国庆 国庆节 中秋 节日 假期 \
    期间 放假 值班 值守 值班值守 森林 森林防火 防火 防灭火 草原 防汛 抗旱 防汛抗旱 防洪 防台 地质灾害 \
    灾害 灾情 救灾 救助 减灾 安全 生产 安全生产 消防 消防安全 道路 交通 交通安全 食品 药品 \
    食品安全 燃气 用电 用火 烟花爆竹 危险 化学品 隐患 排查 整治 隐患排查 排查整治 专项 专项整治 \
    专项行动 集中 检查 督查 督办 巡查 巡察 监督 监管 监测 预警 应急 应急管理 救援 演练 处置 \
    综合 治理 综合治理 平安 建设 信访 维稳 稳定 矛盾 纠纷 调解 化解 法治 普法 依法 行政 执法 \
    行政执法 行政审批 审批 许可 备案 核查 审查 审核 审计 考核 评价 评估 考评 绩效 目标 责任 \
    责任制 任务 分工 工作 管理 服务 保障 项目 工程 资金 经费 补助 补贴 补偿 奖励 奖补 \
    专项资金 财政 预算 决算 收入 支出 采购 政府采购 招标 投标 招投标 资产 集体 集体资产 国有 \
    租赁 租金 交易 合同 土地 用地 耕地 农用地 建设用地 宅基地 征收 征地 拆迁 安置 流转 承包 \
    经营 确权 登记 颁证 不动产 房屋 住房 危房 改造 建房 自建房 物业 小区 住宅 电梯 加装 农村 \
    农业 农民 农业农村 乡村 振兴 乡村振兴 春耕 备耕 粮食 种植 养殖 畜牧 动物 防疫 疫情 防控 \
    疫情防控 病虫害 秸秆 禁烧 焚烧 高标准 农田 水利 水库 河道 河长制 林长制 田长制 饮水 灌溉 \
    环境 卫生 人居环境 环境保护 生态 生态环境 污染 大气 污水 垃圾 生活垃圾 分类 投放 厕所 绿化 \
    市容 扬尘 民政 低保 特困 残疾人 老年人 高龄 儿童 留守 妇女 退役 军人 退役军人 优抚 双拥 \
    征兵 医疗 医保 养老 保险 医疗保险 养老保险 社会保障 就业 创业 培训 教育 学校 校园 义务教育 \
    文化 体育 旅游 广播 文物 宣传 科技 统计 普查 人口 经济 社会 发展 经济社会 产业 工业 商贸 \
    招商 引资 营商环境 市场 质量 价格 信用 数据 信息 信息化 数字 政务 公开 政务公开 信息公开 \
    政务服务 便民 热线 网络 电子 档案 公文 处理 保密 印章 车辆 公务 公务用车 公务接待 廉政 \
    党风 廉洁 作风 纪律 党建 党员 干部 人员 人才 换届 选举 代表 民主 生活会 主题教育 学习 \
    学习教育 精神 文明 精神文明 志愿 慈善 捐赠 基层 减负 网格 网格化 城市 城镇 村庄 规划建设 \
    违法 违章 建筑 违法建设 拆除 停车 停车场 道路交通 公路 桥梁 路灯 供水 供电 供热 设施 设备 \
    维护 养护 维修 保养 维保 更新 临时 利用 储备 范围 对象 条件 部分 内容 事项 问题 情况 \
    材料 名单 成员 组成 组成人员 职责 主任 书记 镇长 乡长 副镇长 机构 编制 岗位 职务 工资 \
    津贴 困难 特殊 群众 生活 家庭 重点 重大 重要 突出 长效 机制 体系 能力 水平 效能 活动 \
    行动 大会 座谈会 动员 部署 时间 地点 报名 评选 推荐 先进 优秀 模范 十佳 示范 试点 创建 \
    申报 验收 达标 回头看 自查 整改 反馈 问责 追责 举报 奖惩 处罚 处分";

/// The longest of them.
const LONGEST: usize = 5;

/// Kinds of documents as a title ends with them: not parted from their 的.
const KINDS: [&str; 15] = [
    "的决议",
    "的决定",
    "的命令",
    "的公报",
    "的公告",
    "的通告",
    "的意见",
    "的通知",
    "的通报",
    "的报告",
    "的请示",
    "的批复",
    "的议案",
    "的函",
    "的纪要",
];

/// What each place of a text is to its words.
pub struct Spans(Vec<Place>);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// A known word begins here.
    Begins,
    /// Within a known word.
    Within,
    /// In no known word.
    Unknown,
}

impl Spans {
    /// What a break before the character costs: nothing between known words, much within one.
    #[must_use]
    pub fn cost(&self, at: usize) -> f64 {
        let place = |n: usize| self.0.get(n).copied().unwrap_or(Place::Begins);
        let before = at.checked_sub(1).map_or(Place::Begins, place);
        match (before, place(at)) {
            (_, Place::Within) => 40.0,
            (Place::Unknown, Place::Unknown) => 7.0,
            (Place::Unknown, Place::Begins) | (_, Place::Unknown) => 2.0,
            _ => 0.0,
        }
    }
}

/// The words of a text.
#[must_use]
pub fn spans(chars: &[char]) -> Spans {
    let known: std::collections::HashSet<&str> = WORDS.split_whitespace().chain(KINDS).collect();
    let mut places = Vec::with_capacity(chars.len());
    while places.len() < chars.len() {
        let rest = chars.get(places.len()..).unwrap_or_default();
        let found = (1..=LONGEST.min(rest.len())).rev().find(|n| {
            let word: String = rest.iter().take(*n).collect();
            known.contains(word.as_str())
        });
        match found {
            Some(n) => {
                places.push(Place::Begins);
                places.extend(std::iter::repeat_n(Place::Within, n - 1));
            }
            None => places.push(Place::Unknown),
        }
    }
    Spans(places)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_word_wins() {
        let chars: Vec<char> = "安全生产工作的通知".chars().collect();
        let spans = spans(&chars);
        assert!(spans.cost(2) > 30.0 && spans.cost(4) < 1.0);
        assert!(spans.cost(6) < 1.0 && spans.cost(7) > 30.0);
    }

    #[test]
    fn no_word_is_longer_than_the_search() {
        let long = WORDS.split_whitespace().chain(KINDS);
        assert!(long.into_iter().all(|w| w.chars().count() <= LONGEST));
    }
}
