//! A page as HTML that every mailbox shows and every printer prints: one column, no images, no script, nothing fetched.
//! Every text is escaped (R44).

use html_escape::{encode_double_quoted_attribute as attribute, encode_text as escape};

use crate::deliver::page::{Block, Page};

const HEAD: &str = "<meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
<style>@media print{a[href]:after{content:\" (\" attr(href) \")\";font-size:80%}h2{break-after:avoid}\
blockquote,ul{break-inside:avoid}}</style>";

const BODY: &str = "margin:0 auto;padding:16px;max-width:640px;font:16px/1.45 Arial,Helvetica,sans-serif;color:#1a1a1a;\
background:#ffffff";
const QUOTE: &str = "margin:12px 0;padding:4px 12px;border-left:4px solid #c8c8c8";
const SMALL: &str = "font-size:13px;color:#595959";

/// The page with its title; `unsubscribe` is where its reader stops it.
#[must_use]
pub fn page(page: &Page, unsubscribe: Option<&str>) -> String {
    let title = escape(&page.title);
    let mut html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head><title>{title}</title>{HEAD}</head>\n<body style=\"{BODY}\">\n\
         <h1 style=\"font-size:20px\">{title}</h1>\n"
    );
    for part in &page.blocks {
        block(part, &mut html);
    }
    if let Some(address) = unsubscribe {
        html.push_str(&format!("<p style=\"{SMALL}\">{}</p>\n", link(address, "No more of these")));
    }
    html.push_str("</body>\n</html>\n");
    html
}

fn block(block: &Block, html: &mut String) {
    match block {
        Block::Heading(text) => html.push_str(&format!("<h2 style=\"font-size:17px\">{}</h2>\n", escape(text))),
        Block::Text(text) => html.push_str(&format!("<p>{}</p>\n", escape(text))),
        Block::Small(text) => html.push_str(&format!("<p style=\"{SMALL}\">{}</p>\n", escape(text))),
        Block::Quote { text, source, url } => {
            let source = match url {
                Some(url) => link(url, source),
                None => escape(source).into_owned(),
            };
            let text = escape(text);
            html.push_str(&format!("<blockquote style=\"{QUOTE}\">“{text}”<br>{source}</blockquote>\n"));
        }
        Block::Facts(facts) => {
            html.push_str("<table role=\"presentation\" cellpadding=\"2\">\n");
            for (name, value) in facts {
                let (name, value) = (escape(name), escape(value));
                html.push_str(&format!("<tr><td valign=\"top\"><b>{name}</b></td><td>{value}</td></tr>\n"));
            }
            html.push_str("</table>\n");
        }
        Block::List { heading, entries } => {
            if !heading.is_empty() {
                html.push_str(&format!("<p style=\"margin-bottom:0\"><b>{}</b></p>\n", escape(heading)));
            }
            html.push_str("<ul>\n");
            for entry in entries {
                html.push_str(&format!("<li>{}</li>\n", escape(entry)));
            }
            html.push_str("</ul>\n");
        }
        Block::Link { label, url } => html.push_str(&format!("<p>{}</p>\n", link(url, label))),
    }
}

fn link(url: &str, label: &str) -> String {
    let label = if label.is_empty() { url } else { label };
    format!("<a href=\"{}\" rel=\"noreferrer\">{}</a>", attribute(url), escape(label))
}
