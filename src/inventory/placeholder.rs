//! Ids of which only pieces are known, as code declares them: unknown pieces stand in braces, which no name
//! in Azure may hold.
//!
//! Two equal placeholders are surely the same text; two different ones may be. A placeholder stands for a part of one
//! name, but as the first segment of an id for any path.

use std::borrow::Cow;

use super::id;

/// What opens a placeholder.
const OPEN: char = '{';
/// What closes it.
const CLOSE: char = '}';

/// Whether a piece of a text is not known.
pub fn has_placeholder(text: &str) -> bool {
    memchr::memchr(b'{', text.as_bytes()).is_some()
}

/// The text of a piece that is unknown, by a name that is unique in the run.
pub fn placeholder(name: &str) -> String {
    let mut text = String::with_capacity(name.len() + 2);
    text.push(OPEN);
    for letter in name.chars() {
        match letter {
            '/' => text.push_str("%2F"),
            '%' => text.push_str("%25"),
            OPEN => text.push_str("%7B"),
            CLOSE => text.push_str("%7D"),
            ' ' => text.push_str("%20"),
            _ => text.push(letter),
        }
    }
    text.push(CLOSE);
    text
}

/// The project whose code leaves a piece of a text open, if any does.
pub fn project_of(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once(OPEN)?;
    rest.split_once(':').map(|(project, _)| project)
}

/// Whether two ids are known to stand in the code of two projects, each of which is judged as a complete one.
pub fn are_of_two_projects(left: &str, right: &str) -> bool {
    matches!((project_of(left), project_of(right)), (Some(left), Some(right)) if left != right)
}

/// A text for a person: placeholders without the project that they belong to.
pub fn readable(text: &str) -> Cow<'_, str> {
    if !has_placeholder(text) {
        return Cow::Borrowed(text);
    }
    let mut pieces = text.split(OPEN);
    let mut readable = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        // `${…}` is what a script or template says, not a placeholder.
        let is_quoted = readable.ends_with('$');
        readable.push(OPEN);
        match piece.split_once(CLOSE).filter(|_| !is_quoted) {
            Some((inner, rest)) => {
                let name = inner.split_once(':').map_or(inner, |(_, name)| name);
                let name = ESCAPES
                    .iter()
                    .fold(name.to_owned(), |name, (plain, escaped)| name.replace(escaped, plain));
                readable.push_str(&name);
                readable.push(CLOSE);
                readable.push_str(rest);
            }
            None => readable.push_str(piece),
        }
    }
    Cow::Owned(readable)
}

/// What a placeholder cannot hold, and what stands for it; the sign of an escape is the last to be undone.
const ESCAPES: [(&str, &str); 5] =
    [("/", "%2F"), ("{", "%7B"), ("}", "%7D"), (" ", "%20"), ("%", "%25")];

/// Whether two ids, or names, are the same; `None` if that depends on what is not known.
pub fn same(left: &str, right: &str) -> Option<bool> {
    if id::same(left, right) {
        return Some(true);
    }
    if !has_placeholder(left) && !has_placeholder(right) {
        return Some(false);
    }
    let (left, right) = (segments(left), segments(right));
    let (any_left, any_right) = (is_any_path(&left), is_any_path(&right));
    let length = match (any_left, any_right) {
        (false, false) if left.len() == right.len() => left.len(),
        (true, true) => left.len().min(right.len()) - 1,
        (true, false) if left.len() <= right.len() => left.len() - 1,
        (false, true) if right.len() <= left.len() => right.len() - 1,
        _ => return Some(false),
    };
    let mut ends = left[left.len() - length..].iter().zip(&right[right.len() - length..]);
    let differ = ends.any(|(left, right)| same_segment(left, right) == Some(false));
    if differ { Some(false) } else { None }
}

/// Whether an id is a scope or lies below it; `None` if that depends on what is not known.
pub fn within(inner: &str, scope: &str) -> Option<bool> {
    if id::is_within(inner, scope) {
        return Some(true);
    }
    if !has_placeholder(inner) && !has_placeholder(scope) {
        return Some(false);
    }
    if is_any_path(&segments(inner)) {
        return None;
    }
    let may = |above: &str| same(above, scope) != Some(false);
    let is_possible = may(inner) || id::ancestors(inner).any(may);
    if is_possible { None } else { Some(false) }
}

fn segments(text: &str) -> Vec<&str> {
    text.split('/').filter(|segment| !segment.is_empty()).collect()
}

/// Whether nobody knows how an id begins.
fn is_any_path(segments: &[&str]) -> bool {
    segments.first().is_some_and(|first| first.starts_with(OPEN))
}

/// The same for one name: what stands before and after its unknown pieces must fit.
fn same_segment(left: &str, right: &str) -> Option<bool> {
    if left.eq_ignore_ascii_case(right) {
        return Some(true);
    }
    if !has_placeholder(left) && !has_placeholder(right) {
        return Some(false);
    }
    let start = |text: &str| text.find(OPEN).unwrap_or(text.len());
    let end = |text: &str| text.rfind(CLOSE).map_or(0, |at| at + 1);
    let heads = (&left[..start(left)], &right[..start(right)]);
    let tails = (&left[end(left)..], &right[end(right)..]);
    let open = (has_placeholder(left), has_placeholder(right));
    let fits = fit(heads, open, |long, short| long.get(..short.len()))
        && fit(tails, open, |long, short| long.get(long.len() - short.len()..));
    if fits { None } else { Some(false) }
}

/// Whether one of two known pieces can go on as the other: the one before a placeholder may be the shorter one.
fn fit<'t>(
    (left, right): (&'t str, &'t str),
    (left_open, right_open): (bool, bool),
    part: impl Fn(&'t str, &str) -> Option<&'t str>,
) -> bool {
    let (long, short, short_open) = if left.len() >= right.len() {
        (left, right, right_open)
    } else {
        (right, left, left_open)
    };
    (short_open || long.len() == short.len())
        && part(long, short).is_some_and(|part| part.eq_ignore_ascii_case(short))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_the_same_is_never_called_different() {
        const VAULTS: &str = "/subscriptions/{s}/resourceGroups/g/providers/A.B/vaults";
        for (left, right, expected) in [
            (format!("{VAULTS}/v"), format!("{VAULTS}/V"), Some(true)),
            (format!("{VAULTS}/v"), format!("{VAULTS}/w"), Some(false)),
            (format!("{VAULTS}/v"), format!("{VAULTS}/{{n}}"), None),
            (format!("{VAULTS}/rsv-{{n}}"), format!("{VAULTS}/rsv-{{m}}-we"), None),
            (format!("{VAULTS}/rsv-{{n}}"), format!("{VAULTS}/bv-{{m}}"), Some(false)),
            (format!("{VAULTS}/{{n}}-dev"), format!("{VAULTS}/x-prod"), Some(false)),
            (format!("{VAULTS}/{{n}}-dev"), format!("{VAULTS}/x-dev"), None),
            (format!("{VAULTS}/ab{{n}}"), format!("{VAULTS}/a"), Some(false)),
            (format!("{VAULTS}/v"), VAULTS.replace("{s}", "1") + "/v", None),
            (format!("{VAULTS}/v"), VAULTS.replace("vaults", "other") + "/v", Some(false)),
            (format!("{VAULTS}/v"), "/{scope}/providers/A.B/vaults/v".to_owned(), None),
            (format!("{VAULTS}/v"), "/{scope}/providers/A.B/vaults/w".to_owned(), Some(false)),
            (format!("{VAULTS}/v"), "/{everything}".to_owned(), None),
        ] {
            assert_eq!(same(&left, &right), expected, "{left} {right}");
            assert_eq!(same(&right, &left), expected, "{right} {left}");
        }
    }

    #[test]
    fn a_person_reads_names_without_their_project() {
        for (text, expected) in [
            ("rsv-{infra%2Fprod:var.name}-we", "rsv-{var.name}-we"),
            ("{infra:a}{infra:b%20%7Bc%7D}", "{a}{b {c}}"),
            ("comes from `${MODE:-Incremental}`", "comes from `${MODE:-Incremental}`"),
            ("nothing open", "nothing open"),
        ] {
            assert_eq!(readable(text), expected);
        }
    }

    #[test]
    fn what_may_lie_below_a_scope() {
        let vault = "/subscriptions/{s}/resourceGroups/g/providers/A.B/vaults/v";
        for (scope, expected) in [
            ("/subscriptions/{s}", Some(true)),
            ("/subscriptions/{s}/resourceGroups/G", Some(true)),
            ("/subscriptions/{t}", None),
            ("/subscriptions/1/resourceGroups/g", None),
            ("/subscriptions/1/resourceGroups/h", Some(false)),
            ("/subscriptions/{s}/resourceGroups/{h}", None),
            ("/{anything}", None),
            ("/subscriptions/{s}/resourceGroups/g/providers/A.B/vaults/v/c/d", Some(false)),
        ] {
            assert_eq!(within(vault, scope), expected, "{scope}");
        }
        assert_eq!(within("/{vault}/c/d", "/subscriptions/1"), None);
    }

    #[test]
    fn projects_are_told_apart_by_what_they_leave_open() {
        assert!(are_of_two_projects("/{a:x.id}", "/subscriptions/{b:s}/resourceGroups/g"));
        assert!(!are_of_two_projects("/{a:x.id}", "/subscriptions/{a:s}/resourceGroups/g"));
        assert!(!are_of_two_projects("/{a:x.id}", "/subscriptions/1/resourceGroups/g"));
        assert_eq!(readable("west{infra%2Fprod:var.side}-{a:b%2Fc}"), "west{var.side}-{b/c}");
    }

    #[test]
    fn a_placeholder_is_one_segment() {
        assert_eq!(placeholder("a/b:{c}%"), "{a%2Fb:%7Bc%7D%25}");
    }
}
