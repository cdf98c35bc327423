//! Builds the tree from the events of saphyr. A line that is no YAML is left out, and the rest is read.

use std::{collections::HashMap, rc::Rc};

use saphyr_parser::{Event, Parser, ScalarStyle, Span};

use super::{
    super::{
        diagnostic::{Diagnostics, Trouble},
        place::Place,
        text::offset,
    },
    Kind, Node, Style,
};

/// Deeper YAML is not read.
const DEEPEST: usize = 100;
/// A file with more parts is not read to its end.
const MOST_NODES: usize = 2_000_000;
/// So many broken lines of one file are left out.
const MOST_REPAIRS: usize = 8;

/// Reads the first document of a file; the hosts take no more.
pub(in super::super) fn parse(source: &str, diagnostics: &mut Diagnostics) -> Option<Rc<Node>> {
    let bare = source.strip_prefix('\u{feff}').unwrap_or(source);
    let shift = source.len() - bare.len();
    let mut text = bare.to_owned();
    for attempt in 0..=MOST_REPAIRS {
        let chars = Chars::new(&text, shift);
        let (root, error) = build(&text, &chars);
        let Some((at, message)) = error else { return root };
        let (start, end) = line_at(&text, at);
        let place = Place::new(offset(start + shift), offset(end + shift));
        diagnostics.note(Trouble::Syntax, place, format!("not YAML: {message}"));
        if attempt == MOST_REPAIRS || end <= start {
            return root;
        }
        let blank = " ".repeat(end - start);
        text.replace_range(start..end, &blank);
    }
    None
}

/// The line around an offset, or the one before when that is blank.
fn line_at(text: &str, at: usize) -> (usize, usize) {
    let mut at = at.min(text.len());
    loop {
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let end = text[at..].find('\n').map_or(text.len(), |length| at + length);
        if !text[start..end].trim().is_empty() || start == 0 {
            return (start, end);
        }
        at = start - 1;
    }
}

fn build(text: &str, chars: &Chars<'_>) -> (Option<Rc<Node>>, Option<(usize, String)>) {
    let mut builder =
        Builder { open: Vec::new(), anchors: HashMap::new(), roots: Vec::new(), chars };
    let mut error = None;
    for (count, event) in Parser::new_from_str(text).enumerate() {
        match event {
            Ok((event, span)) => {
                if count >= MOST_NODES || !builder.take(event, span) {
                    error =
                        Some((chars.byte(span.start.index()), "too deep or too large".to_owned()));
                    break;
                }
            }
            Err(failure) => {
                error = Some((chars.byte(failure.marker().index()), failure.info().to_owned()));
                break;
            }
        }
    }
    while !builder.open.is_empty() {
        builder.close();
    }
    (builder.roots.into_iter().next(), error)
}

struct Builder<'t> {
    open: Vec<Open>,
    anchors: HashMap<usize, Rc<Node>>,
    roots: Vec<Rc<Node>>,
    chars: &'t Chars<'t>,
}

struct Open {
    place: Place,
    anchor: usize,
    is_map: bool,
    key: Option<Rc<Node>>,
    members: Vec<(Rc<Node>, Rc<Node>)>,
    elements: Vec<Rc<Node>>,
}

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, span: Span) -> bool {
        let place = self.chars.place(span);
        match event {
            Event::Scalar(text, style, anchor, _) => {
                let style = match style {
                    ScalarStyle::Plain => Style::Plain,
                    ScalarStyle::SingleQuoted => Style::Single,
                    ScalarStyle::DoubleQuoted => Style::Double,
                    ScalarStyle::Literal => Style::Literal,
                    ScalarStyle::Folded => Style::Folded,
                };
                let node = Rc::new(Node {
                    place,
                    kind: Kind::Scalar { text: text.as_ref().into(), style },
                });
                self.put(node, anchor);
            }
            Event::SequenceStart(anchor, _) => return self.start(place, anchor, false),
            Event::MappingStart(anchor, _) => return self.start(place, anchor, true),
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            Event::Alias(anchor) => {
                let nothing = || {
                    Rc::new(Node {
                        place,
                        kind: Kind::Scalar { text: "".into(), style: Style::Plain },
                    })
                };
                let node = self.anchors.get(&anchor).cloned().unwrap_or_else(nothing);
                self.put(node, 0);
            }
            _ => {}
        }
        true
    }

    fn start(&mut self, place: Place, anchor: usize, is_map: bool) -> bool {
        if self.open.len() >= DEEPEST {
            return false;
        }
        self.open.push(Open {
            place,
            anchor,
            is_map,
            key: None,
            members: Vec::new(),
            elements: Vec::new(),
        });
        true
    }

    fn close(&mut self) {
        let Some(open) = self.open.pop() else { return };
        let last = if open.is_map {
            open.members.last().map(|(_, value)| value.place)
        } else {
            open.elements.last().map(|node| node.place)
        };
        // An alias ends where its anchor stands.
        let end = last.map_or(open.place.end, |last| last.end).max(open.place.start);
        let kind = if open.is_map { Kind::Map(open.members) } else { Kind::List(open.elements) };
        let node = Rc::new(Node { place: Place::new(open.place.start, end), kind });
        self.put(node, open.anchor);
    }

    fn put(&mut self, node: Rc<Node>, anchor: usize) {
        if anchor > 0 {
            self.anchors.insert(anchor, Rc::clone(&node));
        }
        match self.open.last_mut() {
            Some(open) if open.is_map => match open.key.take() {
                Some(key) => open.members.push((key, node)),
                None => open.key = Some(node),
            },
            Some(open) => open.elements.push(node),
            None => self.roots.push(node),
        }
    }
}

/// From characters, which saphyr counts, to bytes.
struct Chars<'t> {
    text: &'t str,
    shift: usize,
    /// The byte of each 64th character; empty for ASCII.
    marks: Vec<usize>,
}

const STRIDE: usize = 64;

impl<'t> Chars<'t> {
    fn new(text: &'t str, shift: usize) -> Chars<'t> {
        let marks = if text.is_ascii() {
            Vec::new()
        } else {
            text.char_indices().step_by(STRIDE).map(|(at, _)| at).collect()
        };
        Chars { text, shift, marks }
    }

    fn byte(&self, index: usize) -> usize {
        if self.marks.is_empty() {
            return index.min(self.text.len());
        }
        let Some(&start) = self.marks.get(index / STRIDE) else { return self.text.len() };
        self.text[start..]
            .char_indices()
            .nth(index % STRIDE)
            .map_or(self.text.len(), |(at, _)| start + at)
    }

    fn place(&self, span: Span) -> Place {
        let start = self.byte(span.start.index()) + self.shift;
        let end = self.byte(span.end.index()) + self.shift;
        Place::new(offset(start), offset(end))
    }
}
