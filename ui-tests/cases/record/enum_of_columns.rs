use delayed_data::Record;

#[derive(Record)]
enum Trip {
    Long { distance: f64 },
}

#[derive(Record)]
struct Tuple(f64, f64);

#[derive(Record)]
struct Nothing {}

fn main() {}
