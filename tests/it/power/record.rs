//! The recorder's log, read back: one record a change, in the order the changes were done (`shim.c`).

/// Length of a record's head.
const HEAD: usize = 48;
const MAGIC: u32 = 0x504b_4e49;

/// One record; the numbers are inode numbers of the file system that was recorded.
#[derive(Debug)]
pub enum Record<'a> {
    Write {
        file: u64,
        at: u64,
        data: &'a [u8],
    },
    Size {
        file: u64,
        size: u64,
    },
    FlushBegun {
        node: u64,
        flush: u64,
    },
    FlushEnded {
        flush: u64,
    },
    Create {
        folder: u64,
        node: u64,
        name: String,
    },
    MakeFolder {
        folder: u64,
        node: u64,
        name: String,
    },
    Remove {
        folder: u64,
        name: String,
    },
    Rename {
        from: (u64, String),
        to: (u64, String),
    },
    Link {
        folder: u64,
        node: u64,
        name: String,
    },
}

/// The records and where each ends.
pub struct Log<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Log<'a> {
    pub fn of(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }
}

impl<'a> Iterator for Log<'a> {
    type Item = (u64, Record<'a>);

    /// The next one; the last may be cut off where the process was killed.
    fn next(&mut self) -> Option<Self::Item> {
        let rest = &self.bytes[self.at..];
        let head = rest.get(..HEAD)?;
        let word = |at: usize| u32::from_le_bytes(head[at..at + 4].try_into().unwrap());
        let long = |at: usize| u64::from_le_bytes(head[at..at + 8].try_into().unwrap());
        assert_eq!(word(0), MAGIC, "the log is torn at {}", self.at);
        let (a, b, c) = (long(8), long(16), long(24));
        let (first, second) = (long(32) as usize, long(40) as usize);
        let data = rest.get(HEAD..HEAD + first)?;
        let name = String::from_utf8_lossy(data).into_owned();
        let other = rest.get(HEAD + first..HEAD + first + second)?;
        self.at += HEAD + first + second;
        let record = match word(4) {
            1 => Record::Write {
                file: a,
                at: c,
                data,
            },
            2 => Record::Size { file: a, size: c },
            3 => Record::FlushBegun { node: a, flush: b },
            4 => Record::FlushEnded { flush: b },
            5 => Record::Create {
                folder: a,
                node: b,
                name,
            },
            6 => Record::MakeFolder {
                folder: a,
                node: b,
                name,
            },
            7 => Record::Remove { folder: a, name },
            8 => {
                let to = String::from_utf8_lossy(other).into_owned();
                Record::Rename {
                    from: (a, name),
                    to: (b, to),
                }
            }
            9 => Record::Link {
                folder: a,
                node: b,
                name,
            },
            _ => panic!("the program did what the rig cannot replay: {name}"),
        };
        Some((self.at as u64, record))
    }
}
