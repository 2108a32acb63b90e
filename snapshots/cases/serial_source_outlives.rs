// The source is used again, so nothing may be pulled ahead of a `break`.
let mut sum = 0;
for x in numbers.by_ref() {
    sum += churn(x);
    if x == 10 {
        break;
    }
}
sum
