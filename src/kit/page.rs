//! Pages of lists. Sizes are three, so that a request cannot ask for a whole year at once.
//! Invariant: a page number is at least 1; what lies beyond the last page is an empty page.

use serde::{Deserialize, Serialize};

/// Sizes a reader may choose.
pub const SIZES: [u32; 3] = [20, 50, 100];

/// Which page of a list, of which size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// Number, from 1.
    pub number: u32,
    /// Rows a page, one of [`SIZES`].
    pub size: u32,
}

impl Default for Page {
    fn default() -> Self {
        Self {
            number: 1,
            size: 20,
        }
    }
}

impl Page {
    /// The page asked for; what is out of the way becomes the nearest that is not.
    #[must_use]
    pub fn new(number: u32, size: u32) -> Self {
        let size = SIZES.into_iter().find(|s| size <= *s).unwrap_or(100);
        Self {
            number: number.max(1),
            size,
        }
    }

    /// Rows before this page.
    #[must_use]
    pub fn offset(self) -> i64 {
        (i64::from(self.number) - 1).max(0) * i64::from(self.size)
    }

    /// Rows of this page at most.
    #[must_use]
    pub fn limit(self) -> i64 {
        i64::from(self.size)
    }
}

/// One page of rows with the size of the whole list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paged<T> {
    /// The rows of this page.
    pub rows: Vec<T>,
    /// Which page.
    pub page: Page,
    /// Rows of the whole list.
    pub total: u64,
}

impl<T> Paged<T> {
    /// A page of a list kept in memory.
    #[must_use]
    pub fn cut(all: Vec<T>, page: Page) -> Self {
        let total = all.len() as u64;
        let skip = usize::try_from(page.offset()).unwrap_or(usize::MAX);
        let rows = all
            .into_iter()
            .skip(skip)
            .take(page.size as usize)
            .collect();
        Self { rows, page, total }
    }

    /// How many pages there are, at least one.
    #[must_use]
    pub fn pages(&self) -> u32 {
        let pages = self.total.div_ceil(u64::from(self.page.size.max(1)));
        u32::try_from(pages).unwrap_or(u32::MAX).max(1)
    }

    /// The page before, if any.
    #[must_use]
    pub fn previous(&self) -> Option<u32> {
        let last = self.pages();
        (self.page.number > 1).then(|| (self.page.number - 1).min(last))
    }

    /// The page after, if any.
    #[must_use]
    pub fn next(&self) -> Option<u32> {
        (self.page.number < self.pages()).then(|| self.page.number + 1)
    }

    /// Numbers of the first and last row shown, from 1; `None` on an empty page.
    #[must_use]
    pub fn span(&self) -> Option<(u64, u64)> {
        let shown = self.rows.len() as u64;
        let before = u64::try_from(self.page.offset()).unwrap_or(0);
        (shown > 0).then(|| (before + 1, before + shown))
    }

    /// The same page with other rows.
    #[must_use]
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Paged<U> {
        Paged {
            rows: self.rows.into_iter().map(f).collect(),
            page: self.page,
            total: self.total,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_add_up() {
        let page = Paged::cut((1..=45).collect(), Page::new(3, 20));
        assert_eq!(page.rows, [41, 42, 43, 44, 45]);
        assert_eq!(
            (page.pages(), page.next(), page.previous()),
            (3, None, Some(2))
        );
        assert_eq!(page.span(), Some((41, 45)));
        let empty = Paged::cut(Vec::<u8>::new(), Page::new(9, 20));
        assert_eq!(
            (empty.pages(), empty.span(), empty.previous()),
            (1, None, Some(1))
        );
        assert_eq!(
            Page::new(0, 33),
            Page {
                number: 1,
                size: 50
            }
        );
        assert_eq!(Page::new(2, 100_000).size, 100);
        assert_eq!(Page::new(u32::MAX, 100).offset(), 429_496_729_400);
        assert_eq!(page.map(|n| n.to_string()).rows.len(), 5);
    }
}
