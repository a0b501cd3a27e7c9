//! Signs that only look like letters: browsers write 人 as the radical ⼈ where a font has one glyph for both.
//! Not full Unicode normalisation: only what PDF writers are seen to do. One sign for one letter, ligatures apart.

/// U+2F00 onwards, the radicals of Kangxi, as the letters they look like.
const KANGXI: &str = "一丨丶丿乙亅二亠人儿入八冂冖冫几凵刀力勹匕匚匸十卜卩厂厶又口囗土士夂夊夕大女子宀寸小尢尸屮山巛工己巾干幺广廴廾弋弓彐彡彳心戈戶手支攴文斗斤方无日曰月木欠止歹殳毋比毛氏气水火爪父爻爿片牙牛犬玄玉瓜瓦甘生用田疋疒癶白皮皿目矛矢石示禸禾穴立竹米糸缶网羊羽老而耒耳聿肉臣自至臼舌舛舟艮色艸虍虫血行衣襾見角言谷豆豕豸貝赤走足身車辛辰辵邑酉釆里金長門阜隶隹雨靑非面革韋韭音頁風飛食首香馬骨高髟鬥鬯鬲鬼魚鳥鹵鹿麥麻黃黍黑黹黽鼎鼓鼠鼻齊齒龍龜龠";

/// The radicals beside them that simplified letters are taken for.
const BESIDE: &[(char, char)] = &[
    ('⺟', '母'),
    ('⺠', '民'),
    ('⻁', '虎'),
    ('⻄', '西'),
    ('⻅', '见'),
    ('⻆', '角'),
    ('⻉', '贝'),
    ('⻋', '车'),
    ('⻓', '长'),
    ('⻔', '门'),
    ('⻘', '青'),
    ('⻙', '韦'),
    ('⻚', '页'),
    ('⻛', '风'),
    ('⻜', '飞'),
    ('⻝', '食'),
    ('⻢', '马'),
    ('⻣', '骨'),
    ('⻤', '鬼'),
    ('⻥', '鱼'),
    ('⻦', '鸟'),
    ('⻧', '卤'),
    ('⻨', '麦'),
    ('⻩', '黄'),
    ('⻪', '黾'),
    ('⻬', '齐'),
    ('⻮', '齿'),
    ('⻰', '龙'),
    ('⻳', '龟'),
];

/// Adds the text to a line, its look-alikes made letters.
pub(super) fn push(line: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '\u{2f00}'..='\u{2fd5}' => {
                let place = u32::from(c) - 0x2f00;
                line.push(KANGXI.chars().nth(place as usize).unwrap_or(c));
            }
            '\u{2e80}'..='\u{2eff}' => {
                let beside = BESIDE.iter().find(|(sign, _)| *sign == c);
                line.push(beside.map_or(c, |(_, letter)| *letter));
            }
            '\u{fb00}' => line.push_str("ff"),
            '\u{fb01}' => line.push_str("fi"),
            '\u{fb02}' => line.push_str("fl"),
            '\u{fb03}' => line.push_str("ffi"),
            '\u{fb04}' => line.push_str("ffl"),
            _ => line.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn signs_become_the_letters_they_look_like() {
        let mut line = String::new();
        super::push(&mut line, "⼈⺠意⻅⾏ﬁ⿕人");
        assert_eq!(line, "人民意见行fi龠人");
        assert_eq!(super::KANGXI.chars().count(), 0xd6);
    }
}
