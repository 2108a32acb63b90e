use delayed_data::read;

struct Trip {
    distance: f64,
}

fn main() {
    let _ = read("trips.csv").rows::<Trip>();
}
