//! What `#[delayed]` writes, as text.

use proc_macro2::TokenStream;

use super::Features;

/// Expands where everything is there.
fn expand(options: TokenStream, item: TokenStream) -> TokenStream {
    super::expand(options, item, Features { checkpoint: true })
}

fn code(options: &str, item: &str) -> String {
    let tokens = expand(options.parse().unwrap(), item.parse().unwrap());
    prettyplease::unparse(&syn::parse2(tokens).unwrap())
}

/// What the compiler says about each of `items`, a line each.
fn faults(items: &[(&str, &str)]) -> String {
    let mut text = String::new();
    for (options, item) in items {
        let file: syn::File =
            syn::parse2(expand(options.parse().unwrap(), item.parse().unwrap())).unwrap();
        text += &format!("#[delayed({options})] {item}\n");
        for item in file.items {
            let syn::Item::Macro(item) = item else {
                continue;
            };
            let message: syn::LitStr = syn::parse2(item.mac.tokens).unwrap();
            text += &format!("    {}\n", message.value().replace('\n', "\n    "));
        }
    }
    text
}

macro_rules! snapshots {
    ($($name:ident: $options:literal, $item:literal;)*) => {$(
        #[test]
        fn $name() {
            insta::assert_snapshot!(code($options, $item));
        }
    )*};
}

snapshots! {
    plain: "", "/// Doubles.\npub fn double(x: i64) -> i64 { 2 * x }";
    no_arguments_no_value: "", "fn tick() { println!(\"tick\") }";
    borrowed: "", "fn count(trips: &Trips, name: &str, over: Duration) -> TripCount { body }";
    generic: "", "fn largest<T: Ord + Clone, const N: usize>(items: &[T; N], or: T) -> Option<T> where T: Debug { body }";
    lifetimes: "", "fn both<'a, 'b: 'a>(x: &'a str, y: Cow<'b, str>, z: Option<&u8>, s: &'static str, f: fn(&u8) -> &u8) -> String where 'b: 'static { body }";
    opaque_arguments: "", "fn apply(f: impl Fn(i64) -> i64 + Send, x: &impl Number) -> i64 { body }";
    patterns: "", "fn patterns(mut a: u8, (b, c): (u8, u8), _: u8, ref d: u8, e @ 1..: u8) { body }";
    result: "", "fn read(path: &Path) -> Result<Vec<u8>, ReadError> { body }";
    io_result: "", "fn read(path: PathBuf) -> std::io::Result<Vec<u8>> { body }";
    result_without_arguments: "", "fn show(x: u8) -> fmt::Result { body }";
    claimed_fallible: "fallible", "fn read(path: PathBuf) -> Outcome<u8> { body }";
    claimed_infallible: "fallible = false", "fn check(x: u8) -> Result<u8, u8> { body }";
    options: "name = \"load trips\", crate = my::delayed", "pub(crate) fn load(x: u8) -> u8 { body }";
    demands: "pure = false, retries = 3, backoff = \"100ms\", timeout = \"2 min\", priority = -1, limit = 0x10", "fn load(x: u8) -> Result<u8, E> { body }";
    hints: "pure, priority = 7", "fn load(x: u8) -> u8 { body }";
    attributes: "", "#[cfg(unix)] #[inline(never)] #[must_use] #[allow(non_snake_case)] #[deprecated] fn Old(x: u8) -> u8 { body }";
    in_place: "", "fn sort(list: &mut Vec<u8>, up: bool) { body }";
    raw_name: "", "fn r#match(r#in: u8) -> u8 { r#in }";
    kept: "checkpoint, limit = 2", "fn load(path: &Path, (from, to): (u64, u64)) -> io::Result<Trips> { body }";
    kept_as_version: "checkpoint = \"v2\"", "fn load<T: Number>(x: T) -> Sum<T> { body }";
    refused_as_written: "", "async fn load(x: u8) -> u8 { body }";
}

#[test]
fn refusals() {
    insta::assert_snapshot!(faults(&[
        ("", "struct Trips;"),
        ("", "fn no_body();"),
        ("", "async fn f() {}"),
        ("", "const fn f() {}"),
        ("", "extern \"C\" fn f() {}"),
        ("", "unsafe fn f() {}"),
        ("", "const async unsafe fn f() {}"),
        ("", "fn f(&self) {}"),
        ("", "fn f(self: Box<Self>) {}"),
        ("", "unsafe extern \"C\" fn f(x: u8, ...) {}"),
        ("", "fn f(x: &u8) -> &u8 { x }"),
        ("", "fn f<'a>(x: &'a u8) -> Option<&'a u8> { x }"),
        ("", "fn f(x: &str) -> Cow<'_, str> { x }"),
        ("", "fn f<'a>(x: View<'a>) -> View<'a> { x }"),
        ("", "fn f() -> impl Iterator<Item = u8> { x }"),
        ("", "fn f() -> Vec<impl Clone> { x }"),
        ("colour = \"red\"", "fn f() {}"),
        ("retries = 3, backoff = \"1s\", pure", "fn f() {}"),
        (
            "retries = 3, fallible = false",
            "fn f() -> Result<u8, E> {}"
        ),
        (
            "retries = 3, fallible",
            "fn f(x: &mut u8) -> Outcome<u8> {}"
        ),
        ("pure", "fn f(x: &mut u8) {}"),
        ("checkpoint", "fn f(x: &mut u8) {}"),
        ("checkpoint = false", "fn f(x: &mut u8) {}"),
        ("checkpoint = 1", "fn f(x: u8) {}"),
        ("checkpoint = \" \"", "fn f(x: u8) {}"),
        ("pure = false, retries = 3", "fn f() -> Result<u8, E> {}"),
        ("backoff = \"1s\"", "fn f() {}"),
        (
            "backoff = \"1s\", retries = 0",
            "fn f() -> Result<u8, E> {}"
        ),
        ("fallible, fallible = false", "fn f() {}"),
        ("name", "fn f() {}"),
        ("name = 3", "fn f() {}"),
        ("name = \" \"", "fn f() {}"),
        ("fallible = 1", "fn f() {}"),
        ("crate", "fn f() {}"),
        ("3", "fn f() {}"),
        ("name = ", "fn f() {}"),
    ]));
}

#[test]
fn a_feature_that_is_not_there_is_named() {
    let (options, item) = ("checkpoint", "fn f(x: u8) -> u8 { x }");
    let features = Features { checkpoint: false };
    let code = super::expand(options.parse().unwrap(), item.parse().unwrap(), features);
    let code = code.to_string();
    assert!(
        code.contains("[D120]") && code.contains("features = [\\\"checkpoint\\\"]"),
        "{code}"
    );
    assert!(!code.contains("recall"), "{code}");
}

/// What is said to `key = value`, for each of `values`.
fn values(key: &str, values: &[&str]) -> String {
    let items: Vec<_> = values.iter().map(|it| format!("{key} = {it}")).collect();
    let items: Vec<_> = items.iter().map(|it| (it.as_str(), "fn f() {}")).collect();
    faults(&items)
}

#[test]
fn values_of_options() {
    let numbers = [
        "0",
        "-1",
        "4294967296",
        "9999999999999999999999999999999999999999999",
        "1.0",
        "1u8",
        "\"1\"",
        "ONE",
        "(1)",
        "!1",
    ];
    let times = [
        "\"0s\"",
        "\"0 h\"",
        "\"8761h\"",
        "\"99999999999999999999999999999999999999999h\"",
        "\"\"",
        "\"s\"",
        "\"1\"",
        "\"1.5s\"",
        "\"-1s\"",
        "\"1m\"",
        "\"1 S\"",
        "\"1s 2ms\"",
        "1",
        "ONE",
    ];
    let mut text = values("limit", &numbers);
    text += &values(
        "priority",
        &["-2147483649", "2147483648", "--1.0", "\"high\""],
    );
    text += &values("timeout", &times);
    text += &values("pure", &["1", "\"yes\""]);
    text += &faults(&[("limit", "fn f() {}"), ("timeout", "fn f() {}")]);
    insta::assert_snapshot!(text);
}

#[test]
fn values_in_range() {
    let accepted = [
        ("limit", "4_294_967_295", "with_limit (4294967295)"),
        ("priority", "-2147483648", "with_priority (- 2147483648)"),
        ("priority", "2147483647", "with_priority (2147483647)"),
        ("timeout", "\"1us\"", "from_micros (1)"),
        ("timeout", "\" 250 ms \"", "from_micros (250000)"),
        ("timeout", "\"2s\"", "from_micros (2000000)"),
        ("timeout", "\"3min\"", "from_micros (180000000)"),
        ("timeout", "\"8760h\"", "from_micros (31536000000000)"),
    ];
    for (key, value, call) in accepted {
        let options = format!("{key} = {value}").parse().unwrap();
        let code = expand(options, "fn f() {}".parse().unwrap()).to_string();
        assert!(code.contains(call), "{code}");
        assert!(!code.contains("compile_error"), "{code}");
    }
}

#[test]
fn owned_returns_are_no_borrows() {
    let accepted = [
        "fn f() -> &'static str { x }",
        "fn f() -> Option<&'static [&'static str]> { x }",
        "fn f() -> fn(&u8) -> &u8 { x }",
        "fn f() -> Box<dyn Fn(&u8) -> &u8 + Send> { x }",
        "fn f() -> Box<dyn for<'a> Visit<'a> + Send> { x }",
        "fn f() -> Cow<'static, str> { x }",
    ];
    for item in accepted {
        assert_eq!(faults(&[("", item)]).lines().count(), 1, "{item}");
    }
}

#[test]
fn a_body_that_is_not_rust_yet_stays_for_editors_to_complete() {
    let item: TokenStream = "fn typing(x: u8) -> u8 { let y = x. }".parse().unwrap();
    let code = expand(TokenStream::new(), item).to_string();
    assert!(
        code.contains("let y = x .") && !code.contains("compile_error"),
        "{code}"
    );
}

#[test]
fn a_list_of_bounds_is_no_type_to_return_and_no_panic() {
    for item in [
        "fn f() -> u8 + {}",
        "fn f<T>() -> T + {}",
        "fn f() -> dyn A + B {}",
    ] {
        for options in ["", "fallible"] {
            let code = expand(options.parse().unwrap(), item.parse().unwrap());
            assert!(code.to_string().contains("fn eager"), "{item}");
        }
    }
}

#[test]
fn expanding_twice_gives_the_same_code() {
    let item = "fn f<T: Ord, U>(a: T, b: &U, c: impl Fn(&T)) -> Result<T, E> { body }";
    assert_eq!(code("", item), code("", item));
}

#[test]
fn the_body_and_the_name_stay_where_the_user_wrote_them() {
    let item: TokenStream = "fn double(x: i64) -> i64 { unique_marker(x) }"
        .parse()
        .unwrap();
    let code = expand(TokenStream::new(), item);
    let places = positions(code, "unique_marker");
    assert_eq!(places, [(1, 27)]);
}

/// Where identifiers called `name` come from: line and column, from 1 and 0.
fn positions(tokens: TokenStream, name: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for token in tokens {
        match token {
            proc_macro2::TokenTree::Group(group) => found.extend(positions(group.stream(), name)),
            proc_macro2::TokenTree::Ident(ident) if ident == name => {
                let start = ident.span().start();
                found.push((start.line, start.column));
            }
            _ => {}
        }
    }
    found
}
