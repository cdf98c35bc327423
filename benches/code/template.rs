//! Templates of both languages: read, parsed, evaluated, declared.

use std::fs;
use std::path::Path;

use backuplint::code::adapter::template::declarations;
use backuplint::code::template::{Arguments, Project, evaluate};
use backuplint::code::value::{Content, Value};

use super::{Answer, Counted};

/// Reads every template below a folder as a root of its own.
pub fn run(folder: &Path) -> Answer<Counted> {
    let mut counted = Counted::default();
    let mut projects: Vec<_> = fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    projects.sort_by_key(fs::DirEntry::path);
    let project = Project::new(folder)?;
    for entry in projects {
        for file in fs::read_dir(entry.path())? {
            let number = project.open(&file?.path())?;
            let loaded = project.load(number);
            counted.bytes += project.file(number).map_or(0, |file| file.text.len() as u64);
            for template in &loaded.templates {
                let evaluation = evaluate(&project, template, &Arguments::default());
                if let Some(problem) = loaded.problems.iter().chain(&evaluation.problems).next() {
                    return Err(format!("{}: {}", entry.path().display(), problem.message).into());
                }
                for declaration in declarations(&evaluation).declarations {
                    counted.resources += 1;
                    count(&declaration.body, &mut counted);
                }
            }
        }
        project.forget_parsed();
    }
    Ok(counted)
}

/// Counts the plain and the unknown values in a body.
pub fn count(value: &Value, counted: &mut Counted) {
    match &value.content {
        Content::Unknown(_) => counted.unknown += 1,
        Content::List(items) => items.iter().for_each(|item| count(item, counted)),
        Content::Map(map) => {
            map.members().iter().for_each(|member| count(&member.value, counted));
        }
        _ => counted.known += 1,
    }
}
