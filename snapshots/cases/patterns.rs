// Several outputs of one node, and items that are taken apart.
let (low, high) = bounds(&data);
for (index, Trip { start, end, .. }) in trips {
    let [first, second] = halves(start, end);
    seen.push(within(first, low, high) || second > index);
}
