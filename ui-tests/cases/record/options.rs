use delayed_data::Record;

#[derive(Record)]
#[record(rename_all = "Title Case", rename = "trip")]
struct Trip {
    #[record(alias = "miles")]
    distance: f64,
    #[record(rename = "tip", rename = "tip_amount")]
    tip: f64,
    #[record(rename = 7)]
    fare: f64,
    #[record(rename = "toll|")]
    toll: f64,
    #[record(default 0.0)]
    extra: f64,
}

fn main() {}
