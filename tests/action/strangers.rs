//! Names of files, resources and branches, and inputs, that try to command the runner or a shell.

use std::fs;
use std::process::Command;

use crate::runner::{Run, Runner, write};
use crate::tricks::TRICKS;
use crate::{ONE_RULE, template};

/// Whatever was tried: nothing but annotations was obeyed, and nobody ran anything.
#[track_caller]
fn nothing_acted(runner: &Runner, run: &Run, what: &str) {
    for (command, rest) in &run.commands {
        assert!(
            ["error", "warning", "notice"].contains(&command.as_str()),
            "{what}: {command} {rest}"
        );
    }
    for folder in [runner.workspace.path(), runner.temp.path()] {
        assert!(!folder.join("pwned").exists(), "{what}: a shell ran it");
    }
    let names = ["exit-code", "result", "findings", "undecided", "gaps", "sarif-file", "program"];
    for name in names {
        assert!(!run.outputs[name].contains("pwned"), "{what}: {name} is {}", run.outputs[name]);
    }
}

#[test]
fn names_in_the_repository_do_nothing() {
    let runner = Runner::new(&[]);
    let file = |trick: &str| format!("{}.json", trick.replace('/', "_"));
    for trick in TRICKS {
        let path = runner.workspace.path().join(file(trick)).join(file(trick));
        write(&path, &template(trick, "Disabled"));
        // And one that cannot be read, so that its name is quoted as a gap.
        write(&path.with_extension("bicep"), "resource 'x' = {\n");
    }
    let run = runner.run(&[ONE_RULE]);
    assert_eq!(run.outputs["findings"], TRICKS.len().to_string(), "{}", run.log);
    assert_eq!([run.count("error"), run.count("warning"), run.count("notice")], [10, 10, 1]);
    nothing_acted(&runner, &run, "names");
    assert!(!run.summary.contains("<script") && !run.summary.contains("<img"));
}

/// A script and a workflow whose names, jobs, steps and environments are chosen by a stranger.
#[test]
fn names_in_scripts_and_pipelines_do_nothing() {
    let runner = Runner::new(&[]);
    let command = "az backup vault delete -g rg -n v --yes";
    for (number, trick) in TRICKS.iter().enumerate() {
        let name = trick.replace('/', "_");
        write(&runner.workspace.path().join(format!("ops/{name}.sh")), &format!("{command}\n"));
        // A text of JSON is one of YAML too.
        let quoted = serde_json::to_string(trick).expect("a text");
        let workflow = format!(
            "name: {quoted}\non: push\njobs:\n  {quoted}:\n    runs-on: ubuntu-latest\n    environment: {quoted}\n    steps:\n      - name: {quoted}\n        run: {command}\n      - run: az backup vault backup-properties set -g rg -n {quoted} --soft-delete-feature-state {quoted}\n      - uses: {quoted}\n"
        );
        let file = format!(".github/workflows/{number}{name}.yml");
        write(&runner.workspace.path().join(file), &workflow);
    }
    let run = runner.run(&[("arguments", "--no-config")]);
    assert_eq!(run.outputs["result"], "findings", "{}", run.log);
    let critical: usize = run.outputs["critical"].parse().expect("a number");
    assert!(critical >= 2 * TRICKS.len() - 2, "{critical}: {}", run.log);
    nothing_acted(&runner, &run, "names");
    assert!(!run.summary.contains("<script") && !run.summary.contains("<img"));
}

#[test]
fn inputs_do_nothing() {
    let runner = Runner::new(&[("main.json", &template("v", "Enabled"))]);
    let shell = [
        "$(touch pwned)",
        "`touch pwned`",
        "; touch pwned",
        "'; touch pwned; '",
        "\"; touch pwned; \"",
        "-x\n-y",
    ];
    let inputs =
        ["path", "arguments", "config", "fail-on", "changed-since", "estate", "command", "version"];
    for (input, trick) in
        inputs.iter().flat_map(|input| TRICKS.iter().chain(&shell).map(move |trick| (input, trick)))
    {
        let run = runner.run(&[(input, trick)]);
        assert!(run.failed.is_some(), "{input} {trick:?}: {}", run.log);
        nothing_acted(&runner, &run, &format!("{input} {trick:?}"));
    }
}

#[test]
fn a_path_of_any_name_is_linted() {
    let name = "it's \"here\" $(x) %0A::error::y,a=b;-- ";
    let runner = Runner::new(&[
        (&format!("{name}/main.json"), &template("v", "Disabled")),
        ("-rf/main.json", &template("w", "Disabled")),
        ("other/main.json", &template("x", "Disabled")),
    ]);
    let run = runner.run(&[ONE_RULE, ("path", &format!("{name}\n-rf\n"))]);
    assert_eq!(run.outputs["findings"], "2", "{}", run.log);
    nothing_acted(&runner, &run, name);
}

#[test]
fn branches_do_nothing() {
    let runner = Runner::new(&[("main.json", &template("v", "Disabled"))]);
    let git = |arguments: &[&str]| {
        let status = Command::new("git")
            .args(["-c", "user.name=a", "-c", "user.email=a@example.com"])
            .args(arguments)
            .current_dir(runner.workspace.path())
            .status()
            .expect("git");
        assert!(status.success(), "git {arguments:?}");
    };
    git(&["init", "-q", "-b", "main"]);
    git(&["add", "."]);
    git(&["commit", "-q", "-m", "a"]);
    let more = [
        "$(touch${IFS}pwned)",
        "`touch${IFS}pwned`",
        "a'b\"c",
        "%0A",
        "<b>",
        "a;b|c&d",
        "x;touch${IFS}pwned;",
        "a&&touch${IFS}pwned",
        "|touch${IFS}pwned",
        "$'\\x41'",
        "refs/heads/main",
        "HEAD",
        "a=b,c::d",
        "!bang",
        "@octocat",
        "{a,b}",
        "größe",
        "\u{202e}txt",
        "</code><img/src=x>",
        "</table>",
        "%0D%0A",
        "#closes",
    ];
    let mut tried = 0;
    // What Git lets somebody call a branch. What it does not is in the inputs above.
    for branch in TRICKS.into_iter().chain(more) {
        let is_name = Command::new("git").args(["check-ref-format", "--branch", branch]).output();
        if !is_name.is_ok_and(|said| said.status.success()) {
            continue;
        }
        tried += 1;
        git(&["branch", branch]);
        let run = runner.run(&[ONE_RULE, ("changed-since", branch)]);
        assert_eq!(run.failed, None, "{branch}: {}", run.log);
        assert_eq!(run.outputs["findings"], "0");
        nothing_acted(&runner, &run, branch);
    }
    assert!(tried >= 20, "{tried} branches");
    write(&runner.workspace.path().join("main.json"), &template("v2", "Disabled"));
    let run = runner.run(&[ONE_RULE, ("changed-since", "main")]);
    assert_eq!(run.outputs["findings"], "1", "{}", run.log);
    assert!(fs::metadata(runner.workspace.path().join("pwned")).is_err());
}

#[test]
fn a_change_request_does_nothing() {
    let runner = Runner::new(&[]);
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let request =
        fs::read_to_string(root.join("fixtures/changes/stop-delete-data.toml")).expect("a request");
    let estate = root.join("fixtures/estates/contoso").display().to_string();
    for trick in TRICKS {
        // A text of JSON is one of TOML too.
        let quoted = serde_json::to_string(trick).expect("a text");
        let quoted = quoted.replace('\u{7f}', "\\u007f");
        let tricky: Vec<String> = request
            .lines()
            .map(|line| match line.split_once(" = ") {
                Some((key @ ("ticket" | "reason" | "caller"), _)) => format!("{key} = {quoted}"),
                _ => line.to_owned(),
            })
            .collect();
        write(&runner.workspace.path().join("change.toml"), &tricky.join("\n"));
        let run =
            runner.run(&[("command", "review"), ("path", "change.toml"), ("estate", &estate)]);
        nothing_acted(&runner, &run, &format!("{trick:?}"));
        assert!(run.commands.is_empty(), "{trick:?}: {:?}", run.commands);
        assert!(!run.summary.contains("<script") && !run.summary.contains("<img"), "{trick:?}");
        assert!(
            ["stop", "needs-approval"].contains(&run.outputs["verdict"].as_str()),
            "{trick:?}: {}",
            run.log
        );
        assert!(!run.summary.is_empty(), "{trick:?}");
    }
}
