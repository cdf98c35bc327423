//! What builtins make of their arguments, as far as it can be more than they were given.

use regorus::unstable::{Expr, Ref};

use super::Analysis;
use super::size::{MAX_WORK, Size};
use crate::rego::builtins::{MAX_RANGE, format, integer, is_count, occurrences, range, step};
use crate::rego::catalog::{Root, literal_text, path_of};

/// Steps that take a call about a millisecond.
const SLOW_WORK: u64 = 1 << 22;
/// States that a short pattern may stand for: `a{1000}` has eight letters.
const REPETITION: u64 = 4096;

impl Analysis<'_> {
    /// The size of a builtin's result, or why the call is refused.
    pub(super) fn builtin(
        &mut self,
        name: &str,
        params: &[Ref<Expr>],
        sizes: &[Size],
    ) -> Result<Size, String> {
        let at = |index: usize| sizes.get(index).copied().unwrap_or(Size::NOTHING);
        let all = sizes.iter().fold(Size::NOTHING, |sum, size| sum.plus(*size));
        Ok(match name {
            "concat" => {
                let list = at(1);
                list.as_text(list.bytes.saturating_add(at(0).bytes.saturating_mul(list.len)))
            }
            "sprintf" => {
                self.format(params)?;
                all.as_text(all.bytes)
            }
            "replace" => at(0).join(at(2)).as_text(replaced(params, at(0), at(1), at(2))),
            "strings.replace_n" => {
                let mut bytes = at(1).bytes;
                match params.first().map(AsRef::as_ref) {
                    Some(Expr::Object { fields, .. }) => {
                        for (_, key, value) in fields {
                            bytes = bytes.saturating_mul(ratio(
                                key,
                                literal_len(value).unwrap_or(at(0).elem),
                            ));
                        }
                    }
                    // One after the other, each may grow what the one before left.
                    _ if at(0).given => bytes = bytes.saturating_mul(at(0).elem),
                    _ => {
                        return Err(
                            "the patterns of `strings.replace_n` are not a literal".to_owned()
                        );
                    }
                }
                at(1).as_text(bytes)
            }
            "regex.replace" => {
                self.work(at(0).bytes, states(params.get(1), at(1)))?;
                let each = at(2).bytes.saturating_mul(2).saturating_add(1);
                at(0).as_text(at(0).bytes.saturating_add(1).saturating_mul(each))
            }
            "regex.match" | "regex.is_valid" | "regex.template_match" => {
                self.work(at(1).bytes, states(params.first(), at(0)))?;
                Size::SCALAR
            }
            "regex.split" | "regex.find_n" => {
                self.work(at(1).bytes, states(params.first(), at(0)))?;
                pieces(at(1))
            }
            "regex.find_all_string_submatch_n" => {
                self.work(at(1).bytes, states(params.first(), at(0)))?;
                let found = pieces(at(1));
                Size { bytes: found.bytes.saturating_mul(at(0).bytes), depth: 2, ..found }
            }
            "glob.match" => {
                self.work(at(2).bytes, states(params.first(), at(0)))?;
                Size::SCALAR
            }
            "indexof"
            | "indexof_n"
            | "object.subset"
            | "strings.any_prefix_match"
            | "strings.any_suffix_match" => {
                self.work(at(0).bytes, at(1).bytes)?;
                if name == "indexof_n" { pieces(at(0)) } else { Size::SCALAR }
            }
            "trim" | "trim_left" | "trim_right" => {
                self.work(at(0).bytes, at(1).bytes)?;
                at(0)
            }
            "split" => pieces(at(0)),
            "json.marshal" | "upper" | "lower" => at(0).as_text(at(0).bytes.saturating_mul(2)),
            "json.marshal_with_options" => {
                let margin =
                    at(1).bytes.saturating_mul(at(0).depth.saturating_add(1)).saturating_add(2);
                at(0).as_text(at(0).bytes.saturating_mul(margin))
            }
            "json.unmarshal" => {
                Size { depth: 128, len: at(0).bytes.min(at(0).len.max(64)), ..at(0) }
            }
            "numbers.range" | "numbers.range_step" => numbers(name, params)?,
            "bits.lsh" => match params.get(1).and_then(|shift| integer(shift)) {
                Some(shift) if shift <= 4096 => {
                    Size::number(at(0).digits.saturating_add(shift.unsigned_abs() / 3 + 1))
                }
                _ => {
                    return Err(
                        "the shift of `bits.lsh` is not a literal of at most 4096".to_owned()
                    );
                }
            },
            "product" => Size::number(at(0).digits.saturating_mul(at(0).len.max(1))),
            "sum" => Size::number(at(0).digits.saturating_add(20)),
            "to_number" => Size::number(at(0).digits.saturating_add(40)),
            "format_int" => at(0).as_text(at(0).digits.saturating_mul(4)),
            "count" | "type_name" | "contains" | "startswith" | "endswith" | "is_string"
            | "is_number" | "is_array" | "is_object" | "is_set" | "is_boolean" | "is_null"
            | "strings.count" | "semver.compare" => Size::SCALAR,
            "walk" => {
                Size::collection(at(0).bytes.min(Self::nodes(at(0))), walked(at(0)), at(0).given)
            }
            "union" | "intersection" | "object.union_n" | "graph.reachable" => {
                Size { len: at(0).len.saturating_mul(at(0).len).min(all.bytes), ..all }
            }
            "object.get" => at(0).element().join(at(2)),
            _ => all,
        })
    }

    fn nodes(size: Size) -> u64 {
        if size.given { size.len.saturating_mul(8) } else { size.bytes }
    }

    fn work(&mut self, left: u64, right: u64) -> Result<(), String> {
        let steps = left.saturating_mul(right);
        if steps > MAX_WORK {
            return Err(
                "the call compares two large values at every place, which the clock cannot stop"
                    .to_owned(),
            );
        }
        self.slow[self.current] |= steps > SLOW_WORK;
        Ok(())
    }

    fn format(&self, params: &[Ref<Expr>]) -> Result<(), String> {
        let (Some(text), Some(arguments)) = (params.first(), params.get(1)) else { return Ok(()) };
        let Some(literal) = self.constant(text) else {
            return Err("the format of `sprintf` is not a literal, so its width and verbs cannot be checked".to_owned());
        };
        format(&literal, arguments).map_err(|(message, help)| match help {
            Some(help) => format!("{message}: {help}"),
            None => message,
        })
    }

    /// The text of a literal, or of a rule that is nothing but one.
    fn constant(&self, expr: &Expr) -> Option<String> {
        use regorus::unstable::{Rule, RuleHead};
        if let Some(text) = literal_text(expr) {
            return Some(text);
        }
        let (path, true) = path_of(expr) else { return None };
        let (first, rest) = path.split_first()?;
        if self.lookup(first).is_some() {
            return None;
        }
        let Root::Data(mut path) = self.catalog.root(self.module, first) else { return None };
        path.extend_from_slice(rest);
        let [definition] = self.catalog.groups[self.catalog.find(&path)?].definitions.as_slice()
        else {
            return None;
        };
        match definition.rule.as_ref() {
            Rule::Spec { head: RuleHead::Compr { assign: Some(assign), .. }, bodies, .. }
                if bodies.is_empty() =>
            {
                literal_text(&assign.value)
            }
            _ => None,
        }
    }
}

/// Bytes after every occurrence of one text in another was replaced by a third.
fn replaced(params: &[Ref<Expr>], text: Size, part: Size, new: Size) -> u64 {
    let [whole, old, ..] = params else { return text.bytes };
    if let Some(times) = occurrences(whole, old) {
        return text.bytes.saturating_add(new.bytes.saturating_mul(times as u64));
    }
    let _ = part;
    text.bytes.saturating_add(1).saturating_mul(ratio(old, new.bytes))
}

/// How many times longer a replacement is than what it replaces.
fn ratio(old: &Expr, new: u64) -> u64 {
    match literal_len(old) {
        Some(0) => new.saturating_add(1),
        Some(len) => new.div_ceil(len).max(1),
        None => new.max(1),
    }
}

fn literal_len(expr: &Expr) -> Option<u64> {
    literal_text(expr).map(|text| text.len() as u64)
}

/// States of a pattern's automaton.
fn states(pattern: Option<&Ref<Expr>>, size: Size) -> u64 {
    let repeats =
        pattern.and_then(|pattern| literal_text(pattern)).is_none_or(|text| text.contains('{'));
    if repeats && !size.given { size.bytes.max(REPETITION) } else { size.bytes }
}

/// The pieces of a text.
fn pieces(text: Size) -> Size {
    let len = if text.given { 64 } else { text.bytes };
    Size {
        len,
        bytes: text.bytes.saturating_mul(2),
        elem: text.bytes,
        digits: text.digits,
        depth: 1,
        given: text.given,
    }
}

/// A path and a value, as `walk` gives them.
fn walked(size: Size) -> Size {
    size.with(Size::collection(size.depth, Size::text(32), true))
}

fn numbers(name: &str, params: &[Ref<Expr>]) -> Result<Size, String> {
    let step = if name == "numbers.range" { Some(1) } else { step(params) };
    if step.is_none_or(|step| step <= 0) {
        return Err(format!("the step of `{name}` is not a positive literal"));
    }
    if let Some(len) = range(params) {
        if len > MAX_RANGE {
            return Err(format!("`{name}` lists {len} numbers; at most {MAX_RANGE} are allowed"));
        }
        return Ok(Size::collection(len, Size::number(8), false));
    }
    // The size of a collection is as bounded as the collection.
    if params.iter().take(2).all(|bound| is_count(bound)) {
        return Ok(Size {
            given: true,
            ..Size::collection(Size::INPUT.len, Size::number(8), true)
        });
    }
    Err(format!(
        "the bounds of `{name}` are neither literals nor counts, so it may list any number of elements"
    ))
}
