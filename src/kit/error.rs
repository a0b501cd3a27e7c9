//! One error type, named by what the person at the screen can do about it.
//! The HTTP status, the page and the log line are made from it in `web/errors.rs` and nowhere else.
//! Invariant: every message shown to a person is Chinese and says what to do next.

use std::fmt;

/// Result of everything that can fail in front of a person.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong with one field of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Name of the form field, as in the posted form; empty for the form as a whole.
    pub field: String,
    /// Chinese sentence: what is wrong and how to mend it, with an example.
    pub message: String,
}

/// All that is wrong with a form, in the order of its fields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldErrors(pub Vec<FieldError>);

impl FieldErrors {
    /// Adds one sentence for a field.
    pub fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.0.push(FieldError {
            field: field.into(),
            message: message.into(),
        });
    }

    /// `Ok(value)` where nothing is wrong, all the errors otherwise.
    pub fn check<T>(self, value: T) -> Result<T> {
        if self.0.is_empty() {
            Ok(value)
        } else {
            Err(Error::Invalid(self))
        }
    }

    /// The first sentence for a field, if any.
    #[must_use]
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|e| e.field == field)
            .map(|e| e.message.as_str())
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Why something was not done.
#[derive(Debug, Clone)]
pub enum Error {
    /// Something typed has to be changed; what was typed is shown again.
    Invalid(FieldErrors),
    /// This person may not do this; the sentence says who may.
    Denied(String),
    /// Not there, or not this person's to know about.
    NotFound,
    /// Somebody else was faster; the sentence names who and when.
    Conflict(String),
    /// The server cannot take it just now; trying again in a moment helps.
    Busy(String),
    /// Ours. The cause goes to the log once, the person gets a short code.
    Fault(String),
}

impl Error {
    /// One wrong field.
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        let mut errors = FieldErrors::default();
        errors.add(field, message);
        Self::Invalid(errors)
    }

    /// What whoever typed can mend, for the page it came from: what is said of no field stands at `field`. The rest goes on.
    ///
    /// # Errors
    /// Denied, not found, ours.
    pub fn shown_at(self, field: &str) -> Result<FieldErrors> {
        match self {
            Self::Invalid(errors) => Ok(errors),
            Self::Conflict(why) | Self::Busy(why) => {
                let mut errors = FieldErrors::default();
                errors.add(field, why);
                Ok(errors)
            }
            other => Err(other),
        }
    }

    /// Our fault, with its cause for the log.
    pub fn fault(cause: impl fmt::Display) -> Self {
        Self::Fault(cause.to_string())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(errors) => {
                for (i, e) in errors.0.iter().enumerate() {
                    if i > 0 {
                        f.write_str("；")?;
                    }
                    f.write_str(&e.message)?;
                }
                Ok(())
            }
            Self::Denied(why) | Self::Conflict(why) | Self::Busy(why) => f.write_str(why),
            Self::NotFound => f.write_str("没有找到，或者不在您的查看范围内"),
            Self::Fault(cause) => write!(f, "系统出了毛病：{cause}"),
        }
    }
}

impl std::error::Error for Error {}

/// A disk without room or without leave is no fault of the program: the person can do something about it.
impl From<std::io::Error> for Error {
    fn from(e: std::io::Error) -> Self {
        use std::io::ErrorKind as Kind;
        match e.kind() {
            Kind::StorageFull | Kind::QuotaExceeded => Self::Busy(
                "磁盘已满，未保存。您填写的内容还在页面上，请管理员腾出空间后再提交".into(),
            ),
            Kind::ReadOnlyFilesystem => {
                Self::Busy("磁盘现在只能读，未保存。请管理员检查磁盘".into())
            }
            _ => Self::fault(e),
        }
    }
}

impl From<serde_json::Error> for Error {
    fn from(e: serde_json::Error) -> Self {
        Self::fault(e)
    }
}
