//! Pictures that a shop keeper sent in. Each is there in two sizes, and its address says how large it is, so that a browser takes the
//! one that its screen needs.

use crate::domain::product_field::is_line;

/// The folder of all pictures of products; those that come with the shop are drawings.
const FOLDER: &str = "/pictures/";
/// What the names of those that were sent in end with.
const ENDING: &str = ".jpg";
/// Letters of a hash.
const HASH: usize = 32;

/// A picture that was sent in: four by three, as JPEG.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentPicture {
    /// What it is called by: a hash of its content, in hexadecimal digits.
    pub hash: String,
    /// Pixels from left to right.
    pub width: u32,
}

impl SentPicture {
    /// What they are (`Content-Type`).
    pub const KIND: &str = "image/jpeg";
    /// The width of the small one, and the least that can be sent in.
    pub const SMALL: u32 = 640;
    /// The width of the large one at most: twice what a page shows, for screens with two pixels for one.
    pub const LARGE: u32 = 1_280;

    /// Reads an address; nothing of that of a drawing, or of anything else.
    pub fn parse(path: &str) -> Option<Self> {
        let (hash, width) = path.strip_prefix(FOLDER)?.strip_suffix(ENDING)?.split_once('-')?;
        let is_hash = hash.len() == HASH && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let width = width.parse().ok().filter(|width| (Self::SMALL..=Self::LARGE).contains(width))?;
        let picture = Self { hash: hash.to_owned(), width };
        (is_hash && picture.path() == path).then_some(picture)
    }

    /// Its address.
    pub fn path(&self) -> String {
        format!("{FOLDER}{}-{}{ENDING}", self.hash, self.width)
    }

    /// The same in the small size.
    #[must_use]
    pub fn small(self) -> Self {
        Self { width: Self::SMALL, ..self }
    }

    /// Pixels from top to bottom.
    pub const fn height(&self) -> u32 {
        self.width / 4 * 3
    }
}

/// What an `img` needs to know of a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PictureSources {
    /// The address that every browser understands: of two sizes the small one.
    pub src: String,
    /// Both sizes, where there are two.
    pub srcset: Option<String>,
}

impl PictureSources {
    /// Those of the picture at this address.
    pub fn of(path: &str) -> Self {
        match SentPicture::parse(path) {
            Some(large) if large.width > SentPicture::SMALL => {
                let (width, small) = (large.width, large.small());
                Self { src: small.path(), srcset: Some(format!("{} {}w, {path} {width}w", small.path(), SentPicture::SMALL)) }
            }
            _ => Self { src: path.to_owned(), srcset: None },
        }
    }
}

/// What pictures of a product show, for whoever cannot see them (WCAG 2.2, 1.1.1): the path and the text of each that has one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PictureTexts(Vec<(String, String)>);

impl PictureTexts {
    /// The most characters of one.
    pub const MAX: usize = 120;
    /// Stands between two of them in a catalogue's file, so no text contains it.
    pub const BETWEEN: char = '|';

    /// Whether a text is one of a picture: one line, or nothing.
    pub fn takes(text: &str) -> bool {
        is_line(text, 0, Self::MAX) && !text.contains(Self::BETWEEN)
    }

    /// Reads the lines that are stored: in each a path, a space, and a text.
    pub fn of_lines(lines: &str) -> Self {
        Self(lines.lines().filter_map(|line| line.split_once(' ')).map(|(path, text)| (path.to_owned(), text.to_owned())).collect())
    }

    /// Reads the field of a catalogue's file: the texts of these pictures, in their order. Nothing if there are more of them, or one
    /// breaks its rule.
    pub fn of_field<'p>(field: &str, mut paths: impl Iterator<Item = &'p str>) -> Option<Self> {
        let mut all = Self::default();
        for text in field.split(Self::BETWEEN).map(str::trim).filter(|_| !field.trim().is_empty()) {
            let path = paths.next()?;
            if !Self::takes(text) {
                return None;
            }
            all.set(path, text);
        }
        Some(all)
    }

    /// The text of the picture at this path.
    pub fn of(&self, path: &str) -> Option<&str> {
        self.0.iter().find(|(of, _)| of == path).map(|(_, text)| text.as_str())
    }

    /// Gives a picture this text; none, if it is empty.
    pub fn set(&mut self, path: &str, text: &str) {
        self.0.retain(|(of, _)| of != path);
        if !text.is_empty() {
            self.0.push((path.to_owned(), text.to_owned()));
        }
    }

    /// The lines that are stored, those of these pictures.
    pub fn lines<'p>(&self, paths: impl Iterator<Item = &'p str>) -> String {
        let line = |path: &'p str| self.of(path).map(|text| format!("{path} {text}"));
        paths.filter_map(line).collect::<Vec<_>>().join("\n")
    }

    /// The field of a catalogue's file.
    pub fn field<'p>(&self, paths: impl Iterator<Item = &'p str>) -> String {
        let texts: Vec<&str> = paths.map(|path| self.of(path).unwrap_or_default()).collect();
        let written = texts.iter().rposition(|text| !text.is_empty()).map_or(0, |last| last + 1);
        texts[..written].join(" | ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_pictures_show_is_read_back_from_a_file_and_from_lines() {
        let paths = ["/pictures/a.svg", "/pictures/b.svg", "/pictures/c.svg"];
        for field in ["", "A lid", "A lid | Its handle: oak", "| Its handle", "|| The foot"] {
            let texts = PictureTexts::of_field(field, paths.into_iter()).expect(field);
            assert_eq!(PictureTexts::of_field(&texts.field(paths.into_iter()), paths.into_iter()), Some(texts.clone()), "{field}");
            assert_eq!(PictureTexts::of_lines(&texts.lines(paths.into_iter())), texts, "{field}");
        }
        let mut texts = PictureTexts::of_field("A lid | Its handle", paths.into_iter()).expect("texts");
        assert_eq!(texts.of(paths[1]), Some("Its handle"));
        assert_eq!(texts.lines(paths.into_iter().skip(1)), "/pictures/b.svg Its handle");
        texts.set(paths[1], "");
        assert_eq!((texts.of(paths[1]), texts.field(paths.into_iter())), (None, "A lid".to_owned()));
        for refused in ["a | b | c | d", "two\nlines", &"x".repeat(121)] {
            assert_eq!(PictureTexts::of_field(refused, paths.into_iter()), None, "{refused}");
        }
    }

    #[test]
    fn the_address_of_a_picture_says_how_large_it_is() {
        let hash = "0123456789abcdef".repeat(2);
        let path = format!("/pictures/{hash}-1200.jpg");
        let picture = SentPicture::parse(&path).expect("a picture");
        assert_eq!((picture.path(), picture.width, picture.height()), (path.clone(), 1_200, 900));
        let small = format!("/pictures/{hash}-640.jpg");
        let sources = PictureSources::of(&path);
        assert_eq!((sources.src, sources.srcset), (small.clone(), Some(format!("{small} 640w, {path} 1200w"))));
        for alone in ["/pictures/mug.svg?v=1".to_owned(), small] {
            assert_eq!(PictureSources::of(&alone), PictureSources { src: alone, srcset: None });
        }
        for other in [
            "/pictures/mug.svg".to_owned(),
            format!("/pictures/{hash}.jpg"),
            format!("/pictures/{hash}-639.jpg"),
            format!("/pictures/{hash}-1281.jpg"),
            format!("/pictures/{hash}-0700.jpg"),
            format!("/pictures/{}-700.jpg", hash.to_uppercase()),
            format!("/pictures/{}-700.jpg", &hash[1..]),
            format!("/pictures/../{hash}-700.jpg"),
            format!("https://x.example/pictures/{hash}-700.jpg"),
        ] {
            assert_eq!(SentPicture::parse(&other), None, "{other}");
        }
    }
}
