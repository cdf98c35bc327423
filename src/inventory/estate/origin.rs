//! Which input a body stands in, and when that was taken.

use super::super::Time;

/// One input.
#[derive(Clone, Debug)]
pub struct Origin<'a> {
    /// Its text.
    pub text: &'a [u8],
    /// Its name.
    pub name: &'a str,
    /// When it was taken, if a snapshot says so.
    pub taken: Option<Time>,
}

/// The inputs of an estate, by the addresses of their texts, so that nothing has to be stored with a body.
#[derive(Debug, Default)]
pub struct Origins<'a>(Vec<Origin<'a>>);

impl<'a> Origins<'a> {
    /// Inputs in any order.
    pub fn new(mut list: Vec<Origin<'a>>) -> Self {
        list.retain(|origin| !origin.text.is_empty());
        list.sort_by_key(Origin::start);
        Self(list)
    }

    /// The input that a text stands in.
    pub(super) fn of(&self, text: &str) -> Option<&Origin<'a>> {
        let address = text.as_ptr() as usize;
        let after = self.0.partition_point(|origin| origin.start() <= address);
        let origin = self.0.get(after.checked_sub(1)?)?;
        (address < origin.start() + origin.text.len()).then_some(origin)
    }
}

impl Origin<'_> {
    fn start(&self) -> usize {
        self.text.as_ptr() as usize
    }
}
