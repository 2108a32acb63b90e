// A task changes a value of the iteration, and one of the pipeline.
let mut index = Index::new();
for path in files {
    let mut words = read_words(&path);
    sort_words(&mut words);
    insert(&mut index, &words);
}
index
