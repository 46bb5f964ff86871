//! JSON schemas of the files, made from the types that read them: for completion in editors, and for the comments of the
//! shipped settings. The copies in `config/schema` are held fresh by a test.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde_json::Value;

use super::Settings;
use super::load::{SavedFile, SourcesFile, WatchlistFile};
use crate::touchpoint::Playbook;

/// A file that has a schema.
#[derive(Clone, Copy, Debug)]
pub struct SchemaFile {
    /// Name of the file that it describes, without ending ("watchlist").
    pub name: &'static str,
    make: fn() -> Schema,
}

/// Every file that has a schema.
pub const FILES: [SchemaFile; 5] = [
    SchemaFile { name: "tidings", make: schema_of::<Settings> },
    SchemaFile { name: "watchlist", make: schema_of::<WatchlistFile> },
    SchemaFile { name: "sources", make: schema_of::<SourcesFile> },
    SchemaFile { name: "saved", make: schema_of::<SavedFile> },
    SchemaFile { name: "playbook", make: schema_of::<Playbook> },
];

impl SchemaFile {
    /// Name of the schema's own file ("watchlist.schema.json").
    #[must_use]
    pub fn file_name(&self) -> String {
        format!("{}.schema.json", self.name)
    }

    /// The schema, indented, with a newline at its end.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{:#}\n", self.value())
    }

    /// The schema as JSON.
    #[must_use]
    pub fn value(&self) -> Value {
        (self.make)().to_value()
    }
}

/// Draft 7, which the TOML extensions of editors understand.
fn schema_of<T: JsonSchema>() -> Schema {
    SchemaSettings::draft07().into_generator().into_root_schema_for::<T>()
}

/// The schema of an entry of `table`, references followed; `root` is the whole schema.
pub(super) fn entry<'s>(root: &'s Value, table: &'s Value, key: &str) -> Option<&'s Value> {
    let entry = table.get("properties")?.get(key)?;
    let wrapped = ["allOf", "anyOf"].iter().find_map(|wrapper| entry.get(wrapper)?.get(0));
    match entry.get("$ref").or_else(|| wrapped?.get("$ref")) {
        Some(reference) => root.pointer(reference.as_str()?.strip_prefix('#')?),
        None => Some(entry),
    }
}
