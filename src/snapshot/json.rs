//! Finding where JSON values begin and end, without building them.

/// The byte range of the next value from `at`, or where the text stops making sense.
pub fn next_value(text: &[u8], at: usize) -> Option<Result<(usize, usize), usize>> {
    let start = at + text[at..].iter().position(|byte| !byte.is_ascii_whitespace())?;
    Some(end_of_value(text, start).map(|end| (start, end)).ok_or(start))
}

/// Just past the value that begins at `start`. Brackets are matched without recursion, so depth
/// costs nothing; whether the value is well-formed inside is for the parser to say.
pub fn end_of_value(text: &[u8], start: usize) -> Option<usize> {
    match text.get(start)? {
        b'{' | b'[' => {
            let mut depth = 0usize;
            let mut at = start;
            loop {
                // Nothing between two of these bytes can change the depth.
                at += text[at..]
                    .iter()
                    .position(|byte| matches!(byte, b'{' | b'}' | b'[' | b']' | b'"'))?;
                match text[at] {
                    b'"' => at = end_of_string(text, at)?,
                    b'{' | b'[' => {
                        depth += 1;
                        at += 1;
                    }
                    _ => {
                        depth -= 1;
                        at += 1;
                        if depth == 0 {
                            return Some(at);
                        }
                    }
                }
            }
        }
        b'"' => end_of_string(text, start),
        b'-' | b'0'..=b'9' | b't' | b'f' | b'n' => Some(
            text[start..]
                .iter()
                .position(|byte| byte.is_ascii_whitespace() || matches!(byte, b',' | b']' | b'}'))
                .map_or(text.len(), |length| start + length),
        ),
        _ => None,
    }
}

/// Whether brackets nest deeper than `limit` anywhere in the value that `text` is.
pub fn is_deeper_than(text: &[u8], limit: usize) -> bool {
    // Hardly any body has so many brackets that it needs a closer look.
    if memchr::memchr2_iter(b'{', b'[', text).nth(limit).is_none() {
        return false;
    }
    let (mut depth, mut at) = (0usize, 0);
    while let Some(found) =
        text[at..].iter().position(|byte| matches!(byte, b'{' | b'}' | b'[' | b']' | b'"'))
    {
        at += found;
        match text[at] {
            b'"' => match end_of_string(text, at) {
                Some(end) => {
                    at = end;
                    continue;
                }
                None => return false,
            },
            b'{' | b'[' => depth += 1,
            _ => depth = depth.saturating_sub(1),
        }
        if depth > limit {
            return true;
        }
        at += 1;
    }
    false
}

fn end_of_string(text: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    loop {
        at += memchr::memchr2(b'"', b'\\', &text[at..])?;
        if text[at] == b'"' {
            return Some(at + 1);
        }
        at += 2;
        if at > text.len() {
            return None;
        }
    }
}

/// The elements of the array that `text` is, as byte ranges. Stops where the text stops making
/// sense and says where.
pub fn elements(text: &[u8]) -> (Vec<(usize, usize)>, Result<(), usize>) {
    let mut found = Vec::new();
    let mut at = 1;
    loop {
        match next_value(text, at) {
            Some(Ok((start, end))) => {
                found.push((start, end));
                at = end;
            }
            // The closing bracket is no value.
            Some(Err(stop)) if text[stop] == b']' => return (found, Ok(())),
            Some(Err(stop)) if text[stop] == b',' => at = stop + 1,
            Some(Err(stop)) => return (found, Err(stop)),
            None => return (found, Err(text.len())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_values_of_every_shape() {
        let text = br#" {"a":"}\"]"} [1,[2]] "x" 12 null"#;
        let mut at = 0;
        let mut found = Vec::new();
        while let Some(Ok((start, end))) = next_value(text, at) {
            found.push(std::str::from_utf8(&text[start..end]).expect("ASCII"));
            at = end;
        }
        assert_eq!(found, [r#"{"a":"}\"]"}"#, "[1,[2]]", "\"x\"", "12", "null"]);
    }

    #[test]
    fn stops_where_the_text_ends_too_early() {
        for text in [&br#"{"a":"#[..], br#"{"a":"b"#, br#"["\"#, b"["] {
            assert_eq!(end_of_value(text, 0), None);
        }
        assert_eq!(elements(b"[1, {\"a\":2}, oops]").1, Err(13));
        assert_eq!(elements(b"[]"), (vec![], Ok(())));
    }

    #[test]
    fn depth_is_counted_outside_of_texts() {
        assert!(is_deeper_than(br#"{"a":[[1]]}"#, 2));
        assert!(!is_deeper_than(br#"{"a":[[1]]}"#, 3));
        assert!(!is_deeper_than(br#"{"a":"[[[[","b":[1],"c":[1]}"#, 2));
    }

    #[test]
    fn depth_costs_nothing() {
        let deep = [vec![b'['; 1_000_000], vec![b']'; 1_000_000]].concat();
        assert_eq!(end_of_value(&deep, 0), Some(deep.len()));
    }
}
