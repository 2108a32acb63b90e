// Parts are taken where the change stands, and the rest stays.
let mut names = Vec::new();
let mut sizes = Vec::new();
for x in 0..9 {
    let parcel = pack(x);
    names.push(parcel.text);
    sizes.push(parcel.list[0]);
    sizes.push(count(&parcel.list));
}
(names, sizes)
