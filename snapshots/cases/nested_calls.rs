// Tasks inside of expressions become steps in the order of evaluation.
let mut total = 0;
for x in data {
    total += add(increment(x), double(limit(x)?)) + 1;
}
scale(total, offset())? - base()
