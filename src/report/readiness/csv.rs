//! The matrix for a sheet: one line an item (RFC 4180), of which no cell is a formula.
//!
//! Names come from strangers, and sheets run what begins like a formula
//! (<https://owasp.org/www-community/attacks/CSV_Injection>).

use std::io::{self, Write};

use super::super::visible;
use super::{because, name, region, workload};
use crate::inventory::Restored;
use crate::readiness::{Item, Matrix};

const HEAD: [&str; 16] = [
    "item",
    "id",
    "type",
    "protects",
    "vault",
    "region",
    "classes",
    "verdict",
    "lost_seconds",
    "newest_usable_point",
    "speed",
    "last_restore",
    "restore_seconds",
    "rto_seconds",
    "objective",
    "restores_known_since",
];

/// What is written of each way, behind its name.
const OF_WAY: [&str; 4] = ["", "_because", "_first_fix", "_lost_seconds"];

pub(super) fn write(matrix: &Matrix<'_, '_, '_>, out: &mut dyn Write) -> io::Result<()> {
    let mut head = Line::default();
    for name in HEAD {
        head.text(name);
    }
    for operation in matrix.ways.operations() {
        let id = operation.id.replace('-', "_");
        for part in OF_WAY {
            head.text(&format!("{id}{part}"));
        }
    }
    out.write_all(head.end().as_bytes())?;
    matrix.each(|item| line(matrix, item), |line| out.write_all(line.as_bytes()))
}

fn line(matrix: &Matrix<'_, '_, '_>, item: &Item<'_, '_, '_>) -> String {
    let mut line = Line::default();
    let protection = item.protection;
    let vault = matrix.basis.estate.vault_holding(protection);
    line.text(&name(protection));
    line.text(&protection.resource.id.as_str().to_lowercase());
    line.text(protection.resource.kind.type_name());
    line.text(workload(protection));
    line.text(&protection.vault_id().unwrap_or_default().to_lowercase());
    line.text(&region(vault).unwrap_or_default());
    let classes: Vec<&str> = item.classes.iter().map(|class| class.name.as_str()).collect();
    line.text(&classes.join(" "));
    line.text(item.verdict.name());
    line.number(item.lost.map(|lost| lost.0));
    line.text(&item.usable.map(|time| time.to_string()).unwrap_or_default());
    line.text(item.speed.map_or("", |speed| speed.name()));
    let (last, since) = match item.restored {
        Restored::At(job) => (Some(job.end), None),
        Restored::NotSince(since) => (None, Some(since)),
        Restored::Perhaps(_) | Restored::Unknown(_) => (None, None),
    };
    line.text(&last.map(|time| time.to_string()).unwrap_or_default());
    line.number(item.took().map(|took| took.0));
    line.number(item.rto().map(|rto| rto.0));
    line.text(item.objective.name());
    line.text(&since.map(|time| time.to_string()).unwrap_or_default());
    for way in &item.ways {
        line.text(way.readiness.name());
        let check = because(matrix, way);
        let because =
            check.map(|check| format!("{}: {}", check.precondition.id, check.judged.says));
        line.text(&because.unwrap_or_default());
        line.text(check.and_then(|check| check.judged.fix.as_deref()).unwrap_or_default());
        line.number(way.taken.map(|taken| matrix.basis.now.since(taken).0));
    }
    line.end()
}

/// One line.
#[derive(Default)]
struct Line(String);

impl Line {
    fn cell(&mut self, text: &str) {
        if !self.0.is_empty() {
            self.0.push(',');
        }
        self.0.push_str(text);
    }

    fn number(&mut self, number: Option<i64>) {
        self.cell(&number.map(|number| number.to_string()).unwrap_or_default());
    }

    fn text(&mut self, text: &str) {
        let safe = visible(text);
        let begins = safe.trim_start().chars().next();
        let acts = begins.is_some_and(|first| "=+-@|%".contains(first));
        let safe = if acts { format!("'{safe}") } else { safe.into_owned() };
        if safe.contains(['"', ',', '\n', '\r', ';', '\'']) {
            self.cell(&format!("\"{}\"", safe.replace('"', "\"\"")));
        } else {
            self.cell(&safe);
        }
    }

    fn end(self) -> String {
        self.0 + "\r\n"
    }
}

#[cfg(test)]
mod tests {
    use super::Line;

    #[test]
    fn no_cell_is_a_formula_or_breaks_out_of_its_line() {
        let cell = |text: &str| {
            let mut line = Line(String::from("x"));
            line.text(text);
            line.end()
        };
        assert_eq!(cell("vm-orders"), "x,vm-orders\r\n");
        assert_eq!(cell("a,\"b\""), "x,\"a,\"\"b\"\"\"\r\n");
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "|cmd", "%0"] {
            assert!(cell(formula).starts_with("x,\"'"), "{}", cell(formula));
        }
        assert_eq!(cell("a\r\n=1\t"), "x,a\\u{d}\\u{a}=1\\u{9}\r\n");
    }
}
