//! Names that thousands of files and bodies have: one copy of each for all that a thread reads.

use std::cell::RefCell;
use std::collections::HashSet;
use std::sync::Arc;

use foldhash::fast::RandomState;

/// How many names a thread keeps: more than real code has, and few enough for code that makes them up.
const MOST: usize = 4096;
/// Longer ones are hardly ever written twice, in bytes.
const LONGEST: usize = 64;

thread_local! {
    static NAMES: RefCell<HashSet<Arc<str>, RandomState>> = RefCell::default();
}

/// A name that everything read by this thread shares.
pub fn shared(name: &str) -> Arc<str> {
    if name.len() > LONGEST {
        return name.into();
    }
    NAMES.with_borrow_mut(|names| {
        if let Some(known) = names.get(name) {
            return Arc::clone(known);
        }
        if names.len() >= MOST {
            names.clear();
        }
        let name: Arc<str> = name.into();
        names.insert(Arc::clone(&name));
        name
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_there_once() {
        assert!(Arc::ptr_eq(&shared("location"), &shared("location")));
        assert_eq!(&*shared("location"), "location");
    }

    #[test]
    fn names_without_end_are_not_kept() {
        for number in 0..2 * MOST {
            assert_eq!(&*shared(&number.to_string()), number.to_string());
        }
        let long = "a".repeat(LONGEST + 1);
        assert!(!Arc::ptr_eq(&shared(&long), &shared(&long)));
        assert!(NAMES.with_borrow(HashSet::len) <= MOST);
    }
}
