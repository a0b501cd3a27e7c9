//! How much is read and drawn of one file, and what is said of the rest.
//! Invariant: nothing is made that was not paid for here first.

/// Things drawn, on all pages asked for.
const MOST_MARKS: usize = 200_000;
/// Steps of outlines.
const MOST_STEPS: usize = 1_500_000;
/// Pixels of pictures: forty scanned pages.
const MOST_PIXELS: u64 = 160_000_000;
/// Objects looked at, drawn or not.
const MOST_OBJECTS: usize = 500_000;
/// Kinds of things left out that are named.
const MOST_SAID: usize = 20;

/// What is left of each.
#[derive(Debug)]
pub(super) struct Budget {
    marks: usize,
    steps: usize,
    pixels: u64,
    objects: usize,
    said: Vec<String>,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            marks: MOST_MARKS,
            steps: MOST_STEPS,
            pixels: MOST_PIXELS,
            objects: MOST_OBJECTS,
            said: Vec::new(),
        }
    }
}

impl Budget {
    pub(super) fn mark(&mut self) -> bool {
        let paid = pay(&mut self.marks, 1);
        self.or_say(paid)
    }

    pub(super) fn steps(&mut self, n: usize) -> bool {
        let paid = pay(&mut self.steps, n);
        self.or_say(paid)
    }

    pub(super) fn object(&mut self) -> bool {
        let paid = pay(&mut self.objects, 1);
        self.or_say(paid)
    }

    pub(super) fn picture(&mut self, pixels: u64) -> bool {
        let rest = self.pixels.checked_sub(pixels);
        match rest {
            Some(rest) => self.pixels = rest,
            None => self.say("图片太多或太大，有的没有画出来"),
        }
        rest.is_some()
    }

    /// Says once that something could not be drawn.
    pub(super) fn say(&mut self, what: impl Into<String>) {
        let what = what.into();
        if self.said.len() < MOST_SAID && !self.said.contains(&what) {
            self.said.push(what);
        }
    }

    pub(super) fn said(self) -> Vec<String> {
        self.said
    }

    fn or_say(&mut self, paid: bool) -> bool {
        if !paid {
            self.say("页面上的东西太多，后面的没有画出来");
        }
        paid
    }
}

/// Takes so much, or everything that is left where it is not enough.
fn pay(left: &mut usize, n: usize) -> bool {
    match left.checked_sub(n) {
        Some(rest) => {
            *left = rest;
            true
        }
        None => {
            *left = 0;
            false
        }
    }
}
