// The inner loop changes a variable of the outer body and one of the pipeline.
let mut all = Vec::new();
let mut count = 0;
for path in files {
    let mut lines = 0;
    for chunk in chunks(&path)? {
        let found = search(&chunk);
        lines += found.len();
        count += 1;
        all.extend(found);
    }
    all.push(summary(&path));
    count += lines;
}
(all, count)
