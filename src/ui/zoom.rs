//! The size of type a person chose, as it is posted, stored and drawn. Reached through `frame`.
//! Not here: who keeps it (`access`).

/// Size of type a person chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Zoom {
    /// 标准.
    #[default]
    Plain,
    /// 大.
    Large,
    /// 特大.
    Huge,
}

impl Zoom {
    /// From the posted or stored number; anything strange is 标准.
    #[must_use]
    pub const fn of(number: i64) -> Self {
        match number {
            2 => Self::Large,
            3 => Self::Huge,
            _ => Self::Plain,
        }
    }

    /// The number that is posted and stored.
    #[must_use]
    pub const fn number(self) -> i64 {
        match self {
            Self::Plain => 1,
            Self::Large => 2,
            Self::Huge => 3,
        }
    }

    pub(super) const fn class(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Large => Some("z2"),
            Self::Huge => Some("z3"),
        }
    }
}
