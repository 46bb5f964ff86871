//! The turns of hosts in the database, where several processes share one (R24).

use std::future::Future;
use std::pin::Pin;

use crate::fetch::{SharedTurns, TurnTaken};
use crate::model::Time;
use crate::store::{Store, StoreError, hosts};

/// The turns of hosts in this database.
#[derive(Clone, Debug)]
pub struct HostTurns(pub Store);

type Later<'a, T> = Pin<Box<dyn Future<Output = Result<T, String>> + Send + 'a>>;

impl SharedTurns for HostTurns {
    fn take<'a>(&'a self, host: &'a str, now: Time, until: Time) -> Later<'a, TurnTaken> {
        Box::pin(async move {
            let take = async {
                let mut session = self.0.write().await?;
                let taken = hosts::take_turn(&mut session, host, now, until).await?;
                session.commit().await?;
                Ok::<_, StoreError>(taken)
            };
            let taken = take.await.map_err(|error| error.to_string())?;
            Ok(taken.map_or_else(TurnTaken::NotBefore, TurnTaken::Ours))
        })
    }

    fn end<'a>(&'a self, host: &'a str, number: i64, now: Time, free: Time) -> Later<'a, ()> {
        Box::pin(async move {
            let end = async {
                let mut session = self.0.write().await?;
                hosts::end_turn(&mut session, host, number, now, free).await?;
                session.commit().await
            };
            end.await.map_err(|error: StoreError| error.to_string())
        })
    }
}

#[cfg(test)]
mod tests;
