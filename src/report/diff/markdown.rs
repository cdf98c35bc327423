//! A comparison as Markdown. Names and messages come from strangers: nothing of them may become markup.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::super::cell::{code, text};
use super::super::words;
use super::{Beside, counted, gain, how, rights, sorted};
use crate::diff::{Diff, Verdict};

/// Entries of a section that are shown.
const MOST: usize = 50;

pub(super) fn write(diff: &Diff<'_>, beside: Beside<'_>, out: &mut dyn Write) -> io::Result<()> {
    let word = if diff.is_worse(beside.fail_on) {
        "⛔ WORSE"
    } else if !diff.is_partial(beside.new) {
        "✅ NO WORSE"
    } else {
        "❔ NO WORSE, AS FAR AS WAS READ"
    };
    let mut page = format!(
        "## {word}\n\n{} ({}) → {} ({})\n\n{}.\n",
        code(&beside.old.name),
        text(&beside.old.as_of),
        code(&beside.new.name),
        text(&beside.new.as_of),
        counted(diff)
    );
    let new = sorted(&diff.new, |new| new.verdict);
    section(&mut page, "New", &new, |new| {
        finding(new.verdict, if new.was_undecided { "it was undecided before" } else { "" })
    });
    let worse = sorted(&diff.worse, |worse| worse.verdict);
    section(&mut page, "Worse", &worse, |worse| {
        finding(worse.verdict, &format!("it was {}", worse.before))
    });
    if let Some(between) = &diff.estates {
        let weakened = sorted(&between.weakened, |verdict| verdict);
        section(&mut page, "Protection weakened", &weakened, |verdict| finding(verdict, ""));
        for (title, list, doubt) in rights(&between.rights) {
            let list: Vec<_> = list.iter().collect();
            section(&mut page, title, &list, |gained| {
                format!("| | {} | {} |", text(&gained.label), text(&gain(gained, doubt)))
            });
        }
        let vanished: Vec<_> = between.vanished.iter().collect();
        section(&mut page, "Vanished", &vanished, |vanished| {
            let doubt = vanished.doubt.map_or_else(String::new, |reason| {
                format!("or only no longer seen: {}", reason.name())
            });
            format!("| {} | {} | {} |", vanished.noun, code(&vanished.on), text(&doubt))
        });
    }
    let unclear = sorted(&diff.unclear, |unclear| unclear.verdict);
    section(&mut page, "Unclear", &unclear, |it| finding(it.verdict, &it.why));
    let fixed = sorted(&diff.fixed, |fixed| fixed.verdict);
    section(&mut page, "Fixed", &fixed, |fixed| finding(fixed.verdict, how(fixed.how)));
    if !beside.new.blind.is_empty() {
        let gaps = words::count(beside.new.blind.len() as u64, "part");
        let _ = write!(page, "\n{gaps} should have been readable now and could not be read.\n");
    }
    let _ = write!(page, "\n<sub>backuplint {}</sub>\n", env!("CARGO_PKG_VERSION"));
    out.write_all(page.as_bytes())
}

fn section<'t, T>(page: &mut String, title: &str, list: &[&'t T], row: impl Fn(&'t T) -> String) {
    if list.is_empty() {
        return;
    }
    let number = words::number(words::len(list));
    let _ = write!(page, "\n### {title} ({number})\n\n| | | |\n| --- | --- | --- |\n");
    for entry in list.iter().take(MOST) {
        page.push_str(&row(entry));
        page.push('\n');
    }
    let more = list.len().saturating_sub(MOST);
    if more > 0 {
        let _ = write!(page, "\n_… and {more} more: `--format json` lists all._\n");
    }
}

fn finding(verdict: &Verdict, note: &str) -> String {
    let note = if note.is_empty() { String::new() } else { format!("<br>_{}_", text(note)) };
    format!(
        "| {} | {}<br>{} | {}{note} |",
        verdict.severity,
        text(&verdict.rule),
        code(&verdict.resource),
        text(&verdict.message)
    )
}
