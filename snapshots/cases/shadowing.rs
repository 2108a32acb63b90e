// Each `x` is a value of its own.
let x = increment(x);
let x = double(x);
let total = for x in 0..x {
    let x = square(x);
    x
};
(x, total)
