// A loop without a task costs less than its threads.
let mut total = 0;
for x in 0..10 {
    total += x;
}
total
