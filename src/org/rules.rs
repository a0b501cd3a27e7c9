//! What names, codes and numbers of the directory must look like, with sentences that say how to mend them.
//! Shared by `edit.rs` (one row from a form) and the import (many rows from a sheet).
//! Invariant: what passes is folded as it is stored, so that equal things compare equal.

use crate::kit::text;

/// Characters of a department's or a post's name.
const NAME_MOST: usize = 40;

/// A name of a department or a post.
pub(super) fn title(typed: &str, what: &str) -> Result<String, String> {
    let name = text::one_line(typed);
    match name.chars().count() {
        0 => Err(format!("请填写{what}")),
        n if n > NAME_MOST => Err(format!("{what}不超过 {NAME_MOST} 个字，请写简称")),
        _ => Ok(name),
    }
}

/// A person's name: spaces between the two characters of a short name are typing habit, not the name.
pub(super) fn person_name(typed: &str) -> Result<String, String> {
    let line = text::one_line(typed);
    let chinese = line.chars().all(|c| c == ' ' || u32::from(c) >= 0x2e80);
    let name = if chinese { line.replace(' ', "") } else { line };
    match name.chars().count() {
        0 => Err("请填写姓名".to_owned()),
        1 => Err(format!("姓名“{name}”只有一个字，请写全名")),
        n if n > 20 => Err("姓名不超过 20 个字，一行只写一个人".to_owned()),
        _ if name.contains(['、', '，', ',', ';', '；', '/']) => {
            Err(format!("“{name}”像是几个人，请每人写一行"))
        }
        _ if name.chars().any(|c| c.is_ascii_digit()) => {
            Err(format!("姓名“{name}”里有数字，请检查是否填错了列"))
        }
        _ => Ok(name),
    }
}

/// A mobile number; none where nothing was typed.
pub(super) fn mobile(typed: &str) -> Result<Option<String>, String> {
    let number = text::phone(typed);
    if number.is_empty() {
        return Ok(None);
    }
    let digits = number.bytes().all(|b| b.is_ascii_digit());
    if digits && number.len() == 11 && number.starts_with('1') {
        return Ok(Some(number));
    }
    Err(format!(
        "手机“{}”应是 11 位数字，例如 13805711234；没有手机可以不填",
        text::one_line(typed)
    ))
}

/// A staff number; none where nothing was typed.
pub(super) fn staff_no(typed: &str) -> Result<Option<String>, String> {
    let no = text::fold(typed);
    if no.is_empty() {
        return Ok(None);
    }
    let plain = no
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
    if plain && no.chars().count() <= 20 {
        return Ok(Some(no.to_uppercase()));
    }
    Err(format!(
        "工号“{}”只能用字母、数字和短横，不超过 20 位",
        text::one_line(typed)
    ))
}

/// A department's code.
pub(super) fn code(typed: &str) -> Result<String, String> {
    let code = text::fold(typed).to_uppercase();
    let plain = code.bytes().all(|b| b.is_ascii_alphanumeric());
    if !code.is_empty() && code.len() <= 8 && plain {
        return Ok(code);
    }
    Err("代码用 1 到 8 个字母或数字，例如 DZB".to_owned())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn folds_what_is_right() {
        assert_eq!(person_name(" 张　三 ").unwrap(), "张三");
        assert_eq!(person_name("John Smith").unwrap(), "John Smith");
        assert_eq!(person_name("买买提·艾力").unwrap(), "买买提·艾力");
        assert_eq!(mobile("138-0571 1234").unwrap().unwrap(), "13805711234");
        assert_eq!(mobile(" ").unwrap(), None);
        assert_eq!(staff_no("ａ001").unwrap().unwrap(), "A001");
        assert_eq!(code("dzb").unwrap(), "DZB");
    }

    #[test]
    fn says_what_is_wrong() {
        assert!(
            person_name("张三、李四")
                .unwrap_err()
                .contains("每人写一行")
        );
        assert!(person_name("13805711234").is_err());
        assert!(mobile("1380571123").unwrap_err().contains("11 位"));
        assert!(staff_no("1 or 1=1").is_err());
        assert!(code("党政办").is_err());
        assert!(title("", "部门名称").unwrap_err().contains("请填写"));
    }
}
