// Two tasks between one that makes and one that joins: they run side by side.
let x = load(seed);
let left = increment(&x);
let right = double(&x);
add(left, right)
