//! Runs the rules of a program on one input after the other: one evaluator for each worker.

use std::num::NonZeroU32;
use std::panic::{AssertUnwindSafe, catch_unwind};

use regorus::rvm::vm::RegoVM;
use regorus::utils::limits::ExecutionTimerConfig;
use regorus::{Engine, Value};

use super::answer::Answer;
use super::clock::ThreadClock;
use super::guarded::prepare;
use super::program::{Asked, Program, Shared};
use super::{EngineKind, Failure};

/// Instructions between two looks at the clock, when each is known to be short and when one may take half a second.
const CHECK_INTERVAL: NonZeroU32 = NonZeroU32::new(256).expect("256 is not zero");
const SLOW_CHECK_INTERVAL: NonZeroU32 = NonZeroU32::new(4).expect("4 is not zero");

/// Further tries of a rule that ran out of time while the machine was busy with something else.
const MAX_TRIES: usize = 3;

/// Evaluates the entries of a program. Making one is cheap; it is for one thread.
pub struct Evaluator {
    program: Program,
    engines: Engines,
}

/// What an evaluator keeps between evaluations, beside the program that all of them share: to count
/// another reference to that for each evaluation would have the threads wait for each other.
struct Engines {
    machines: Vec<Option<Stamped<RegoVM>>>,
    interpreter: Option<Stamped<Engine>>,
    input: Value,
    stamp: u64,
}

/// An engine and the input that it has.
struct Stamped<T> {
    engine: T,
    stamp: u64,
}

impl Evaluator {
    /// An evaluator of a program, without input yet.
    #[must_use]
    pub fn new(program: &Program) -> Self {
        let mut machines = Vec::new();
        machines.resize_with(program.shared.chunks.len(), || None);
        Self {
            program: program.clone(),
            engines: Engines { machines, interpreter: None, input: Value::Undefined, stamp: 1 },
        }
    }

    /// Sets the input of the evaluations that follow.
    pub fn set_input(&mut self, input: Value) {
        self.engines.input = input;
        self.engines.stamp += 1;
    }

    /// Evaluates an entry on the input that was set last.
    ///
    /// # Errors
    ///
    /// A [`Failure`] when a limit was met, the rule failed or its answer is not of the contract.
    ///
    /// # Panics
    ///
    /// When the program has no such entry.
    pub fn eval(&mut self, entry: usize) -> Result<Answer, Failure> {
        let kind = self.program.shared.entries[entry].choice.kind;
        self.eval_with(entry, kind)
    }

    /// Evaluates an entry by one of the engines, so that tests can compare both.
    ///
    /// # Errors
    ///
    /// As [`Evaluator::eval`]; also when the entry was not compiled for the bytecode machine.
    ///
    /// # Panics
    ///
    /// When the program has no such entry.
    pub fn eval_with(&mut self, entry: usize, kind: EngineKind) -> Result<Answer, Failure> {
        let mut answer = self.ask(entry, kind);
        // A busy machine may take the time away from a rule. That is not the rule's fault, so it is asked
        // again as long as most of the time went elsewhere; the limit holds for each try.
        for _ in 0..MAX_TRIES {
            if !matches!(answer, Err(Failure::Time { .. })) {
                break;
            }
            let clock = ThreadClock::start();
            answer = self.ask(entry, kind);
            if clock.elapsed() >= self.program.shared.options.limits.time / 2 {
                break;
            }
        }
        answer
    }

    fn ask(&mut self, entry: usize, kind: EngineKind) -> Result<Answer, Failure> {
        let shared = self.program.shared.as_ref();
        let mut answer = Answer::default();
        for asked in &shared.entries[entry].questions {
            let value = match kind {
                EngineKind::Rvm => self.engines.run(shared, asked)?,
                EngineKind::Interpreter => self.engines.interpret(shared, asked)?,
            };
            answer
                .take(asked.question, &value)
                .map_err(|message| asked.fallback.bad_result(message))?;
            if answer.not_applicable {
                break;
            }
        }
        Ok(answer)
    }

    /// Sets the input and evaluates one entry.
    ///
    /// # Errors
    ///
    /// As [`Evaluator::eval`].
    ///
    /// # Panics
    ///
    /// When the program has no such entry.
    pub fn evaluate(&mut self, entry: usize, input: &Value) -> Result<Answer, Failure> {
        self.set_input(input.clone());
        self.eval(entry)
    }
}

impl Engines {
    fn run(&mut self, shared: &Shared, asked: &Asked) -> Result<Value, Failure> {
        let Some((chunk, point)) = asked.slot else {
            return Err(asked
                .fallback
                .runtime("the rule is not compiled for the bytecode machine"));
        };
        if self.machines[chunk].is_none() {
            self.machines[chunk] =
                Some(Stamped { engine: machine(shared, chunk, asked)?, stamp: 0 });
        }
        let Some(machine) = &mut self.machines[chunk] else {
            return Err(asked.fallback.runtime("the bytecode machine is missing"));
        };
        if machine.stamp != self.stamp {
            machine.engine.set_input(self.input.clone());
            machine.stamp = self.stamp;
        }
        let result =
            catch_unwind(AssertUnwindSafe(|| machine.engine.execute_entry_point_by_index(point)));
        if let Ok(Ok(value)) = result {
            return Ok(value);
        }
        let pc = machine.engine.get_pc();
        // What a failed run leaves behind is not to be trusted.
        self.machines[chunk] = None;
        Err(match result {
            Ok(Err(error)) => asked.fallback.machine(
                &error,
                &shared.chunks[chunk].program,
                pc,
                &shared.guarded.machine,
            ),
            _ => asked.fallback.runtime("the engine failed on the rule"),
        })
    }

    fn interpret(&mut self, shared: &Shared, asked: &Asked) -> Result<Value, Failure> {
        let interpreter = self.interpreter.get_or_insert_with(|| {
            let mut engine = shared.engine.clone();
            if !shared.is_prepared {
                // Not on the rule's time. What is wrong here, the evaluation says again.
                _ = prepare(&mut engine, &asked.path, &shared.guarded.interpreter);
            }
            // A step of the interpreter takes longer than a look at the clock.
            engine.set_execution_timer_config(ExecutionTimerConfig {
                limit: shared.options.limits.time,
                check_interval: NonZeroU32::MIN,
            });
            // Prints are for tests; the standard error belongs to the program.
            engine.set_gather_prints(true);
            Stamped { engine, stamp: 0 }
        });
        if interpreter.stamp != self.stamp {
            interpreter.engine.set_input(self.input.clone());
            interpreter.stamp = self.stamp;
        }
        let engine = &mut interpreter.engine;
        let result = catch_unwind(AssertUnwindSafe(|| engine.eval_rule(asked.path.clone())));
        if let Ok(Ok(value)) = result {
            _ = engine.take_prints();
            return Ok(value);
        }
        self.interpreter = None;
        Err(match result {
            Ok(Err(error)) => {
                let limit = shared.options.limits.time;
                asked.fallback.interpreter(&error, limit, &shared.guarded.interpreter)
            }
            _ => asked.fallback.runtime("the engine failed on the rule"),
        })
    }
}

fn machine(shared: &Shared, chunk: usize, asked: &Asked) -> Result<RegoVM, Failure> {
    let limits = &shared.options.limits;
    let interval = if shared.chunks[chunk].slow { SLOW_CHECK_INTERVAL } else { CHECK_INTERVAL };
    let mut machine = RegoVM::new();
    machine.load_program(shared.chunks[chunk].program.clone());
    machine.set_max_instructions(limits.max_instructions);
    machine.set_strict_builtin_errors(shared.options.strict_builtins);
    machine.set_execution_timer_config(Some(ExecutionTimerConfig {
        limit: limits.time,
        check_interval: interval,
    }));
    machine
        .set_data(shared.data.clone())
        .map_err(|error| asked.fallback.runtime(error.to_string()))?;
    Ok(machine)
}
