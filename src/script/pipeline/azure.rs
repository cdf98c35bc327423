//! Azure Pipelines and their templates.
//! <https://learn.microsoft.com/azure/devops/pipelines/yaml-schema/>

use std::{collections::HashMap, rc::Rc, sync::Arc};

use super::{
    super::{
        model::{Job, Reading, Step, Trigger},
        place::Place,
        value::{Cause, Value},
        walk::Recorder,
        yaml::{self, Kind, Node},
    },
    Host, Scope, expression,
    job::Running,
};

mod task;

/// Reads a pipeline or a template.
pub(in super::super) fn read(source: &str, recorder: &mut Recorder) -> Reading {
    let mut reading = Reading::default();
    let Some(root) = yaml::parse(source, &mut recorder.diagnostics) else { return reading };
    triggers(&root, &mut reading);
    let mut pipeline = Pipeline { source, recorder, jobs: Vec::new(), stages: Vec::new() };
    let scope = pipeline.variables(&root, &Rc::new(Scope::new(Host::Azure)));
    let outer =
        Outer { scope, stage: None, conditions: Vec::new(), pool: root.get("pool").cloned() };
    // `extends` hands its template stages, jobs or steps as parameters.
    let given = root.get("extends").and_then(|extends| extends.get("parameters"));
    for node in [Some(&root), given].into_iter().flatten() {
        pipeline.container(node, &outer);
    }
    reading.jobs = pipeline.finish();
    reading
}

fn triggers(root: &Rc<Node>, reading: &mut Reading) {
    for name in ["trigger", "pr", "schedules"] {
        let Some((key, value)) = root.member(name) else { continue };
        let off = value.text() == Some("none");
        if !off {
            reading.triggers.push(Trigger { name: name.into(), manual: false, place: key.place });
        }
    }
    let chained = root.get("resources").and_then(|resources| resources.get("pipelines"));
    for pipeline in chained.map_or_else(Vec::new, |pipelines| pipelines.elements()) {
        if let Some((key, _)) = pipeline.member("trigger") {
            reading.triggers.push(Trigger {
                name: "resources.pipelines".into(),
                manual: false,
                place: key.place,
            });
        }
    }
    let whole = ["stages", "jobs", "steps", "extends"].iter().any(|name| root.get(name).is_some());
    // A template has no trigger of its own; a pipeline without one starts at every push.
    let manual = root.member("trigger").filter(|(_, value)| value.text() == Some("none"));
    match manual {
        Some((key, _)) if reading.triggers.is_empty() => {
            reading.triggers.push(Trigger {
                name: "manual".into(),
                manual: true,
                place: key.place,
            });
        }
        None if root.get("trigger").is_none()
            && whole
            && root.get("parameters").is_none()
            && root.get("pool").is_some() =>
        {
            let place = Place::new(root.place.start, root.place.start);
            reading.triggers.push(Trigger { name: "trigger".into(), manual: false, place });
        }
        _ => {}
    }
}

/// What surrounds stages, jobs and steps.
#[derive(Clone)]
struct Outer {
    scope: Rc<Scope>,
    stage: Option<usize>,
    conditions: Vec<Value>,
    pool: Option<Rc<Node>>,
}

struct Stage {
    name: Arc<str>,
    needs: Vec<String>,
    jobs: Vec<usize>,
}

struct Pipeline<'s, 'r> {
    source: &'s str,
    recorder: &'r mut Recorder,
    jobs: Vec<(Job, Vec<String>, Option<usize>)>,
    stages: Vec<Stage>,
}

impl Pipeline<'_, '_> {
    fn container(&mut self, node: &Rc<Node>, outer: &Outer) {
        if let Some(stages) = node.get("stages") {
            self.each(stages, outer, &mut |pipeline, node, outer| pipeline.stage(node, outer));
        }
        if let Some(jobs) = node.get("jobs") {
            self.each(jobs, outer, &mut |pipeline, node, outer| pipeline.job(node, outer));
        }
        if let Some(steps) = node.get("steps") {
            let job = Job { place: steps.place, ..Job::default() };
            self.run_job(job, &[(steps, None)], Vec::new(), outer, outer.pool.as_ref());
        }
    }

    /// Goes through a list, and through the `${{ if … }}` and `${{ each … }}` in it.
    fn each(
        &mut self,
        list: &Rc<Node>,
        outer: &Outer,
        visit: &mut dyn FnMut(&mut Self, &Rc<Node>, &Outer),
    ) {
        for node in list.elements() {
            if !self.recorder.budget.take(1 + outer.conditions.len()) {
                return;
            }
            let mut plain = node.members().is_empty();
            for (key, value) in node.members() {
                match key.text() {
                    Some(text) if text.starts_with("${{") => {
                        let mut inner = outer.clone();
                        inner.conditions.push(Value::unknown(
                            Cause::PipelineExpression,
                            text,
                            key.place,
                        ));
                        self.each(value, &inner, visit);
                    }
                    _ => plain = true,
                }
            }
            if plain {
                visit(self, node, outer);
            }
        }
    }

    fn stage(&mut self, node: &Rc<Node>, outer: &Outer) {
        let mut inner = outer.clone();
        inner.scope = self.variables(node, &outer.scope);
        inner.conditions.extend(self.condition(node, &inner.scope));
        if let Some(pool) = node.get("pool") {
            inner.pool = Some(Rc::clone(pool));
        }
        let name = node.get("stage").and_then(|stage| stage.text()).unwrap_or_default();
        let needs = match node.get("dependsOn") {
            Some(needs) => {
                needs.elements().iter().filter_map(|node| node.text().map(str::to_owned)).collect()
            }
            None => self.stages.last().map(|stage| stage.name.to_string()).into_iter().collect(),
        };
        inner.stage = Some(self.stages.len());
        self.stages.push(Stage { name: name.into(), needs, jobs: Vec::new() });
        self.template(node, &inner);
        self.container(node, &inner);
    }

    fn job(&mut self, node: &Rc<Node>, outer: &Outer) {
        let mut inner = outer.clone();
        inner.scope = self.variables(node, &outer.scope);
        inner.conditions.extend(self.condition(node, &inner.scope));
        let Some((key, name)) = node.member("job").or_else(|| node.member("deployment")) else {
            self.template(node, outer);
            return;
        };
        let needs = node.get("dependsOn").map_or_else(Vec::new, |needs| {
            needs.elements().iter().filter_map(|node| node.text().map(str::to_owned)).collect()
        });
        let environment = node.get("environment").and_then(|environment| {
            let name = environment.get("name").unwrap_or(environment);
            expression::value(Host::Azure, self.source, name, &inner.scope)
        });
        let name = name.text().unwrap_or_default();
        let place = key.place.to(node
            .member("job")
            .or_else(|| node.member("deployment"))
            .map_or(key.place, |(_, value)| value.place));
        let job = Job { name: name.into(), place, environment, ..Job::default() };
        let mut lists: Vec<(&Rc<Node>, Option<Value>)> =
            node.get("steps").map(|steps| (steps, None)).into_iter().collect();
        if let Some(strategy) = node.get("strategy") {
            for (_, kind) in strategy.members() {
                for phase in ["preDeploy", "deploy", "routeTraffic", "postRouteTraffic"] {
                    lists.extend(
                        kind.get(phase)
                            .and_then(|phase| phase.get("steps"))
                            .map(|steps| (steps, None)),
                    );
                }
                for outcome in ["failure", "success"] {
                    let Some((key, phase)) = kind.get("on").and_then(|on| on.member(outcome))
                    else {
                        continue;
                    };
                    let condition = Value::text(format!("on.{outcome}"), key.place);
                    lists.extend(phase.get("steps").map(|steps| (steps, Some(condition))));
                }
            }
        }
        let pool = node.get("pool").cloned().or_else(|| inner.pool.clone());
        self.run_job(job, &lists, needs, &inner, pool.as_ref());
    }

    /// A template of the place of a stage or a job: named, not read.
    fn template(&mut self, node: &Rc<Node>, outer: &Outer) {
        let Some(template) = node.get("template") else { return };
        let mut job = Job { place: node.place, ..Job::default() };
        job.steps.push(Step {
            place: node.place,
            uses: expression::value(Host::Azure, self.source, template, &outer.scope),
            conditions: outer.conditions.clone(),
            ..Step::default()
        });
        self.add(job, Vec::new(), outer);
    }

    fn run_job(
        &mut self,
        job: Job,
        lists: &[(&Rc<Node>, Option<Value>)],
        needs: Vec<String>,
        outer: &Outer,
        pool: Option<&Rc<Node>>,
    ) {
        let mut running = Running {
            source: self.source,
            host: Host::Azure,
            scope: Rc::clone(&outer.scope),
            exported: Vec::new(),
            job,
        };
        let image =
            pool.and_then(|pool| pool.get("vmImage").or_else(|| pool.get("name")).or(Some(pool)));
        running.job.machine = image.and_then(|image| running.value(image, &outer.scope));
        running.job.conditions.clone_from(&outer.conditions);
        for (list, condition) in lists {
            self.steps(list, &mut running, condition.as_slice());
        }
        super::super::read::finish_job(&mut running.job, self.recorder);
        self.add(running.job, needs, outer);
    }

    fn add(&mut self, mut job: Job, needs: Vec<String>, outer: &Outer) {
        let index = self.jobs.len();
        if let Some(stage) = outer.stage.and_then(|stage| self.stages.get_mut(stage)) {
            stage.jobs.push(index);
            job.stage = Some(Arc::clone(&stage.name));
        }
        self.jobs.push((job, needs, outer.stage));
    }

    fn steps(&mut self, list: &Rc<Node>, running: &mut Running<'_>, conditions: &[Value]) {
        for node in list.elements() {
            if !self.recorder.budget.take(1 + conditions.len()) {
                return;
            }
            let mut plain = false;
            for (key, value) in node.members() {
                match key.text() {
                    Some(text) if text.starts_with("${{") => {
                        let mut inner = conditions.to_vec();
                        inner.push(Value::unknown(Cause::PipelineExpression, text, key.place));
                        self.steps(value, running, &inner);
                    }
                    _ => plain = true,
                }
            }
            if plain {
                task::step(running, node, conditions, self.recorder);
            }
        }
    }

    fn condition(&self, node: &Rc<Node>, scope: &Scope) -> Option<Value> {
        node.get("condition")
            .and_then(|condition| expression::value(Host::Azure, self.source, condition, scope))
    }

    /// The scope with what `variables:` adds, as a mapping or as a list.
    fn variables(&self, node: &Node, outer: &Rc<Scope>) -> Rc<Scope> {
        let Some(variables) = node.get("variables") else { return Rc::clone(outer) };
        let mut scope = Scope::within(outer);
        let set =
            |name: Option<&str>, value: Option<&Rc<Node>>, conditional: bool, scope: &mut Scope| {
                let (Some(name), Some(value)) = (name, value) else { return };
                let Some(found) = expression::value(Host::Azure, self.source, value, scope) else {
                    return;
                };
                let found = if conditional {
                    Value::unknown(Cause::Conditional, name, value.place)
                } else {
                    found
                };
                scope.set(name, found);
            };
        match &variables.kind {
            Kind::Map(members) => {
                for (key, value) in members {
                    let name = key.text().unwrap_or_default();
                    if name.starts_with("${{") {
                        for (key, value) in value.members() {
                            set(key.text(), Some(value), true, &mut scope);
                        }
                    } else {
                        set(Some(name), Some(value), false, &mut scope);
                    }
                }
            }
            _ => {
                for item in variables.elements() {
                    set(
                        item.get("name").and_then(|name| name.text()),
                        item.get("value"),
                        false,
                        &mut scope,
                    );
                    for (key, value) in item.members() {
                        if !key.text().is_some_and(|key| key.starts_with("${{")) {
                            continue;
                        }
                        for inner in value.elements() {
                            set(
                                inner.get("name").and_then(|name| name.text()),
                                inner.get("value"),
                                true,
                                &mut scope,
                            );
                        }
                    }
                }
            }
        }
        Rc::new(scope)
    }

    /// Resolves what each job needs, and hands approvals down.
    fn finish(self) -> Vec<Job> {
        let mut names: HashMap<(Option<usize>, &str), usize> = HashMap::new();
        for (index, (job, _, stage)) in self.jobs.iter().enumerate() {
            names.insert((*stage, &job.name), index);
        }
        let mut all_needs: Vec<Vec<usize>> = Vec::new();
        for (_, needs, stage) in &self.jobs {
            let mut resolved: Vec<usize> = needs
                .iter()
                .filter_map(|name| names.get(&(*stage, name.as_str())).copied())
                .collect();
            if let Some(stage) = stage.and_then(|stage| self.stages.get(stage)) {
                for needed in self
                    .stages
                    .iter()
                    .filter(|other| stage.needs.iter().any(|name| **name == *other.name))
                {
                    resolved.extend(&needed.jobs);
                }
            }
            resolved.sort_unstable();
            resolved.dedup();
            all_needs.push(resolved);
        }
        let mut jobs: Vec<Job> = self.jobs.into_iter().map(|(job, ..)| job).collect();
        for (job, needs) in jobs.iter_mut().zip(all_needs) {
            job.needs = needs;
        }
        // Jobs are mostly written in the order in which they run; a second pass is for those that are not.
        for _ in 0..2 {
            for index in 0..jobs.len() {
                if jobs[index].approval.is_none() {
                    jobs[index].approval =
                        jobs[index].needs.iter().find_map(|&needed| jobs[needed].approval);
                }
            }
        }
        jobs
    }
}
