//! Which files go into an archive, and that a swap is all or nothing. Archives themselves are tested through the program.

use std::fs;

use super::config_files::{FILES, collect};
use super::swap::Swap;
use crate::config::shipped;

#[test]
fn every_shipped_file_of_the_configuration_is_saved() {
    for file in shipped::files(true).iter().filter(|file| !file.generated) {
        assert!(FILES.contains(&file.path.as_str()), "{} would be lost", file.path);
    }
}

#[test]
fn r53_secrets_stay_outside() {
    let place = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(place.path().join(name), text).unwrap();
    write(
        "tidings.toml",
        "[net]\nproxy = \"http://me:s%40crét:x@proxy.example:3128/a\" # mine\n[[deliver.destinations]]\n\
         secret_file = \"signals.toml\"\nurl_env = \"HOOK\"\n",
    );
    write("signals.toml", "whsec_secret");
    write("watchlist.toml", "# mine");
    write("key", "secret");
    let found = collect(place.path()).unwrap();
    let names: Vec<_> = found.files.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["tidings.toml", "watchlist.toml"]);
    let settings = String::from_utf8(found.files[0].1.clone()).unwrap();
    assert!(settings.contains("proxy = \"http://me@proxy.example:3128/a\" # mine\n"), "{settings}");
    let told = found.not_included.join("\n");
    for part in ["HOOK", "signals.toml", "net.proxy"] {
        assert!(told.contains(part), "{told}");
    }
    assert!(!told.contains("crét") && !found.on_server);

    write("tidings.toml", "[net]\nproxy = \"http://me:s\\u0065cret@proxy.example\"\n");
    assert!(collect(place.path()).unwrap_err().to_string().contains("net.proxy"), "an escaped one is not let through");
    write("tidings.toml", "[store]\nurl_env = \"DATABASE\"\n");
    assert!(collect(place.path()).unwrap().on_server);
    write("tidings.toml", "[store\n");
    assert!(collect(place.path()).unwrap_err().to_string().contains("tidings.toml"));
    assert!(collect(&place.path().join("none")).unwrap_err().to_string().contains("no configuration"));
}

#[test]
fn a_swap_that_is_broken_off_leaves_everything_as_it_was() {
    let place = tempfile::tempdir().unwrap();
    let at = |name: &str| place.path().join(name);
    fs::write(at("old"), "old").unwrap();
    fs::write(at("new"), "new").unwrap();
    let mut swap = Swap::default();
    assert!(swap.take(&at("old"), &at("aside")).unwrap());
    assert!(!swap.take(&at("absent"), &at("aside2")).unwrap());
    assert!(swap.take(&at("new"), &at("old")).unwrap());
    assert!(swap.take(&at("aside"), &at("no/such/folder")).is_err());
    drop(swap);
    assert_eq!(fs::read_to_string(at("old")).unwrap(), "old");
    assert_eq!(fs::read_to_string(at("new")).unwrap(), "new");

    let mut swap = Swap::default();
    swap.take(&at("new"), &at("old")).unwrap();
    swap.keep();
    assert_eq!(fs::read_to_string(at("old")).unwrap(), "new");
}
