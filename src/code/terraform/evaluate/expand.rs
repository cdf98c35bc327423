//! `count` and `for_each`: which instances a resource or module call has.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use super::super::diagnostic::DiagnosticKind;
use super::super::failure::Failure;
use super::super::limits;
use super::super::module::Target;
use super::super::number;
use super::super::result::{InstanceKey, ModuleStep};
use super::super::syntax::Block;
use super::super::types;
use super::{Evaluator, ModuleInstance, Repeat, Scope, Slot, unknown};
use crate::code::value::{Cause, Content, Map, Place, Unknown, Value};

/// The instances of a resource.
pub(super) struct Expansion {
    pub(super) shape: Shape,
    pub(super) items: Vec<Item>,
    /// The resource as one value, once it is asked for.
    pub(super) whole: RefCell<Option<Value>>,
}

/// One instance of a resource.
pub(super) struct Item {
    pub(super) key: InstanceKey,
    pub(super) repeat: Repeat,
    pub(super) address: Arc<str>,
    pub(super) body: RefCell<Slot<Value>>,
    pub(super) view: RefCell<Option<Value>>,
}

/// The instances of a module call.
pub(super) struct Children {
    pub(super) shape: Shape,
    pub(super) items: Vec<(InstanceKey, usize)>,
    /// Why nothing is known of the module.
    pub(super) opaque: Option<Arc<Unknown>>,
}

/// How instances are made.
#[derive(Clone)]
pub(super) enum Shape {
    Only,
    Count,
    Each,
    Unknown(Arc<Unknown>),
}

impl Shape {
    /// The instances as one value.
    pub(super) fn assemble(&self, instances: Vec<(InstanceKey, Value)>, place: Place) -> Value {
        match self {
            Shape::Only => match instances.into_iter().next() {
                Some((_, value)) => value,
                None => Value::null(place),
            },
            Shape::Count => {
                let items: Vec<Value> = instances.into_iter().map(|(_, value)| value).collect();
                Value::list(items, place)
            }
            Shape::Each => {
                let mut map = Map::new();
                for (key, value) in instances {
                    if let InstanceKey::Key(key) = key {
                        map.push(key, place, value);
                    }
                }
                Value::map(map, place)
            }
            Shape::Unknown(unknown) => Value::from_unknown(unknown::conditional(unknown), place),
        }
    }
}

impl Expansion {
    pub(super) fn find(&self, key: &Value) -> Option<usize> {
        let key = instance_key(&self.shape, key)?;
        // Instances of count stand at their index.
        if let InstanceKey::Index(index) = key {
            return (index < self.items.len()).then_some(index);
        }
        self.items.iter().position(|item| item.key == key)
    }
}

impl Children {
    pub(super) fn find(&self, key: &Value) -> Option<&(InstanceKey, usize)> {
        let key = instance_key(&self.shape, key)?;
        self.items.iter().find(|(own, _)| *own == key)
    }
}

fn instance_key(shape: &Shape, key: &Value) -> Option<InstanceKey> {
    match shape {
        Shape::Count => types::number(key).ok().and_then(number::index).map(InstanceKey::Index),
        Shape::Each => types::text(key).ok().map(InstanceKey::Key),
        _ => None,
    }
}

impl<'p> Evaluator<'p> {
    /// The instances of a resource or data source.
    pub(super) fn expansion(
        &mut self,
        module: usize,
        data: bool,
        position: usize,
    ) -> Rc<Expansion> {
        let declared = self.instance(module).module;
        let table = if data { &declared.data } else { &declared.resources };
        let slot = self.slot(module, data, position);
        if let Slot::Done(expansion) = slot {
            return Rc::clone(expansion);
        }
        let running = matches!(slot, Slot::Running);
        let Some((name, block)) = table.items().get(position) else {
            let shape = Shape::Only;
            return Rc::new(Expansion { shape, items: Vec::new(), whole: RefCell::new(None) });
        };
        let prefix = Arc::clone(&self.instance(module).prefix);
        let base = if data { format!("{prefix}data.{name}") } else { format!("{prefix}{name}") };
        let base = match self.project.sources.file(block.header.file) {
            Some(file) if table.is_again(position) => {
                let file = file.path.file_name().unwrap_or_default().to_string_lossy();
                format!("{base} ({file})")
            }
            _ => base,
        };
        let repetition = if running {
            let cycle = self.cycle(name, block.header);
            let blame = cycle.as_unknown().cloned();
            (Shape::Unknown(blame.unwrap_or_else(|| never(block.header))), Vec::new())
        } else {
            *self.slot_mut(module, data, position) = Slot::Running;
            self.repetition(block, &Scope::of(module), &base)
        };
        let (shape, items) = repetition;
        let items = items.into_iter().map(|(key, repeat)| Item {
            address: Arc::from(format!("{base}{}", key.suffix())),
            key,
            repeat,
            body: RefCell::new(Slot::Empty),
            view: RefCell::new(None),
        });
        let items = items.collect();
        let expansion = Rc::new(Expansion { shape, items, whole: RefCell::new(None) });
        if !running {
            *self.slot_mut(module, data, position) = Slot::Done(Rc::clone(&expansion));
        }
        expansion
    }

    fn slot(&self, module: usize, data: bool, position: usize) -> &Slot<Rc<Expansion>> {
        let instance = self.instance(module);
        if data { &instance.data[position] } else { &instance.resources[position] }
    }

    fn slot_mut(&mut self, module: usize, data: bool, position: usize) -> &mut Slot<Rc<Expansion>> {
        let instance = self.instance_mut(module);
        if data { &mut instance.data[position] } else { &mut instance.resources[position] }
    }

    /// Evaluates count or for_each.
    fn repetition(
        &mut self,
        block: &'p Block,
        scope: &Scope<'_>,
        address: &str,
    ) -> (Shape, Vec<(InstanceKey, Repeat)>) {
        if let Some(count) = block.body.attribute("count") {
            let value = self.value(&count.value, scope);
            let number = match &value.content {
                Content::Unknown(unknown) => return symbolic(unknown, address, false),
                _ => types::number(&value).ok().and_then(number::index),
            };
            let Some(number) = number else {
                let message = "count must be a whole number, not negative";
                self.tell(DiagnosticKind::Invalid, message, count.value.place);
                let invalid = Failure::invalid(message, count.value.place).into_unknown();
                return symbolic(&invalid, address, false);
            };
            if number > limits::INSTANCES {
                return symbolic(&self.too_many(count.value.place), address, false);
            }
            let items = (0..number).map(|index| {
                let position = Value::number(number::count(index), count.value.place);
                (InstanceKey::Index(index), Repeat { index: Some(position), ..Repeat::default() })
            });
            return (Shape::Count, items.collect());
        }
        if let Some(each) = block.body.attribute("for_each") {
            let value = self.value(&each.value, scope);
            return match self.keys(&value, each.value.place) {
                Ok(pairs) if pairs.len() > limits::INSTANCES => {
                    symbolic(&self.too_many(each.value.place), address, true)
                }
                Ok(pairs) => (Shape::Each, pairs),
                Err(unknown) => symbolic(&unknown, address, true),
            };
        }
        (Shape::Only, vec![(InstanceKey::Only, Repeat::default())])
    }

    fn too_many(&mut self, place: Place) -> Arc<Unknown> {
        let message = format!("more than {} instances of one block", limits::INSTANCES);
        self.tell(DiagnosticKind::Limit, &message, place);
        Failure::limit(message, place).into_unknown()
    }

    fn keys(
        &mut self,
        value: &Value,
        place: Place,
    ) -> Result<Vec<(InstanceKey, Repeat)>, Arc<Unknown>> {
        if let Some(unknown) = super::repeat::opaque(value) {
            return Err(unknown);
        }
        let elements = self.elements(value).map_err(Failure::into_unknown)?;
        let set = value.as_list().is_some();
        let mut pairs = Vec::with_capacity(elements.len());
        for (key, element) in elements {
            let key = if set { element.clone() } else { key };
            if let Some(unknown) = key.as_unknown() {
                return Err(unknown::formless(unknown));
            }
            let text = types::text(&key);
            let text = text.map_err(|message| Failure::invalid(message, place).into_unknown())?;
            let repeat = Repeat { key: Some(key), value: Some(element), index: None };
            pairs.push((InstanceKey::Key(text), repeat));
        }
        if set {
            pairs.sort_by_key(|(key, _)| key.suffix());
            pairs.dedup_by(|(a, _), (b, _)| a == b);
        }
        Ok(pairs)
    }

    /// The instances of a module call.
    pub(super) fn children(&mut self, parent: usize, position: usize) -> Rc<Children> {
        let declared = self.instance(parent).module;
        match &self.instance(parent).calls[position] {
            Slot::Done(children) => return Rc::clone(children),
            Slot::Running => {
                let place =
                    declared.calls.get(position).map_or(Place::default(), |call| call.header);
                let cycle = self.cycle("a module call", place);
                return opaque(cycle.as_unknown().cloned().unwrap_or_else(|| never(place)));
            }
            Slot::Empty => {}
        }
        self.instance_mut(parent).calls[position] = Slot::Running;
        let children = match declared.calls.items().get(position) {
            Some((name, block)) => self.call_module(parent, position, name, block),
            None => opaque(never(Place::default())),
        };
        self.instance_mut(parent).calls[position] = Slot::Done(Rc::clone(&children));
        children
    }

    fn call_module(
        &mut self,
        parent: usize,
        position: usize,
        name: &Arc<str>,
        block: &'p Block,
    ) -> Rc<Children> {
        let address = format!("{}module.{name}", self.instance(parent).prefix);
        let way = self.instance(parent).way.as_str();
        let way = if way.is_empty() { name.to_string() } else { format!("{way}.{name}") };
        let target = match self.target(parent, position, &way) {
            Ok(target) => target,
            Err((cause, detail)) => {
                let address: Arc<str> = Arc::from(address);
                let mut unknown = unknown::resource(&address, cause, block.header);
                unknown.detail = detail.into();
                return opaque(Arc::new(unknown));
            }
        };
        if let Some(unknown) = self.forbidden(parent, target, block) {
            return opaque(unknown);
        }
        let (shape, items) = self.repetition(block, &Scope::of(parent), &address);
        let Some(module) = self.project.modules.get(target) else {
            return opaque(never(block.header));
        };
        let mut children = Vec::new();
        for (key, repeat) in items {
            if self.instances.len() >= limits::MODULES {
                let place = block.header;
                return match self.limit(place, "more module instances than are read").as_unknown() {
                    Some(unknown) => opaque(Arc::clone(unknown)),
                    None => opaque(never(place)),
                };
            }
            let mut child = ModuleInstance::new(module, target);
            let step = ModuleStep { name: Arc::clone(name), key: key.clone(), call: block.header };
            let above = self.instance(parent);
            child.steps = above.steps.iter().cloned().chain([step]).collect();
            child.doubt.clone_from(&above.doubt);
            if let Shape::Unknown(unknown) = &shape {
                child.doubt = child.doubt.or(Some(Arc::clone(unknown)));
            }
            child.prefix = Arc::from(format!("{address}{}.", key.suffix()));
            child.way.clone_from(&way);
            child.parent = Some((parent, position));
            child.repeat = repeat;
            children.push((key, self.instances.len()));
            self.instances.push(child);
        }
        Rc::new(Children { shape, items: children, opaque: None })
    }

    fn target(&self, parent: usize, position: usize, way: &str) -> Result<usize, (Cause, String)> {
        let root = &self.instance(0).module.directory;
        let installed = self.project.inputs.get(root).and_then(|inputs| inputs.installed.get(way));
        let target = self.instance(parent).module.targets.get(position);
        match (target, installed) {
            (Some(Target::Local(target)), _) => Ok(*target),
            (_, Some(installed)) => Ok(*installed),
            (Some(Target::Missing(path)), _) => {
                Err((Cause::MissingFile, format!("the module {} is not there", path.display())))
            }
            (Some(Target::Remote(source)), _) => {
                Err((Cause::RemoteModule, format!("the module {source} is not beside the code")))
            }
            _ => Err((Cause::RemoteModule, "the source of the module is not plain".to_owned())),
        }
    }

    /// Why a module must not be entered: it is one of those that lead here, or they are too many.
    fn forbidden(&mut self, parent: usize, target: usize, block: &Block) -> Option<Arc<Unknown>> {
        let mut above = Some(parent);
        let mut depth = 0;
        while let Some(number) = above {
            let instance = self.instance(number);
            depth += 1;
            if instance.number == target {
                let cycle = self.cycle("a module", block.header);
                return cycle.as_unknown().cloned();
            }
            above = instance.parent.map(|(parent, _)| parent);
        }
        if depth <= limits::MODULE_DEPTH {
            return None;
        }
        let limit = self.limit(block.header, "module calls are nested too deeply");
        limit.as_unknown().cloned()
    }
}

fn opaque(unknown: Arc<Unknown>) -> Rc<Children> {
    let shape = Shape::Unknown(Arc::clone(&unknown));
    Rc::new(Children { shape, items: Vec::new(), opaque: Some(unknown) })
}

fn never(place: Place) -> Arc<Unknown> {
    Failure::invalid("this block cannot be read", place).into_unknown()
}

/// The one instance that stands for all, whose number is unknown.
fn symbolic(
    unknown: &Arc<Unknown>,
    address: &str,
    each: bool,
) -> (Shape, Vec<(InstanceKey, Repeat)>) {
    let part = |name: &str| {
        let hole = format!("{address}.{name}");
        let named = unknown::named(unknown.cause, unknown.detail.to_string(), hole, unknown.place);
        Some(Value::from_unknown(Arc::new(named), unknown.place))
    };
    let repeat = if each {
        Repeat { key: part("each.key"), value: part("each.value"), index: None }
    } else {
        Repeat { index: part("count.index"), ..Repeat::default() }
    };
    (Shape::Unknown(Arc::clone(unknown)), vec![(InstanceKey::Any, repeat)])
}
