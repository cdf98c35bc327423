//! Who can do something, for a person: everybody once, then what is in the way of them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

use super::super::human::page::{Page, Piece, pad};
use super::super::{Options, Unread, clip, visible, words};
use crate::access::operation::Enforced;
use crate::access::question::Question;
use crate::access::who_can::{Answer, Block, Effect, Gap, Obstacle, ObstacleView, Targeted, Via};
use crate::access::{Access, PrincipalId, Tenure};

/// Most columns of a name.
const NAME: usize = 60;
/// Names of one list.
const NAMES: usize = 8;
/// Principals of one answer, and assignments of one principal.
const PRINCIPALS: usize = 30;
const CHAINS: usize = 4;
const GAPS: usize = 20;
/// Below this column stands what belongs to a principal.
const HANG: usize = 15;

/// Writes the answer for a person.
pub fn write(
    answer: &Answer<'_, '_>,
    access: Access<'_, '_>,
    unread: &Unread,
    out: &mut dyn Write,
    options: &Options,
) -> io::Result<()> {
    let mut page = Page::new(out, options);
    let paint = page.paint;
    let what = match &answer.question {
        Question::Operation(operation) => format!("({})", operation.title),
        Question::Action(..) => String::new(),
    };
    let title = format!("Who can {}", answer.question.text());
    page.flow("", &[Piece(paint.bold, &title), Piece(paint.dim, &what)])?;
    let on = match answer.targets.as_slice() {
        [only] => {
            let (name, place) = named(&only.on);
            format!("on {name} {place}")
        }
        many => format!("on {}", words::count(words::len(many), "target")),
    };
    page.flow("", &[Piece(paint.dim, on.trim_end())])?;
    page.blank()?;
    let labels = Labels::of(answer);
    people(&mut page, answer, &labels, access)?;
    obstacles(&mut page, answer, &labels, access)?;
    denials(&mut page, answer, &labels, access)?;
    elsewhere(&mut page, answer)?;
    gaps(&mut page, &answer.gaps)?;
    unread.write(&mut page)?;
    foot(&mut page, answer)
}

/// What targets are called: by their names, and where several have one name also by their places.
struct Labels<'t>(HashMap<&'t str, usize>);

impl<'t> Labels<'t> {
    fn of(answer: &'t Answer<'_, '_>) -> Self {
        let mut counts = HashMap::new();
        for target in &answer.targets {
            *counts.entry(words::name(&target.on)).or_insert(0) += 1;
        }
        Self(counts)
    }

    fn name(&self, on: &str) -> String {
        let (name, place) = named(on);
        let is_single = self.0.get(words::name(on)).is_none_or(|count| *count < 2);
        if is_single { name } else { format!("{name} {place}") }
    }
}

/// Somebody, and everything that the answer tells of it.
struct Person<'t, 'e, 'a> {
    principal: PrincipalId,
    /// Where, by effect; the strongest first.
    on: BTreeMap<Effect, Vec<&'t Targeted<'e>>>,
    only: Vec<&'t String>,
    /// On how many targets it could approve its own request.
    approves: usize,
    via: &'t [Via<'e, 'a>],
}

impl Person<'_, '_, '_> {
    fn effect(&self) -> Effect {
        self.on.keys().next().copied().unwrap_or(Effect::Unknown)
    }
}

/// Everybody, strongest effect first, and then whoever can do it on most targets.
fn persons<'t, 'e, 'a>(answer: &'t Answer<'e, 'a>) -> Vec<Person<'t, 'e, 'a>> {
    let mut found: BTreeMap<PrincipalId, Person<'t, 'e, 'a>> = BTreeMap::new();
    for target in &answer.targets {
        for able in &target.able {
            let person = found.entry(able.principal).or_insert_with(|| Person {
                principal: able.principal,
                on: BTreeMap::new(),
                only: Vec::new(),
                approves: 0,
                via: answer.via.get(&able.principal).map_or(&[][..], Vec::as_slice),
            });
            person.on.entry(able.effect).or_default().push(target);
            person.only.extend(target.only.get(&able.principal).into_iter().flatten());
            person.approves += usize::from(able.approves_itself);
        }
    }
    let mut persons: Vec<Person<'t, 'e, 'a>> = found.into_values().collect();
    persons.sort_by_key(|person| {
        let widest = person.on.values().next().map_or(0, Vec::len);
        (person.effect(), Reverse(widest), person.principal)
    });
    persons
}

fn people(
    page: &mut Page<'_>,
    answer: &Answer<'_, '_>,
    labels: &Labels<'_>,
    access: Access<'_, '_>,
) -> io::Result<()> {
    let paint = page.paint;
    let persons = persons(answer);
    if persons.is_empty() {
        let nobody = "nobody, as far as assignments were read";
        let style = if answer.gaps.is_empty() { paint.good } else { paint.doubt };
        return page.flow("  ", &[Piece(style, nobody)]);
    }
    for person in persons.iter().take(PRINCIPALS) {
        self::person(page, person, answer.targets.len(), labels, access)?;
    }
    if persons.len() > PRINCIPALS {
        let more = format!("… and {} more; --format json lists all", persons.len() - PRINCIPALS);
        page.flow("  ", &[Piece(paint.dim, &more)])?;
    }
    Ok(())
}

fn person(
    page: &mut Page<'_>,
    person: &Person<'_, '_, '_>,
    targets: usize,
    labels: &Labels<'_>,
    access: Access<'_, '_>,
) -> io::Result<()> {
    let paint = page.paint;
    let effect = person.effect();
    let style = match effect {
        Effect::Allowed => paint.bad,
        Effect::Eligible | Effect::CanGrant => paint.doubt,
        Effect::Conditional | Effect::Unknown => paint.name,
    };
    let lead = pad(&format!("  {}", effect.name()), HANG);
    page.flow_from(
        &Piece(style, &lead),
        &[
            Piece(paint.bold, &name(person.principal, access)),
            Piece(paint.dim, &identity(person.principal, access)),
        ],
    )?;
    let indent = " ".repeat(HANG);
    for via in person.via.iter().take(CHAINS) {
        page.flow(&indent, &[Piece(paint.plain, &chain(via, effect, access))])?;
    }
    if person.via.len() > CHAINS {
        let more = format!("… and {} more assignments", person.via.len() - CHAINS);
        page.flow(&indent, &[Piece(paint.dim, &more)])?;
    }
    for (told, on) in &person.on {
        if on.len() < targets || *told != effect {
            let word = if *told == effect { String::new() } else { format!("{} ", told.name()) };
            let on = list(on.iter().map(|target| labels.name(&target.on)));
            page.flow(&indent, &[Piece(paint.dim, &format!("{word}on {on}"))])?;
        }
    }
    if !person.only.is_empty() {
        let only = format!("there only on {}", list(person.only.iter().map(|part| named(part).0)));
        page.flow(&indent, &[Piece(paint.plain, &only)])?;
    }
    let approves = person.approves;
    if approves > 0 {
        let on = if targets > 1 { format!(" on {approves} of {targets}") } else { String::new() };
        let text = format!("could approve its own request{on}");
        page.flow(&indent, &[Piece(paint.bad, &text)])?;
    }
    Ok(())
}

/// What it is, its object id where a name stands in front, and what to know of it.
fn identity(principal: PrincipalId, access: Access<'_, '_>) -> String {
    let known = access.principal(principal);
    let mut parts = vec![known.kind.name().to_owned()];
    if known.name.is_some() {
        parts.push(visible(&known.id).into_owned());
    }
    if known.enabled.as_ref().known() == Some(&false) {
        parts.push("disabled".to_owned());
    }
    if !known.can_act() {
        parts.push("nobody can sign in as it".to_owned());
    }
    if known.unresolved.is_some() && known.is_group() {
        parts.push("members not read".to_owned());
    }
    parts.join(", ")
}

/// `Backup Contributor on resource group rg-backup, through backup-admins > ops, until …`.
fn chain(via: &Via<'_, '_>, effect: Effect, access: Access<'_, '_>) -> String {
    let chain = &via.chain;
    let role = chain.role_name.map_or_else(
        || format!("role {}", visible(words::name(&chain.role))),
        |name| clip(name, NAME).into_owned(),
    );
    let (name, place) = named(&chain.scope);
    let mut text = format!("{role} on {name}");
    if !place.is_empty() {
        text = format!("{text} {place}");
    }
    if !chain.groups.is_empty() {
        let groups: Vec<String> =
            chain.groups.iter().map(|group| self::name(*group, access)).collect();
        text = format!("{text}, through {}", groups.join(" > "));
    }
    if via.effect != effect {
        text = format!("{text}, {}", via.effect.name());
    }
    match chain.tenure {
        Tenure::Until(time) => text = format!("{text}, until {time}"),
        Tenure::Activated(Some(time)) => text = format!("{text}, activated until {time}"),
        Tenure::Activated(None) => text.push_str(", activated"),
        Tenure::Permanent | Tenure::Unknown(_) => {}
    }
    if chain.condition.is_some() {
        text.push_str(", under a condition");
    }
    text
}

/// What is told of a target, and how much of it was read.
type Told<'t, 'e> = (Vec<&'t Block<'e>>, ObstacleView);

/// What is in the way of whoever is able, targets of which the same is told together.
fn obstacles(
    page: &mut Page<'_>,
    answer: &Answer<'_, '_>,
    labels: &Labels<'_>,
    access: Access<'_, '_>,
) -> io::Result<()> {
    let paint = page.paint;
    let mut alike: Vec<(Told<'_, '_>, Vec<&str>)> = Vec::new();
    for target in answer.targets.iter().filter(|target| !target.able.is_empty()) {
        let blocks: Vec<&Block<'_>> =
            target.blocks.iter().filter(|block| !block.is_denial()).collect();
        let told = (blocks, target.view);
        match alike.iter_mut().find(|(known, _)| *known == told) {
            Some((_, on)) => on.push(&target.on),
            None => alike.push((told, vec![&target.on])),
        }
    }
    if alike.is_empty() {
        return Ok(());
    }
    // What nothing protects comes first.
    alike.sort_by_key(|((blocks, view), _)| (!blocks.is_empty(), *view));
    page.heading(paint.bold, "In the way", "")?;
    for ((blocks, view), on) in alike {
        let on = if answer.targets.len() > 1 {
            format!("on {}", list(on.into_iter().map(|on| labels.name(on))))
        } else {
            String::new()
        };
        if blocks.is_empty() {
            let (style, text) = match view {
                ObstacleView::Whole => (paint.bad, "nothing"),
                ObstacleView::Part => (paint.doubt, "nothing that was read"),
                ObstacleView::Nothing => (paint.doubt, "not known: the target was not read"),
                ObstacleView::Below => (paint.dim, "not told of a scope: ask on what is below it"),
            };
            page.flow("  ", &[Piece(style, text), Piece(paint.plain, &on)])?;
            continue;
        }
        if !on.is_empty() {
            page.flow("  ", &[Piece(paint.plain, &format!("{on}:"))])?;
        }
        for block in blocks {
            self::block(page, block, access)?;
        }
        if view == ObstacleView::Nothing {
            page.flow("  - ", &[Piece(paint.doubt, "more is not known: the target was not read")])?;
        }
    }
    Ok(())
}

/// Who has a role for it, and is denied it.
fn denials(
    page: &mut Page<'_>,
    answer: &Answer<'_, '_>,
    labels: &Labels<'_>,
    access: Access<'_, '_>,
) -> io::Result<()> {
    let paint = page.paint;
    let mut is_told = false;
    for target in &answer.targets {
        for block in target.blocks.iter().filter(|block| block.is_denial()) {
            if !std::mem::replace(&mut is_told, true) {
                page.heading(paint.bold, "Denied", "")?;
            }
            if answer.targets.len() > 1 {
                page.flow(
                    "  ",
                    &[Piece(paint.plain, &format!("on {}:", labels.name(&target.on)))],
                )?;
            }
            self::block(page, block, access)?;
        }
    }
    Ok(())
}

/// What is needed at places that nobody named.
fn elsewhere(page: &mut Page<'_>, answer: &Answer<'_, '_>) -> io::Result<()> {
    let mut told: Vec<Enforced> = Vec::new();
    for enforced in answer.targets.iter().flat_map(|target| &target.elsewhere) {
        if !told.contains(enforced) {
            told.push(*enforced);
        }
    }
    if told.is_empty() {
        return Ok(());
    }
    let paint = page.paint;
    page.heading(paint.bold, "Also needed, and not judged here", "")?;
    for enforced in told {
        let place = format!("on {}", enforced.on.name());
        page.flow("  ", &[Piece(paint.name, enforced.name()), Piece(paint.plain, &place)])?;
    }
    Ok(())
}

fn block(page: &mut Page<'_>, block: &Block<'_>, access: Access<'_, '_>) -> io::Result<()> {
    let plain = page.paint.plain;
    let perhaps = if block.is_certain { "" } else { "perhaps " };
    let others =
        |principals: &[(PrincipalId, Effect)]| -> String {
            if principals.is_empty() {
                return "nobody, as far as it was read".to_owned();
            }
            list(principals.iter().map(|(principal, effect)| {
                format!("{} ({})", name(*principal, access), effect.name())
            }))
        };
    let (text, clears) = match &block.obstacle {
        Obstacle::Deny { assignment, principals, .. } => {
            let from = list(principals.iter().map(|principal| name(*principal, access)));
            (format!("deny assignment {} takes it from {from}", named(assignment).0), None)
        }
        Obstacle::Mua { guard, operations, approvers, controllers } => {
            let who = match guard {
                Some(_) => {
                    // Whoever can approve it needs no more.
                    let is_more = |(who, effect): &&(PrincipalId, Effect)| {
                        !approvers.iter().any(|(known, how)| known == who && how <= effect)
                    };
                    let more: Vec<_> = controllers.iter().filter(is_more).copied().collect();
                    let more = if more.is_empty() {
                        String::new()
                    } else {
                        format!("; could change or delete the guard: {}", others(&more))
                    };
                    format!("could approve: {}{more}", others(approvers))
                }
                None => "who could approve was not read".to_owned(),
            };
            let guard = guard.as_ref().map_or_else(
                || "a Resource Guard that was not read".to_owned(),
                |guard| format!("Resource Guard {}", named(guard).0),
            );
            let keys: Vec<String> = operations.iter().map(|key| short(key)).collect();
            let text = format!("{guard} holds {}", keys.join(" and "));
            (text, Some(who))
        }
        Obstacle::Lock { id, level, removers } => {
            let at = id.to_ascii_lowercase().find("/providers/microsoft.authorization/locks/");
            let scope = named(at.and_then(|at| id.get(..at)).unwrap_or(id)).0;
            let text = format!("lock {} ({}) on {scope}", named(id).0, visible(level));
            (text, Some(format!("could remove it: {}", others(removers))))
        }
        Obstacle::Immutability { state } if state.eq_ignore_ascii_case("Locked") => {
            ("immutability, locked: recovery points stay until they expire".to_owned(), None)
        }
        Obstacle::Immutability { .. } => {
            ("immutability, until somebody turns it off (reduce-immutability)".to_owned(), None)
        }
    };
    page.flow("  - ", &[Piece(plain, &format!("{perhaps}{text}"))])?;
    clears.map_or(Ok(()), |clears| page.flow("    ", &[Piece(plain, &clears)]))
}

/// The last two parts of an action: `protectedItems/delete`.
fn short(action: &str) -> String {
    let mut parts: Vec<&str> = action.rsplit('/').take(2).collect();
    parts.reverse();
    parts.join("/")
}

/// Some of them, and how many more there are.
fn list(all: impl ExactSizeIterator<Item = String>) -> String {
    let more = all.len().saturating_sub(NAMES);
    let mut shown: Vec<String> = all.take(NAMES).collect();
    if more > 0 {
        shown.push(format!("and {more} more"));
    }
    shown.join(", ")
}

fn gaps(page: &mut Page<'_>, gaps: &[Gap]) -> io::Result<()> {
    if gaps.is_empty() {
        return Ok(());
    }
    let paint = page.paint;
    page.heading(paint.doubt, "Not read", "")?;
    // The same of many scopes is one line.
    let mut alike: BTreeMap<(&str, &str), Vec<&Gap>> = BTreeMap::new();
    for gap in gaps {
        alike.entry((&gap.message, gap.reason.name())).or_default().push(gap);
    }
    for ((message, reason), of) in alike.iter().take(GAPS) {
        let (name, place) = named(&of[0].scope);
        let more = if of.len() > 1 { format!(" and {} more", of.len() - 1) } else { String::new() };
        let at = format!("{name} {place}");
        page.flow(
            "  ",
            &[
                Piece(paint.plain, &visible(message)),
                Piece(paint.dim, &format!("({reason}; {}{more})", at.trim_end())),
            ],
        )?;
    }
    if alike.len() > GAPS {
        page.flow("  ", &[Piece(paint.dim, &format!("… and {} more", alike.len() - GAPS))])?;
    }
    Ok(())
}

/// What the effects mean that were told.
fn foot(page: &mut Page<'_>, answer: &Answer<'_, '_>) -> io::Result<()> {
    let paint = page.paint;
    let told = |effect: &Effect| {
        answer.targets.iter().any(|target| target.able.iter().any(|able| able.effect == *effect))
    };
    let told: Vec<Effect> = Effect::ALL.into_iter().filter(told).collect();
    if !told.is_empty() {
        page.blank()?;
    }
    for effect in told {
        page.flow(
            &pad(&format!("  {}", effect.name()), HANG),
            &[Piece(paint.dim, effect.words())],
        )?;
    }
    Ok(())
}

/// Somebody's name, or the object id.
fn name(principal: PrincipalId, access: Access<'_, '_>) -> String {
    let known = access.principal(principal);
    known
        .name
        .as_ref()
        .map_or_else(|| visible(&known.id).into_owned(), |name| clip(name, NAME).into_owned())
}

/// A scope in words, and where it stands.
fn named(scope: &str) -> (String, String) {
    let parts: Vec<&str> = scope.split('/').filter(|part| !part.is_empty()).collect();
    let last = clip(words::name(scope), NAME);
    let is =
        |at: usize, word: &str| parts.get(at).is_some_and(|part| part.eq_ignore_ascii_case(word));
    match parts.len() {
        0 => ("the root".to_owned(), String::new()),
        2 if is(0, "subscriptions") => (format!("subscription {last}"), String::new()),
        4 if is(0, "subscriptions") && is(2, "resourceGroups") => {
            (format!("resource group {last}"), format!("({})", visible(&words::place(scope))))
        }
        4 if is(1, "Microsoft.Management") => (format!("management group {last}"), String::new()),
        _ => {
            let place = words::place(scope);
            let place = if place.is_empty() { place } else { format!("({})", visible(&place)) };
            (last.into_owned(), place)
        }
    }
}
