//! Templates and what they may do. Everything that is put into a page is escaped, but for what a filter here made itself.

use std::sync::LazyLock;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{Environment, Error, UndefinedBehavior, context};
use serde::Serialize;

use super::{PAGES, filters};

/// Templates that every page stands on.
const COMMON: &[(&str, &str)] = &[
    ("layout.html", include_str!("templates/layout.html")),
    ("parts.html", include_str!("templates/parts.html")),
    ("fault.html", include_str!("templates/fault.html")),
];

static ENVIRONMENT: LazyLock<Result<Environment<'static>, Error>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    filters::add(&mut environment);
    for (name, template) in COMMON.iter().chain(PAGES.iter().flat_map(|page| page.templates)) {
        environment.add_template(name, template)?;
    }
    Ok(environment)
});

/// A page from its template, the frame, and what it shows. A name that the content lacks is an error, not a gap.
///
/// # Errors
/// Where the template asks for what is not there.
pub(super) fn page(template: &str, frame: &impl Serialize, content: &impl Serialize) -> Result<String, String> {
    let environment = ENVIRONMENT.as_ref().map_err(told)?;
    let template = environment.get_template(template).map_err(|error| told(&error))?;
    let content = Value::from(Serde(content));
    template.render(context! { frame => Value::from(Serde(frame)), ..content }).map_err(|error| told(&error))
}

fn told(error: &Error) -> String {
    format!("{error:#}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_is_well_formed_and_escapes() {
        let environment = ENVIRONMENT.as_ref().map_err(told).unwrap();
        for (name, template) in COMMON.iter().chain(PAGES.iter().flat_map(|page| page.templates)) {
            assert!(environment.get_template(name).is_ok() && name.strip_suffix(".html").is_some(), "{name}");
            for forbidden in ["|safe", "| safe", "autoescape", " style=", " onclick=", "<style", "javascript:"] {
                assert!(!template.contains(forbidden), "{name} holds {forbidden:?}");
            }
        }
    }
}
