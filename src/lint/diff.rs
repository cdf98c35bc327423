//! Fixes as a unified diff, made from the edits themselves.

use std::fmt::Write as _;

use super::apply::Fixes;
use crate::finding::Edit;

/// Unchanged lines around a change.
const CONTEXT: usize = 3;

impl Fixes {
    /// The diff of one file.
    pub fn diff_of(&self, file: &str, text: &str) -> String {
        let lines = lines(text);
        let mut hunks: Vec<Vec<Block<'_>>> = Vec::new();
        for block in blocks(&lines, text, self.edits_of(file)) {
            match hunks.last_mut() {
                Some(hunk)
                    if hunk.last().is_some_and(|last| block.first <= last.end + 2 * CONTEXT) =>
                {
                    hunk.push(block);
                }
                _ => hunks.push(vec![block]),
            }
        }
        let mut diff = format!("--- {file}\n+++ {file}\n");
        let mut shift = 0_isize;
        for hunk in hunks {
            self::hunk(&mut diff, &lines, &hunk, &mut shift);
        }
        diff
    }
}

/// Lines that become others.
struct Block<'t> {
    /// The first line, from zero.
    first: usize,
    /// One past the last line.
    end: usize,
    old: Vec<&'t str>,
    new: Vec<String>,
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// The changed lines, from edits that are sorted.
fn blocks<'t>(lines: &[&'t str], text: &'t str, edits: &[Edit]) -> Vec<Block<'t>> {
    let mut starts = vec![0];
    for line in lines {
        starts.push(starts.last().copied().unwrap_or_default() + line.len());
    }
    let line_of = |at: usize| {
        starts
            .partition_point(|start| *start <= at)
            .saturating_sub(1)
            .min(lines.len().saturating_sub(1))
    };
    let mut blocks: Vec<(usize, usize, Vec<&Edit>)> = Vec::new();
    for edit in edits {
        // An edit that ends where a line starts does not touch that line.
        let whole_lines = edit.end > edit.start && starts.contains(&edit.end);
        let (first, end) =
            (line_of(edit.start), line_of(if whole_lines { edit.end - 1 } else { edit.end }) + 1);
        match blocks.last_mut() {
            Some((_, last, edits)) if first < *last => {
                *last = end.max(*last);
                edits.push(edit);
            }
            _ => blocks.push((first, end, vec![edit])),
        }
    }
    let changed = |(first, end, edits): (usize, usize, Vec<&Edit>)| {
        let mut at = starts[first];
        let mut after = String::new();
        for edit in edits {
            after.push_str(text.get(at..edit.start).unwrap_or_default());
            after.push_str(&edit.text);
            at = edit.end;
        }
        let stop = starts.get(end).copied().unwrap_or(text.len());
        after.push_str(text.get(at..stop).unwrap_or_default());
        shortened(first, lines.get(first..end).unwrap_or_default(), &self::lines(&after))
    };
    blocks.into_iter().map(changed).collect()
}

/// Without the lines at both ends that stay the same.
fn shortened<'t>(first: usize, old: &[&'t str], new: &[&str]) -> Block<'t> {
    let same = |pair: &(&&str, &&str)| pair.0 == pair.1;
    let front = old.iter().zip(new).take_while(same).count();
    let (old, new) = (&old[front..], &new[front..]);
    let back = old.iter().rev().zip(new.iter().rev()).take_while(same).count();
    let (old, new) = (&old[..old.len() - back], &new[..new.len() - back]);
    let first = first + front;
    Block {
        first,
        end: first + old.len(),
        old: old.to_vec(),
        new: new.iter().map(|line| (*line).to_owned()).collect(),
    }
}

fn hunk(diff: &mut String, lines: &[&str], blocks: &[Block<'_>], shift: &mut isize) {
    let (Some(first), Some(last)) = (blocks.first(), blocks.last()) else { return };
    let start = first.first.saturating_sub(CONTEXT);
    let end = (last.end + CONTEXT).min(lines.len());
    let more: isize = blocks
        .iter()
        .map(|block| block.new.len().cast_signed() - block.old.len().cast_signed())
        .sum();
    let count = end - start;
    let new_start = start.saturating_add_signed(*shift);
    let new_count = count.saturating_add_signed(more);
    *shift += more;
    let _ = writeln!(diff, "@@ -{} +{} @@", range(start, count), range(new_start, new_count));
    let mut at = start;
    for block in blocks {
        lines[at..block.first].iter().for_each(|line| put(diff, ' ', line));
        block.old.iter().for_each(|line| put(diff, '-', line));
        block.new.iter().for_each(|line| put(diff, '+', line));
        at = block.end;
    }
    lines[at..end].iter().for_each(|line| put(diff, ' ', line));
}

/// An empty range is named by the line before it.
fn range(start: usize, count: usize) -> String {
    match count {
        0 => format!("{start},0"),
        1 => (start + 1).to_string(),
        _ => format!("{},{count}", start + 1),
    }
}

fn put(diff: &mut String, sign: char, line: &str) {
    diff.push(sign);
    diff.push_str(line);
    if !line.ends_with('\n') {
        diff.push_str("\n\\ No newline at end of file\n");
    }
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::Fixes;
    use crate::finding::{Edit, Location, Remedy};

    fn fixes(edits: &[(usize, usize, &str)]) -> Fixes {
        let remedies: Vec<Remedy> = edits
            .iter()
            .map(|(start, end, text)| Remedy {
                resource: String::new(),
                kind: String::new(),
                path: String::new(),
                value: None,
                safe: true,
                edits: vec![Edit {
                    location: Location {
                        uri: "a".to_owned(),
                        start_line: 1,
                        start_column: 1,
                        end_line: 1,
                        end_column: 1,
                    },
                    start: *start,
                    end: *end,
                    text: (*text).to_owned(),
                }],
            })
            .collect();
        Fixes::choose(&remedies, false)
    }

    #[test]
    fn only_what_changes_is_shown_as_changed() {
        let text = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14";
        // After line 2, in line 4, and in the last line, which does not end.
        let diff = fixes(&[(3, 3, "\n2a"), (6, 7, "four"), (text.len() - 2, text.len(), "end")])
            .diff_of("a", text);
        let expected = "--- a\n+++ a\n@@ -1,7 +1,8 @@\n 1\n 2\n+2a\n 3\n-4\n+four\n 5\n 6\n 7\n@@ -11,4 +12,4 @@\n 11\n 12\n 13\n-14\n\\ No newline at end of file\n+end\n\\ No newline at end of file\n";
        assert_eq!(diff, expected);
    }

    #[test]
    fn a_line_that_goes_leaves_no_other_changed() {
        assert_eq!(
            fixes(&[(2, 4, "")]).diff_of("a", "1\n2\n3\n"),
            "--- a\n+++ a\n@@ -1,3 +1,2 @@\n 1\n-2\n 3\n"
        );
    }

    /// Where `patch` is at hand: it understands every diff.
    #[test]
    fn patch_makes_the_same_file() {
        let text = "a line\n".repeat(60);
        let edits =
            [(0, 0, "new\n"), (30, 40, "x\ny"), (200, 216, ""), (text.len(), text.len(), "end")];
        let fixes = fixes(&edits);
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("a"), &text).expect("written");
        let child = Command::new("patch")
            .arg("-p0")
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn();
        let Ok(mut child) = child else { return };
        let diff = fixes.diff_of("a", &text);
        std::io::Write::write_all(child.stdin.as_mut().expect("open"), diff.as_bytes())
            .expect("written");
        drop(child.stdin.take());
        assert!(child.wait().expect("ends").success(), "{diff}");
        let patched = std::fs::read_to_string(folder.path().join("a")).expect("text");
        assert_eq!(patched, fixes.text_of("a", &text));
    }
}
