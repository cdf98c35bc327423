//! Points in time
//! (<https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-date>).

use std::fmt::Write;

use jiff::civil::DateTime;
use jiff::{Span, Timestamp};

use super::{Budget, Content, Failure, Outcome, Value, integer, invalid, number, text};

/// A duration added to a point in time. Without a format the result has the format of the base, of
/// which only the usual one is evaluated.
pub fn add(_: &Budget, arguments: &[Value]) -> Outcome {
    let written = text(arguments, 0)?;
    let base = parse(written)?;
    let (negative, duration) = match text(arguments, 1)?.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, &**text(arguments, 1)?),
    };
    let Ok(span) = duration.parse::<Span>() else {
        return invalid("the duration is not of ISO 8601");
    };
    let span = if negative { -span } else { span };
    let Ok(sum) = base.checked_add(span) else {
        return invalid("the result is beyond the calendar");
    };
    let style = match arguments.get(2) {
        Some(_) => text(arguments, 2)?.clone(),
        None if written.len() == 20 && written.ends_with('Z') && written.contains('T') => {
            "yyyy-MM-ddTHH:mm:ssZ".into()
        }
        None if written.len() == 20 && written.ends_with('Z') => "u".into(),
        None => return Err(Failure::Limit("the format of the base is not evaluated".into())),
    };
    Ok(Content::Text(shown(&sum, &style)?.into()))
}

pub fn from_epoch(_: &Budget, arguments: &[Value]) -> Outcome {
    match at_second(integer(arguments, 0)?) {
        Some(time) => Ok(Content::Text(shown(&time, "yyyy-MM-ddTHH:mm:ssZ")?.into())),
        None => invalid("the number of seconds is beyond the calendar"),
    }
}

pub fn to_epoch(_: &Budget, arguments: &[Value]) -> Outcome {
    Ok(number(parse(text(arguments, 0)?)?.duration_since(EPOCH).as_secs()))
}

/// All times are those of UTC.
const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);

fn at_second(seconds: i64) -> Option<DateTime> {
    EPOCH.checked_add(Span::new().try_seconds(seconds).ok()?).ok()
}

fn parse(written: &str) -> Result<DateTime, Failure> {
    let instant = written.parse::<Timestamp>().ok().and_then(|time| at_second(time.as_second()));
    match instant.or_else(|| written.parse::<DateTime>().ok()) {
        Some(time) => Ok(time),
        None => invalid("the text is not a point in time"),
    }
}

/// The custom formats of .NET that templates use; others are not evaluated.
fn shown(time: &DateTime, style: &str) -> Result<String, Failure> {
    let style = match style {
        "u" => "yyyy-MM-dd HH:mm:ssZ",
        "s" => "yyyy-MM-ddTHH:mm:ss",
        "" => return Err(Failure::Limit("the empty format is not evaluated".into())),
        other => other,
    };
    let mut out = String::new();
    let mut rest = style;
    while let Some(letter) = rest.chars().next() {
        let run = rest.chars().take_while(|other| *other == letter).count();
        let (head, tail) = rest.split_at(run * letter.len_utf8());
        let done = match head {
            "yyyy" => write!(out, "{:04}", time.year()),
            "yy" => write!(out, "{:02}", time.year().rem_euclid(100)),
            "MM" => write!(out, "{:02}", time.month()),
            "dd" => write!(out, "{:02}", time.day()),
            "HH" => write!(out, "{:02}", time.hour()),
            "mm" => write!(out, "{:02}", time.minute()),
            "ss" => write!(out, "{:02}", time.second()),
            "Z" | "T" | "-" | ":" | " " | "." | "/" => out.write_str(head),
            _ => return Err(Failure::Limit(format!("the date format `{style}` is not evaluated"))),
        };
        if done.is_err() {
            return Err(Failure::Limit("the date cannot be written".into()));
        }
        rest = tail;
    }
    Ok(out)
}
