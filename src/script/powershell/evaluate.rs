//! Walks through statements, branches and loops.

use std::{
    collections::{HashMap, HashSet},
    rc::Rc,
    sync::Arc,
};

use super::{
    super::{
        model::ConditionKind,
        place::Place,
        text::Text,
        value::{Cause, Value},
        walk::{Flow, Recorder, Variables},
    },
    syntax::{Element, Joined, Leave, Parameter, ScriptBlock, Span, Statement, StatementKind},
};

/// The state of a walk.
pub(super) struct Walk<'r> {
    pub recorder: &'r mut Recorder,
    /// By name in lower case.
    pub variables: Variables,
    pub text: Rc<Text>,
    pub functions: HashMap<Box<str>, Definition>,
    /// Blocks of code in variables.
    pub blocks: HashMap<Box<str>, Definition>,
    pub aliases: HashMap<Box<str>, Value>,
    pub running: Vec<Box<str>>,
    pub called: HashSet<Box<str>>,
    /// The command whose output comes through the pipe.
    pub piped_from: Option<u32>,
}

/// A function or a block, and the text that it stands in.
#[derive(Clone)]
pub(super) struct Definition {
    pub text: Rc<Text>,
    pub code: Code,
    pub name: Box<str>,
    pub name_span: Span,
    pub order: usize,
}

#[derive(Clone)]
pub(super) enum Code {
    Function(Rc<super::syntax::Function>),
    Block(Rc<ScriptBlock>),
}

impl Definition {
    pub fn block(&self) -> &ScriptBlock {
        match &self.code {
            Code::Function(function) => &function.block,
            Code::Block(block) => block,
        }
    }
}

impl<'r> Walk<'r> {
    /// Before the first command.
    pub fn new(text: Rc<Text>, variables: Variables, recorder: &'r mut Recorder) -> Walk<'r> {
        Walk {
            recorder,
            variables,
            text,
            functions: HashMap::new(),
            blocks: HashMap::new(),
            aliases: HashMap::new(),
            running: Vec::new(),
            called: HashSet::new(),
            piped_from: None,
        }
    }

    /// Walks through what nobody called.
    pub fn finish(mut self) -> Variables {
        let all = self.functions.values().chain(self.blocks.values());
        let mut left: Vec<Definition> =
            all.filter(|it| !self.called.contains(&it.name)).cloned().collect();
        left.sort_by_key(|definition| definition.order);
        for definition in left {
            if self.called.contains(&definition.name) {
                continue;
            }
            self.text = Rc::clone(&definition.text);
            let place = self.place(definition.name_span);
            let mark = self.variables.begin();
            self.variables.distrust();
            self.recorder.enter(ConditionKind::Function, place, &*definition.name);
            self.running.push(definition.name.clone());
            let block = definition.block();
            self.parameters(&block.parameters);
            self.run(&block.body);
            self.running.pop();
            self.recorder.leave();
            self.variables.undo(&mark);
        }
        self.variables
    }

    /// The parameters of the script or of a function that nobody calls.
    pub fn parameters(&mut self, parameters: &[Parameter]) {
        for parameter in parameters {
            if let Some(default) = &parameter.default {
                self.value(default);
            }
            let value =
                Value::unknown(Cause::Parameter, &*parameter.name, self.place(parameter.span));
            self.variables.set(&parameter.name.to_lowercase(), value);
        }
    }

    /// Walks through statements.
    pub fn run(&mut self, statements: &[Statement]) -> Flow {
        self.run_for_value(statements).0
    }

    /// Walks through statements; what they output, if that is one value.
    pub fn run_for_value(&mut self, statements: &[Statement]) -> (Flow, Option<Value>) {
        let mut flow = Flow::Falls;
        let mut never = false;
        let mut output = None;
        for statement in statements {
            if flow != Flow::Falls && !never {
                never = true;
                let place = self.place(statement.span);
                self.recorder.enter(ConditionKind::Never, place, "after the end");
            }
            let (reached, value) = self.statement(statement);
            if flow == Flow::Falls {
                flow = reached;
                output = value.or(output);
            }
            if self.recorder.exhausted(Place::default()) {
                break;
            }
        }
        if never {
            self.recorder.leave();
        }
        (flow, output)
    }

    pub fn statement(&mut self, statement: &Statement) -> (Flow, Option<Value>) {
        let place = self.place(statement.span);
        let flow = match &statement.kind {
            StatementKind::Chain { pipelines, background } => {
                return self.chain(pipelines, *background, place);
            }
            StatementKind::Assign { target, operator, value } => {
                self.assign(target, *operator, value);
                Flow::Falls
            }
            StatementKind::If { arms, otherwise } => {
                return self.conditional(arms, otherwise.as_deref(), place);
            }
            StatementKind::Loop(looped) => self.looped(looped),
            StatementKind::Switch { subject, arms } => self.switch(subject, arms, place),
            StatementKind::Function(function) => {
                let definition = Definition {
                    text: Rc::clone(&self.text),
                    code: Code::Function(Rc::clone(function)),
                    name: function.name.to_lowercase().into(),
                    name_span: function.name_span,
                    order: self.functions.len() + self.blocks.len(),
                };
                self.functions.insert(definition.name.clone(), definition);
                Flow::Falls
            }
            StatementKind::Try { body, catches, finally } => {
                self.try_catch(body, catches, finally, place)
            }
            StatementKind::Trap(body) => {
                self.recorder.enter(ConditionKind::Trap, place, "");
                let mark = self.variables.begin();
                self.run(body);
                self.variables.undo(&mark);
                self.recorder.leave();
                Flow::Falls
            }
            StatementKind::Leave { kind, value } => {
                let output = value.as_ref().and_then(|value| self.statement(value).1);
                let flow = match kind {
                    Leave::Return => Flow::Returns,
                    Leave::Exit => Flow::Exits,
                    Leave::Break => Flow::Breaks,
                };
                return (flow, output);
            }
            StatementKind::Block(body) => return self.run_for_value(body),
            StatementKind::Parameters(parameters) => {
                self.parameters(parameters);
                Flow::Falls
            }
        };
        (flow, None)
    }

    fn chain(
        &mut self,
        pipelines: &[(Joined, Vec<Element>)],
        background: bool,
        place: Place,
    ) -> (Flow, Option<Value>) {
        let mut output = None;
        let mut previous = place;
        if background {
            self.recorder.enter(ConditionKind::Background, place, "");
        }
        for (joined, elements) in pipelines {
            let kind = match joined {
                Joined::First => None,
                Joined::And => Some(ConditionKind::AfterSuccess),
                Joined::Or => Some(ConditionKind::AfterFailure),
            };
            let mark = kind.map(|kind| {
                self.recorder.enter(kind, previous, "");
                self.variables.begin()
            });
            output = self.pipeline(elements);
            if let Some(mark) = mark {
                self.recorder.leave();
                let branch = self.variables.end(&mark);
                self.variables.join(vec![branch], false, place);
            }
            previous = self.elements_place(elements);
        }
        if background {
            self.recorder.leave();
        }
        (Flow::Falls, output.filter(|_| pipelines.len() == 1))
    }

    fn elements_place(&self, elements: &[Element]) -> Place {
        let span = |element: &Element| match element {
            Element::Expression(expression) => expression.span,
            Element::Command(command) => command.span,
        };
        match (elements.first(), elements.last()) {
            (Some(first), Some(last)) => {
                self.place(Span { start: span(first).start, end: span(last).end })
            }
            _ => Place::default(),
        }
    }

    fn pipeline(&mut self, elements: &[Element]) -> Option<Value> {
        let outer = self.piped_from;
        let mut output: Option<Value> = None;
        for (index, element) in elements.iter().enumerate() {
            if index > 0 {
                self.piped_from =
                    output.as_ref().and_then(Value::as_unknown).and_then(|unknown| unknown.from);
            }
            let input = output.take();
            output = match element {
                Element::Expression(expression) => Some(self.value(expression)),
                Element::Command(command) => self.command(command, input),
            };
        }
        self.piped_from = outer;
        output
    }

    pub fn place(&self, span: Span) -> Place {
        self.text.place(span.start, span.end)
    }

    /// The code, when it is short.
    pub fn excerpt(&self, span: Span) -> Arc<str> {
        self.text.excerpt(span.start, span.end)
    }
}

/// The name of a variable in lower case, without a scope.
pub(super) fn variable_key(name: &str) -> Box<str> {
    let name = name.to_lowercase();
    for scope in ["script:", "global:", "local:", "private:", "using:", "variable:"] {
        if let Some(rest) = name.strip_prefix(scope) {
            return rest.into();
        }
    }
    name.into()
}
