//! Many roots, evaluated several at once.

use super::support::{Scratch, show};

#[test]
fn roots_come_in_their_order_whoever_is_done_first() {
    const ROOTS: usize = 60;
    let scratch = Scratch::new("roots");
    for number in 0..ROOTS {
        // The first ones have the most to do.
        let count = (ROOTS - number) * 20;
        let text = format!(
            "resource \"x_y\" \"z\" {{\n  count = {count}\n  name = \"{number}-${{count.index}}\"\n}}\n"
        );
        scratch.write(&format!("r{number:03}/main.tf"), &text);
    }
    let project = scratch.project();
    let mut seen = Vec::new();
    project.evaluate_with(
        |root| {
            let name = root.instances.last().and_then(|last| last.body.as_map()?.get("name"));
            (root.directory.clone(), name.map(show))
        },
        |found| seen.push(found),
    );
    assert_eq!(seen.len(), ROOTS);
    for (number, (directory, name)) in seen.iter().enumerate() {
        assert!(directory.ends_with(format!("r{number:03}")), "{}", directory.display());
        let last = (ROOTS - number) * 20 - 1;
        assert_eq!(name.as_deref(), Some(format!("\"{number}-{last}\"").as_str()));
    }
}
