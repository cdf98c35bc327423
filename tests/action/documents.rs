//! What the repository shows of the action: pins that agree, inputs that exist, a hook that runs.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::yaml::Node;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).expect("a file of the repository")
}

/// Every action of others is pinned to a commit, the same one everywhere, with its version beside it.
#[test]
fn actions_of_others_are_pinned() {
    let workflows = fs::read_dir(root().join(".github/workflows")).expect("workflows");
    let mut files: Vec<PathBuf> = workflows.map(|entry| entry.unwrap().path()).collect();
    files.extend([root().join("action.yml"), root().join("docs/pipelines.md")]);
    let mut pins: BTreeMap<String, String> = BTreeMap::new();
    for file in files {
        for line in read(&file).lines() {
            let Some((_, used)) = line.split_once("uses: ") else { continue };
            if used.starts_with("./") || used.starts_with("OWNER/") {
                continue;
            }
            let (action, pin) = used.split_once('@').expect(line);
            let (commit, version) = pin.split_once(" # v").expect(line);
            assert!(
                commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()),
                "{line}"
            );
            assert!(version.split('.').count() == 3, "{line}");
            let known = pins.entry(action.to_owned()).or_insert_with(|| pin.to_owned());
            assert_eq!(known, pin, "{}: {line}", file.display());
        }
    }
    assert!(pins.len() >= 6, "{pins:?}");
}

#[test]
fn the_examples_use_inputs_and_outputs_that_exist() {
    let action = Node::parse(&read(&root().join("action.yml")));
    let knows = |key: &str, name: &str| action.entries(key).iter().any(|(known, _)| known == name);
    let text = read(&root().join("docs/pipelines.md"));
    let examples: Vec<Node> = text
        .split("```yaml\n")
        .skip(1)
        .map(|rest| Node::parse(rest.split_once("```").expect("the end of an example").0))
        .collect();
    let mut used = 0;
    for step in examples.iter().flat_map(steps) {
        if step.text("uses").is_some_and(|action| action.starts_with("OWNER/")) {
            used += 1;
            for (input, _) in step.entries("with") {
                assert!(knows("inputs", input), "{input} is no input");
            }
        }
    }
    assert!(used >= 3, "{used} examples");
    for output in text.split("backuplint.outputs.").skip(1) {
        let end = output.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).unwrap();
        assert!(knows("outputs", &output[..end]), "{}", &output[..end]);
    }
}

/// The steps of a workflow, or of a piece of one.
fn steps(example: &Node) -> Vec<&Node> {
    if let Node::List(steps) = example {
        return steps.iter().collect();
    }
    example.entries("jobs").iter().flat_map(|(_, job)| job.list("steps")).collect()
}

#[test]
fn the_hook_lints_what_changed() {
    let Node::List(hooks) = Node::parse(&read(&root().join(".pre-commit-hooks.yaml"))) else {
        panic!("a list of hooks");
    };
    let words: Vec<&str> = hooks[0].text("entry").expect("a command").split(' ').collect();
    assert_eq!(words[0], "backuplint");
    let folder = tempfile::TempDir::new().expect("a folder");
    let git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
        let mut git = Command::new("git");
        let status = git.args(identity).args(arguments).current_dir(folder.path()).status();
        assert!(status.expect("git").success(), "git {arguments:?}");
    };
    let hook = || {
        let mut hook = Command::new(env!("CARGO_BIN_EXE_backuplint"));
        hook.args(&words[1..]).current_dir(folder.path()).output().expect("the hook").status.code()
    };
    let template = |name: &str| crate::template(name, "Disabled");
    crate::runner::write(&folder.path().join("old.json"), &template("old"));
    git(&["init", "-q"]);
    git(&["add", "."]);
    git(&["commit", "-q", "-m", "a"]);
    assert_eq!(hook(), Some(0));
    crate::runner::write(&folder.path().join("new.json"), &template("new"));
    git(&["add", "."]);
    assert_eq!(hook(), Some(1));
}
