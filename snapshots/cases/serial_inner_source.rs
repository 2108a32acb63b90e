// What the inner loop runs over is changed by the iteration before.
let mut todo = vec![1];
for step in 0..3 {
    for item in todo.clone() {
        visit(item);
    }
    todo.push(step);
}
