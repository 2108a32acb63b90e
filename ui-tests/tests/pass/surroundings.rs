//! Where a pipeline can stand, and how tasks can be called there.

use std::ops::Add;
use std::path::PathBuf;

use delayed::prelude::*;

mod arithmetic {
    use delayed::prelude::*;

    #[delayed]
    pub(crate) fn double(x: u64) -> u64 {
        2 * x
    }

    #[delayed]
    pub(crate) fn sum<T: Copy + Default + Send + Sync + std::ops::Add<Output = T> + 'static>(
        values: &[T],
    ) -> T {
        values.iter().fold(T::default(), |sum, &value| sum + value)
    }
}

use arithmetic::double as twice;

#[test]
fn tasks_are_called_by_path_and_by_another_name() {
    let pipeline = pipeline!({
        let x = arithmetic::double(1);
        let y = self::arithmetic::double(x);
        twice(y)
    });
    assert_eq!(pipeline.compute().unwrap(), 8);
}

#[test]
fn bare_and_braced_forms_are_the_same() {
    let data = [1_u64, 2, 3];
    let parenthesised = pipeline!(for &x in &data {
        twice(x)
    });
    let braced = pipeline! {
        for &x in &data {
            twice(x)
        }
    };
    assert_eq!(parenthesised.compute().unwrap(), [2, 4, 6]);
    assert_eq!(braced.compute().unwrap(), [2, 4, 6]);
}

#[test]
fn tasks_can_be_defined_inside_of_a_function() {
    #[delayed]
    fn triple(x: u64) -> u64 {
        3 * x
    }
    assert_eq!(pipeline!({ triple(2) }).compute().unwrap(), 6);
}

fn total<T>(rows: &[Vec<T>]) -> Result<T, delayed::Error>
where
    T: Copy + Default + Send + Sync + Add<Output = T> + 'static,
{
    pipeline!({
        let mut total = T::default();
        for row in rows {
            let sum = arithmetic::sum::<T>(row);
            total = total + sum;
        }
        total
    })
    .compute()
}

#[test]
fn pipelines_stand_in_generic_functions() {
    assert_eq!(total(&[vec![1, 2], vec![3]]).unwrap(), 6);
    assert_eq!(total(&[vec![0.5], vec![1.5]]).unwrap().to_string(), "2");
}

struct Store {
    files: Vec<PathBuf>,
    factor: u64,
}

impl Store {
    const EXTRA: u64 = 1;

    fn sizes(&self) -> Result<Vec<u64>, delayed::Error> {
        pipeline!({
            for file in &self.files {
                let length = file.as_os_str().len() as u64;
                twice(length) * self.factor + Self::EXTRA
            }
        })
        .compute()
    }
}

#[test]
fn pipelines_stand_in_methods() {
    let store = Store {
        files: vec![PathBuf::from("a"), PathBuf::from("bc")],
        factor: 10,
    };
    assert_eq!(store.sizes().unwrap(), [21, 41]);
}

#[test]
fn a_pipeline_can_be_returned() {
    fn lazy(data: Vec<u64>) -> Pipeline<'static, u64> {
        pipeline!(move {
            let mut total = 0;
            for x in data {
                total += twice(x);
            }
            total
        })
    }
    assert_eq!(lazy(vec![1, 2]).compute().unwrap(), 6);
}

#[test]
fn a_pipeline_stands_in_a_closure_and_in_an_argument() {
    let run = |x: u64| pipeline!({ twice(x) }).compute();
    assert_eq!(run(4).unwrap(), 8);
    assert_eq!(u64::max(1, pipeline!({ twice(1) }).compute().unwrap()), 2);
}

#[test]
fn what_is_no_task_can_be_called_in_braces_and_parentheses() {
    fn plain(x: u64) -> u64 {
        x + 1
    }
    let pipeline = pipeline!({
        let x = twice(2);
        let y = (plain)(x);
        { plain(y) }
    });
    assert_eq!(pipeline.compute().unwrap(), 6);
}

#[test]
fn pipelines_stand_in_pipelines() {
    let pipeline = pipeline!({
        let mut all = Vec::new();
        for x in 0..3 {
            let inner = pipeline!(for y in 0..x {
                twice(y)
            });
            all.push(inner.compute()?);
        }
        all
    });
    assert_eq!(pipeline.compute().unwrap(), [vec![], vec![0], vec![0, 2]]);
}
