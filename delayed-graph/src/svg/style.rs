//! Colours and fonts.

/// Font sizes in pixels: of labels, of notes beside them, and of the title.
pub(super) const TEXT: f64 = 13.0;
pub(super) const SMALL: f64 = 11.0;
pub(super) const TITLE: f64 = 17.0;

/// The style sheet. Each rule is below `.delayed-graph`, for pictures that are
/// put into a page. Colours are light by default, for viewers without themes.
pub(super) const STYLE: &str = include_str!("style.css");

/// How wide a text is at most, in pixels.
///
/// Labels are in the viewer's monospaced font, in which a character is 0.6 of
/// the font size and one of East Asia or a pictograph twice that.
pub(super) fn text_width(text: &str, size: f64) -> f64 {
    let columns: u32 = text
        .chars()
        .map(|c| match c {
            '\u{1100}'..='\u{1fff}' | '\u{2070}'.. => 2,
            _ => 1,
        })
        .sum();
    f64::from(columns) * size * 0.61
}
