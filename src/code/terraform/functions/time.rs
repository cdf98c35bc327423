//! Functions on moments, which are texts of RFC 3339.

use super::super::failure::Outcome;
use super::Call;
use crate::code::value::Value;

/// A moment: seconds since 1970 in its own zone, nanoseconds, and the zone in minutes.
struct Moment {
    local: i64,
    zone: i64,
    utc: bool,
}

fn moment(call: &Call<'_>, position: usize) -> Outcome<Moment> {
    let text = call.text(position)?;
    match parse(&text) {
        Some(moment) => Ok(moment),
        None => call.invalid("this is no moment of RFC 3339"),
    }
}

fn parse(text: &str) -> Option<Moment> {
    let number = |range: std::ops::Range<usize>| -> Option<i64> {
        let part = text.get(range)?;
        part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok()).flatten()
    };
    let at = |position: usize, wanted: &[u8]| {
        text.as_bytes().get(position).is_some_and(|byte| wanted.contains(byte))
    };
    if !(at(4, b"-") && at(7, b"-") && at(10, b"Tt") && at(13, b":") && at(16, b":")) {
        return None;
    }
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
    let fits = (1..=12).contains(&month)
        && (1..=days_in(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    let mut rest = text.get(19..)?;
    if let Some(fraction) = rest.strip_prefix('.') {
        rest = fraction.trim_start_matches(|letter: char| letter.is_ascii_digit());
    }
    let (zone, utc) = match rest.as_bytes() {
        [b'Z' | b'z'] => (0, true),
        [sign @ (b'+' | b'-'), _, _, b':', _, _] => {
            let hours: i64 = rest.get(1..3)?.parse().ok()?;
            let minutes: i64 = rest.get(4..6)?.parse().ok()?;
            let zone = hours * 60 + minutes;
            (if *sign == b'-' { -zone } else { zone }, false)
        }
        _ => return None,
    };
    let local = days(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second;
    fits.then_some(Moment { local, zone, utc })
}

fn days_in(year: i64, month: i64) -> i64 {
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01, after Howard Hinnant's `days_from_civil`.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Year, month and day, after Howard Hinnant's `civil_from_days`.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

fn zone_text(moment: &Moment, colon: bool) -> String {
    let sign = if moment.zone < 0 { '-' } else { '+' };
    let zone = moment.zone.abs();
    let separator = if colon { ":" } else { "" };
    format!("{sign}{:02}{separator}{:02}", zone / 60, zone % 60)
}

fn write(moment: &Moment) -> String {
    let (year, month, day) = civil(moment.local.div_euclid(86_400));
    let second = moment.local.rem_euclid(86_400);
    let zone = if moment.utc { "Z".to_owned() } else { zone_text(moment, true) };
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}{zone}",
        second / 3_600,
        second / 60 % 60,
        second % 60
    )
}

pub(super) fn timecmp(call: &Call<'_>) -> Outcome<Value> {
    let (a, b) = (moment(call, 0)?, moment(call, 1)?);
    let order = (a.local - a.zone * 60).cmp(&(b.local - b.zone * 60));
    call.answer_number(f64::from(order as i8))
}

pub(super) fn timeadd(call: &Call<'_>) -> Outcome<Value> {
    let mut moment = moment(call, 0)?;
    let Some(seconds) = duration(&call.text(1)?) else {
        return call.invalid("this is no duration such as 24h30m");
    };
    #[allow(clippy::cast_possible_truncation, reason = "the duration is bounded")]
    let whole = seconds.trunc() as i64;
    moment.local = moment.local.saturating_add(whole);
    call.answer_text(write(&moment))
}

/// The seconds of a duration such as `-1h30m`.
fn duration(text: &str) -> Option<f64> {
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0.0);
    }
    let mut seconds = 0.0;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.len()
            - rest
                .trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == '.')
                .len();
        let number: f64 = rest.get(..digits)?.parse().ok()?;
        rest = rest.get(digits..)?;
        let unit =
            rest.len() - rest.trim_start_matches(|letter: char| letter.is_alphabetic()).len();
        seconds += number
            * match rest.get(..unit)? {
                "h" => 3_600.0,
                "m" => 60.0,
                "s" => 1.0,
                "ms" => 1e-3,
                "us" | "µs" | "μs" => 1e-6,
                "ns" => 1e-9,
                _ => return None,
            };
        rest = rest.get(unit..)?;
    }
    (seconds < 1e12).then_some(sign * seconds)
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] =
    ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"];

pub(super) fn formatdate(call: &Call<'_>) -> Outcome<Value> {
    let spec: Vec<char> = call.text(0)?.chars().collect();
    let moment = moment(call, 1)?;
    let mut out = String::new();
    let mut at = 0;
    while let Some(&letter) = spec.get(at) {
        if letter == '\'' {
            at += 1;
            while let Some(&inner) = spec.get(at) {
                at += 1;
                if inner != '\'' {
                    out.push(inner);
                } else if spec.get(at) == Some(&'\'') {
                    out.push('\'');
                    at += 1;
                } else {
                    break;
                }
            }
            continue;
        }
        let count = spec.iter().skip(at).take_while(|&&other| other == letter).count();
        at += count;
        if !letter.is_alphabetic() {
            out.extend(std::iter::repeat_n(letter, count));
            continue;
        }
        match piece(&moment, letter, count) {
            Some(text) => out.push_str(&text),
            None => {
                return call
                    .invalid(format!("the format has no {}", letter.to_string().repeat(count)));
            }
        }
    }
    call.answer_text(out)
}

fn piece(moment: &Moment, letter: char, count: usize) -> Option<String> {
    let day_number = moment.local.div_euclid(86_400);
    let (year, month, day) = civil(day_number);
    let second = moment.local.rem_euclid(86_400);
    let (hour, minute) = (second / 3_600, second / 60 % 60);
    let name = |names: &[&str], position: i64| {
        let position = usize::try_from(position).ok()?;
        names.get(position).map(|name| (*name).to_owned())
    };
    let short = |text: Option<String>| text.map(|text| text.chars().take(3).collect::<String>());
    let half = if hour % 12 == 0 { 12 } else { hour % 12 };
    Some(match (letter, count) {
        ('Y', 4) => format!("{year:04}"),
        ('Y', 2) => format!("{:02}", year % 100),
        ('M', 4) => name(&MONTHS, month - 1)?,
        ('M', 3) => short(name(&MONTHS, month - 1))?,
        ('M', 2) => format!("{month:02}"),
        ('M', 1) => month.to_string(),
        ('D', 2) => format!("{day:02}"),
        ('D', 1) => day.to_string(),
        ('E', 4) => name(&WEEKDAYS, day_number.rem_euclid(7))?,
        ('E', 3) => short(name(&WEEKDAYS, day_number.rem_euclid(7)))?,
        ('h', 2) => format!("{hour:02}"),
        ('h', 1) => hour.to_string(),
        ('H', 2) => format!("{half:02}"),
        ('H', 1) => half.to_string(),
        ('A', 2) => if hour < 12 { "AM" } else { "PM" }.to_owned(),
        ('a', 2) => if hour < 12 { "am" } else { "pm" }.to_owned(),
        ('m', 2) => format!("{minute:02}"),
        ('m', 1) => minute.to_string(),
        ('s', 2) => format!("{:02}", second % 60),
        ('s', 1) => (second % 60).to_string(),
        ('Z', 3) if moment.zone == 0 => "UTC".to_owned(),
        ('Z', 3 | 4) => zone_text(moment, false),
        ('Z', 1) if moment.zone == 0 => "Z".to_owned(),
        ('Z', 1 | 5) => zone_text(moment, true),
        _ => return None,
    })
}
