// A statement's attributes stay with it.
#[cfg(feature = "fast")]
let x = fast(1);
#[cfg(not(feature = "fast"))]
let x = slow(1);
#[allow(unused_variables)]
let y = double(x);
x
