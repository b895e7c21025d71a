//! A text as a picture that phones read.

use crate::{domain::second_factor::QrPicture, server::error::ServerError};
use qrcode::{Color, QrCode};
use std::fmt::Write;

/// White around it, in squares (ISO/IEC 18004, 5.3.8).
const EDGE: usize = 4;

/// The QR code of a text, with medium error correction: it is read from a screen.
///
/// Only its squares are the library's: what it writes as SVG is a document of its own, which has no place in a page.
pub fn picture(text: &str) -> Result<QrPicture, ServerError> {
    let code = QrCode::new(text).map_err(|error| ServerError::SecondFactor(error.into()))?;
    let (width, colors, mut path) = (code.width(), code.into_colors(), String::new());
    for (y, row) in colors.chunks(width).enumerate() {
        let mut x = EDGE;
        for run in row.chunk_by(|one, other| one == other) {
            if run.first() == Some(&Color::Dark) {
                // A String takes whatever is written.
                let _ = write!(path, "M{x} {}h{}v1H{x}z", y + EDGE, run.len());
            }
            x += run.len();
        }
    }
    Ok(QrPicture { side: width + 2 * EDGE, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_draws_the_squares_of_the_code() {
        let text = "otpauth://totp/Satchel:ada?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Satchel";
        let (code, picture) = (QrCode::new(text).expect("short enough"), picture(text).expect("short enough"));
        let mut drawn = vec![vec![Color::Light; picture.side]; picture.side];
        for run in picture.path.split_terminator('z') {
            let (from, rest) = run[1..].split_once('h').expect("a run");
            let (x, y) = from.split_once(' ').expect("a place");
            let (x, y): (usize, usize) = (x.parse().expect("a number"), y.parse().expect("a number"));
            let length: usize = rest.split('v').next().expect("a length").parse().expect("a number");
            drawn[y][x..x + length].fill(Color::Dark);
        }
        let inside: Vec<Color> = drawn[EDGE..picture.side - EDGE].iter().flat_map(|row| row[EDGE..picture.side - EDGE].to_vec()).collect();
        assert!(inside == code.into_colors());
        assert!(picture.path.len() < 12_000, "{}", picture.path.len());
    }
}
