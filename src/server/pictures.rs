//! Pictures that shop keepers send in.
//!
//! What was sent is never given to anybody: it is read, cut to four by three, and written anew as JPEG in two sizes. So nothing goes on
//! that stands in a file beside its picture, such as where a photo was taken, or a script (OWASP ASVS 5.0, 5.2.2 and 5.3.2).

use crate::{
    domain::{picture::SentPicture, timestamp::Timestamp},
    error::AppError,
    server::{
        answers,
        assets::{self, File, Version},
        db::{Database, picture},
        error::ServerError,
        headers::RESOURCE_POLICY,
        state::AppState,
    },
};
use axum::{
    body::Bytes,
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderValue, StatusCode},
    response::{IntoResponse, Response},
};
use image::{
    DynamicImage, GenericImageView, ImageDecoder, ImageFormat, ImageReader, Limits, Rgb, RgbImage, codecs::jpeg::JpegEncoder,
    imageops::FilterType,
};
use multer::Multipart;
use sha2::{Digest, Sha256};
use std::{collections::HashSet, io::Cursor};
use tokio::sync::Semaphore;

/// The largest file that is taken, in bytes: photos of phones are smaller.
pub const MAX_BYTES: usize = 8 * 1_024 * 1_024;
/// Up to here, in bytes, somebody who sends a larger one is told so on the page of the product; a body beyond is not read at all.
pub const MAX_READ: usize = 4 * MAX_BYTES;
/// The most pixels of a picture: those of a phone that makes many.
const MAX_PIXELS: u64 = 50_000_000;
/// The most memory that reading one may take, in bytes: four for each pixel, and some for the file.
const MEMORY: u64 = 256 * 1_024 * 1_024;
/// The quality of what is written, of 100: higher numbers make larger files that look alike.
const QUALITY: u8 = 82;
/// Seconds after which a picture that no product names is removed: a page may still show it, and a keeper may go back.
const KEPT_FOR: i64 = Timestamp::DAY;
/// One is read at a time: the memory is that of the whole shop.
static TURN: Semaphore = Semaphore::const_new(1);

/// What a form with a picture holds.
#[derive(Debug, Default)]
pub struct PictureForm {
    /// The slug of a product.
    pub product: String,
    /// The file; empty where none was chosen.
    pub picture: Bytes,
}

/// Reads such a form. The body is whole already (`request_body`).
pub async fn form(mut fields: Multipart<'static>) -> Result<PictureForm, AppError> {
    let mut form = PictureForm::default();
    let broken = |_| AppError::Malformed;
    while let Some(field) = fields.next_field().await.map_err(broken)? {
        match field.name() {
            Some("product") => form.product = field.text().await.map_err(broken)?,
            Some("picture") => form.picture = field.bytes().await.map_err(broken)?,
            _ => {}
        }
    }
    if form.picture.len() > MAX_BYTES { Err(AppError::PictureTooLarge) } else { Ok(form) }
}

/// A picture as it is stored.
#[derive(Debug)]
pub struct NewPicture {
    /// Its address.
    pub picture: SentPicture,
    large: Vec<u8>,
    small: Vec<u8>,
}

impl NewPicture {
    /// Reads what was sent; refused if it is no picture that can be shown well.
    pub async fn of(sent: Bytes) -> Result<Self, ServerError> {
        let _turn = TURN.acquire().await.map_err(|error| ServerError::Picture(error.into()))?;
        let reading = tokio::task::spawn_blocking(move || read(&sent));
        reading.await.map_err(|error| ServerError::Picture(error.into()))?
    }

    /// Stores it.
    pub async fn store(&self, db: &Database, now: Timestamp) -> Result<(), ServerError> {
        Ok(picture::insert(db.write().await?.connection(), &self.picture, &self.large, &self.small, now).await?)
    }
}

fn read(sent: &[u8]) -> Result<NewPicture, ServerError> {
    // By its first bytes: the name and the type that a browser sends say nothing.
    let kind = image::guess_format(sent).ok().filter(|kind| [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP].contains(kind));
    let kind = kind.ok_or(AppError::NoPicture)?;
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(sent), kind);
    reader.limits(limits);
    let unreadable = |error: image::ImageError| {
        tracing::debug!(%error, "a picture could not be read");
        if matches!(error, image::ImageError::Limits(_)) { AppError::PictureTooLarge } else { AppError::NoPicture }
    };
    let mut decoder = reader.into_decoder().map_err(unreadable)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(AppError::PictureTooLarge.into());
    }
    // A phone writes down how it was held, and leaves the turning to others.
    let orientation = decoder.orientation().map_err(unreadable)?;
    let mut whole = DynamicImage::from_decoder(decoder).map_err(unreadable)?;
    whole.apply_orientation(orientation);
    let (width, height) = whole.dimensions();
    let smallest = SentPicture::SMALL;
    if width < smallest || height < smallest / 4 * 3 {
        return Err(AppError::PictureTooSmall.into());
    }
    // As wide as it can be cut out, and no wider than it is: a picture that is made larger does not become sharper. By fours, so that
    // its height is a whole number.
    let width = width.min(height / 3 * 4).min(SentPicture::LARGE) / 4 * 4;
    let sized = |width: u32| written(whole.resize_to_fill(width, width / 4 * 3, FilterType::Lanczos3));
    let (large, small) = (sized(width)?, sized(smallest)?);
    let hash = assets::hex(&Sha256::digest(&large)[..16]);
    Ok(NewPicture { picture: SentPicture { hash, width }, large, small })
}

/// The picture as JPEG. What can be seen through is put on white.
fn written(picture: DynamicImage) -> Result<Vec<u8>, ServerError> {
    let picture = if picture.color().has_alpha() { on_white(&picture) } else { picture.into_rgb8() };
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, QUALITY).encode_image(&picture).map_err(|error| ServerError::Picture(error.into()))?;
    Ok(bytes)
}

fn on_white(picture: &DynamicImage) -> RgbImage {
    let seen = picture.to_rgba8();
    RgbImage::from_fn(seen.width(), seen.height(), |x, y| {
        let [red, green, blue, alpha] = seen.get_pixel(x, y).0.map(u32::from);
        let over = |part: u32| u8::try_from((part * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX);
        Rgb([over(red), over(green), over(blue)])
    })
}

/// Serves `/pictures/…`: the drawings that come with the shop, and what was sent in.
pub async fn serve(State(state): State<AppState>, Path(name): Path<String>, version: Query<Version>, headers: HeaderMap) -> Response {
    let Some(picture) = SentPicture::parse(&format!("/pictures/{name}")) else { return assets::drawing(&name, &version, &headers) };
    // The address names the content, so whoever has it needs no other.
    let content = if assets::is_among(&headers, &picture.hash) { Ok(Some(Vec::new())) } else { content(&state, &picture).await };
    match content {
        Ok(Some(content)) => {
            let file = File { kind: SentPicture::KIND.to_owned(), content, is_brotli: false, tag: picture.hash };
            let mut answer = file.answer(assets::FOR_EVER, &headers);
            // Other sites show it beside a link to its product.
            answer.headers_mut().insert(RESOURCE_POLICY, HeaderValue::from_static("cross-origin"));
            answer
        }
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => answers::refuse(error.into()),
    }
}

async fn content(state: &AppState, of: &SentPicture) -> Result<Option<Vec<u8>>, ServerError> {
    let mut held = state.db().read().await?;
    if of.width == SentPicture::SMALL {
        return Ok(picture::small(held.connection(), &of.hash).await?);
    }
    Ok(picture::large(held.connection(), of).await?)
}

/// Removes pictures that no product names any more.
pub async fn remove_unused(db: &Database, now: Timestamp) -> Result<(), ServerError> {
    let before = now.plus(-KEPT_FOR);
    let mut held = db.read().await?;
    let old = picture::older(held.connection(), before).await?;
    if old.is_empty() {
        return Ok(());
    }
    let named = picture::named(held.connection()).await?;
    drop(held);
    let named: HashSet<String> =
        named.iter().flat_map(|paths| paths.split_whitespace()).filter_map(|path| Some(SentPicture::parse(path)?.hash)).collect();
    for hash in old.iter().filter(|hash| !named.contains(*hash)) {
        picture::delete(db.write().await?.connection(), hash, before).await?;
    }
    Ok(())
}
