//! A run that stops anywhere and goes on ends like one that nobody disturbed.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use backuplint::azure::Cancellation;
use backuplint::collect::progress::{Event, Watch};
use backuplint::collect::{CollectError, Scopes};

use crate::support::{
    client, collect, estate, plan, scratch, simulator, stoppable_client, tree, watched,
};

/// Stops the run after so many parts.
struct Stop {
    after: Cell<usize>,
    cancellation: Cancellation,
    parts: RefCell<BTreeSet<(String, Option<String>)>>,
}

impl Stop {
    fn new(after: usize) -> Self {
        let cancellation = Cancellation::default();
        Self { after: Cell::new(after), cancellation, parts: RefCell::default() }
    }
}

impl Watch for Stop {
    fn see(&self, event: Event<'_>) {
        let Event::Part { name, subscription } = event else { return };
        self.parts.borrow_mut().insert((name.to_owned(), subscription.map(str::to_owned)));
        self.after.set(self.after.get().saturating_sub(1));
        if self.after.get() == 0 {
            self.cancellation.cancel();
        }
    }
}

#[test]
fn a_run_that_was_stopped_goes_on() {
    let simulator = simulator(&estate("contoso"));
    let (plan, scopes) = (plan(&[]), Scopes::default());
    let folder = scratch();
    let undisturbed = folder.path().join("undisturbed");
    let all = Stop::new(usize::MAX);
    watched(&client(&simulator), &plan, &scopes, &undisturbed, &all).expect("a snapshot");
    let expected = tree(&undisturbed);
    let parts = all.parts.borrow().len();
    for after in [1, 2, 3, 7, 20, 50, 90, 130, parts - 2, parts - 1] {
        let target = folder.path().join(after.to_string());
        let first = Stop::new(after);
        let stopped = stoppable_client(&simulator, &first.cancellation);
        let result = watched(&stopped, &plan, &scopes, &target, &first);
        assert!(matches!(result, Err(CollectError::Stopped)), "{after}: {result:?}");
        assert!(!target.join("manifest.json").exists());
        let second = Stop::new(usize::MAX);
        watched(&client(&simulator), &plan, &scopes, &target, &second).expect("a snapshot");
        let twice: Vec<_> =
            first.parts.borrow().intersection(&second.parts.borrow()).cloned().collect();
        assert!(twice.is_empty(), "{after}: read again: {twice:?}");
        let found = tree(&target);
        assert_eq!(found.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
        for (name, content) in &expected {
            assert!(found[name] == *content, "{after}: {name} differs");
        }
    }
}

#[test]
fn a_run_with_another_wish_does_not_go_on() {
    let simulator = simulator(&estate("clean"));
    let folder = scratch();
    let target = folder.path().join("snapshot");
    let first = Stop::new(3);
    let stopped = stoppable_client(&simulator, &first.cancellation);
    let scopes = Scopes::default();
    assert!(watched(&stopped, &plan(&[]), &scopes, &target, &first).is_err());
    let other = collect(&client(&simulator), &plan(&["encryption-config"]), &scopes, &target);
    assert!(matches!(other, Err(CollectError::Write(_))), "{other:?}");
    collect(&client(&simulator), &plan(&[]), &scopes, &target).expect("a snapshot");
}
