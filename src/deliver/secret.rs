//! Secrets: read from the environment or a file, never written inline, never shown (R53).

use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Serialize, Serializer};

/// A text that must not be seen: what is logged, printed or serialised of it is `(secret)`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Hides this text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the one place that needs it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("(secret)")
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("(secret)")
    }
}

/// Why a secret cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// Both places are named.
    #[error("both an environment variable and a file are named")]
    Both,
    /// The variable does not exist.
    #[error("the environment variable `{0}` is not set")]
    Unset(String),
    /// The file cannot be read.
    #[error("cannot read the file {}: {why}", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        why: std::io::Error,
    },
    /// There is nothing but white space.
    #[error("{0} is empty")]
    Empty(String),
}

impl SecretError {
    /// The ending of the key at fault: `_env` or `_file`.
    #[must_use]
    pub fn ending(&self) -> &'static str {
        match self {
            Self::Unset(_) => "_env",
            Self::Empty(place) if place.starts_with("the environment") => "_env",
            Self::Both | Self::Unreadable { .. } | Self::Empty(_) => "_file",
        }
    }
}

/// Reads secrets from where the configuration says they are.
#[derive(Clone, Copy)]
pub struct SecretReader<'a> {
    /// Paths are taken from this folder.
    pub folder: &'a Path,
    /// Gives the value of an environment variable.
    pub environment: &'a dyn Fn(&str) -> Option<String>,
}

impl SecretReader<'_> {
    /// The secret in the environment variable `env` or the file `file`, without white space around it; nothing where
    /// neither is named.
    pub fn read(&self, env: Option<&str>, file: Option<&Path>) -> Result<Option<Secret>, SecretError> {
        let (text, place) = match (env, file) {
            (None, None) => return Ok(None),
            (Some(_), Some(_)) => return Err(SecretError::Both),
            (Some(name), None) => {
                let value = (self.environment)(name).ok_or_else(|| SecretError::Unset(name.to_owned()))?;
                (value, format!("the environment variable `{name}`"))
            }
            (None, Some(path)) => {
                let path = self.folder.join(path);
                let text = std::fs::read_to_string(&path)
                    .map_err(|why| SecretError::Unreadable { path: path.clone(), why })?;
                (text, format!("the file {}", path.display()))
            }
        };
        match text.trim() {
            "" => Err(SecretError::Empty(place)),
            text => Ok(Some(Secret::new(text))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r53_a_secret_is_never_shown() {
        let secret = Secret::new("whsec_c2VjcmV0");
        assert_eq!(format!("{secret:?} {:#?}", Some(&secret)), "(secret) Some(\n    (secret),\n)");
        assert_eq!(serde_json::to_string(&secret).unwrap(), r#""(secret)""#);
        assert_eq!(secret.reveal(), "whsec_c2VjcmV0");
    }

    #[test]
    fn r53_a_secret_comes_from_environment_or_file() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("key"), "from file\n").unwrap();
        std::fs::write(folder.path().join("blank"), " \n").unwrap();
        let environment = |name: &str| match name {
            "SET" => Some(" from environment ".to_owned()),
            "BLANK" => Some(String::new()),
            _ => None,
        };
        let reader = SecretReader { folder: folder.path(), environment: &environment };
        let read = |env: Option<&str>, file: Option<&str>| {
            reader.read(env, file.map(Path::new)).map(|secret| secret.map(|secret| secret.reveal().to_owned()))
        };
        assert_eq!(read(None, None).unwrap(), None);
        assert_eq!(read(Some("SET"), None).unwrap().as_deref(), Some("from environment"));
        assert_eq!(read(None, Some("key")).unwrap().as_deref(), Some("from file"));
        for (env, file, message, ending) in [
            (Some("SET"), Some("key"), "both an environment variable and a file are named", "_file"),
            (Some("UNSET"), None, "the environment variable `UNSET` is not set", "_env"),
            (Some("BLANK"), None, "the environment variable `BLANK` is empty", "_env"),
            (None, Some("absent"), "cannot read the file ", "_file"),
            (None, Some("blank"), "the file ", "_file"),
        ] {
            let error = read(env, file).unwrap_err();
            assert!(error.to_string().starts_with(message), "{error}");
            assert_eq!(error.ending(), ending, "{error}");
        }
    }
}
