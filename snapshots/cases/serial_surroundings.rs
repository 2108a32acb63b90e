// A loop without tasks hands on what stands around it.
let mut all = Vec::new();
for path in files {
    let name = stem(&path);
    for copy in 0..2 {
        all.push((name.clone(), copy));
    }
}
all
