//! Points and spans of time, in every form that Azure's services, its command line and PowerShell
//! write them.

use std::borrow::Cow;
use std::fmt;

use super::fact::Scalar;

/// A point in time: whole seconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time(pub i64);

/// A span of time in whole seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(pub i64);

/// A moment that a service reports: some services write a sentinel date for "never".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moment {
    /// `2001-01-01T00:00:00Z`, `0001-01-01T00:00:00` or an empty text.
    Never,
    /// A real time.
    At(Time),
}

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

impl Time {
    /// Reads RFC 3339 with any number of fraction digits, with offset, `Z` or nothing (UTC);
    /// a date alone; `5/28/2024 12:00:00 AM` and `01/01/2023 15:02:01`; `/Date(1586…)/`;
    /// and `Wed, 03 Jul 2019 09:15:55 GMT`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let first = text.as_bytes().first()?;
        if text.as_bytes().get(4) == Some(&b'-') {
            return rfc3339(text);
        }
        match first {
            b'/' | b'\\' => windows_json(text),
            b'0'..=b'9' => american(text),
            _ => http_date(text),
        }
    }

    /// The time on the wall, to the second.
    pub fn now() -> Self {
        Self(jiff::Timestamp::now().as_second())
    }

    /// The day in UTC.
    pub fn date(self) -> jiff::civil::Date {
        let days = i32::try_from(self.0.div_euclid(DAY)).unwrap_or(i32::MAX);
        let epoch = jiff::civil::Date::constant(1970, 1, 1);
        epoch.checked_add(jiff::Span::new().days(days)).unwrap_or(jiff::civil::Date::MAX)
    }

    /// Midnight UTC of a date.
    pub fn of_date(year: i16, month: i8, day: i8) -> Option<Self> {
        at(year, month, day, 0, 0, 0)
    }

    /// This time plus a span.
    #[must_use]
    pub fn plus(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }

    /// The time that has passed since `earlier`; negative if it is later.
    pub fn since(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

impl fmt::Display for Time {
    /// RFC 3339 in UTC, to the second.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_second(self.0) {
            Ok(timestamp) => write!(f, "{timestamp}"),
            Err(_) => write!(f, "@{}", self.0),
        }
    }
}

impl Span {
    /// A span of hours.
    pub const fn hours(hours: i64) -> Self {
        Self(hours * HOUR)
    }

    /// A span of minutes.
    pub const fn minutes(minutes: i64) -> Self {
        Self(minutes * MINUTE)
    }

    /// A span of days.
    pub const fn days(days: i64) -> Self {
        Self(days * DAY)
    }

    /// Reads `[d.]hh:mm:ss[.fffffff]` and ISO 8601 durations such as `P1DT2H`; a month counts as
    /// 30 days and a year as 365, as the rule catalogue does.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(iso) = text.strip_prefix(['P', 'p']) {
            return iso_duration(iso);
        }
        let (days, clock) = match text.split_once(':')?.0.split_once('.') {
            Some((days, _)) => (days.parse::<i64>().ok()?, &text[days.len() + 1..]),
            None => (0, text),
        };
        let mut parts = clock.splitn(3, ':');
        let mut next = || parts.next().and_then(|part| part.split('.').next()?.parse::<i64>().ok());
        let (hours, minutes, seconds) = (next()?, next()?, next()?);
        let in_range =
            (0..24).contains(&hours) && (0..60).contains(&minutes) && (0..60).contains(&seconds);
        in_range
            .then(|| days.checked_mul(DAY)?.checked_add(hours * HOUR + minutes * MINUTE + seconds))
            .flatten()
            .map(Self)
    }
}

impl fmt::Display for Span {
    /// The two largest units: `3 days 4 hours`, `45 minutes`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let total = self.0.unsigned_abs();
        let units =
            [(total / 86_400, "day"), (total / 3_600 % 24, "hour"), (total / 60 % 60, "minute")];
        let Some(first) = units.iter().position(|(count, _)| *count > 0) else {
            return f.write_str("less than a minute");
        };
        let mut separator = "";
        for (count, unit) in units.iter().skip(first).take(2).filter(|(count, _)| *count > 0) {
            write!(f, "{separator}{count} {unit}{}", if *count == 1 { "" } else { "s" })?;
            separator = " ";
        }
        Ok(())
    }
}

/// The second day of year 1.
const FIRST_DAYS: i64 = days_since_epoch(1, 1, 2) * DAY;
/// The first second of 2001.
const CENTURY: i64 = days_since_epoch(2001, 1, 1) * DAY;

impl Scalar<'_> for Moment {
    fn from_text(text: Cow<'_, str>) -> Option<Self> {
        if text.trim().is_empty() {
            return Some(Self::Never);
        }
        let time = Time::parse(&text)?;
        // Recorded answers use year 1 and the first second of 2001 for "never".
        let never = time.0 <= FIRST_DAYS || time.0 == CENTURY;
        Some(if never { Self::Never } else { Self::At(time) })
    }
}

impl Scalar<'_> for Span {
    fn from_text(text: Cow<'_, str>) -> Option<Self> {
        Self::parse(&text)
    }
}

fn at(year: i16, month: i8, day: i8, hour: i64, minute: i64, second: i64) -> Option<Time> {
    // Second 60 is a leap second; it counts as the one after 59.
    let in_range =
        (0..24).contains(&hour) && (0..60).contains(&minute) && (0..=60).contains(&second);
    if !in_range {
        return None;
    }
    let in_calendar = (-9999..=9999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=days_of(year, month)).contains(&day);
    in_calendar.then(|| {
        Time(days_since_epoch(year, month, day) * DAY + hour * HOUR + minute * MINUTE + second)
    })
}

fn days_of(year: i16, month: i8) -> i8 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 in the Gregorian calendar, by counting in years that begin with March: two such dates stand in
/// each body of an estate of millions, and a calendar library takes several times as long.
const fn days_since_epoch(year: i16, month: i8, day: i8) -> i64 {
    const DAYS_BEFORE_EPOCH: i64 = 719_468;
    let (year, month) = if month > 2 {
        (year as i64, month as i64 - 3)
    } else {
        (year as i64 - 1, month as i64 + 9)
    };
    let (cycle, year) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * month + 2) / 5 + day as i64 - 1;
    cycle * 146_097 + year * 365 + year / 4 - year / 100 + day_of_year - DAYS_BEFORE_EPOCH
}

fn digits(text: &[u8]) -> Option<i64> {
    (!text.is_empty() && text.len() < 10)
        .then(|| {
            text.iter().try_fold(0, |sum, byte| {
                byte.is_ascii_digit().then(|| sum * 10 + i64::from(byte - b'0'))
            })
        })
        .flatten()
}

fn rfc3339(text: &str) -> Option<Time> {
    let bytes = text.as_bytes();
    let number = |from: usize, to: usize| bytes.get(from..to).and_then(digits);
    let year = i16::try_from(number(0, 4)?).ok()?;
    let month = i8::try_from(number(5, 7)?).ok()?;
    let day = i8::try_from(number(8, 10)?).ok()?;
    if bytes.get(7) != Some(&b'-') {
        return None;
    }
    if bytes.len() == 10 {
        return at(year, month, day, 0, 0, 0);
    }
    let shaped = matches!(bytes[10], b'T' | b't' | b' ') && bytes.get(13) == Some(&b':');
    if !shaped {
        return None;
    }
    let (seconds, mut rest) = if bytes.get(16) == Some(&b':') {
        (number(17, 19)?, bytes.get(19..)?)
    } else {
        (0, bytes.get(16..)?)
    };
    if let Some(fraction) = rest.strip_prefix(b".") {
        let length = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
        rest = &fraction[length..];
    }
    let offset = match rest {
        [] | [b'Z' | b'z'] => 0,
        [sign @ (b'+' | b'-'), zone @ ..] => {
            let (hours, minutes) = match zone {
                [a, b, b':', c, d] | [a, b, c, d] => (digits(&[*a, *b])?, digits(&[*c, *d])?),
                _ => return None,
            };
            (hours * HOUR + minutes * MINUTE) * if *sign == b'+' { 1 } else { -1 }
        }
        _ => return None,
    };
    at(year, month, day, number(11, 13)?, number(14, 16)?, seconds)
        .map(|Time(time)| Time(time - offset))
}

/// `M/d/yyyy h:mm:ss AM` and `MM/dd/yyyy HH:mm:ss`, as jobs and .NET's invariant culture write.
fn american(text: &str) -> Option<Time> {
    let mut parts = text.split_ascii_whitespace();
    let mut date = parts.next()?.split('/').map(|part| digits(part.as_bytes()));
    let (month, day, year) = (date.next()??, date.next()??, date.next()??);
    let mut clock = parts
        .next()
        .unwrap_or("0:0:0")
        .split(':')
        .map(|part| digits(part.split('.').next().unwrap_or(part).as_bytes()));
    let (mut hour, minute, second) =
        (clock.next()??, clock.next()??, clock.next().flatten().unwrap_or(0));
    match parts.next() {
        Some(half) if half.eq_ignore_ascii_case("AM") => hour %= 12,
        Some(half) if half.eq_ignore_ascii_case("PM") => hour = hour % 12 + 12,
        Some(_) => return None,
        None => {}
    }
    at(
        i16::try_from(year).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
        hour,
        minute,
        second,
    )
}

/// `/Date(1586337955000)/`, as Windows PowerShell's `ConvertTo-Json` writes.
fn windows_json(text: &str) -> Option<Time> {
    let inner = text.trim_matches(['\\', '/']).strip_prefix("Date(")?.strip_suffix(')')?;
    let end = inner.find(['+', '-']).filter(|at| *at > 0).unwrap_or(inner.len());
    inner[..end].parse::<i64>().ok().map(|milliseconds| Time(milliseconds.div_euclid(1000)))
}

/// `Wed, 03 Jul 2019 09:15:55 GMT`, as HTTP headers write.
fn http_date(text: &str) -> Option<Time> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut parts = text.split_once(", ")?.1.split(' ');
    let day = i8::try_from(digits(parts.next()?.as_bytes())?).ok()?;
    let month = parts.next()?;
    let month = (1i8..).zip(MONTHS).find(|(_, name)| *name == month)?.0;
    let year = i16::try_from(digits(parts.next()?.as_bytes())?).ok()?;
    let mut clock = parts.next()?.split(':').map(|part| digits(part.as_bytes()));
    (parts.next() == Some("GMT")).then_some(())?;
    at(year, month, day, clock.next()??, clock.next()??, clock.next()??)
}

fn iso_duration(text: &str) -> Option<Span> {
    let (date, clock) = match text.split_once(['T', 't']) {
        // A `T` announces a time.
        Some((_, "")) => return None,
        Some(parts) => parts,
        None if text.is_empty() => return None,
        None => (text, ""),
    };
    let days = sum(date, &[('Y', 365 * DAY), ('M', 30 * DAY), ('W', 7 * DAY), ('D', DAY)])?;
    let seconds = sum(clock, &[('H', HOUR), ('M', MINUTE), ('S', 1)])?;
    days.checked_add(seconds).map(Span)
}

/// The sum of numbers that each have a unit behind them, in the order of the units. The last may have
/// a fraction.
fn sum(mut text: &str, units: &[(char, i64)]) -> Option<i64> {
    let mut total = 0i64;
    let mut units = units.iter();
    while !text.is_empty() {
        let end = text.find(|letter: char| !matches!(letter, '0'..='9' | '.' | ','))?;
        let (number, rest) = text.split_at(end);
        let letter = rest.chars().next()?;
        let seconds = units.find(|(unit, _)| unit.eq_ignore_ascii_case(&letter))?.1;
        text = &rest[letter.len_utf8()..];
        let (whole, fraction) = number.split_once(['.', ',']).unwrap_or((number, ""));
        total = total.checked_add(whole.parse::<i64>().ok()?.checked_mul(seconds)?)?;
        if !fraction.is_empty() {
            let shown = fraction.get(..fraction.len().min(9))?;
            let parts = digits(shown.as_bytes())?.checked_mul(seconds)?;
            total = total.checked_add(parts / 10_i64.pow(u32::try_from(shown.len()).ok()?))?;
        }
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        Time::parse(text).map_or_else(|| "none".to_owned(), |time| time.to_string())
    }

    #[test]
    fn reads_the_forms_that_services_write() {
        for (text, expected) in [
            ("2017-08-03T05:31:03.7553376Z", "2017-08-03T05:31:03Z"),
            ("2018-01-24T10:00:00Z", "2018-01-24T10:00:00Z"),
            ("2019-07-03T09:20:55.3209202+00:00", "2019-07-03T09:20:55Z"),
            ("2019-03-13T13:51:13-07:00", "2019-03-13T20:51:13Z"),
            ("2024-05-28T00:00:00.0000000", "2024-05-28T00:00:00Z"),
            ("2024-05-28T00:00", "2024-05-28T00:00:00Z"),
            ("2020-05-01", "2020-05-01T00:00:00Z"),
            ("5/28/2024 12:00:00 AM", "2024-05-28T00:00:00Z"),
            ("8/2/2019 12:00:00 PM", "2019-08-02T12:00:00Z"),
            ("01/01/2023 15:02:01", "2023-01-01T15:02:01Z"),
            ("/Date(1586337955123)/", "2020-04-08T09:25:55Z"),
            ("Wed, 03 Jul 2019 09:15:55 GMT", "2019-07-03T09:15:55Z"),
            ("2024-02-30T00:00:00Z", "none"),
            ("2024-02-01T25:00:00Z", "none"),
            ("soon", "none"),
            ("", "none"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn counts_days_as_the_calendar_library_does() {
        let first = jiff::civil::Date::constant(-9999, 1, 1);
        let epoch = jiff::civil::Date::constant(1970, 1, 1);
        for date in
            std::iter::successors(Some(first), |date| date.checked_add(jiff::ToSpan::days(17)).ok())
        {
            let days = date.since(epoch).expect("in range").get_days();
            assert_eq!(
                days_since_epoch(date.year(), date.month(), date.day()),
                i64::from(days),
                "{date}"
            );
            assert_eq!(days_of(date.year(), date.month()), date.days_in_month(), "{date}");
        }
    }

    #[test]
    fn sentinels_mean_never() {
        let read = |text: &'static str| Moment::from_text(Cow::Borrowed(text));
        for text in
            ["", "2001-01-01T00:00:00Z", "0001-01-01T00:00:00", "0001-01-01T00:00:00.00000Z"]
        {
            assert_eq!(read(text), Some(Moment::Never), "{text}");
        }
        assert_eq!(
            read("2001-01-01T00:00:01Z"),
            Time::parse("2001-01-01T00:00:01Z").map(Moment::At)
        );
    }

    #[test]
    fn reads_spans() {
        for (text, seconds) in [
            ("13.23:59:44.1553648", Some(13 * DAY + 23 * HOUR + 59 * MINUTE + 44)),
            ("93.00:00:00", Some(93 * DAY)),
            ("00:02:11.9724387", Some(131)),
            ("PT32.0647475S", Some(32)),
            ("P7D", Some(7 * DAY)),
            ("P1Y2M3W", Some((365 + 60 + 21) * DAY)),
            ("PT4H", Some(4 * HOUR)),
            ("P0.5D", Some(12 * HOUR)),
            ("PT1.5H", Some(HOUR + 30 * MINUTE)),
            ("PT1,25H", Some(HOUR + 15 * MINUTE)),
            ("p1dt0h", Some(DAY)),
            ("P0D", Some(0)),
            ("P", None),
            ("PT", None),
            ("P1DT", None),
            ("P-1D", None),
            ("P1", None),
            ("PD", None),
            ("P1D1D", None),
            ("P1D1W", None),
            ("P1H", None),
            ("P99999999999999999999D", None),
            ("P9223372036854775807Y", None),
            ("P1\u{661}D", None),
            ("4 days", None),
            ("99:99:99", None),
        ] {
            assert_eq!(Span::parse(text).map(|span| span.0), seconds, "{text}");
        }
        assert_eq!(Span(3 * DAY + 4 * HOUR + 5).to_string(), "3 days 4 hours");
        assert_eq!(Span(HOUR).to_string(), "1 hour");
    }
}
