//! What the numbers of a frame look like.

use super::group::{float, is_number};
use super::{DataFrame, IntoArray};
use crate::Result;
use crate::cell::cells;

/// What is said of each column.
const STATISTICS: [&str; 8] = ["count", "mean", "std", "min", "25%", "50%", "75%", "max"];

impl DataFrame {
    /// What the columns of numbers look like: how many values there are, their
    /// mean, standard deviation (of a sample, so of `n - 1` degrees of freedom),
    /// least and greatest value and quartiles, which are interpolated between
    /// the values beside them. Rows without a value do not count, nor does NaN.
    ///
    /// ```
    /// use delayed_data::DataFrame;
    ///
    /// let trips = DataFrame::new([("distance", vec![1.0, 2.0, 4.0, 9.0])])?;
    /// let rows = trips.describe()?.chunk::<(String, Option<f64>)>(["statistic", "distance"])?;
    /// let rows: Vec<_> = rows.iter().collect();
    /// assert_eq!(rows[1], ("mean", Some(4.0)));
    /// assert_eq!(rows[5], ("50%", Some(3.0)));
    /// # Ok::<(), delayed_data::Error>(())
    /// ```
    ///
    /// # Errors
    /// If a column of numbers is called `statistic` itself.
    pub fn describe(&self) -> Result<DataFrame> {
        let mut columns = vec![("statistic", STATISTICS.to_vec().into_array())];
        for (name, array) in self.names().zip(self.batch.columns()) {
            let numbers = cells(array).filter(|_| is_number(array.data_type()));
            if let Some(numbers) = numbers {
                let numbers = numbers.filter_map(float).filter(|number| !number.is_nan());
                columns.push((name, statistics(numbers.collect()).into_array()));
            }
        }
        DataFrame::new(columns)
    }
}

fn statistics(mut numbers: Vec<f64>) -> Vec<Option<f64>> {
    let count = numbers.len() as f64;
    let mean = numbers.iter().sum::<f64>() / count;
    let squares = numbers.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>();
    numbers.sort_by(f64::total_cmp);
    let quantile = |share: f64| {
        let place = share * (count - 1.0);
        let below = *numbers.get(place.floor() as usize)?;
        let above = *numbers.get(place.ceil() as usize)?;
        match below == above {
            true => Some(below),
            false => Some(below + (above - below) * place.fract()),
        }
    };
    vec![
        Some(count),
        (count > 0.0).then_some(mean),
        (count > 1.0).then(|| (squares / (count - 1.0)).sqrt()),
        quantile(0.0),
        quantile(0.25),
        quantile(0.5),
        quantile(0.75),
        quantile(1.0),
    ]
}

#[cfg(test)]
mod tests {
    use super::statistics;

    #[test]
    fn few_numbers_have_few_statistics() {
        let none = [Some(0.0), None, None, None, None, None, None, None];
        assert_eq!(statistics(vec![]), none);
        let one = Some(7.0);
        assert_eq!(
            statistics(vec![7.0]),
            [Some(1.0), one, None, one, one, one, one, one]
        );
    }

    /// The figures are those of pandas.
    #[test]
    fn quartiles_lie_between_values() {
        let found = statistics(vec![10.0, 1.0, 3.0, 2.0]);
        let deviation = found[2].unwrap();
        assert!(
            (deviation - 4.082_482_904_638_63).abs() < 1e-12,
            "{deviation}"
        );
        let quartiles = [Some(1.0), Some(1.75), Some(2.5), Some(4.75), Some(10.0)];
        assert_eq!(found[3..], quartiles);
        assert_eq!(found[..2], [Some(4.0), Some(4.0)]);
    }
}
