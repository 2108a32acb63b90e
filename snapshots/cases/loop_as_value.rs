// A loop's last expression is collected in order.
let squares = for x in numbers {
    let y = square(x);
    y + 1
};
squares.len()
