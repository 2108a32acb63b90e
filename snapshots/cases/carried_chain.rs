// Iterations overlap in everything but the step from state to state.
let mut state = State::new();
for path in files {
    let update = read_update(&path)?;
    state = advance(state, update);
}
state
