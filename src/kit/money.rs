//! Money in fen, and its capitals for receipts and approval forms (票据大写).
//! Follows the People's Bank rules (支付结算办法 附件一): 整 after 元, after 角 (where it may stand) too, none after 分,
//! 零 wherever zeros lie between.
//! Invariant: sums are whole fen; no floating point anywhere.

const DIGITS: [&str; 10] = ["零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"];
const PLACES: [&str; 4] = ["", "拾", "佰", "仟"];
const GROUPS: [&str; 5] = ["", "万", "亿", "兆", "京"];

/// 壹仟贰佰元整.
#[must_use]
pub fn money_cn(fen: i64) -> String {
    let sum = fen.unsigned_abs();
    let (yuan, jiao, rest) = (sum / 100, sum / 10 % 10, sum % 10);
    let mut out = String::new();
    if fen < 0 {
        out.push('负');
    }
    if yuan > 0 || sum == 0 {
        out.push_str(&whole(yuan));
        out.push('元');
    }
    if jiao == 0 && rest == 0 {
        out.push('整');
        return out;
    }
    if jiao > 0 {
        out.push_str(digit(jiao));
        out.push('角');
    } else if yuan > 0 {
        out.push('零');
    }
    if rest > 0 {
        out.push_str(digit(rest));
        out.push('分');
    } else {
        out.push('整');
    }
    out
}

/// 1200.50, as typed into forms and written into Excel.
#[must_use]
pub fn money(fen: i64) -> String {
    let sign = if fen < 0 { "-" } else { "" };
    let sum = fen.unsigned_abs();
    format!("{sign}{}.{:02}", sum / 100, sum % 100)
}

fn digit(n: u64) -> &'static str {
    usize::try_from(n)
        .ok()
        .and_then(|n| DIGITS.get(n))
        .copied()
        .unwrap_or("零")
}

fn whole(yuan: u64) -> String {
    if yuan == 0 {
        return "零".to_owned();
    }
    let mut out = String::new();
    let mut gap = false;
    for (group, unit) in GROUPS.iter().enumerate().rev() {
        let value = yuan / 10_u64.pow(4 * u32::try_from(group).unwrap_or(0)) % 10_000;
        for (place, name) in PLACES.iter().enumerate().rev() {
            let n = value / 10_u64.pow(u32::try_from(place).unwrap_or(0)) % 10;
            if n == 0 {
                gap = !out.is_empty();
                continue;
            }
            if gap {
                out.push('零');
                gap = false;
            }
            out.push_str(digit(n));
            out.push_str(name);
        }
        if value > 0 {
            out.push_str(unit);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_follow_the_bank_rules() {
        for (fen, want) in [
            (0, "零元整"),
            (5, "伍分"),
            (50, "伍角整"),
            (120_000, "壹仟贰佰元整"),
            (140_950, "壹仟肆佰零玖元伍角整"),
            (600_714, "陆仟零柒元壹角肆分"),
            (32_504, "叁佰贰拾伍元零肆分"),
            (1_640_902, "壹万陆仟肆佰零玖元零贰分"),
            (10_000_000, "壹拾万元整"),
            (10_700_053, "壹拾万零柒仟元伍角叁分"),
            (100_000_000_100, "壹拾亿零壹元整"),
            (-100, "负壹元整"),
        ] {
            assert_eq!(money_cn(fen), want, "{fen}");
        }
        assert!(money_cn(i64::MIN).starts_with("负玖京"));
        assert_eq!(money(120_050), "1200.50");
        assert_eq!(money(-5), "-0.05");
    }
}
