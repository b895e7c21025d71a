//! Pictures that a shop keeper sent in. Each is there in two sizes, and its address says how large it is, so that a browser takes the
//! one that its screen needs.

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

#[cfg(test)]
mod tests {
    use super::*;

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
