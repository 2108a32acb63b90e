// Which branch is taken is known only when the iteration before has ended.
let mut spent = 0;
for x in 0..9 {
    spent += cost(x);
    if spent > 20 {
        break;
    }
}
spent
