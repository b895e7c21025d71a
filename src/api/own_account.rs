//! What owners do with their accounts. Each function that changes something answers with the page to show next.

use crate::{
    domain::{destination::Destination, own_account::AccountRecord},
    error::AppError,
};
use leptos::{prelude::*, server_fn::codec::GetUrl};

/// Mails a link that sets a new password. `login` is the account's user name or e-mail address.
#[server(endpoint = "request_password_reset")]
pub async fn request_password_reset(#[server(default)] login: String) -> Result<Destination, AppError> {
    use crate::{domain::own_path::OwnPath, server::password_reset, server::request};
    let scope = request::scope()?;
    password_reset::request(&scope, &login).await?;
    Ok(scope.go_on_to(OwnPath::link_sent()))
}

/// Sets a new password by the `token` of a mailed link.
#[server(endpoint = "reset_password")]
pub async fn reset_password(#[server(default)] token: String, #[server(default)] password: String) -> Result<Destination, AppError> {
    use crate::{domain::own_path::OwnPath, domain::password::Password, server::password_reset, server::request};
    let (password, scope) = (Password::parse(password)?, request::scope()?);
    password_reset::reset(&scope, &token, password).await?;
    Ok(scope.go_on_to(OwnPath::login()))
}

/// Changes the password of the visitor's account.
#[server(endpoint = "change_password")]
pub async fn change_password(
    #[server(default)] current_password: String,
    #[server(default)] password: String,
) -> Result<Destination, AppError> {
    use crate::{domain::own_path::OwnPath, domain::password::Password, server::own_account, server::request};
    let (password, scope) = (Password::parse(password)?, request::scope()?);
    own_account::change_password(&scope, Password::parse(current_password).ok(), password).await?;
    Ok(scope.go_on_to(OwnPath::account()))
}

/// Asks for another e-mail address for the visitor's account. It counts once it is confirmed.
#[server(endpoint = "change_email")]
pub async fn change_email(#[server(default)] current_password: String, #[server(default)] email: String) -> Result<Destination, AppError> {
    use crate::{
        domain::{own_path::OwnPath, password::Password},
        server::{account_email, credentials, email, request},
    };
    let (email, scope) = (email::canonical(&email)?, request::scope()?);
    let owner = credentials::owner(&scope, Password::parse(current_password).ok()).await?;
    account_email::change(&scope, &email, owner).await?;
    Ok(scope.go_on_to(OwnPath::account()))
}

/// Confirms an e-mail address by the `token` of a mailed link.
#[server(endpoint = "confirm_email")]
pub async fn confirm_email(#[server(default)] token: String) -> Result<Destination, AppError> {
    use crate::{domain::own_path::OwnPath, server::account_email, server::request};
    let scope = request::scope()?;
    account_email::confirm(&scope, &token).await?;
    Ok(scope.go_on_to(OwnPath::account()))
}

/// Deletes the visitor's account and everything that belongs to it; `is_sure` is a checkbox.
#[server(endpoint = "delete_account")]
pub async fn delete_account(
    #[server(default)] current_password: String,
    #[server(default)] is_sure: String,
) -> Result<Destination, AppError> {
    use crate::{domain::own_path::OwnPath, domain::password::Password, server::own_account, server::request};
    let scope = request::scope()?;
    if !request::is_ticked(&is_sure) {
        return Err(AppError::NotSure);
    }
    own_account::delete(&scope, Password::parse(current_password).ok()).await?;
    request::forget_kept_pages();
    Ok(scope.go_on_to(OwnPath::home()))
}

/// Everything that the shop stores about the visitor's account, as a file.
#[server(endpoint = "own_data", input = GetUrl)]
pub async fn own_data() -> Result<AccountRecord, AppError> {
    use crate::server::{own_account, request};
    let data = own_account::data(&request::scope()?).await?;
    request::offer_as_file("satchel-data.json");
    Ok(data)
}
