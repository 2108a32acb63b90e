use delayed_data::{Record, Timestamp};

#[derive(Record)]
struct Trip {
    #[record(format = "%Y-%m-%d %k:%M")]
    pickup: Timestamp,
    #[record(format = "%d.%m %H:%M")]
    dropoff: Timestamp,
    #[record(format = "%m/%d/%Y %I:%M")]
    paid: Option<Timestamp>,
}

fn main() {}
