//! Walks through lists, branches and loops.

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
        value::Value,
        walk::{Flow, Mark, Recorder, Variables},
    },
    Arguments,
    syntax::{Assigned, Function, Item, Joined, Kind, Node, Part, Span, Word},
};

/// The state of a walk.
pub(super) struct Shell<'r> {
    pub recorder: &'r mut Recorder,
    pub variables: Variables,
    pub text: Rc<Text>,
    pub functions: HashMap<Box<str>, Definition>,
    pub aliases: HashMap<Box<str>, Value>,
    pub arguments: Arguments,
    /// The functions that run, innermost last.
    pub running: Vec<Box<str>>,
    pub called: HashSet<Box<str>>,
    /// What `local` hides, for each running function.
    pub hidden: Vec<Vec<(Box<str>, Option<Value>)>>,
    pub traps: Vec<(Value, Arc<str>)>,
    /// The command whose output a compound command reads.
    pub piped_from: Option<u32>,
}

/// A function, and the text that it stands in.
#[derive(Clone)]
pub(super) struct Definition {
    pub text: Rc<Text>,
    pub function: Rc<Function>,
    pub order: usize,
}

impl<'r> Shell<'r> {
    /// Before the first command.
    pub fn new(text: Rc<Text>, variables: Variables, recorder: &'r mut Recorder) -> Shell<'r> {
        Shell {
            recorder,
            variables,
            text,
            functions: HashMap::new(),
            aliases: HashMap::new(),
            arguments: Arguments::Unknown,
            running: Vec::new(),
            called: HashSet::new(),
            hidden: Vec::new(),
            traps: Vec::new(),
            piped_from: None,
        }
    }

    /// Walks through the traps, and the functions that nobody called.
    pub fn finish(mut self) -> Variables {
        for (code, signal) in std::mem::take(&mut self.traps) {
            self.recorder.enter(ConditionKind::Trap, code.place, signal);
            self.run_text(&code);
            self.recorder.leave();
        }
        let mut left: Vec<Definition> = self
            .functions
            .iter()
            .filter(|(name, _)| !self.called.contains(*name))
            .map(|(_, it)| it.clone())
            .collect();
        left.sort_by_key(|definition| definition.order);
        for definition in left {
            let function = &definition.function;
            if self.called.contains(&function.name) {
                continue;
            }
            self.text = Rc::clone(&definition.text);
            let place = self.place(function.name_span);
            let mark = self.variables.begin();
            self.variables.distrust();
            self.recorder.enter(ConditionKind::Function, place, &*function.name);
            self.arguments = Arguments::Unknown;
            self.running.push(function.name.clone());
            self.hidden.push(Vec::new());
            self.node(&function.body);
            self.hidden.pop();
            self.running.pop();
            self.recorder.leave();
            self.variables.undo(&mark);
        }
        self.variables
    }

    /// Walks through a list.
    pub fn run(&mut self, items: &[Item]) -> Flow {
        let mut flow = Flow::Falls;
        let mut never = false;
        let mut index = 0;
        while index < items.len() {
            let chain =
                items[index + 1..].iter().take_while(|item| item.joined != Joined::Next).count();
            if flow != Flow::Falls && !never {
                never = true;
                let place = items[index]
                    .commands
                    .first()
                    .map_or(Place::default(), |node| self.place(node.span));
                self.recorder.enter(ConditionKind::Never, place, "after the end");
            }
            let reached = self.chain(&items[index..=index + chain]);
            if flow == Flow::Falls {
                flow = reached;
            }
            index += chain + 1;
            if self.recorder.budget.spent() {
                break;
            }
        }
        if never {
            self.recorder.leave();
        }
        flow
    }

    /// Pipelines joined by `&&` and `||`.
    fn chain(&mut self, items: &[Item]) -> Flow {
        let Some((first, rest)) = items.split_first() else { return Flow::Falls };
        let mut flow = self.item(first);
        let mut previous = first;
        let mut open = None;
        for item in rest {
            let kind = match item.joined {
                Joined::Or => ConditionKind::AfterFailure,
                _ => ConditionKind::AfterSuccess,
            };
            let certain = always_succeeds(previous, self);
            if kind == ConditionKind::AfterSuccess && certain && open.is_none() {
                flow = self.item(item);
                previous = item;
                continue;
            }
            if kind == ConditionKind::AfterFailure
                && let Some(mark) = open.take()
            {
                self.close_branch(&mark, previous);
            }
            if open.is_none() {
                open = Some(self.variables.begin());
            }
            let place = self.item_place(previous);
            self.recorder.enter(kind, place, self.excerpt(place_span(previous)));
            let reached = self.item(item);
            self.recorder.leave();
            if reached != Flow::Falls
                && let Some(mark) = open.take()
            {
                self.variables.undo(&mark);
            }
            previous = item;
        }
        if let Some(mark) = open {
            self.close_branch(&mark, previous);
        }
        if rest.is_empty() { flow } else { Flow::Falls }
    }

    fn close_branch(&mut self, mark: &Mark, item: &Item) {
        let place = self.item_place(item);
        let branch = self.variables.end(mark);
        self.variables.join(vec![branch], false, place);
    }

    fn item(&mut self, item: &Item) -> Flow {
        if item.background {
            let place = self.item_place(item);
            self.recorder.enter(ConditionKind::Background, place, "");
            let mark = self.variables.begin();
            self.pipeline(&item.commands);
            self.variables.undo(&mark);
            self.recorder.leave();
            return Flow::Falls;
        }
        self.pipeline(&item.commands)
    }

    fn pipeline(&mut self, nodes: &[Node]) -> Flow {
        if let [node] = nodes {
            return self.node(node);
        }
        let outer = self.piped_from;
        let mut source = None;
        for (index, node) in nodes.iter().enumerate() {
            let before = self.recorder.commands.len();
            self.piped_from = if index == 0 { outer } else { source };
            let mark = self.variables.begin();
            if index > 0 && self.runs_its_input(node, before) {
                self.variables.undo(&mark);
                continue;
            }
            self.node(node);
            self.variables.undo(&mark);
            let recorded = self.recorder.commands.len() > before;
            source = if recorded {
                self.recorder.commands.last().map(|command| command.order)
            } else {
                source
            };
        }
        self.piped_from = outer;
        Flow::Falls
    }

    /// Walks through one command.
    pub fn node(&mut self, node: &Node) -> Flow {
        if self.recorder.exhausted(Place::default()) {
            return Flow::Falls;
        }
        if !matches!(node.kind, Kind::Simple(_)) {
            self.redirections(&node.redirections);
        }
        match &node.kind {
            Kind::Simple(simple) => self.simple(simple, node),
            Kind::If { arms, otherwise } => self.conditional(arms, otherwise.as_deref(), node),
            Kind::Loop(looped) => self.looped(looped),
            Kind::Case { subject, arms } => self.case(subject, arms, node),
            Kind::Group(items) => self.run(items),
            Kind::Subshell(items) => {
                let place = self.place(node.span);
                self.recorder.enter(ConditionKind::Subshell, place, "");
                let mark = self.variables.begin();
                self.run(items);
                self.variables.undo(&mark);
                self.recorder.leave();
                Flow::Falls
            }
            Kind::Function(function) => {
                let order = self.functions.len();
                let definition = Definition {
                    text: Rc::clone(&self.text),
                    function: Rc::clone(function),
                    order,
                };
                self.functions.insert(function.name.clone(), definition);
                Flow::Falls
            }
            Kind::Test(words) => {
                for word in words {
                    self.expand(word);
                }
                Flow::Falls
            }
        }
    }

    pub fn place(&self, span: Span) -> Place {
        self.text.place(span.start, span.end)
    }

    pub fn slice(&self, span: Span) -> &str {
        self.text.content.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// The code of a condition, when it is short.
    pub fn excerpt(&self, span: Span) -> Arc<str> {
        self.text.excerpt(span.start, span.end)
    }

    fn item_place(&self, item: &Item) -> Place {
        self.place(place_span(item))
    }
}

fn place_span(item: &Item) -> Span {
    let start = item.commands.first().map_or(0, |node| node.span.start);
    let end = item.commands.last().map_or(start, |node| node.span.end);
    Span { start, end }
}

/// Assignments of literals, and builtins that do not fail.
fn always_succeeds(item: &Item, shell: &Shell<'_>) -> bool {
    let [node] = item.commands.as_slice() else { return false };
    let Kind::Simple(simple) = &node.kind else { return matches!(node.kind, Kind::Function(_)) };
    let substitutes =
        |word: &Word| word.parts.iter().any(|part| matches!(part, Part::Command { .. }));
    match simple.words.first() {
        None => simple.assignments.iter().all(|assignment| match &assignment.value {
            Assigned::Word(word) => !substitutes(word),
            Assigned::List(_) => true,
        }),
        Some(word) => matches!(
            shell.slice(word.span),
            "export" | "echo" | "printf" | ":" | "true" | "local" | "declare"
        ),
    }
}
