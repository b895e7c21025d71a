//! How a refusal travels to the browser.

use super::{AppError, Field};
use crate::words::say;
use leptos::server_fn::{Bytes, ContentType, Decodes, Encodes, Format, FormatType};
use serde::Serialize;

/// How an [`AppError`] travels: `{"error":"username_taken","message":"This user name …","field":"username"}`.
///
/// Islands show the message; Leptos reads back the name alone.
#[derive(Debug)]
pub struct RefusalEncoding;

#[derive(Serialize)]
struct Refusal {
    #[serde(flatten)]
    error: AppError,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'static str>,
}

impl ContentType for RefusalEncoding {
    const CONTENT_TYPE: &'static str = "application/json";
}

impl FormatType for RefusalEncoding {
    const FORMAT_TYPE: Format = Format::Text;
}

impl Encodes<AppError> for RefusalEncoding {
    type Error = serde_json::Error;

    fn encode(error: &AppError) -> Result<Bytes, Self::Error> {
        let field = error.field().map(Field::name);
        serde_json::to_vec(&Refusal { error: *error, message: say(error.sentence()), field }).map(Bytes::from)
    }
}

impl Decodes<AppError> for RefusalEncoding {
    type Error = serde_json::Error;

    fn decode(bytes: Bytes) -> Result<AppError, Self::Error> {
        serde_json::from_slice(&bytes)
    }
}
