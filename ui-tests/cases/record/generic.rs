use delayed_data::Record;

#[derive(Record)]
struct Trip<'a, 'b, T> {
    vendor: &'a str,
    flag: &'b str,
    distance: T,
}

fn main() {}
