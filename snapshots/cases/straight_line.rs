// Calls one after the other; a value is borrowed, then moved at its last use.
let trips = read_trips("january.csv");
let count = count_long(&trips);
let sorted = sort(trips);
(count, sorted)
