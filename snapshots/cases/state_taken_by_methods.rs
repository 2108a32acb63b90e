// A state that a method takes and gives back, and changes that may fail: all of
// them in one hand-over.
let mut report = Report::new();
let (mut newest, mut oldest) = (Row::none(), Row::none());
for path in files {
    let row = measure(&path);
    report = report.with(&row)?;
    writeln!(out, "{row}")?;
    (newest, oldest) = (oldest.later(&row), newest.earlier(&row));
}
(report, newest, oldest)
