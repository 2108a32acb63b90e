// A state and a sum go from iteration to iteration.
let mut state = start;
let mut sum = 0;
for x in (0..6).step_by(2) {
    let y = load(x);
    state = step(state, &y);
    sum += y;
}
(state, sum)
