//! Spans of `tracing`: each run, loop and task has one, in that of what it stands
//! in, on whatever thread, and all of them end.
#![cfg(feature = "tracing")]

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use delayed::prelude::*;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Subscriber};
use tracing_subscriber::Registry;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

/// What there was to see.
#[derive(Default)]
struct Seen {
    /// Each span's name with its fields, and the span around it.
    spans: BTreeMap<u64, (String, Option<u64>)>,
    open: i64,
    events: Vec<String>,
}

#[derive(Clone, Default)]
struct Eyes(Arc<Mutex<Seen>>);

struct Words(String);

impl Visit for Words {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0 += &format!(" {field}={value:?}");
    }
}

impl<S: Subscriber + for<'a> tracing_subscriber::registry::LookupSpan<'a>> Layer<S> for Eyes {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut words = Words(attributes.metadata().name().to_owned());
        attributes.record(&mut words);
        let parent = context
            .span(id)
            .and_then(|span| span.parent().map(|it| it.id()));
        let parent = parent.map(|parent| parent.into_u64());
        self.0
            .lock()
            .unwrap()
            .spans
            .insert(id.into_u64(), (words.0, parent));
    }

    fn on_enter(&self, _: &Id, _: Context<'_, S>) {
        self.0.lock().unwrap().open += 1;
    }

    fn on_exit(&self, _: &Id, _: Context<'_, S>) {
        self.0.lock().unwrap().open -= 1;
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut words = Words(event.metadata().level().to_string());
        event.record(&mut words);
        self.0.lock().unwrap().events.push(words.0);
    }
}

impl Eyes {
    /// The spans as `name in name in …`, sorted; forgets them.
    fn take(&self) -> (Vec<String>, Vec<String>) {
        let seen = std::mem::take(&mut *self.0.lock().unwrap());
        assert_eq!(seen.open, 0, "all spans have ended");
        let chain = |(words, parent): &(String, Option<u64>)| {
            let mut chain = words.clone();
            let mut outside = *parent;
            while let Some((words, parent)) = outside.and_then(|id| seen.spans.get(&id)) {
                let kind = words.split(' ').next().unwrap_or_default();
                chain += &format!(" in {kind}");
                outside = *parent;
            }
            chain
        };
        let mut spans: Vec<String> = seen.spans.values().map(chain).collect();
        spans.sort();
        (spans, seen.events)
    }
}

#[delayed]
fn double(x: u64) -> u64 {
    2 * x
}

#[delayed(retries = 1)]
fn refuse(x: u64) -> Result<u64, String> {
    Err(format!("{x} is bad"))
}

#[delayed]
fn breaks(x: u64) -> u64 {
    panic!("{x}")
}

fn count(spans: &[String], begin: &str, end: &str) -> usize {
    let fits = |span: &&String| span.starts_with(begin) && span.ends_with(end);
    spans.iter().filter(fits).count()
}

/// One test, as there is one subscriber for all threads.
#[test]
fn each_run_loop_and_task_has_a_span() {
    let eyes = Eyes::default();
    tracing::subscriber::set_global_default(Registry::default().with(eyes.clone())).unwrap();
    for threads in [1, 2, 8] {
        let runtime = Runtime::builder()
            .threads(threads)
            .tracing(true)
            .build()
            .unwrap();
        let job = pipeline!({
            let four = double(2);
            let mut sum = 0;
            for x in 0..3_u64 {
                for y in 0..100_u64 {
                    sum += double(x * y);
                }
            }
            sum + four
        });
        assert_eq!(job.compute_on(&runtime).unwrap(), 29_704);
        let (spans, events) = eyes.take();
        assert_eq!(spans.len(), 306, "{spans:#?}");
        assert_eq!(count(&spans, "run ", ""), 1);
        assert_eq!(count(&spans, "task name=\"double\" place=", " in run"), 301);
        assert_eq!(
            count(&spans, "loop head=\"for x in 0..3_u64\" ", " in run"),
            1
        );
        assert_eq!(
            count(&spans, "loop head=\"for y in 0..100_u64\" ", " in run"),
            3
        );
        assert!(events.is_empty());

        let tasks: Vec<_> = (0..50).map(double).collect();
        let sum: Delayed<u64> = tasks.into_iter().sum();
        assert_eq!(runtime.run(|| sum.compute()).unwrap(), 2450);
        let (spans, _) = eyes.take();
        assert_eq!(count(&spans, "task name=\"double\" place=", " in run"), 50);
        assert_eq!(count(&spans, "task ", " in run"), spans.len() - 1);

        let job = pipeline!({ refuse(5)? });
        let error = job.compute_on(&runtime).unwrap_err();
        let (spans, events) = eyes.take();
        assert_eq!(spans.len(), 2);
        assert!(
            events[0].starts_with("WARN") && events[0].contains("refuse"),
            "{events:?}"
        );
        assert_eq!(events[1], format!("ERROR message={error}"));

        for _ in 0..2 {
            let job = pipeline!({
                let a = double(1);
                breaks(a)
            });
            assert!(job.compute_on(&runtime).unwrap_err().is_panic());
            assert_eq!(eyes.take().0.len(), 3);
        }
    }
}
