//! Cases as data: a script, and what must be read from it, side by side in `fixtures`.
//! `BACKUPLINT_UPDATE=1` writes what is read; look at the difference.

mod render;

use std::{fmt::Write, fs, path::PathBuf};

use super::{Kind, kind_of, read};
use crate::inventory::script::Language;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/script");

struct Case {
    name: String,
    kind: String,
    script: String,
    expected: String,
}

#[test]
fn cases() {
    let update = std::env::var_os("BACKUPLINT_UPDATE").is_some();
    let mut files: Vec<PathBuf> =
        fs::read_dir(FOLDER).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let (mut count, mut wrong) = (0, Vec::new());
    for file in files.iter().filter(|file| file.extension().is_some_and(|ending| ending == "case"))
    {
        let text = fs::read_to_string(file).unwrap();
        let mut rewritten = String::new();
        for case in parse(&text) {
            let found = render::reading(
                &case.script,
                &read(&case.script, kind(&case.kind)),
                case.kind.ends_with("+commands"),
            );
            count += 1;
            if found != case.expected {
                wrong.push(format!(
                    "{}: {}\nexpected:\n{}\nfound:\n{found}",
                    file.display(),
                    case.name,
                    case.expected
                ));
            }
            write!(
                rewritten,
                "=== {}\n--- {}\n{}--- reads\n{found}\n",
                case.name, case.kind, case.script
            )
            .unwrap();
        }
        if update {
            fs::write(file, rewritten).unwrap();
        }
    }
    assert!(update || wrong.is_empty(), "{} of {count} cases\n{}", wrong.len(), wrong.join("\n"));
    assert!(count >= MOST_LIKELY, "only {count} cases were found");
}

/// Whatever is cut off, the rest is read, and every place is a stretch of the file.
#[test]
fn beginnings_of_cases() {
    let mut count = 0;
    for case in all() {
        let kind = kind(&case.kind);
        for end in
            (0..case.script.len()).step_by(5).filter(|&end| case.script.is_char_boundary(end))
        {
            let cut = &case.script[..end];
            render::reading(cut, &read(cut, kind), true);
            count += 1;
        }
    }
    assert!(count > 1000);
}

/// Code that is made to exhaust a reader: front, what is repeated, how often.
const HOSTILE: &[(&str, &str, &str, usize)] = &[
    ("bash", "", "$(", 5000),
    ("bash", "", "(", 5000),
    ("bash", "", "`", 5000),
    ("bash", "", "((((", 5000),
    ("bash", "", "\"a \\' ", 5000),
    ("bash", "", "echo \"${x:-\"\n", 5000),
    ("bash", "", "cat <<A <<B $(\n", 3000),
    ("bash", "", "if a; then\n", 3000),
    ("bash", "if a; then b\n", "elif a; then b\n", 3000),
    ("bash", "", "case a in (\n", 3000),
    ("bash", "f() { f; f; g; }; g() { f; g; f; }\nf\n", "g\n", 1000),
    ("bash", "A=xxxxxxxxxxxxxxxx\n", "A=\"$A$A\"\n", 500),
    ("bash", "A=(a)\n", "A+=(\"${A[@]}\")\n", 100),
    ("bash", "", "eval 'eval \"eval x\"'\n", 1000),
    ("bash", "", "\0", 5000),
    ("pwsh", "", "$(", 5000),
    ("pwsh", "", "@{a=", 5000),
    ("pwsh", "", "\"$(\"$(", 5000),
    ("pwsh", "", "@\"\n", 3000),
    ("pwsh", "", "[[", 5000),
    ("pwsh", "", "{", 5000),
    ("pwsh", "", "- - ! ", 5000),
    ("pwsh", "$a = $a", " + $a", 5000),
    ("pwsh", "$a", ".b", 5000),
    ("pwsh", "$a", ".b(", 5000),
    (
        "pwsh",
        "",
        "(((((((((($a.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b).c).c).c).c).c).c).c).c).c)\n",
        100,
    ),
    ("pwsh", "", "($a.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b", 500),
    ("pwsh", "$a = \"xxxxxxxxxxxxxxxx\"\n", "$a = \"$a$a\"\n", 500),
    ("pwsh", "if (1) {}", " elseif (1) {}", 3000),
    ("batch", "", "if exist x ( for %%i in (", 3000),
    ("batch", "", "%", 5000),
    ("github", "on: push\njobs: ", "[", 5000),
    ("github", "on: push\njobs:\n", "  a: [\n  }: x\n", 1000),
    (
        "github",
        "on: push\njobs:\n  a:\n    steps:\n",
        "      - run: echo ${{ env.X }} #{a}# >> $GITHUB_ENV\n",
        2000,
    ),
    (
        "github",
        "on: push\njobs:\n  a:\n    steps:\n      - run: >\n",
        "          a\n\n            b\n",
        2000,
    ),
    ("azure", "steps:\n", "- ${{ if x }}:\n  - script: a\n", 2000),
    ("markdown", "", "```sh\n", 3000),
];

#[test]
fn hostile_code_is_bounded() {
    for (name, front, unit, times) in HOSTILE {
        let source = format!("{front}{}", unit.repeat(*times));
        let reading = read(&source, kind(name));
        render::reading(&source, &reading, true);
    }
}

#[test]
fn kinds_of_files() {
    let script = |language| Some(Kind::Script(language));
    let cases: &[(&str, &str, Option<Kind>)] = &[
        ("ops/drop.SH", "", script(Language::Shell)),
        ("drop.azcli", "", script(Language::Shell)),
        ("Runbook.ps1", "", script(Language::PowerShell)),
        ("a\\b.cmd", "", script(Language::Batch)),
        ("bin/drop", "#!/usr/bin/env bash\naz group list", script(Language::Shell)),
        ("bin/drop", "#!/usr/bin/env -S pwsh -NoProfile\n", script(Language::PowerShell)),
        ("bin/drop", "#!/usr/bin/pwsh\n", script(Language::PowerShell)),
        ("bin/drop", "az group list", None),
        (".github/workflows/x.yml", "name: x", Some(Kind::GitHubWorkflow)),
        ("ci/x.yaml", "\"on\": push\njobs:\n", Some(Kind::GitHubWorkflow)),
        ("drop/action.yml", "name: x\nruns:\n", Some(Kind::GitHubAction)),
        ("azure-pipelines.yml", "steps:\n- script: x", Some(Kind::AzurePipeline)),
        ("x/y.yml", "trigger: none\njobs: []", Some(Kind::AzurePipeline)),
        ("ci/deploy.yml", "steps:\n  - bash: az group list", Some(Kind::AzurePipeline)),
        ("ci/other.yml", "steps:\n  - name: x\n    args: [y]", None),
        ("compose.yml", "services:\n  a: {}\n", None),
        ("README.md", "```bash\n", None),
    ];
    for (path, source, expected) in cases {
        assert_eq!(kind_of(path, source), *expected, "{path}");
    }
}

/// Guards against a runner that finds no cases.
const MOST_LIKELY: usize = 150;

fn all() -> Vec<Case> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(FOLDER).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().flat_map(|file| parse(&fs::read_to_string(file).unwrap())).collect()
}

fn parse(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut in_script = false;
    for line in text.split_inclusive('\n') {
        if let Some(name) = line.strip_prefix("=== ") {
            let name = name.trim_end().to_owned();
            cases.push(Case {
                name,
                kind: String::new(),
                script: String::new(),
                expected: String::new(),
            });
            continue;
        }
        let Some(case) = cases.last_mut() else { continue };
        if line.trim_end() == "--- reads" {
            in_script = false;
        } else if let Some(kind) = line.strip_prefix("--- ").filter(|_| case.kind.is_empty()) {
            kind.trim_end().clone_into(&mut case.kind);
            in_script = true;
        } else if in_script {
            case.script.push_str(line);
        } else {
            case.expected.push_str(line);
        }
    }
    for case in &mut cases {
        case.expected = case.expected.trim_end().to_owned() + "\n";
        if case.expected == "\n" {
            case.expected.clear();
        }
        // Escapes for what a text file does not keep.
        case.expected = case.expected.replace("\r\n", "\n");
    }
    cases
}

fn kind(name: &str) -> Kind {
    match name.trim_end_matches("+commands") {
        "bash" => Kind::Script(Language::Shell),
        "pwsh" => Kind::Script(Language::PowerShell),
        "batch" => Kind::Script(Language::Batch),
        "github" => Kind::GitHubWorkflow,
        "action" => Kind::GitHubAction,
        "markdown" => Kind::Markdown,
        "azure" => Kind::AzurePipeline,
        other => panic!("no kind {other}"),
    }
}
