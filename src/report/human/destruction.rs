//! Who could destroy the backups: in an audit a line for each answer, and all of one vault when asked.

use std::io;

use super::page::{Page, Piece};
use crate::access::destruction::{Course, Needed, Place, Summary, in_words};
use crate::report::destruction::{Takes, grouped, shown};
use crate::report::escape::{clip, visible};
use crate::report::words;
use crate::result::Report;

/// Vaults that a line names.
const NAMED: usize = 6;

/// The vaults of an audit by what it takes, worst first.
pub fn section(page: &mut Page<'_>, report: &Report<'_>) -> io::Result<()> {
    let groups = grouped(&report.destruction);
    if groups.is_empty() {
        return Ok(());
    }
    let paint = page.paint;
    let what = "how few people it takes, and how long, to lose every recovery point of a vault";
    page.heading(paint.bold, "Destruction", what)?;
    for (takes, vaults) in &groups {
        let mut names: Vec<String> =
            vaults.iter().take(NAMED).map(|name| clip(name, 60).into_owned()).collect();
        if vaults.len() > NAMED {
            names.push(format!("and {} more", words::number((vaults.len() - NAMED) as u64)));
        }
        let style = match () {
            () if takes.is_open => paint.doubt,
            () if takes.words.starts_with("one person") => paint.bad,
            () => paint.plain,
        };
        let count = words::count(words::len(vaults), "vault");
        let rest = format!("{count}: {}", names.join(", "));
        page.flow("  ", &[Piece(style, &format!("{}:", takes.words)), Piece(paint.plain, &rest)])?;
    }
    Ok(())
}

/// All of one vault, and what it takes if accounts for emergencies take part as well.
pub fn vault(page: &mut Page<'_>, vault: &Summary, emergency: Option<&Summary>) -> io::Result<()> {
    let paint = page.paint;
    let name = visible(words::name(&vault.vault));
    let place = words::place(&vault.vault);
    page.flow("", &[Piece(paint.bold, &name), Piece(paint.dim, &visible(&place))])?;
    if vault.has_points == Some(false) {
        return page.flow("  ", &[Piece(paint.plain, "It holds no recovery point.")]);
    }
    let style = if vault.proven.ways.is_empty() { paint.plain } else { paint.bad };
    let takes = Takes::of(vault);
    line(page, "takes", if takes.is_open { paint.doubt } else { style }, &takes.words)?;
    if let Some(emergency) = emergency {
        let words = format!("with break glass: {}", Takes::of(emergency).words);
        line(page, "", paint.plain, &words)?;
    }
    for ways in &vault.proven.ways {
        let sets = ways.named.iter().map(|set| {
            let people: Vec<String> = set.iter().map(shown).collect();
            people.join(" with ")
        });
        let mut sets: Vec<String> = sets.collect();
        let rest = ways.sets.saturating_sub(words::len(&sets));
        if rest > 0 {
            let more = if ways.at_least { "or more besides" } else { "more" };
            sets.push(format!("{} {more}", words::number(rest)));
        }
        let text = format!("{}: {}", in_words(ways.people, ways.delay), sets.join(", "));
        line(page, "who", paint.plain, &text)?;
    }
    if let Some(course) = &vault.course {
        steps(page, course)?;
    }
    if let Some((proven, possible)) = &vault.snapshots {
        line(page, "snapshots", paint.plain, &snapshots(proven, possible))?;
    }
    for (at, change) in vault.improvements.iter().enumerate() {
        let text = format!("{}: then {}", visible(&change.does()), change.words());
        line(page, if at == 0 { "best" } else { "or" }, paint.good, &text)?;
    }
    if !vault.is_settled() {
        let missing: Vec<&str> =
            vault.missing.iter().map(|missing| missing.what.as_str()).collect();
        line(page, "not known", paint.doubt, &visible(&missing.join(", ")))?;
    }
    Ok(())
}

fn snapshots(proven: &Needed, possible: &Needed) -> String {
    if proven.agrees(possible) {
        return format!("those beside the data: {}", proven.words());
    }
    format!("those beside the data: between “{}” and “{}”", possible.words(), proven.words())
}

fn steps(page: &mut Page<'_>, course: &Course) -> io::Result<()> {
    let paint = page.paint;
    let mut count = 0;
    let mut before = String::new();
    for step in &course.moves {
        let how = match step.how {
            "activates" => " after activating a role",
            "grants-itself" => " after giving itself a role",
            "activates-and-grants-itself" => " after activating a role and giving itself another",
            "may-hold" => ", if it may",
            _ => "",
        };
        let text = format!("{} {}{how}", shown(&step.actor), step.says);
        // The locks at several scopes are one step to read about.
        if text != before {
            count += 1;
            line(page, &format!("step {count}"), paint.plain, &text)?;
        }
        before = text;
        let action = step.actions.first().copied().unwrap_or_default();
        let right = match &step.scope {
            Place::At(scope) => format!("{action} at {}", visible(scope)),
            Place::Unread(what) => format!("{action} at {what}, which was not read"),
        };
        page.flow("             ", &[Piece(paint.dim, &right)])?;
    }
    let undo = match course.delay {
        0 => "it cannot be undone".to_owned(),
        days => format!("it can be undone for {}", words::count(u64::from(days), "day")),
    };
    line(page, "undo", paint.plain, &undo)
}

fn line(page: &mut Page<'_>, lead: &str, style: anstyle::Style, text: &str) -> io::Result<()> {
    page.flow(&format!("  {lead:<11}"), &[Piece(style, text)])
}
