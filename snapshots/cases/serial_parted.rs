// What is left of a value cannot be handed over.
let mut names = Vec::new();
let mut sizes = Vec::new();
for x in 0..9 {
    let parcel = pack(x);
    names.push(parcel.text);
    sizes.extend(&parcel.list);
}
(names, sizes)
