use delayed::NBytes;

struct Handle(u32);

#[derive(NBytes)]
struct Open {
    path: String,
    handle: Handle,
}

fn main() {}
