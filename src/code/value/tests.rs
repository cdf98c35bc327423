use super::{Cause, Part, Place, Value};

fn text(text: &str) -> Value {
    Value::text(text, Place::default())
}

fn hole(name: &str) -> Value {
    Value::hole(Cause::NoDefault, "no value", Place::default(), name)
}

fn join(values: &[Value]) -> Value {
    Value::join(values, Place::default())
}

#[test]
fn texts_are_compared_as_far_as_they_are_known() {
    let policy = |vault: &Value| join(&[text("/vaults/"), vault.clone(), text("/policies/p")]);
    let (one, other) = (policy(&hole("var.a")), policy(&hole("var.b")));
    assert_eq!(one.same(&policy(&hole("var.a"))), Some(true));
    assert_eq!(one.same(&other), None);
    assert_eq!(one.same(&policy(&text("v"))), None);
    assert_eq!(policy(&text("V")).same(&policy(&text("v"))), Some(true));
    assert_eq!(policy(&text("v")).same(&policy(&text("w"))), Some(false));
}

#[test]
fn pieces_of_known_text_become_one() {
    let joined =
        join(&[text("a"), text(""), text("b"), hole("var.x"), Value::bool(true, Place::default())]);
    let parts = [Part::Known("ab".into()), Part::Hole("var.x".into()), Part::Known("True".into())];
    assert_eq!(joined.form().as_deref(), Some(&parts[..]));
    assert_eq!(joined.as_unknown().map(|unknown| unknown.cause), Some(Cause::NoDefault));
}

#[test]
fn a_value_counts_what_is_below_it() {
    let one = Value::list(vec![text("a"), text("b")], Place::default());
    let doubled = Value::list(vec![one.clone(), one.clone()], Place::default());
    assert_eq!((one.size(), one.depth()), (3, 2));
    assert_eq!((doubled.size(), doubled.depth()), (7, 3));
}
