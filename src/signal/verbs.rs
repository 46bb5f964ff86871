//! The forms of English verbs, and what each says about time.

/// What the form of a verb says about time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tense {
    /// "buy", or a form that is the same in the past ("cut").
    Base,
    /// "buys": in headlines, what has just happened or was just decided.
    Present,
    /// "bought".
    Past,
    /// "buying".
    Progressive,
}

/// Verbs whose forms are not made by rule: base, third person, past, past participle, progressive.
const IRREGULAR: &[[&str; 5]] = &[
    ["axe", "axes", "axed", "axed", "axing"],
    ["ban", "bans", "banned", "banned", "banning"],
    ["bag", "bags", "bagged", "bagged", "bagging"],
    ["begin", "begins", "began", "begun", "beginning"],
    ["beat", "beats", "beat", "beaten", "beating"],
    ["bid", "bids", "bid", "bid", "bidding"],
    ["break", "breaks", "broke", "broken", "breaking"],
    ["bring", "brings", "brought", "brought", "bringing"],
    ["build", "builds", "built", "built", "building"],
    ["buy", "buys", "bought", "bought", "buying"],
    ["chop", "chops", "chopped", "chopped", "chopping"],
    ["choose", "chooses", "chose", "chosen", "choosing"],
    ["cut", "cuts", "cut", "cut", "cutting"],
    ["die", "dies", "died", "died", "dying"],
    ["dip", "dips", "dipped", "dipped", "dipping"],
    ["drop", "drops", "dropped", "dropped", "dropping"],
    ["fall", "falls", "fell", "fallen", "falling"],
    ["find", "finds", "found", "found", "finding"],
    ["fire", "fires", "fired", "fired", "firing"],
    ["get", "gets", "got", "gotten", "getting"],
    ["give", "gives", "gave", "given", "giving"],
    ["go", "goes", "went", "gone", "going"],
    ["grow", "grows", "grew", "grown", "growing"],
    ["hit", "hits", "hit", "hit", "hitting"],
    ["jump", "jumps", "jumped", "jumped", "jumping"],
    ["lay", "lays", "laid", "laid", "laying"],
    ["lead", "leads", "led", "led", "leading"],
    ["leave", "leaves", "left", "left", "leaving"],
    ["let", "lets", "let", "let", "letting"],
    ["lose", "loses", "lost", "lost", "losing"],
    ["make", "makes", "made", "made", "making"],
    ["pay", "pays", "paid", "paid", "paying"],
    ["plan", "plans", "planned", "planned", "planning"],
    ["pull", "pulls", "pulled", "pulled", "pulling"],
    ["put", "puts", "put", "put", "putting"],
    ["quit", "quits", "quit", "quit", "quitting"],
    ["rise", "rises", "rose", "risen", "rising"],
    ["run", "runs", "ran", "run", "running"],
    ["scrap", "scraps", "scrapped", "scrapped", "scrapping"],
    ["see", "sees", "saw", "seen", "seeing"],
    ["sell", "sells", "sold", "sold", "selling"],
    ["set", "sets", "set", "set", "setting"],
    ["ship", "ships", "shipped", "shipped", "shipping"],
    ["shrink", "shrinks", "shrank", "shrunk", "shrinking"],
    ["shut", "shuts", "shut", "shut", "shutting"],
    ["sink", "sinks", "sank", "sunk", "sinking"],
    ["slip", "slips", "slipped", "slipped", "slipping"],
    ["slide", "slides", "slid", "slid", "sliding"],
    ["slam", "slams", "slammed", "slammed", "slamming"],
    ["snap", "snaps", "snapped", "snapped", "snapping"],
    ["snag", "snags", "snagged", "snagged", "snagging"],
    ["spin", "spins", "spun", "spun", "spinning"],
    ["split", "splits", "split", "split", "splitting"],
    ["steal", "steals", "stole", "stolen", "stealing"],
    ["step", "steps", "stepped", "stepped", "stepping"],
    ["strike", "strikes", "struck", "struck", "striking"],
    ["sue", "sues", "sued", "sued", "suing"],
    ["swap", "swaps", "swapped", "swapped", "swapping"],
    ["swing", "swings", "swung", "swung", "swinging"],
    ["take", "takes", "took", "taken", "taking"],
    ["rip", "rips", "ripped", "ripped", "ripping"],
    ["tap", "taps", "tapped", "tapped", "tapping"],
    ["tie", "ties", "tied", "tied", "tying"],
    ["top", "tops", "topped", "topped", "topping"],
    ["trim", "trims", "trimmed", "trimmed", "trimming"],
    ["tumble", "tumbles", "tumbled", "tumbled", "tumbling"],
    ["win", "wins", "won", "won", "winning"],
    ["withdraw", "withdraws", "withdrew", "withdrawn", "withdrawing"],
];

/// Every form of a verb with its tense, the base first; each form once.
pub(super) fn forms(base: &str) -> Vec<(String, Tense)> {
    let made = IRREGULAR.iter().find(|verb| verb[0] == base).map_or_else(
        || regular(base),
        |verb| {
            vec![
                (verb[0].to_owned(), Tense::Base),
                (verb[1].to_owned(), Tense::Present),
                (verb[2].to_owned(), Tense::Past),
                (verb[3].to_owned(), Tense::Past),
                (verb[4].to_owned(), Tense::Progressive),
            ]
        },
    );
    let mut forms: Vec<(String, Tense)> = Vec::new();
    for (form, tense) in made {
        if !forms.iter().any(|(known, _)| *known == form) {
            forms.push((form, tense));
        }
    }
    forms
}

fn regular(base: &str) -> Vec<(String, Tense)> {
    let before_last = base.chars().rev().nth(1);
    let consonant_y = base.ends_with('y') && !before_last.is_some_and(|letter| "aeiou".contains(letter));
    let hissing = ["s", "x", "z", "ch", "sh"].iter().any(|end| base.ends_with(end));
    let third = if consonant_y {
        format!("{}ies", &base[..base.len() - 1])
    } else if hissing {
        format!("{base}es")
    } else {
        format!("{base}s")
    };
    let (past, progressive) = if consonant_y {
        (format!("{}ied", &base[..base.len() - 1]), format!("{base}ing"))
    } else if let Some(stem) = base.strip_suffix('e') {
        (format!("{base}d"), format!("{stem}ing"))
    } else {
        (format!("{base}ed"), format!("{base}ing"))
    };
    vec![
        (base.to_owned(), Tense::Base),
        (third, Tense::Present),
        (past, Tense::Past),
        (progressive, Tense::Progressive),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_spelt_right() {
        let spelt = |base: &str| forms(base).into_iter().map(|(form, _)| form).collect::<Vec<_>>().join(" ");
        assert_eq!(spelt("acquire"), "acquire acquires acquired acquiring");
        assert_eq!(spelt("launch"), "launch launches launched launching");
        assert_eq!(spelt("supply"), "supply supplies supplied supplying");
        assert_eq!(spelt("buy"), "buy buys bought buying");
        assert_eq!(spelt("cut"), "cut cuts cutting");
        assert_eq!(spelt("destroy"), "destroy destroys destroyed destroying");
    }
}
