// Two chains run side by side, then what needs both; a step that could run
// beside the rest of its chain waits for the next fork. What a name hides stays.
let a = read(left)?;
let b = clean(&a)?;
let c = read(right)?;
let d = clean(&c)?;
let both = join(&b, &d);
let (low, high) = split(both);
let half = low.weight / 2.0;
let light = report(half);
let heavy = report(high.weight);
let light = sign(light);
(light, heavy)
