//! The picture that another site shows beside a link to the shop (Open Graph, ogp.me).

use crate::domain::product::{Product, Slug};
use std::{collections::BTreeMap, sync::Arc};

/// The folder of the pictures of products.
const PRODUCTS: &str = "/share/products/";
/// What their names end with.
const ENDING: &str = ".png";

/// Where these pictures are: one of the shop, and one of each product with a drawing of ours.
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

    /// The address of the shop's picture.
    pub fn of_shop(&self) -> Option<String> {
        let (_, version) = self.find(Self::EMBLEM)?;
        Some(format!("{}?v={version}", Self::SHOP))
    }

    /// The address of a product's picture.
    pub fn of_product(&self, product: &Product) -> Option<String> {
        let (_, version) = self.find(&product.picture)?;
        Some(format!("{PRODUCTS}{}{ENDING}?v={version}", product.slug))
    }

    /// Whose picture is called so in its folder.
    pub fn product(name: &str) -> Option<Slug> {
        Slug::parse(name.strip_suffix(ENDING)?).ok()
    }
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
            assert_eq!(pictures.of_product(&product(ours)).as_deref(), Some("/share/products/cup.png?v=1"), "{ours}");
        }
        for other in ["/p.svg", "/pictures/mug.svg/", "/pictures/mug", "", "?", "https://cdn.example/pictures/mug.svg"] {
            assert_eq!(pictures.of_product(&product(other)), None, "{other}");
        }
        assert_eq!(pictures.of_shop().as_deref(), Some("/share/shop.png?v=2"));
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
