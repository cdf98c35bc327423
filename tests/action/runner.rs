//! A runner of GitHub as far as `action.yml` can tell: steps, expressions, files of the environment, commands in
//! the log. Actions of others are played: the cache, and the upload to code scanning.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use tempfile::TempDir;

use crate::expression::{evaluate, interpolate};
use crate::yaml::Node;

/// What the script calls; whatever else is on this machine, such as a cargo, is not there.
const TOOLS: [&str; 26] = [
    "bash",
    "cat",
    "chmod",
    "cp",
    "cut",
    "dirname",
    "env",
    "find",
    "git",
    "grep",
    "gzip",
    "head",
    "ln",
    "mkdir",
    "mv",
    "od",
    "rm",
    "sed",
    "sh",
    "sha256sum",
    "shasum",
    "sort",
    "tar",
    "touch",
    "tr",
    "xargs",
];

/// A machine with a checked-out repository and the action.
pub struct Runner {
    /// The action, in a clone of this repository.
    pub action: PathBuf,
    pub workspace: TempDir,
    /// Where the steps run, if not in the workspace.
    pub within: Option<PathBuf>,
    pub temp: TempDir,
    /// Programs in front of the tools.
    pub programs: TempDir,
    /// Whether an earlier build is in the cache.
    pub is_cached: bool,
    /// What that build is.
    pub cached: PathBuf,
}

/// What came of a run.
#[derive(Debug, Default)]
pub struct Run {
    /// The name of the step that failed, and its exit code.
    pub failed: Option<(String, i32)>,
    /// Names of the steps that ran.
    pub steps: Vec<String>,
    pub outputs: BTreeMap<String, String>,
    pub log: String,
    pub summary: String,
    /// Commands that the runner obeyed: name and the rest of the line.
    pub commands: Vec<(String, String)>,
    /// The file and category of each upload.
    pub uploads: Vec<(String, String)>,
}

impl Run {
    pub fn count(&self, command: &str) -> usize {
        self.commands.iter().filter(|(name, _)| name == command).count()
    }
}

impl Runner {
    pub fn new(files: &[(&str, &str)]) -> Self {
        let folder = || TempDir::new().expect("a folder");
        let runner = Self {
            action: clone_of_action().to_path_buf(),
            workspace: folder(),
            within: None,
            temp: folder(),
            programs: folder(),
            is_cached: true,
            cached: env!("CARGO_BIN_EXE_backuplint").into(),
        };
        for (name, text) in files {
            write(&runner.workspace.path().join(name), text);
        }
        for tool in TOOLS {
            if let Some(found) = which(tool) {
                symlink(found, runner.programs.path().join(tool)).expect("a link");
            }
        }
        runner
    }

    /// Puts a script where a program would be found.
    pub fn program(&self, name: &str, script: &str) {
        use std::os::unix::fs::PermissionsExt;
        let path = self.programs.path().join(name);
        write(&path, &format!("#!/usr/bin/env bash\nset -eu\n{script}\n"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("permissions");
    }

    /// Runs every step of the action.
    pub fn run(&self, given: &[(&str, &str)]) -> Run {
        let text = fs::read_to_string(self.action.join("action.yml")).expect("action.yml");
        let action = Node::parse(&text);
        let known = action.entries("inputs");
        for (name, _) in given {
            assert!(known.iter().any(|(input, _)| input == name), "{name} is no input");
        }
        let inputs: BTreeMap<&str, String> = known
            .iter()
            .map(|(name, input)| {
                let value = given.iter().find(|(input, _)| input == name).map(|(_, value)| *value);
                (name.as_str(), value.or(input.text("default")).unwrap_or_default().to_owned())
            })
            .collect();
        let mut run = Run::default();
        let mut values: BTreeMap<String, String> = BTreeMap::new();
        for step in action.get("runs").expect("runs").list("steps") {
            let look_up = |name: &str| match name.split_once('.') {
                Some(("inputs", input)) => inputs.get(input).expect("an input").clone(),
                Some(("steps", _)) => values.get(name).cloned().unwrap_or_default(),
                _ => match name {
                    "github.server_url" => "https://github.example".to_owned(),
                    "github.action_repository" => String::new(),
                    "github.repository" => "octo/infra".to_owned(),
                    other => panic!("{other} is no context of the runner"),
                },
            };
            let name = step.text("name").expect("every step has a name").to_owned();
            let condition = step.text("if").map(|condition| evaluate(condition, &look_up));
            if run.failed.is_some() || condition.is_some_and(|value| value.is_empty()) {
                continue;
            }
            run.steps.push(name.clone());
            let pairs = |key: &str| -> BTreeMap<String, String> {
                let entries = step.entries(key).iter();
                let value = |node: &Node| match node {
                    Node::Text(text) => interpolate(text, &look_up),
                    other => panic!("{other:?}"),
                };
                entries.map(|(name, node)| (name.clone(), value(node))).collect()
            };
            let (code, outputs) = match step.text("uses") {
                Some(uses) => (0, self.play(uses, &pairs("with"), &mut run)),
                None => {
                    let script = step.text("run").expect("a script");
                    assert!(
                        !script.contains("${{"),
                        "{name}: an input in the text of a script is code"
                    );
                    self.shell(script, &pairs("env"), &mut run)
                }
            };
            if code != 0 {
                run.failed = Some((name, code));
            }
            if let Some(id) = step.text("id") {
                for (output, value) in outputs {
                    values.insert(format!("steps.{id}.outputs.{output}"), value);
                }
            }
        }
        let look_up = |name: &str| values.get(name).cloned().unwrap_or_default();
        for (name, output) in action.entries("outputs") {
            let value = interpolate(output.text("value").expect("a value"), &look_up);
            run.outputs.insert(name.clone(), value);
        }
        run
    }

    fn play(
        &self,
        uses: &str,
        with: &BTreeMap<String, String>,
        run: &mut Run,
    ) -> BTreeMap<String, String> {
        let (name, commit) = uses.split_once('@').expect("a pinned action");
        assert!(
            commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()),
            "{uses}"
        );
        match name {
            "actions/cache" if self.is_cached => {
                assert!(!with["key"].is_empty());
                let folder = PathBuf::from(&with["path"]);
                fs::create_dir_all(&folder).expect("a folder");
                let program = folder.join("backuplint");
                if !program.exists() {
                    symlink(&self.cached, program).expect("a link");
                }
                BTreeMap::from([("cache-hit".to_owned(), "true".to_owned())])
            }
            "actions/cache" => BTreeMap::new(),
            "github/codeql-action/upload-sarif" => {
                let sarif = fs::read_to_string(&with["sarif_file"]).expect("a file to upload");
                run.uploads.push((sarif, with["category"].clone()));
                BTreeMap::new()
            }
            other => panic!("{other} is not played"),
        }
    }

    fn shell(
        &self,
        script: &str,
        env: &BTreeMap<String, String>,
        run: &mut Run,
    ) -> (i32, BTreeMap<String, String>) {
        let files = TempDir::new().expect("a folder");
        let file = |name: &str| {
            let path = files.path().join(name);
            fs::write(&path, "").expect("a file");
            path
        };
        let (output, summary) = (file("output"), file("summary"));
        let unused = [file("env"), file("path"), file("state")];
        write(&files.path().join("script.sh"), script);
        let workspace = self.within.as_deref().unwrap_or(self.workspace.path());
        let log = fs::File::create(files.path().join("log")).expect("a log");
        let status = Command::new("bash")
            .args(["--noprofile", "--norc", "-e", "-o", "pipefail"])
            .arg(files.path().join("script.sh"))
            .current_dir(workspace)
            .env_clear()
            .env("PATH", self.programs.path())
            .env("HOME", self.temp.path())
            .env("CI", "true")
            .env("GITHUB_ACTIONS", "true")
            .env("GITHUB_ACTION_PATH", &self.action)
            .env("GITHUB_WORKSPACE", workspace)
            .env("GITHUB_OUTPUT", &output)
            .env("GITHUB_STEP_SUMMARY", &summary)
            .env("GITHUB_ENV", &unused[0])
            .env("GITHUB_PATH", &unused[1])
            .env("GITHUB_STATE", &unused[2])
            .env("RUNNER_OS", "Linux")
            .env("RUNNER_ARCH", "X64")
            .env("RUNNER_TEMP", self.temp.path())
            .envs(env)
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("the log"))
            .stderr(log)
            .status()
            .expect("bash");
        let log = String::from_utf8_lossy(&fs::read(files.path().join("log")).expect("the log"))
            .into_owned();
        run.obey(&log);
        run.log.push_str(&log);
        run.summary.push_str(&fs::read_to_string(summary).expect("a summary"));
        for file in unused {
            assert_eq!(fs::read_to_string(&file).expect("a file"), "", "{}", file.display());
        }
        (
            status.code().expect("an exit code"),
            outputs(&fs::read_to_string(output).expect("outputs")),
        )
    }
}

impl Run {
    /// Reads the log of a step as the runner does: both forms of commands, and the one that stops them.
    fn obey(&mut self, log: &str) {
        let mut stopped: Option<String> = None;
        for line in log.split(['\n', '\r']) {
            let Some((name, rest)) = command(line) else { continue };
            match &stopped {
                Some(token) if name == *token => stopped = None,
                Some(_) => {}
                None if name == "stop-commands" => stopped = Some(rest),
                None => self.commands.push((name, rest)),
            }
        }
        assert_eq!(stopped, None, "commands stay stopped after the step");
    }
}

fn command(line: &str) -> Option<(String, String)> {
    if let Some(rest) = line.trim_start().strip_prefix("::")
        && let Some((head, message)) = rest.split_once("::")
    {
        let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
        let rest = if properties.is_empty() {
            message.to_owned()
        } else {
            format!("{properties}::{message}")
        };
        return Some((name.to_owned(), rest));
    }
    let (_, rest) = line.split_once("##[")?;
    let (name, message) = rest.split_once(']')?;
    Some((name.to_owned(), message.to_owned()))
}

/// The file of outputs: `name=value`, or `name<<END` and lines up to `END`.
fn outputs(text: &str) -> BTreeMap<String, String> {
    let mut outputs = BTreeMap::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some((name, end)) = line.split_once("<<") {
            let value: Vec<&str> = lines.by_ref().take_while(|line| *line != end).collect();
            outputs.insert(name.to_owned(), value.join("\n"));
        } else {
            let (name, value) = line.split_once('=').expect("name=value");
            outputs.insert(name.to_owned(), value.to_owned());
        }
    }
    outputs
}

/// A clone of this repository, which the tests share and none of them changes.
fn clone_of_action() -> &'static Path {
    static CLONE: OnceLock<TempDir> = OnceLock::new();
    let clone = || {
        let folder = TempDir::new().expect("a folder");
        clone_action(&folder.path().join("action"));
        folder
    };
    &*Box::leak(CLONE.get_or_init(clone).path().join("action").into_boxed_path())
}

/// Clones this repository, and puts over it what is changed and not committed yet, so that it is that which is tried.
pub fn clone_action(target: &Path) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let git = |folder: &Path, arguments: &[&OsStr]| {
        let output = Command::new("git").arg("-C").arg(folder).args(arguments).output();
        let output = output.expect("git");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("names")
    };
    let words = |line: &'static str| line.split(' ').map(OsStr::new).collect::<Vec<_>>();
    let from = [words("clone --quiet --shared --"), vec![root.as_os_str()]].concat();
    git(root, &[from, vec![target.as_os_str()]].concat());
    let changed = git(root, &words("diff --no-ext-diff --name-only -z HEAD --"));
    let new = git(root, &words("ls-files --others --exclude-standard -z"));
    for name in changed.split('\0').chain(new.split('\0')).filter(|name| !name.is_empty()) {
        match fs::read(root.join(name)) {
            Ok(bytes) => {
                fs::create_dir_all(target.join(name).parent().expect("a folder"))
                    .expect("a folder");
                fs::write(target.join(name), bytes).expect("a file");
            }
            Err(_) => fs::remove_file(target.join(name)).expect("a file that is deleted"),
        }
    }
}

fn which(tool: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(tool)).find(|file| file.is_file())
}

pub fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, text).expect("a file");
}
