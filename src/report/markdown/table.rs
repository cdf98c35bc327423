//! A table in HTML, of bounded size.

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::report::words;

/// A row: cells of safe HTML.
pub struct Row(String);

impl Row {
    /// A row of cells.
    pub fn new(cells: &[&str]) -> Self {
        let mut html = "<tr>".to_owned();
        for cell in cells {
            let _ = write!(html, "<td>{cell}</td>");
        }
        html.push_str("</tr>\n");
        Self(html)
    }

    /// A row that begins with its title.
    pub fn titled(title: &str, cells: &[&str]) -> Self {
        let Self(row) = Self::new(cells);
        Self(row.replacen("<tr>", &format!("<tr><th align=\"left\">{title}</th>"), 1))
    }

    /// A row that is the title of those below it.
    pub fn heading(columns: usize, html: &str) -> Self {
        Self(format!("<tr><th colspan=\"{columns}\" align=\"left\">{html}</th></tr>\n"))
    }

    /// A row of one cell.
    pub fn wide(columns: usize, html: &str) -> Self {
        Self(format!("<tr><td colspan=\"{columns}\">{html}</td></tr>\n"))
    }
}

/// A table that takes rows until it is full.
pub struct Table {
    html: String,
    most: usize,
    left_out: u64,
}

impl Table {
    /// A table of at most so many bytes.
    pub fn new(most: usize, titles: &[&str]) -> Self {
        let mut html = "<table>\n".to_owned();
        if !titles.is_empty() {
            html.push_str("<tr>");
            for title in titles {
                let _ = write!(html, "<th align=\"left\">{title}</th>");
            }
            html.push_str("</tr>\n");
        }
        Self { html, most, left_out: 0 }
    }

    /// Adds a row. After one that did not fit no other does, so that what is left out are the last.
    pub fn row(&mut self, Row(row): &Row) {
        if self.is_full() || self.html.len() + row.len() > self.most {
            self.left_out += 1;
        } else {
            self.html.push_str(row);
        }
    }

    /// Whether something did not fit.
    pub fn is_full(&self) -> bool {
        self.left_out > 0
    }

    /// Counts rows that were not even made.
    pub fn leave_out(&mut self, rows: u64) {
        self.left_out += rows;
    }

    /// Writes the table, and how much of it is missing.
    pub fn write(mut self, out: &mut dyn Write) -> io::Result<()> {
        self.html.push_str("</table>\n\n");
        if self.left_out > 0 {
            let rows = words::count(self.left_out, "more row");
            let _ = writeln!(self.html, "<p>… and {rows}: json and SARIF list them.</p>\n");
        }
        out.write_all(self.html.as_bytes())
    }
}
