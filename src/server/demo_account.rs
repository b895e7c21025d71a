//! The account whose password everybody knows: there in each demo, and in no production shop.

use crate::{
    domain::{password::Password, shop::DemoAccount},
    error::AppError,
    server::{
        accounts::{self, Farewell},
        clock::Clock,
        db::{
            Database,
            account::{self, NewAccount},
            passkey, second_factor, shop,
        },
        error::ServerError,
        password_hash::{Hasher, Verdict},
        state::AppState,
    },
};

/// Whether the accounts of this database are those of a production shop.
pub async fn are_of_production(db: &Database) -> Result<bool, ServerError> {
    Ok(shop::is_of_production(db.read().await?.connection()).await?)
}

/// Notes that the accounts of this database are those of a production shop, for good.
pub async fn note_production(db: &Database, clock: &dyn Clock) -> Result<(), ServerError> {
    Ok(shop::note_production(db.write().await?.connection(), clock.now()).await?)
}

/// Makes sure that the demonstration account exists, as it is shown on the log-in page. False, and nothing is done, if this is
/// the database of a production shop.
pub async fn ensure(db: &Database, hasher: &Hasher, clock: &dyn Clock) -> Result<bool, ServerError> {
    if are_of_production(db).await? {
        return Ok(false);
    }
    let password = Password::parse(DemoAccount::PASSWORD.to_owned()).map_err(AppError::from)?;
    if let Some(demo) = accounts::find(db, DemoAccount::USERNAME).await? {
        // Somebody who tries the demo may change it, but the log-in page still shows this password.
        if hasher.turn().await?.verify(Some(password.clone()), Some(demo.password_hash.clone())).await? == Verdict::Wrong {
            let hash = hasher.turn().await?.hash(password).await?;
            account::replace_password_hash(db.write().await?.connection(), demo.id, &demo.password_hash, &hash).await?;
        }
        second_factor::delete(db.write().await?.connection(), demo.id).await?;
        passkey::delete_owner(db.write().await?.connection(), demo.id).await?;
        return Ok(true);
    }
    let password_hash = hasher.turn().await?.hash(password).await?;
    let demo = NewAccount {
        username: DemoAccount::USERNAME,
        email: Some(DemoAccount::EMAIL),
        password_hash: &password_hash,
        is_demo: true,
        created_at: clock.now(),
    };
    // Looked at again in the same transaction: a production shop may have been opened meanwhile.
    let mut transaction = db.begin().await?;
    if shop::is_of_production(transaction.connection()).await? {
        return Ok(false);
    }
    // Nothing is inserted where another process was quicker, or somebody has the address.
    account::insert(transaction.connection(), &demo).await?;
    transaction.commit().await?;
    Ok(true)
}

/// Makes sure that the demonstration account does not exist: everybody knows its password.
pub async fn remove(state: &AppState) -> Result<(), ServerError> {
    for account in account::demos(state.db().read().await?.connection()).await? {
        accounts::delete(state, account, Farewell::None).await?;
        tracing::warn!("removed the demonstration account, which cannot exist in production");
    }
    Ok(())
}
