//! Reading accounts and tasks of a CRM, without the program around it.

use tidings::deliver::{Answer, CrmAccount, Destination, SecretReader, Settings, Tokens, Wire};
use tidings::model::{Clock, Remote, SystemClock, Time};
use tidings::net;

/// What a CRM is read with.
pub(super) struct Reader {
    runtime: tokio::runtime::Runtime,
    client: net::Client,
    tokens: Tokens,
}

impl Reader {
    pub(super) fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let allow = vec!["127.0.0.0/8".to_owned()];
        let client = net::Client::new(&net::Settings { allow, ..net::Settings::default() }).unwrap();
        Self { runtime, client, tokens: Tokens::default() }
    }

    /// The destination of a `[[deliver.destinations]]` table, with these files beside it.
    pub(super) fn destination(toml: &str, files: &[(&str, &str)]) -> Destination {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let table: toml::Table = toml::from_str(toml).unwrap();
        let settings: Settings = table["deliver"].clone().try_into().unwrap();
        let mut destination = settings.destinations.into_iter().next().unwrap();
        let faults = destination.prepare(SecretReader { folder: folder.path(), environment: &|_| None });
        assert_eq!(faults, []);
        assert!(destination.is_crm());
        destination
    }

    fn wire(&self) -> Wire<'_> {
        Wire { client: &self.client, tokens: &self.tokens, now: SystemClock.now() }
    }

    pub(super) fn accounts(&self, from: &Destination, since: Option<Time>) -> Result<Vec<CrmAccount>, Answer> {
        self.runtime.block_on(from.accounts(&self.wire(), since))
    }

    pub(super) fn look(&self, from: &Destination, records: &[Remote]) -> Result<Vec<Remote>, Answer> {
        self.runtime.block_on(from.look(&self.wire(), records))
    }
}
