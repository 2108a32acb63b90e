// A change gives a value that is needed behind a `?`.
let mut state = State::new();
for x in data {
    let id = state.next();
    let y = load(x)?;
    state.put(id, y);
}
state
