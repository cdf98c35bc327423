//! Answers that Rego rules gave before. A rule decides by its input alone, so what says the same gets the same answer:
//! most of the policies and vaults of one organisation.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, Hasher};

use foldhash::fast::RandomState;

use crate::rego::{Answer, Value};

/// Inputs that are kept.
const MOST: usize = 1024;
/// Inputs after which it shows whether any comes twice.
const TRIAL: u32 = 256;

/// What some rules answered, by their input.
#[derive(Default)]
pub(super) struct Recall {
    hasher: RandomState,
    by_hash: HashMap<u64, (Value, Box<[Answer]>)>,
    asked: u32,
    found: u32,
}

impl Recall {
    /// The answers that were given to an equal input.
    pub fn find(&mut self, input: &Value) -> Option<&[Answer]> {
        if self.is_vain() {
            self.by_hash.clear();
            return None;
        }
        self.asked = self.asked.saturating_add(1);
        let (known, answers) = self.by_hash.get(&self.hash_of(input))?;
        if known != input {
            return None;
        }
        self.found = self.found.saturating_add(1);
        Some(answers)
    }

    /// Keeps the answers to an input.
    pub fn note(&mut self, input: Value, answers: Box<[Answer]>) {
        if self.is_vain() {
            return;
        }
        if self.by_hash.len() >= MOST {
            self.by_hash.clear();
        }
        self.by_hash.insert(self.hash_of(&input), (input, answers));
    }

    fn hash_of(&self, value: &Value) -> u64 {
        let mut hasher = self.hasher.build_hasher();
        hash(value, &mut hasher);
        hasher.finish()
    }

    /// Whether so few inputs come again that looking for them costs more than it saves.
    fn is_vain(&self) -> bool {
        self.asked >= TRIAL && self.found < self.asked / 4
    }
}

/// Equal values have equal hashes; a number is taken as the float that it is next to.
fn hash(value: &Value, hasher: &mut impl Hasher) {
    let kind = match value {
        Value::Null | Value::Undefined => 0,
        Value::Bool(truth) => 1 + u64::from(*truth),
        Value::Number(number) => 3 ^ number.as_f64().map_or(0, f64::to_bits),
        Value::String(text) => {
            hasher.write(text.as_bytes());
            4 ^ (text.len() as u64) << 8
        }
        Value::Array(items) => {
            items.iter().for_each(|item| hash(item, hasher));
            5
        }
        Value::Set(items) => {
            items.iter().for_each(|item| hash(item, hasher));
            6
        }
        Value::Object(members) => {
            for (name, member) in members.iter() {
                hash(name, hasher);
                hash(member, hasher);
            }
            7
        }
    };
    hasher.write_u64(kind);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(number: u64) -> Value {
        Value::from(serde_json::json!({ "properties": { "days": [number, "text"] } }))
    }

    fn answers(decided: bool) -> Box<[Answer]> {
        Box::new([Answer { decided, ..Answer::default() }])
    }

    #[test]
    fn an_equal_input_finds_the_answer_and_no_other_does() {
        let mut recall = Recall::default();
        assert!(recall.find(&input(7)).is_none());
        recall.note(input(7), answers(true));
        assert!(recall.find(&input(7)).is_some_and(|answers| answers[0].decided));
        assert!(recall.find(&input(8)).is_none());
        assert_ne!(recall.hash_of(&input(7)), recall.hash_of(&input(8)));
    }

    #[test]
    fn it_gives_up_where_nothing_comes_twice() {
        let mut recall = Recall::default();
        for number in 0..u64::from(TRIAL) {
            assert!(recall.find(&input(number)).is_none());
            recall.note(input(number), answers(false));
        }
        assert!(recall.find(&input(0)).is_none());
        assert!(recall.by_hash.is_empty());
    }

    #[test]
    fn it_keeps_so_many_and_no_more() {
        let mut recall = Recall::default();
        for number in 0..2 * MOST as u64 {
            recall.note(input(number), answers(false));
        }
        assert!(recall.by_hash.len() <= MOST);
    }
}
