// A jump of the inner loop's ends an iteration of the outer one.
let mut count = 0;
'files: for path in files {
    for line in lines(&path) {
        if is_end(&line) {
            continue 'files;
        }
        count += 1;
    }
}
count
