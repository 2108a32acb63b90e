// What changes behind a shared reference is ordered, too.
let log = Mutex::new(Vec::new());
for x in 0..3 {
    let id = counter.fetch_add(1, Relaxed);
    let y = model.predict(x);
    log.lock().unwrap().push(work(id));
    sink.emit(step(y))?;
}
log.into_inner()
