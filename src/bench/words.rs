//! Chinese office text out of a seed: the same seed gives the same words on every machine, so two
//! runs store the same bytes. The word list is small on purpose; it is for weight, not for reading.

const WORDS: &[&str] = &[
    "关于",
    "做好",
    "全镇",
    "防汛",
    "抗旱",
    "工作",
    "的",
    "通知",
    "请示",
    "报告",
    "批复",
    "落实",
    "责任",
    "村委会",
    "党政",
    "办公室",
    "应急",
    "值守",
    "排查",
    "隐患",
    "道路",
    "桥梁",
    "河道",
    "清淤",
    "资金",
    "拨付",
    "项目",
    "验收",
    "农村",
    "人居",
    "环境",
    "整治",
    "垃圾",
    "分类",
    "污水",
    "改厕",
    "低保",
    "核查",
    "救助",
    "残疾",
    "补贴",
    "发放",
    "合作",
    "医疗",
    "缴费",
    "养老",
    "认证",
    "春耕",
    "备耕",
    "种子",
    "化肥",
    "小麦",
    "水稻",
    "产量",
    "测算",
    "秸秆",
    "禁烧",
    "巡查",
    "护林",
    "防火",
    "安全",
    "生产",
    "检查",
    "企业",
    "学校",
    "食堂",
    "疫苗",
    "接种",
    "宣传",
    "动员",
    "会议",
    "纪要",
    "领导",
    "分管",
    "牵头",
    "配合",
    "部门",
    "单位",
    "七站八所",
    "派出所",
    "卫生院",
    "财政所",
    "按时",
    "上报",
    "反馈",
    "整改",
    "到位",
    "加强",
    "统筹",
    "推进",
    "开展",
    "完善",
    "台账",
    "档案",
    "群众",
    "来访",
    "调解",
    "信访",
    "纠纷",
    "土地",
    "流转",
    "宅基地",
    "审批",
    "公示",
    "监督",
    "考核",
    "年度",
    "季度",
    "月底",
    "之前",
    "务必",
    "认真",
    "研究",
    "具体",
    "情况",
    "如下",
    "建议",
    "同意",
    "原则上",
    "安排",
    "协调",
    "解决",
    "困难",
    "问题",
    "逐户",
];

/// A small generator of numbers (splitmix64): good spread, one word of state.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// The same seed gives the same throws.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub const fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `n`.
    pub const fn below(&mut self, n: usize) -> usize {
        (self.bits() % (if n == 0 { 1 } else { n }) as u64) as usize
    }

    /// One of the words.
    pub fn word(&mut self) -> &'static str {
        WORDS.get(self.below(WORDS.len())).copied().unwrap_or("的")
    }

    /// About `bytes` bytes of sentences, never more.
    pub fn text(&mut self, bytes: usize) -> String {
        let mut text = String::with_capacity(bytes);
        loop {
            let mark = match self.below(9) {
                0 => "。",
                1 | 2 => "，",
                _ => "",
            };
            let word = self.word();
            if text.len() + word.len() + mark.len() > bytes {
                return text;
            }
            text.push_str(word);
            text.push_str(mark);
        }
    }

    /// A title of `words` words.
    pub fn title(&mut self, words: usize) -> String {
        (0..words).map(|_| self.word()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_writes_the_same() {
        assert_eq!(Dice::new(7).text(1536), Dice::new(7).text(1536));
        assert_ne!(Dice::new(7).text(1536), Dice::new(8).text(1536));
        let length = Dice::new(1).text(1536).len();
        assert!((1500..=1536).contains(&length), "{length}");
    }
}
