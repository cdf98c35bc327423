//! `action.yml` as a tree.

use saphyr_parser::{Event, Parser};

/// A node without anchors and tags.
#[derive(Debug)]
pub enum Node {
    Text(String),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

impl Node {
    pub fn parse(text: &str) -> Self {
        let mut events = Parser::new_from_str(text).map(|event| event.expect("YAML").0);
        loop {
            match events.next().expect("a document") {
                Event::StreamStart | Event::DocumentStart(_) => {}
                event => return Self::read(event, &mut events),
            }
        }
    }

    fn read<'e>(event: Event<'e>, events: &mut impl Iterator<Item = Event<'e>>) -> Self {
        match event {
            Event::Scalar(text, ..) => Self::Text(text.into_owned()),
            Event::SequenceStart(..) => {
                let mut list = Vec::new();
                loop {
                    match events.next().expect("an element") {
                        Event::SequenceEnd => return Self::List(list),
                        event => list.push(Self::read(event, events)),
                    }
                }
            }
            Event::MappingStart(..) => {
                let mut map = Vec::new();
                loop {
                    match events.next().expect("a key") {
                        Event::MappingEnd => return Self::Map(map),
                        Event::Scalar(key, ..) => {
                            let value = events.next().expect("a value");
                            map.push((key.into_owned(), Self::read(value, events)));
                        }
                        other => panic!("a key of {other:?}"),
                    }
                }
            }
            other => panic!("{other:?} is nothing that an action holds"),
        }
    }

    pub fn get(&self, key: &str) -> Option<&Self> {
        let Self::Map(map) = self else { return None };
        map.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    pub fn text(&self, key: &str) -> Option<&str> {
        match self.get(key)? {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn entries(&self, key: &str) -> &[(String, Self)] {
        match self.get(key) {
            Some(Self::Map(map)) => map,
            _ => &[],
        }
    }

    pub fn list(&self, key: &str) -> &[Self] {
        match self.get(key) {
            Some(Self::List(list)) => list,
            _ => &[],
        }
    }
}
