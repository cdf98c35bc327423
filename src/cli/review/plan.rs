//! Reviews of plans, and of two versions of code or of an estate.

use std::path::{Path, PathBuf};

use miette::Diagnostic;
use serde::Deserialize;
use serde::de::IgnoredAny;
use thiserror::Error;

use super::{Opened, ReviewArgs, code, options, output, parameters, terminal, world};
use crate::access::Access;
use crate::change::Changes;
use crate::inventory::{Estate, Time};
use crate::lint::{Declared, Request, Workspace};
use crate::report;
use crate::report::review::{Beside, plan};
use crate::review::plan::{Asked, Draft};
use crate::snapshot::Inputs;

/// What cannot be compared.
#[derive(Debug, Error, Diagnostic)]
enum PlanError {
    #[error("{path} plans nothing of backups")]
    #[diagnostic(
        code(backuplint::review::plan),
        help(
            "make it with `terraform show -json PLAN`; it names no vault, policy, item, guard or lock"
        )
    )]
    NoPlan { path: String },
    #[error("{before} is {one}, and {after} is {other}")]
    #[diagnostic(
        code(backuplint::review::plan),
        help(
            "compare two versions of code, or two snapshots; what code would do to an estate is `--before OLD --after NEW --estate SNAPSHOT`"
        )
    )]
    Unlike { before: String, one: &'static str, after: String, other: &'static str },
    #[error("nothing to compare: neither code nor an Azure resource in {path}")]
    #[diagnostic(
        code(backuplint::review::plan),
        help("name a snapshot, or a file or folder of Terraform, ARM templates or Bicep")
    )]
    Nothing { path: String },
}

/// One side of a comparison.
enum Side {
    Code(Box<Workspace>),
    Inputs(Box<Inputs>),
}

impl Side {
    const fn noun(&self) -> &'static str {
        match self {
            Self::Code(_) => "code",
            Self::Inputs(_) => "a snapshot",
        }
    }
}

/// Whether a text is a plan of Terraform, as `terraform show -json` writes it
/// (<https://developer.hashicorp.com/terraform/internals/json-format#plan-representation>).
pub(super) fn is_plan(text: &str) -> bool {
    #[derive(Deserialize)]
    struct Shape {
        #[serde(rename = "format_version")]
        _version: IgnoredAny,
        resource_changes: Option<IgnoredAny>,
        planned_values: Option<IgnoredAny>,
    }
    let text = text.trim_start_matches('\u{feff}').trim_start();
    text.starts_with('{')
        && serde_json::from_str::<Shape>(text)
            .is_ok_and(|shape| shape.resource_changes.is_some() || shape.planned_values.is_some())
}

/// Reviews a plan.
pub(super) fn of_plan(args: &ReviewArgs, path: &Path) -> miette::Result<u8> {
    let name = path.display().to_string();
    let workspace = workspace(path)?;
    args.refuse_to_write_over(workspace.files().map(|(name, _)| name))?;
    let declared = Declared::new(&workspace);
    let (before, after) = (declared.before(true), declared.estate(true));
    let changes = declared.changes(&before, &after);
    let changes = changes.ok_or_else(|| PlanError::NoPlan { path: shown(&name) })?;
    judge(args, &name, &changes, None, true)
}

/// Reviews what leads from one version of code, or of an estate, to another one.
pub(super) fn of_versions(args: &ReviewArgs, before: &Path, after: &Path) -> miette::Result<u8> {
    let name = after.display().to_string();
    let (one, other) = (side(before)?, side(after)?);
    match (&one, &other) {
        (Side::Code(one), Side::Code(other)) => {
            args.refuse_to_write_over(one.files().chain(other.files()).map(|(name, _)| name))?;
            let (one, other) = (Declared::new(one), Declared::new(other));
            let world = one.estate(true);
            let (before, after) = (one.estate(false), other.estate(false));
            let changes = Changes::between(&before, &after).with_the_rest().told(other.planned());
            judge(args, &name, &changes, Some(&world), false)
        }
        (Side::Inputs(one), Side::Inputs(other)) => {
            args.refuse_to_overwrite(one)?;
            args.refuse_to_overwrite(other)?;
            let (before, after) = (one.read(), other.read());
            for (path, estate) in
                [(args.before.as_deref(), &before), (Some(Path::new(&name)), &after)]
            {
                if world::is_nothing(estate) {
                    let path = path.map(|path| path.display().to_string()).unwrap_or_default();
                    return Err(PlanError::Nothing { path: shown(&path) }.into());
                }
            }
            let changes = Changes::between(&before, &after).with_the_rest();
            judge(args, &name, &changes, None, false)
        }
        _ => Err(PlanError::Unlike {
            before: shown(&before.display().to_string()),
            one: one.noun(),
            after: shown(&name),
            other: other.noun(),
        }
        .into()),
    }
}

/// Judges against the estate that is given, or else against what there was before.
fn judge<'a>(
    args: &ReviewArgs,
    name: &str,
    changes: &Changes<'_, 'a>,
    substitute: Option<&Estate<'a>>,
    is_plan: bool,
) -> miette::Result<u8> {
    let has_world = args.has_world();
    let asked = Asked {
        ticket: args.ticket.clone(),
        caller: args.caller.clone(),
        approved_by: args.approved_by.clone(),
        is_plan,
        has_world,
    };
    if !has_world {
        let world = substitute.unwrap_or(changes.before);
        return write(args, name, &asked, changes, world);
    }
    let inputs = match args.world().open(args.as_of.unwrap_or_else(Time::now))? {
        Opened::Inputs(inputs) => inputs,
        Opened::Early(code) => return Ok(code),
    };
    args.refuse_to_overwrite(&inputs)?;
    let world = args.world().read(&inputs)?;
    write(args, name, &asked, changes, &world)
}

fn write<'a>(
    args: &ReviewArgs,
    name: &str,
    asked: &Asked,
    changes: &Changes<'_, 'a>,
    world: &Estate<'a>,
) -> miette::Result<u8> {
    let now = args.world().now(world, Time::now());
    let parameters = parameters(&args.world().configured()?.1.review);
    let index = world::index(world, now);
    let access = Access::new(&index, world);
    let draft = Draft::new(changes, world, asked, now);
    let review = draft.judge(world, access, &parameters, now);
    let unread = report::Unread::of(world).and(changes.before).and(changes.after);
    let beside = Beside { access, unread: &unread, request: name };
    let mut options = options(name);
    for (form, file) in &args.output {
        output::write_file(file, |out| {
            plan::write(&review, beside, (*form).into(), out, &options)
        })?;
    }
    options.color = terminal::has_color(args.color);
    terminal::print_with(|out| plan::write(&review, beside, args.format.into(), out, &options))?;
    Ok(code(review.verdict, args.allow_incomplete))
}

fn side(path: &Path) -> miette::Result<Side> {
    if !path.join("manifest.json").is_file() && path != Path::new("-") {
        let workspace = workspace(path)?;
        if workspace.projects() > 0 {
            return Ok(Side::Code(Box::new(workspace)));
        }
    }
    Ok(Side::Inputs(Box::new(Inputs::open(&[path.to_owned()])?)))
}

fn workspace(path: &Path) -> miette::Result<Workspace> {
    let paths: Vec<PathBuf> = vec![path.to_owned()];
    Ok(Workspace::open(&Request { paths, ..Request::default() })?)
}

fn shown(text: &str) -> String {
    report::visible(text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::is_plan;

    #[test]
    fn plans_are_told_from_requests() {
        assert!(is_plan(r#"{"format_version":"1.2","resource_changes":[]}"#));
        assert!(is_plan("\u{feff} {\"format_version\":\"1.2\",\"planned_values\":{}}"));
        for text in [
            r#"{"operation":"delete-vault","targets":[]}"#,
            "operation = \"delete-vault\"",
            r#"{"format_version":"1.0","values":{}}"#,
            "",
        ] {
            assert!(!is_plan(text), "{text}");
        }
    }
}
