//! `feed discover`: what a site has to be polled.

use std::sync::Arc;

use comfy_table::{ContentArrangement, Table, presets};

use super::desk::{Change, told, when};
use super::feed::tell_added;
use super::{Common, Ending, Failure, print_json, say};
use crate::model::{Clock, FeedKind};
use crate::pipeline::roster::Desk;
use crate::pipeline::roster::discover::{Discovered, Found};
use crate::pipeline::roster::subscribe::Wish;
use crate::text::count::counted;

/// Looks at the address of a wish; with `add`, adds the best.
pub(super) async fn run(
    desk: &Desk,
    wish: &Wish,
    add: bool,
    change: &Change,
    common: &Common,
    clock: Arc<dyn Clock>,
) -> Result<Ending, Failure> {
    if add {
        let (discovered, subscribed) = desk.discover_and_add(wish, clock).await.map_err(told)?;
        if !common.json && !common.quiet {
            eprintln!("{} found at {}", counted(discovered.found.len(), "place"), discovered.site);
        }
        return tell_added(wish, &subscribed, change, common);
    }
    let discovered = desk.discover(&wish.url, clock).await.map_err(told)?;
    if common.json {
        print_json(&discovered);
    } else {
        show(&discovered, common);
    }
    if discovered.found.is_empty() {
        let hint = match discovered.newsrooms.first() {
            Some(room) => format!("its news seem to be at {}", room.url),
            None => "give the address of the page that lists its news".to_owned(),
        };
        return Err(Failure::failed(format!("no feed or sitemap was found at {}", discovered.site)).hint(hint));
    }
    Ok(Ending::Done)
}

fn show(discovered: &Discovered, common: &Common) {
    if !discovered.found.is_empty() {
        let mut table = Table::new();
        table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
        table.set_header(["kind", "newest", "30 days", "entries", "title", "address", "remarks"]);
        for found in &discovered.found {
            table.add_row(line(found));
        }
        say(&table.to_string());
    }
    for room in &discovered.newsrooms {
        say(&format!("newsroom  {}  {}", room.url, room.title));
    }
    if common.quiet {
        return;
    }
    for (url, why) in &discovered.failed {
        eprintln!("not read: {url}: {why}");
    }
    if let Some(best) = discovered.found.first().filter(|best| best.entries > 0) {
        eprintln!("\nnext: tidings feed add '{}'", best.url.replace('\'', "%27"));
    }
}

fn line(found: &Found) -> [String; 7] {
    let kind = if found.kind == FeedKind::Sitemap { "sitemap" } else { "feed" };
    let remarks = [
        (found.own && found.named_news, "the site's own news"),
        (found.comments, "comments"),
        (found.entries == 0, "empty"),
    ];
    let remarks: Vec<_> = remarks.into_iter().filter_map(|(is, what)| is.then_some(what)).collect();
    [
        kind.to_owned(),
        when(found.newest),
        found.last_30_days.to_string(),
        found.entries.to_string(),
        found.title.clone().unwrap_or_default(),
        found.url.clone(),
        remarks.join(", "),
    ]
}
