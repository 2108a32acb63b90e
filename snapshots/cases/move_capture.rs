move {
    // As in front of a closure: the surroundings are taken.
    for path in paths {
        counts.lock().unwrap().push(count_lines(&path));
    }
}
