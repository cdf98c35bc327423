//! Which builtins a policy may call, and the calls whose arguments the text already shows to be wrong.

use regorus::unstable::{BUILTINS, Expr, Ref};

use super::catalog::literal_text;

/// Elements that one call may list.
pub(super) const MAX_RANGE: u64 = 100_000;

/// A refusal: the message and the help.
pub(super) type Refusal = (String, Option<String>);

const UNITS: &str =
    "the engine writes out a number such as 1e1000000000 digit by digit, which nothing can stop";
const BANNED: &[(&str, &str)] = &[
    ("time.now_ns", "the time of the audit is in `data.backuplint.clock`"),
    ("rand.", "a verdict must not depend on chance"),
    ("uuid.", "a verdict must not depend on chance"),
    ("http.", "a policy reads only its input and data"),
    ("net.lookup_ip_addr", "a policy reads only its input and data"),
    ("opa.runtime", "a policy reads only its input and data"),
    ("trace", "use print in a test"),
    (
        "graph.reachable_paths",
        "it lists every path, of which there may be exponentially many; use graph.reachable",
    ),
    ("units.parse", UNITS),
    ("units.parse_bytes", UNITS),
    ("__builtin_host_await", "a policy reads only its input and data"),
    ("test.sleep", "it only waits"),
];

/// Checks the name and the number of arguments of a call to a builtin.
pub(super) fn check(name: &str, arguments: usize) -> Result<(), Refusal> {
    let banned = |(banned, _): &&(&str, &str)| match banned.strip_suffix('.') {
        Some(_) => name.starts_with(banned),
        None => name == *banned,
    };
    if let Some((_, why)) = BANNED.iter().find(banned) {
        return Err((
            format!("the builtin `{name}` is not allowed in a policy"),
            Some((*why).to_owned()),
        ));
    }
    if name == "print" {
        return Ok(());
    }
    let Some((_, arity)) = BUILTINS.get(name) else {
        let help = nearest(name).map(|near| format!("did you mean `{near}`?"));
        return Err((
            format!("`{name}` is neither a builtin of this engine nor a function of the policy"),
            help,
        ));
    };
    let arity = usize::from(*arity);
    // One argument more binds the result.
    if arguments == arity || arguments == arity + 1 {
        return Ok(());
    }
    Err((format!("`{name}` takes {arity} arguments, not {arguments}"), None))
}

fn nearest(name: &str) -> Option<&'static str> {
    let allowed =
        BUILTINS.keys().filter(|known| !BANNED.iter().any(|(banned, _)| known.starts_with(banned)));
    let scored = allowed.map(|known| (strsim::jaro_winkler(name, known), *known));
    // The map has no order: equal scores must not pick by chance.
    let best = scored.max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))?;
    (best.0 > 0.8).then_some(best.1)
}

/// Checks a `sprintf` format against its arguments.
///
/// The engine makes a width, a precision or a wrong number of arguments undefined: the rule would pass unseen.
pub(super) fn format(format: &str, arguments: &Expr) -> Result<(), Refusal> {
    let mut verbs = 0;
    let mut chars = format.chars();
    while let Some(char) = chars.next() {
        if char != '%' {
            continue;
        }
        match chars.next() {
            Some('%') => {}
            Some('s' | 'd' | 'v' | 'q' | 'b' | 'o' | 'x' | 'X' | 'c' | 'f' | 'g' | 'e' | 't') => {
                verbs += 1;
            }
            Some(flag)
                if flag.is_numeric() || matches!(flag, '.' | '+' | '-' | '#' | ' ' | '*') =>
            {
                let help = "the engine leaves such a message undefined, so the rule would pass; use %d, %s or %v";
                return Err((
                    "the format has a width, a precision or a flag".to_owned(),
                    Some(help.to_owned()),
                ));
            }
            Some(verb) => return Err((format!("the format has the unknown verb `%{verb}`"), None)),
            None => {
                return Err((
                    "the format ends in a single `%`".to_owned(),
                    Some("write %%".to_owned()),
                ));
            }
        }
    }
    match arguments {
        Expr::Array { items, .. } if items.len() != verbs => {
            Err((format!("the format has {verbs} verbs but {} arguments", items.len()), None))
        }
        _ => Ok(()),
    }
}

/// How many numbers a range lists, when its bounds are literals.
pub(super) fn range(arguments: &[Ref<Expr>]) -> Option<u64> {
    let from = integer(arguments.first()?)?;
    let to = integer(arguments.get(1)?)?;
    Some(from.abs_diff(to).saturating_add(1))
}

/// The step of a stepped range, when it is a literal.
pub(super) fn step(arguments: &[Ref<Expr>]) -> Option<i64> {
    integer(arguments.get(2)?)
}

/// Whether an expression is the size of something, give or take a literal.
pub(super) fn is_count(expr: &Expr) -> bool {
    match expr {
        Expr::Call { fcn, .. } => super::catalog::call_name(fcn) == "count",
        Expr::ArithExpr { op, lhs, rhs, .. } => {
            use regorus::unstable::ArithOp::{Add, Sub};
            matches!(op, Add | Sub)
                && is_count(lhs)
                && integer(rhs).is_some_and(|n| n.unsigned_abs() <= MAX_RANGE)
        }
        _ => integer(expr).is_some_and(|n| n.unsigned_abs() <= MAX_RANGE),
    }
}

/// The value of an integer literal, with a sign or without.
pub(super) fn integer(expr: &Expr) -> Option<i64> {
    match expr {
        Expr::Number { value, .. } => value.as_i64().ok(),
        Expr::UnaryExpr { expr, .. } => integer(expr)?.checked_neg(),
        _ => None,
    }
}

/// How often a literal holds another.
pub(super) fn occurrences(text: &Expr, part: &Expr) -> Option<usize> {
    let (text, part) = (literal_text(text)?, literal_text(part)?);
    Some(text.matches(&part).count())
}
