//! The picture that another site shows beside a link to the shop (Open Graph, ogp.me).

use crate::domain::{
    picture::SentPicture,
    product::{Product, Slug},
};
use std::{collections::BTreeMap, sync::Arc};

/// The folder of the pictures of products.
const PRODUCTS: &str = "/share/products/";
/// What their names end with.
const ENDING: &str = ".png";

/// One of these pictures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharePicture {
    /// Its path.
    pub path: String,
    /// What it is.
    pub kind: &'static str,
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
}

/// Where these pictures are: one of the shop, and one of each product with a drawing of ours. Where a keeper sent a picture in, it is
/// that one.
///
/// Their addresses name their version, so that browsers and other sites may keep them for ever.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SharePictures(Arc<BTreeMap<String, String>>);

impl SharePictures {
    /// Pixels from left to right: what the large sites ask for.
    pub const WIDTH: u32 = 1_200;
    /// Pixels from top to bottom.
    pub const HEIGHT: u32 = 630;
    /// What they are.
    pub const KIND: &str = "image/png";
    /// The path of the shop's picture.
    pub const SHOP: &str = "/share/shop.png";
    /// The path of the emblem, which it is made of.
    pub const EMBLEM: &str = "/favicon.svg";

    /// Each picture's version, by the path of the drawing that it is made of.
    pub fn new(versions: BTreeMap<String, String>) -> Self {
        Self(Arc::new(versions))
    }

    /// The path of the drawing at this address, and the version of the picture that is made of it, if it is ours.
    pub fn find(&self, drawing: &str) -> Option<(&str, &str)> {
        let path = drawing.split_once('?').map_or(drawing, |(path, _)| path);
        self.0.get_key_value(path).map(|(path, version)| (path.as_str(), version.as_str()))
    }

    /// The shop's picture.
    pub fn of_shop(&self) -> Option<SharePicture> {
        let (_, version) = self.find(Self::EMBLEM)?;
        Some(painted(format!("{}?v={version}", Self::SHOP)))
    }

    /// A product's picture.
    pub fn of_product(&self, product: &Product) -> Option<SharePicture> {
        if let Some(sent) = SentPicture::parse(&product.picture) {
            return Some(SharePicture { path: sent.path(), kind: SentPicture::KIND, width: sent.width, height: sent.height() });
        }
        let (_, version) = self.find(&product.picture)?;
        Some(painted(format!("{PRODUCTS}{}{ENDING}?v={version}", product.slug)))
    }

    /// Whose picture is called so in its folder.
    pub fn product(name: &str) -> Option<Slug> {
        Slug::parse(name.strip_suffix(ENDING)?).ok()
    }
}

const fn painted(path: String) -> SharePicture {
    SharePicture { path, kind: SharePictures::KIND, width: SharePictures::WIDTH, height: SharePictures::HEIGHT }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_has_a_picture_if_its_drawing_is_ours_whatever_version_of_the_drawing_it_names() {
        let versions = [("/pictures/mug.svg", "1"), ("/favicon.svg", "2")];
        let pictures = SharePictures::new(versions.map(|(path, version)| (path.to_owned(), version.to_owned())).into());
        let product = |picture: &str| Product { picture: picture.to_owned(), ..Product::example("Cup", "Desk") };
        for ours in ["/pictures/mug.svg", "/pictures/mug.svg?v=0123456789abcdef"] {
            assert_eq!(pictures.of_product(&product(ours)), Some(painted("/share/products/cup.png?v=1".to_owned())), "{ours}");
        }
        for other in ["/p.svg", "/pictures/mug.svg/", "/pictures/mug", "", "?", "https://cdn.example/pictures/mug.svg"] {
            assert_eq!(pictures.of_product(&product(other)), None, "{other}");
        }
        let sent = format!("/pictures/{}-1000.jpg", "a".repeat(32));
        let picture = SharePicture { path: sent.clone(), kind: "image/jpeg", width: 1_000, height: 750 };
        assert_eq!(pictures.of_product(&product(&sent)), Some(picture));
        assert_eq!(pictures.of_shop(), Some(painted("/share/shop.png?v=2".to_owned())));
        assert_eq!(SharePictures::default().of_shop(), None);
    }

    #[test]
    fn a_picture_is_called_like_its_product() {
        assert_eq!(SharePictures::product("usb-cable.png"), Slug::parse("usb-cable").ok());
        for other in ["usb-cable", ".png", "usb-cable.PNG", "usb-cable.png.png", "../shop.png", "Usb.png"] {
            assert_eq!(SharePictures::product(other), None, "{other}");
        }
    }
}
