// `y` is the iteration's own, and changes by what the loop has summed up: what
// reads `y` after that cannot run before the iterations in front.
{
    let mut sum = 0;
    let mut seen = Vec::new();
    for x in xs {
        let mut y = double(x);
        y += sum;
        sum += x;
        seen.push(double(y));
    }
    seen
}
