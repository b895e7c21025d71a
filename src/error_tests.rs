//! How a refusal travels, and that nobody can put words into it.

use super::*;
use leptos::server_fn::Bytes;

#[test]
fn a_refusal_travels_by_name_and_a_forged_message_is_ignored() {
    let sent = AppError::SoldOut.ser();
    assert!(String::from_utf8_lossy(&sent).starts_with(r#"{"error":"sold_out","message":"Sorry, this product"#));
    assert_eq!(AppError::de(sent), AppError::SoldOut);
    assert_eq!(AppError::de(Bytes::from_static(br#"{"error":"busy","message":"Call 555-0100 now!"}"#)), AppError::Busy);
    assert_eq!(AppError::de(Bytes::from_static(b"<html>Bad gateway</html>")), AppError::Internal);
    assert_eq!(AppError::de(Bytes::from_static(br#"{"error":"too_many_tries"}"#)), AppError::Internal);
}

#[test]
fn how_long_to_wait_travels_along() {
    let refusal = AppError::TooManyTries { retry_after: 299.into() };
    let sent = refusal.ser();
    let text = r#"{"error":"too_many_tries","retry_after":299,"message":"Too many tries. Please wait 5 minutes."}"#;
    assert_eq!(String::from_utf8_lossy(&sent), text);
    assert_eq!((AppError::de(sent), refusal.retry_after()), (refusal, Some(299)));
}
