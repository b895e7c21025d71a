//! Pictures that shop keepers send in: what is taken, what is made of it, and who gets it.

use crate::{
    desk::keeper,
    support::{Browser, TestApp, app::DAY, browser::Answer},
};
use axum::http::{StatusCode, header};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use satchel::{
    domain::money::Currency,
    server::{catalogue::import, db::product, mailer},
};
use std::io::Cursor;

const BOUNDARY: &str = "x-boundary-x";

/// A form with a picture, as browsers send it.
fn form(product: &str, file: &[u8]) -> Vec<u8> {
    let mut body = format!(
        "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"product\"\r\n\r\n{product}\r\n--{BOUNDARY}\r\n\
         content-disposition: form-data; name=\"picture\"; filename=\"a.jpg\"\r\ncontent-type: image/jpeg\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(file);
    body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    body
}

/// Sends a picture from the page of the product, and looks at the page it leads to.
async fn upload(kim: &mut Browser, product: &str, file: &[u8]) -> Answer {
    let page = format!("/desk/products/{product}");
    let request = kim
        .build("POST", "/api/desk/add_picture")
        .header(header::ACCEPT, "text/html")
        .header(header::REFERER, format!("http://localhost:3000{page}"))
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"));
    let answer = kim.request(request, form(product, file).into()).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let next = answer.header(header::LOCATION).to_owned();
    kim.visit(next.strip_prefix("http://localhost:3000").unwrap_or(&next)).await
}

fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).expect("written");
    bytes.into_inner()
}

/// Red on the left, blue on the right.
fn halves(width: u32, height: u32) -> DynamicImage {
    let colour = |x| if x < width / 2 { Rgb([250, 0, 0]) } else { Rgb([0, 0, 250]) };
    RgbImage::from_fn(width, height, |x, _| colour(x)).into()
}

/// The paths of the pictures of a product.
async fn paths(app: &TestApp, product: &str) -> Vec<String> {
    let stored = app.database().texts(&format!("select picture || ' ' || pictures from product where slug = '{product}'")).await;
    stored[0].split_whitespace().map(str::to_owned).collect()
}

/// A JPEG with the data of a phone: held on its side (orientation 6), and where it was.
fn from_a_phone(picture: &DynamicImage) -> Vec<u8> {
    let plain = encoded(picture, ImageFormat::Jpeg);
    let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x02\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\x01\x0e\0\x02\0\0\0\x10\0\0\0\x26\0\0\0\0".to_vec();
    exif.extend_from_slice(b"GPS 47.37, 8.54\0");
    let length = u16::try_from(exif.len() + 2).expect("short").to_be_bytes();
    [&plain[..2], &[0xff, 0xe1], &length, &exif, &plain[2..]].concat()
}

#[tokio::test]
async fn a_picture_is_written_anew_in_two_sizes_and_shown_everywhere() {
    let app = TestApp::start().await;
    let (mut kim, mut stranger) = (keeper(&app, "kim").await, app.browser());
    let page = upload(&mut kim, "mug", &from_a_phone(&halves(1_000, 1_400))).await;
    page.shows("The pictures of the product are changed.");
    let path = paths(&app, "mug").await[1].clone();
    kim.submit("desk/lead_with_picture", &[("product", "mug"), ("picture", &path)]).await;
    assert_eq!(paths(&app, "mug").await, [&path, "/pictures/mug.svg"]);
    // Turned upright it is 1,400 wide and 1,000 high. Of that, four by three are kept.
    assert!(path.ends_with("-1280.jpg"), "{path}");
    let small = path.replace("-1280.jpg", "-640.jpg");
    for (path, width) in [(&path, 1_280), (&small, 640)] {
        let answer = stranger.open(path).await;
        assert_eq!((answer.status, answer.header(header::CONTENT_TYPE)), (StatusCode::OK, "image/jpeg"));
        assert_eq!(answer.header(header::CACHE_CONTROL), "public, max-age=31536000, immutable");
        assert_eq!(answer.header("cross-origin-resource-policy"), "cross-origin");
        assert_eq!(answer.header(header::SET_COOKIE), "");
        for private in ["GPS", "Exif"] {
            assert!(!answer.body.windows(private.len()).any(|part| part == private.as_bytes()), "{private}");
        }
        let picture = image::load_from_memory_with_format(&answer.body, ImageFormat::Jpeg).expect("a JPEG").into_rgb8();
        assert_eq!(picture.dimensions(), (width, width / 4 * 3));
        // The left half of what was held on its side is above.
        let [above, below] = [30, picture.height() - 30].map(|y| picture.get_pixel(width / 2, y).0);
        assert!(above[0] > 200 && above[2] < 50 && below[2] > 200 && below[0] < 50, "{above:?} {below:?}");
        let tag = answer.header(header::ETAG).to_owned();
        let again = stranger.build("GET", path).header(header::IF_NONE_MATCH, tag);
        assert_eq!(stranger.request(again, axum::body::Body::empty()).await.status, StatusCode::NOT_MODIFIED);
    }
    let srcset = format!("srcset=\"{small} 640w, {path} 1280w\"");
    let page = stranger.open("/products/mug").await;
    page.shows(&srcset);
    page.shows("alt=\"Picture of: Mug\"");
    page.shows(&format!("property=\"og:image\" content=\"http://127.0.0.1:3000{path}\""));
    page.shows("property=\"og:image:height\" content=\"960\"");
    stranger.open("/?q=mug").await.shows(&srcset);
    stranger.call("add_to_cart", &[("product", "mug"), ("quantity", "1")]).await;
    stranger.open("/cart").await.shows(&small);
    for none in [path.replace("-1280", "-1276"), path.replace("/pictures/", "/pictures/0")] {
        assert_eq!(stranger.open(&none).await.status, StatusCode::NOT_FOUND, "{none}");
    }
}

#[tokio::test]
async fn what_a_picture_shows_is_said_and_goes_with_it_when_pictures_change_places() {
    let app = TestApp::start().await;
    let mut kim = keeper(&app, "kim").await;
    upload(&mut kim, "mug", &encoded(&halves(640, 480), ImageFormat::Png)).await;
    let stored = paths(&app, "mug").await;
    let said = async |kim: &mut Browser, picture: &str, text: &str| {
        let fields = [("product", "mug"), ("picture", picture), ("text", text)];
        kim.submit("desk/describe_picture", &fields).await
    };
    said(&mut kim, &stored[1], " Half red, half blue ").await.shows("The pictures of the product are changed.");
    let sees = async || app.browser().open("/products/mug").await;
    let page = sees().await;
    page.shows("alt=\"Drawing of: Mug\"");
    page.shows("alt=\"Half red, half blue\"");
    page.shows("aria-label=\"Half red, half blue\"");
    kim.submit("desk/lead_with_picture", &[("product", "mug"), ("picture", &stored[1])]).await.shows("value=\"Half red, half blue\"");
    let page = sees().await;
    page.shows("alt=\"Half red, half blue\"");
    page.shows("alt=\"Picture 2 of: Mug\"");
    page.shows("property=\"og:image:alt\" content=\"Half red, half blue\"");
    // A catalogue that is exported carries it.
    let exported =
        import::export(&product::all(app.state.db().read().await.expect("a connection").connection()).await.expect("read"), Currency::Usd);
    assert!(exported.contains("\"picture_texts\": \"Half red, half blue\""), "{exported}");
    // Two lines, or what stands between two texts in a file, is refused.
    for broken in ["one\ntwo", "one | two", &"x".repeat(121)] {
        let refused = kim.call("desk/describe_picture", &[("product", "mug"), ("picture", &stored[0]), ("text", broken)]).await;
        assert_eq!((refused.status, refused.refusal()), (StatusCode::UNPROCESSABLE_ENTITY, "invalid_product".to_owned()));
    }
    let page = said(&mut kim, &stored[0], "one | two").await;
    page.shows("Please correct the fields that are marked.");
    page.shows("value=\"one | two\" aria-invalid=\"true\"");
    assert_eq!(page.text().matches("aria-invalid").count(), 1);
    said(&mut kim, "/pictures/none.svg", "Nothing").await;
    said(&mut kim, &stored[1], "").await;
    sees().await.shows("alt=\"Picture of: Mug\"");
    said(&mut kim, &stored[1], "Half red").await;
    kim.submit("desk/remove_picture", &[("product", "mug"), ("picture", &stored[1])]).await;
    assert_eq!(app.database().texts("select picture_texts from product where slug = 'mug'").await, [""]);
}

#[tokio::test]
async fn what_is_no_picture_or_none_that_looks_good_is_refused_in_words() {
    let app = TestApp::start().await;
    let mut kim = keeper(&app, "kim").await;
    let good = encoded(&halves(640, 480), ImageFormat::Png);
    let mut bomb = good.clone();
    // The size that the file says it has.
    bomb[16..24].copy_from_slice(&[0, 0, 0x4e, 0x20, 0, 0, 0x4e, 0x20]);
    let mut sum = flate2::Crc::new();
    sum.update(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&sum.sum().to_be_bytes());
    let mut large = good.clone();
    large.resize(8 * 1_024 * 1_024 + 1, 0);
    let no_picture = "Please choose a picture in the format JPEG, PNG or WebP.";
    for (file, told) in [
        (&b""[..], no_picture),
        (b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>", no_picture),
        (b"GIF89a\x01\0\x01\0\0\0\0;", no_picture),
        (&good[..good.len() / 2], no_picture),
        (&encoded(&halves(639, 480), ImageFormat::Png), "This picture is too small."),
        (&encoded(&halves(640, 479), ImageFormat::Jpeg), "This picture is too small."),
        (&bomb, "This picture is too large"),
        (&large, "This picture is too large"),
    ] {
        let page = upload(&mut kim, "mug", file).await;
        page.shows(told);
        page.shows("aria-invalid=\"true\"");
    }
    assert_eq!(paths(&app, "mug").await, ["/pictures/mug.svg"]);
    // What is larger still is not read at all; and a form of another kind is none with a file.
    let request = |kind: &str| kim.build("POST", "/api/desk/add_picture").header(header::CONTENT_TYPE, kind);
    let multipart = format!("multipart/form-data; boundary={BOUNDARY}");
    let (huge, plain, other) = (request(&multipart), request("application/x-www-form-urlencoded"), request(&multipart));
    assert_eq!(kim.request(huge, vec![b'a'; 33 * 1_024 * 1_024].into()).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(kim.request(plain, "product=mug".into()).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(kim.request(other, "no form".into()).await.refusal(), "malformed");
    let elsewhere = kim.build("POST", "/api/desk/set_stock").header(header::CONTENT_TYPE, &multipart);
    assert_eq!(kim.request(elsewhere, form("mug", &good).into()).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(app.database().number("select count(*) from picture").await, 0);
}

#[tokio::test]
async fn what_can_be_seen_through_is_on_white_and_a_small_picture_is_not_made_larger() {
    let app = TestApp::start().await;
    let mut kim = keeper(&app, "kim").await;
    let clear: DynamicImage = RgbaImage::from_pixel(700, 600, Rgba([0, 0, 0, 0])).into();
    for format in [ImageFormat::Png, ImageFormat::WebP] {
        upload(&mut kim, "mug", &encoded(&clear, format)).await.shows("The pictures of the product are changed.");
    }
    // The same picture is there once, whatever it came as.
    let stored = paths(&app, "mug").await;
    assert_eq!((stored.len(), stored[1].ends_with("-700.jpg")), (2, true), "{stored:?}");
    let picture = image::load_from_memory(&kim.open(&stored[1]).await.body).expect("a picture").into_rgb8();
    assert_eq!((picture.dimensions(), picture.get_pixel(350, 260).0), ((700, 525), [255, 255, 255]));
}

#[tokio::test]
async fn a_product_has_eight_pictures_at_most_and_one_that_nobody_shows_is_removed_after_a_day() {
    let app = TestApp::start().await;
    let mut kim = keeper(&app, "kim").await;
    for number in 0..7_u8 {
        let one = RgbImage::from_pixel(640, 480, Rgb([number * 30, 0, 0]));
        upload(&mut kim, "mug", &encoded(&one.into(), ImageFormat::Png)).await.shows("The pictures of the product are changed.");
    }
    let page = kim.visit("/desk/products/mug").await;
    page.shows("A product has at most 8 pictures.");
    page.hides("type=\"file\"");
    upload(&mut kim, "mug", &encoded(&halves(640, 480), ImageFormat::Png)).await.shows("A product has at most 8 pictures.");
    let stored = paths(&app, "mug").await;
    assert_eq!(stored.len(), 8);
    app.browser().open("/products/mug").await.shows("Picture 8 of: Mug");
    kim.submit("desk/remove_picture", &[("product", "mug"), ("picture", &stored[3])])
        .await
        .shows("The pictures of the product are changed.");
    for path in &stored[..3] {
        kim.submit("desk/remove_picture", &[("product", "mug"), ("picture", path)]).await;
    }
    assert_eq!(paths(&app, "mug").await, stored[4..]);
    let count = async || app.database().number("select count(*) from picture").await;
    mailer::clean(&app.state).await.expect("cleaned");
    assert_eq!(count().await, 8, "somebody may look at a page with them");
    app.advance(DAY + 1).await;
    mailer::clean(&app.state).await.expect("cleaned");
    assert_eq!(count().await, 4);
    assert_eq!(app.browser().open(&stored[3]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(app.browser().open(&stored[4]).await.status, StatusCode::OK);
    // Without any, a drawing stands in for it.
    let mut kim = keeper(&app, "lee").await;
    kim.visit("/desk/products/mug").await;
    for path in &stored[4..] {
        kim.submit("desk/remove_picture", &[("product", "mug"), ("picture", path)]).await;
    }
    app.browser().open("/products/mug").await.shows("src=\"/pictures/no-picture.svg");
    assert_eq!(kim.open("/pictures/no-picture.svg").await.status, StatusCode::OK);
}
