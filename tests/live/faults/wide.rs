//! What strikes more than one question: a subscription, a service, everything from some moment on.

use super::tenant::{group, subscription};
use super::{Ran, run};
use crate::azure_sim::{Action, Fault, Phase};

struct Wide {
    name: &'static str,
    faults: Vec<Fault>,
    /// Where Microsoft Graph is said to be.
    directory: Option<&'static str>,
    /// Where the gaps are, or below.
    scope: String,
    /// Status and reason of every gap.
    gaps: &'static [(u64, &'static str)],
}

fn status(status: u16) -> Action {
    Action::Status { status, code: None, body: None, headers: Default::default() }
}

fn all() -> Vec<Wide> {
    let forbid = || Action::Forbid { permission: "a/b/read".to_owned() };
    let hour = || Action::Throttle { retry_after: Some(3_600) };
    let arm = |action| Fault::new(action).in_phase(Phase::ResourceManager);
    let query = |action, call| Fault { call, ..Fault::new(action).in_phase(Phase::ResourceGraph) };
    let people = |action| Fault::new(action).in_phase(Phase::Directory);
    let wide = |name, faults, scope: &str, gaps| Wide {
        name,
        faults,
        directory: None,
        scope: scope.to_owned(),
        gaps,
    };
    let (first, later) = (subscription(0), subscription(1));
    let below = |scope: &str, action| arm(action).at(&format!("{scope}/*"));
    let at = |directory, gaps| {
        let name = "Microsoft Graph is nowhere";
        Wide { directory: Some(directory), ..wide(name, Vec::new(), "/", gaps) }
    };
    let members = || format!("/v1.0/groups/{}/transitiveMembers", group());
    vec![
        wide(
            "a subscription is forbidden",
            vec![below(&first, forbid())],
            &first,
            &[(403, "forbidden")],
        ),
        wide(
            "a subscription is gone",
            vec![below(&first, Action::Vanish)],
            &first,
            &[(404, "vanished")],
        ),
        wide(
            "a subscription has a problem",
            vec![below(&later, status(503))],
            &later,
            &[(503, "server-error")],
        ),
        wide("all is forbidden", vec![arm(forbid())], "/", &[(403, "forbidden")]),
        wide("all is throttled", vec![arm(hour())], "/", &[(429, "throttled")]),
        wide("all is malformed", vec![arm(Action::Malform)], "/", &[(200, "malformed")]),
        wide("all breaks", vec![arm(Action::Drop)], "/", &[(0, "connection-cut")]),
        wide(
            "all breaks from some moment on",
            vec![Fault { call: 12, ..arm(Action::Drop) }],
            "/",
            &[(0, "connection-cut")],
        ),
        wide(
            "no token is good any more",
            vec![Fault { call: 12, ..arm(status(401)) }],
            "/",
            &[(401, "forbidden")],
        ),
        wide("queries are forbidden later", vec![query(forbid(), 3)], "/", &[(403, "forbidden")]),
        wide("queries are throttled later", vec![query(hour(), 3)], "/", &[(429, "throttled")]),
        wide("the directory is forbidden", vec![people(forbid())], "/", &[(403, "forbidden")]),
        wide("the directory is throttled", vec![people(hour())], "/", &[(429, "throttled")]),
        wide(
            "the directory has a problem",
            vec![people(status(500))],
            "/",
            &[(500, "server-error")],
        ),
        at("http://127.0.0.1:1", &[(0, "connect")]),
        wide(
            "two troubles at once",
            vec![below(&later, forbid()), Fault::new(Action::Malform).at(&members())],
            "/",
            &[(403, "forbidden"), (200, "malformed")],
        ),
        wide(
            "troubles that pass, one after another",
            (1..40).step_by(3).map(|call| arm(status(503)).on_calls(call, 1)).collect(),
            "/",
            &[],
        ),
    ]
}

#[test]
fn what_strikes_many_questions_leaves_their_gaps() {
    let whole = run(Vec::new(), None).result.expect("a snapshot");
    for Wide { name, faults, directory, scope, gaps } in all() {
        let Ran { result, .. } = run(faults, directory);
        let seen = result.unwrap_or_else(|error| panic!("{name}: {error}"));
        let wrongs = whole.wrongs_of(&seen);
        assert!(wrongs.is_empty(), "{name}: {wrongs:#?}");
        let found = seen.gaps();
        assert_eq!(found.is_empty(), gaps.is_empty(), "{name}: {found:?}");
        for gap in found {
            assert!(gap.0.starts_with(&scope), "{name}: {gap:?}");
            assert!(gaps.contains(&(gap.2, gap.3.as_str())), "{name}: {gap:?}");
        }
        assert!(!gaps.is_empty() || whole.lines == seen.lines, "{name}: something else came of it");
    }
}
