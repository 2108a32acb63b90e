//! What `#[derive(Record)]` writes and refuses, as text.

use super::case::Case;
use super::format::{Step, steps};

fn code(item: &str) -> String {
    let tokens = super::expand(item.parse().unwrap());
    prettyplease::unparse(&syn::parse2(tokens).unwrap())
}

#[test]
fn a_record_with_all_there_is() {
    insta::assert_snapshot!(code(
        "#[record(rename_all = \"PascalCase\", crate = my::data)]
         pub struct Trip<'t> {
             pickup: Timestamp,
             #[record(rename = \"flag|store_and_fwd_flag\", default = \"N\")]
             pub flag: &'t str,
             #[record(format = \"%d.%m.%Y\", default)]
             seen: Option<Timestamp>,
         }"
    ));
}

#[test]
fn names_are_written_as_serde_writes_them() {
    let written = |case: &str| Case::parse(case).map(|case| case.apply("pickup_zone_id"));
    for (case, name) in [
        ("lowercase", "pickup_zone_id"),
        ("UPPERCASE", "PICKUP_ZONE_ID"),
        ("PascalCase", "PickupZoneId"),
        ("camelCase", "pickupZoneId"),
        ("snake_case", "pickup_zone_id"),
        ("SCREAMING_SNAKE_CASE", "PICKUP_ZONE_ID"),
        ("kebab-case", "pickup-zone-id"),
        ("SCREAMING-KEBAB-CASE", "PICKUP-ZONE-ID"),
    ] {
        assert_eq!(written(case).as_deref(), Some(name), "{case}");
    }
    assert_eq!(written("Title Case"), None);
}

#[test]
fn formats_are_steps() {
    let literal = |text: &str| Step::Literal(text.to_owned());
    let expected = [
        Step::Part("day"),
        literal("."),
        Step::Part("month"),
        literal(" % "),
        Step::Part("short_year"),
    ];
    assert_eq!(steps("%d.%m %% %y").unwrap(), expected);
    assert_eq!(steps("%F %T").unwrap(), steps("%Y-%m-%d %H:%M:%S").unwrap());
}

#[test]
fn formats_that_give_no_time_are_refused() {
    for (format, detail) in [
        ("%d.%m", "has no year"),
        ("%d.%m.%Y %y", "has the year twice"),
        ("%F %M", "has a minute and no hour"),
        (
            "%F %I",
            "has `%I`, an hour of half a day, and not `%p`, which half",
        ),
        (
            "%F %H %p",
            "has `%p`, a half of the day, and not `%I`, its hour",
        ),
        ("%F %q", "%q"),
        ("%F %", "%"),
    ] {
        assert_eq!(steps(format).unwrap_err().1, detail);
    }
}
