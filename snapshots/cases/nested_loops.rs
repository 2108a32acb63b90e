// The main job: files, chunks, a sum.
let mut totals = TripCount::default();
for path in files {
    for chunk in trips_of(&path)? {
        totals += count_long(&chunk?);
    }
}
totals
