//! Inks for those who sign one paper: one colour a department (会签), dark enough to read and to print.
//! The colour never stands alone: beside the words the department is named.
//! Invariant: whoever signs later changes nobody's ink.

/// Classes of the stylesheet, `look.css`.
const INKS: [&str; 8] = [
    "ink1", "ink2", "ink3", "ink4", "ink5", "ink6", "ink7", "ink8",
];

/// The inks of these departments, named in the order in which they came to the paper. A department has its own
/// ink wherever that is free, so that it is known again from paper to paper.
#[must_use]
pub fn inks(departments: &[&str]) -> Vec<&'static str> {
    let mut given: Vec<(&str, &'static str)> = Vec::new();
    let mut all = Vec::with_capacity(departments.len());
    for dept in departments {
        let known = given.iter().find(|(d, _)| d == dept).map(|(_, ink)| *ink);
        let ink = known.unwrap_or_else(|| free(dept, &given));
        if known.is_none() {
            given.push((dept, ink));
        }
        all.push(ink);
    }
    all
}

fn free(dept: &str, given: &[(&str, &'static str)]) -> &'static str {
    let sum: usize = dept.bytes().map(usize::from).sum();
    let own = sum % INKS.len();
    let from_own = INKS.iter().cycle().skip(own).take(INKS.len());
    let mut unused = from_own.filter(|ink| !given.iter().any(|(_, g)| g == *ink));
    let all = || INKS.iter().cycle().skip(own);
    unused
        .next()
        .or_else(|| all().next())
        .copied()
        .unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_department_keeps_its_ink_and_shares_it_with_none() {
        let eight = [
            "应急办",
            "农服中心",
            "平安办",
            "文化中心",
            "党政办",
            "财政所",
            "司法所",
            "城建办",
        ];
        let all = inks(&eight);
        let mut once = all.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), 8);
        assert_eq!(
            inks(&["应急办", "应急办"]),
            [all.first().copied(), all.first().copied()].map(Option::unwrap_or_default)
        );
        let more = inks(&[eight.as_slice(), &["畜牧站", "应急办"]].concat());
        assert_eq!(more.get(..8), Some(all.as_slice()));
        assert_eq!(more.get(9), all.first());
        assert!(more.iter().all(|ink| !ink.is_empty()));
    }
}
