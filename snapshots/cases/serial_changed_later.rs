// A turn may come after the change.
let mut all = Vec::new();
for x in 0..3 {
    let mut list = read(x);
    all.extend(&list);
    list.clear();
    fill(&mut list);
    all.extend(list);
}
all
