//! What the rules say of each control of a framework.

use std::io;

use unicode_width::UnicodeWidthStr;

use super::page::{Page, Piece, pad};
use crate::report::escape::visible;
use crate::report::words;
use crate::result::{ControlSummary, Report};

/// Every control that active rules speak of, by framework.
pub fn controls(page: &mut Page<'_>, report: &Report<'_>) -> io::Result<()> {
    let controls = report.controls();
    if controls.is_empty() {
        return Ok(());
    }
    let paint = page.paint;
    let failing = controls.iter().filter(|control| control.fail > 0).count() as u64;
    let what = format!(
        "{} of {} with findings; a control without one is not proven to hold",
        words::number(failing),
        words::len(&controls)
    );
    page.heading(paint.bold, "Controls", &what)?;
    let column = controls.iter().map(|control| control.id.width()).max().unwrap_or_default();
    for framework in controls.chunk_by(|left, right| left.framework == right.framework) {
        page.flow("  ", &[Piece(paint.bold, &visible(framework[0].framework))])?;
        for control in framework {
            let style = match control {
                ControlSummary { fail: 1.., .. } => paint.bad,
                ControlSummary { unknown: 1.., .. } => paint.doubt,
                _ => paint.plain,
            };
            let lead = format!("    {}  ", pad(&visible(control.id), column));
            page.flow_from(&Piece(paint.plain, &lead), &[Piece(style, &said(control))])?;
        }
    }
    Ok(())
}

fn said(control: &ControlSummary<'_>) -> String {
    let mut parts = Vec::new();
    if control.fail > 0 {
        parts.push(words::count(control.fail, "finding"));
    }
    if control.unknown > 0 {
        parts.push(format!("{} undecided", words::number(control.unknown)));
    }
    if parts.is_empty() {
        parts.push(if control.pass > 0 { "no finding" } else { "nothing to judge" }.to_owned());
    }
    format!("{} by {}", parts.join(", "), words::count(words::len(&control.rules), "rule"))
}
