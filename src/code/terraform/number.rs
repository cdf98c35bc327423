//! Numbers as Terraform writes and reads them.

/// The text of a number.
pub fn write(number: f64) -> String {
    if number == 0.0 {
        return "0".to_owned();
    }
    let shortest = number.to_string();
    let digits = shortest.bytes().filter(u8::is_ascii_digit).count();
    if number.fract() == 0.0 || digits <= 16 {
        return shortest;
    }
    // Terraform computes with 512 bits; what the 53 bits of ours add to the end is noise.
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    rounded.to_string()
}

/// The number that a text is, if it is one.
pub fn read(text: &str) -> Option<f64> {
    let plain = text.strip_prefix(['-', '+']).unwrap_or(text);
    let starts = plain.starts_with(|letter: char| letter.is_ascii_digit() || letter == '.');
    if !starts || text.starts_with('+') {
        return None;
    }
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// The whole number that a number is, if it is one.
#[allow(clippy::cast_possible_truncation, reason = "the range is checked")]
pub fn whole(number: f64) -> Option<i64> {
    let fits = number.fract() == 0.0 && number.abs() < 9.0e15;
    fits.then_some(number as i64)
}

/// The number of things as a number.
#[allow(clippy::cast_precision_loss, reason = "nothing here has 2^53 elements")]
pub fn count(count: usize) -> f64 {
    count as f64
}

/// The position that a number names, if it is one.
pub fn index(number: f64) -> Option<usize> {
    whole(number).and_then(|whole| usize::try_from(whole).ok())
}
