//! The part of GitHub's expressions that `action.yml` uses: names, texts, `==`, `!=`, `&&`, `||`.

/// Replaces every `${{ … }}` in a text.
pub fn interpolate(text: &str, look_up: &dyn Fn(&str) -> String) -> String {
    let mut result = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${{") {
        let (expression, behind) = after.split_once("}}").expect("the end of an expression");
        result.push_str(before);
        result.push_str(&evaluate(expression, look_up));
        rest = behind;
    }
    result + rest
}

/// The value of an expression; an empty text is false.
pub fn evaluate(expression: &str, look_up: &dyn Fn(&str) -> String) -> String {
    if let Some((left, right)) = expression.split_once("||") {
        let left = evaluate(left, look_up);
        return if left.is_empty() { evaluate(right, look_up) } else { left };
    }
    if let Some((left, right)) = expression.split_once("&&") {
        let left = evaluate(left, look_up);
        return if left.is_empty() { left } else { evaluate(right, look_up) };
    }
    for (operator, equal) in [("==", true), ("!=", false)] {
        if let Some((left, right)) = expression.split_once(operator) {
            let is_equal = evaluate(left, look_up) == evaluate(right, look_up);
            return if is_equal == equal { "true".to_owned() } else { String::new() };
        }
    }
    let expression = expression.trim();
    match expression.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')) {
        Some(text) => text.to_owned(),
        None => look_up(expression),
    }
}
