//! `date`: a point in time counted from the run.

use super::super::{model::Word, value::Moment};

/// What `date` with these arguments prints; none where that is not certain.
pub(super) fn moment(arguments: &[Word]) -> Option<Moment> {
    let mut utc = false;
    let mut seconds = 0;
    let mut texts = arguments.iter().map(|word| word.value.as_text());
    while let Some(text) = texts.next() {
        match text? {
            "-u" | "--utc" => utc = true,
            "-d" | "--date" => seconds = offset(texts.next()??)?,
            "-ud" => {
                utc = true;
                seconds = offset(texts.next()??)?;
            }
            text if text.starts_with("--date=") => seconds = offset(&text["--date=".len()..])?,
            text if text.starts_with("-d") => seconds = offset(&text[2..])?,
            // BSD and macOS.
            text if text.starts_with("-v") => seconds += bsd(&text[2..])?,
            text if text.starts_with('+') => {}
            _ => return None,
        }
    }
    Some(Moment { seconds, utc })
}

/// `+30 days`, `7 days ago`, `now + 1 week`.
fn offset(text: &str) -> Option<i64> {
    let text = text.trim().to_ascii_lowercase();
    let ago = text.ends_with("ago");
    let text = text
        .trim_end_matches("ago")
        .replace("now", "")
        .replace("today", "")
        .replace('+', " ")
        .replace("utc", "");
    let words: Vec<&str> = text.split_whitespace().collect();
    let seconds = match words.as_slice() {
        [] => 0,
        ["tomorrow"] => 86_400,
        ["yesterday"] => -86_400,
        [number, unit] => {
            number.parse::<i64>().ok()?.checked_mul(unit_seconds(unit.trim_end_matches('s'))?)?
        }
        ["-", number, unit] => {
            -number.parse::<i64>().ok()?.checked_mul(unit_seconds(unit.trim_end_matches('s'))?)?
        }
        [both] => {
            let digits =
                both.find(|character: char| !character.is_ascii_digit() && character != '-')?;
            let (number, unit) = both.split_at(digits);
            number.parse::<i64>().ok()?.checked_mul(unit_seconds(unit.trim_end_matches('s'))?)?
        }
        _ => return None,
    };
    Some(if ago { -seconds } else { seconds })
}

fn bsd(text: &str) -> Option<i64> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let number = number.trim_start_matches('+').parse::<i64>().ok()?;
    let unit = match unit {
        "d" => 86_400,
        "w" => 7 * 86_400,
        "m" => 30 * 86_400,
        "y" => 365 * 86_400,
        "H" => 3_600,
        "M" => 60,
        _ => return None,
    };
    number.checked_mul(unit)
}

/// A month counts 30 days, a year 365.
pub(super) fn unit_seconds(unit: &str) -> Option<i64> {
    Some(match unit {
        "second" | "sec" => 1,
        "minute" | "min" => 60,
        "hour" => 3_600,
        "day" => 86_400,
        "week" => 7 * 86_400,
        "month" => 30 * 86_400,
        "year" => 365 * 86_400,
        _ => return None,
    })
}
