use std::time::Duration;

use delayed_data::Record;

#[derive(Record)]
struct Trip {
    distance: f64,
    duration: Duration,
    #[record(format = "%d.%m.%Y")]
    day: i64,
}

fn main() {}
