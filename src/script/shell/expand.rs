//! Words to arguments: what is known of each, and how many there are.

use super::{
    super::{
        limit::LONGEST_TEXT,
        model::{Word as Argument, WordKind},
        place::Place,
        value::{Cause, Content, Joiner, Value},
    },
    date,
    evaluate::Shell,
    syntax::{Item, Part, Word},
};

/// The fields that a word becomes.
#[derive(Default)]
struct Fields {
    done: Vec<Joiner>,
    current: Option<Joiner>,
    /// Nothing stands in it but unknown text without quotes.
    loose: bool,
    several: bool,
    quoted: bool,
}

impl Fields {
    fn open(&mut self) -> &mut Joiner {
        self.current.get_or_insert_with(Joiner::default)
    }

    fn cut(&mut self) {
        self.done.extend(self.current.take());
    }
}

impl Shell<'_> {
    /// The arguments that a word gives.
    pub fn expand(&mut self, word: &Word) -> Vec<Argument> {
        let place = self.place(word.span);
        if let [Part::Raw(span)] = word.parts.as_slice() {
            let text = self.slice(*span);
            if !has_braces(text) {
                let value = Value::text(text, place);
                return vec![Argument { value, place, kind: WordKind::One }];
            }
            return Self::braces(text, place);
        }
        let mut fields = Fields { loose: true, ..Fields::default() };
        self.parts(&word.parts, false, &mut fields);
        let (loose, several, quoted) = (fields.loose, fields.several, fields.quoted);
        fields.cut();
        let kind = |value: &Value| {
            let unknown = value.as_unknown().is_some();
            match unknown && (several || loose) {
                true => WordKind::Several,
                false if quoted => WordKind::Quoted,
                false => WordKind::One,
            }
        };
        let finish = |joiner: Joiner| {
            let value = joiner.finish(place);
            let kind = kind(&value);
            Argument { value, place, kind }
        };
        fields.done.into_iter().map(finish).collect()
    }

    /// `{a,b}`: the common case of one group; more of them are unknown.
    fn braces(text: &str, place: Place) -> Vec<Argument> {
        let one = || -> Option<Vec<String>> {
            let (front, rest) = text.split_once('{')?;
            let (inside, back) = rest.split_once('}')?;
            let simple =
                !inside.contains(['{', '}']) && !back.contains(['{', '}']) && inside.len() < 1000;
            simple
                .then(|| inside.split(',').map(|choice| format!("{front}{choice}{back}")).collect())
        };
        match one() {
            Some(texts) => texts
                .into_iter()
                .map(|text| Argument {
                    value: Value::text(text, place),
                    place,
                    kind: WordKind::One,
                })
                .collect(),
            None => vec![Argument {
                value: Value::unknown(Cause::NotEvaluated, text, place),
                place,
                kind: WordKind::Several,
            }],
        }
    }

    /// The word as one value, as an assignment takes it.
    pub fn value(&mut self, word: &Word) -> Value {
        let place = self.place(word.span);
        if let [part] = word.parts.as_slice()
            && let Some(value) = self.whole(part)
        {
            return value.used_at(place);
        }
        self.joined(&word.parts, place)
    }

    /// Parts as one text.
    pub fn joined(&mut self, parts: &[Part], place: Place) -> Value {
        let mut fields = Fields::default();
        self.parts(parts, true, &mut fields);
        fields.cut();
        let mut fields = fields.done.into_iter();
        let Some(first) = fields.next() else { return Value::text("", place) };
        let mut rest: Vec<Value> = fields.map(|joiner| joiner.finish(place)).collect();
        if rest.is_empty() {
            return first.finish(place);
        }
        rest.insert(0, first.finish(place));
        let mut joiner = Joiner::default();
        joiner.add(&Value::new(Content::List(rest.into()), place), " ");
        joiner.finish(place)
    }

    /// A part that is a value by itself: `$(…)`, `"$(…)"`, `$name`.
    fn whole(&mut self, part: &Part) -> Option<Value> {
        match part {
            Part::Command { items, span } => {
                let place = self.place(*span);
                Some(self.substitute(items, place))
            }
            Part::Double(parts) => match parts.as_slice() {
                [part @ Part::Command { .. }] => self.whole(part),
                _ => None,
            },
            _ => None,
        }
    }

    fn parts(&mut self, parts: &[Part], quoted: bool, fields: &mut Fields) {
        for part in parts {
            match part {
                Part::Raw(span) => {
                    fields.loose = false;
                    let text = self.slice(*span);
                    fields.open().push(text);
                }
                Part::Quoted(span) => {
                    fields.loose = false;
                    fields.quoted = true;
                    let text = self.slice(*span);
                    fields.open().push(text);
                }
                Part::Escaped(text) => {
                    fields.loose = false;
                    fields.open().push(text);
                }
                Part::Double(parts) => {
                    fields.quoted = true;
                    self.double(parts, fields);
                }
                Part::Variable(variable) => {
                    let value = self.variable(variable);
                    let all = is_all(self.slice(variable.name))
                        || variable.index.is_some_and(|at| is_all(self.slice(at)));
                    add(&value, quoted, all && !quoted, fields);
                }
                // A comment between backticks gives no word.
                Part::Command { items, .. } if items.is_empty() && !quoted => {}
                Part::Command { items, span } => {
                    let place = self.place(*span);
                    let value = self.substitute(items, place);
                    add(&value, quoted, false, fields);
                }
                Part::Process { items, span } => {
                    let place = self.place(*span);
                    self.substitute(items, place);
                    fields.loose = false;
                    fields
                        .open()
                        .add(&Value::unknown(Cause::NotEvaluated, "a process", place), " ");
                }
                Part::Arithmetic(span) => {
                    let place = self.place(*span);
                    let value = Value::unknown(Cause::NotEvaluated, self.slice(*span), place);
                    fields.loose = false;
                    fields.open().add(&value, " ");
                }
                Part::Hole(span) => {
                    let value = self.hole(span.start, self.place(*span));
                    add(&value, quoted, false, fields);
                }
            }
        }
    }

    /// Between double quotes there is one field, except for `"$@"` and `"${list[@]}"`.
    fn double(&mut self, parts: &[Part], fields: &mut Fields) {
        if let [Part::Variable(variable)] = parts {
            let all = self.slice(variable.name) == "@"
                || variable.index.is_some_and(|at| self.slice(at) == "@");
            if all && !variable.length {
                let value = self.variable(variable);
                add(&value, true, true, fields);
                return;
            }
        }
        fields.loose = false;
        fields.open();
        self.parts(parts, true, fields);
    }

    pub fn hole(&self, start: u32, place: Place) -> Value {
        match self.text.hole(start) {
            Some(hole) => Value { place, ..hole.value.clone() },
            None => Value::unknown(Cause::PipelineExpression, "", place),
        }
    }

    /// Walks through `$(…)`; its output where that is certain.
    pub fn substitute(&mut self, items: &[Item], place: Place) -> Value {
        let before = self.recorder.commands.len();
        let mark = self.variables.begin();
        let arguments = self.arguments.clone();
        self.run(items);
        self.arguments = arguments;
        self.variables.undo(&mark);
        let recorded = self.recorder.commands.get(before..).unwrap_or_default();
        if let [only] = recorded
            && let Some(value) = Self::printed(only, place)
        {
            return value;
        }
        match recorded.last() {
            Some(last) => {
                let detail = last.words.iter().take(4).filter_map(|word| word.value.as_text());
                let detail = detail.collect::<Vec<_>>().join(" ");
                Value::output(Some(last.order), detail, place)
            }
            None => Value::output(None, "", place),
        }
    }

    /// What `echo`, `printf` and `date` print.
    fn printed(command: &super::super::model::Command, place: Place) -> Option<Value> {
        let texts = command.words.get(1..).unwrap_or_default();
        if texts.iter().any(|word| matches!(word.kind, WordKind::Several)) {
            return None;
        }
        match command.name()? {
            "echo" => {
                let texts = texts
                    .iter()
                    .skip_while(|word| matches!(word.value.as_text(), Some("-n" | "-e")));
                let list: Vec<Value> = texts.map(|word| word.value.clone()).collect();
                let mut joiner = Joiner::default();
                joiner.add(&Value::new(Content::List(list.into()), place), " ");
                Some(joiner.finish(place))
            }
            "printf" => match texts {
                [only] if only.value.as_text().is_some_and(|text| !text.contains(['%', '\\'])) => {
                    Some(only.value.clone())
                }
                [format, value] if matches!(format.value.as_text(), Some("%s" | "%s\\n")) => {
                    Some(value.value.clone())
                }
                _ => None,
            },
            "date" => date::moment(texts).map(|moment| Value::new(Content::Moment(moment), place)),
            _ => None,
        }
    }

    /// Bounds what a variable may hold.
    pub fn bounded(&mut self, value: Value, place: Place) -> Value {
        let length = match &value.content {
            Content::Text(text) => text.len(),
            Content::List(list) => list.len() * 16,
            _ => 0,
        };
        self.recorder.budget.take(length / 8);
        if length > LONGEST_TEXT { Value::unknown(Cause::Limit, "too long", place) } else { value }
    }
}

/// Adds a value to the fields of a word.
fn add(value: &Value, quoted: bool, all: bool, fields: &mut Fields) {
    match &value.content {
        Content::List(list) if all => {
            for (index, item) in list.iter().enumerate() {
                if index > 0 {
                    fields.cut();
                }
                fields.several |= item.as_unknown().is_some() && !quoted;
                fields.open().add(&item.used_at(value.place), " ");
            }
            fields.loose = false;
            fields.quoted |= quoted;
        }
        Content::Unknown(_) if all => {
            fields.several = true;
            fields.open().add(value, " ");
        }
        Content::Text(text) if !quoted => {
            fields.loose = false;
            let mut pieces = text.split([' ', '\t', '\n']);
            let first = pieces.next().unwrap_or_default();
            if !first.is_empty() {
                let joiner = fields.open();
                joiner.add(&Value { content: Content::Text(first.into()), ..value.clone() }, " ");
            }
            for piece in pieces {
                fields.cut();
                if !piece.is_empty() {
                    fields
                        .open()
                        .add(&Value { content: Content::Text(piece.into()), ..value.clone() }, " ");
                }
            }
        }
        _ => {
            if quoted {
                fields.loose = false;
            }
            fields.open().add(value, " ");
        }
    }
}

fn is_all(name: &str) -> bool {
    matches!(name, "@" | "*")
}

fn has_braces(text: &str) -> bool {
    text.contains('{') && text.contains(',') && text.contains('}')
}
