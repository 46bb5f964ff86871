//! What happened.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AccountId, Evidence, Field, SignalId, StoryId, Time};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $word)] $variant),+
        }

        impl $name {
            /// Every value, in the order of the table in the documentation.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word used in files, tables and queries.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = ();

            fn from_str(word: &str) -> Result<Self, ()> {
                Self::ALL.iter().copied().find(|value| value.as_str() == word).ok_or(())
            }
        }
    };
}

words! {
    /// The kinds of business event that are told apart.
    SignalType {
        /// Raises capital, bonds, venture money.
        Funding = "funding",
        /// Lists its shares or files to.
        Ipo = "ipo",
        /// Buys, merges, takes a stake.
        Acquisition = "acquisition",
        /// Sells or spins off a unit.
        Divestiture = "divestiture",
        /// An executive or board member comes, goes or dies.
        LeadershipChange = "leadership_change",
        /// Cuts or idles staff.
        Layoffs = "layoffs",
        /// Adds staff.
        Hiring = "hiring",
        /// New site, market, plant, capacity.
        Expansion = "expansion",
        /// Leaves a site, market, business.
        Closure = "closure",
        /// New product or feature.
        ProductLaunch = "product_launch",
        /// Product discontinued or cancelled.
        ProductEnd = "product_end",
        /// Its prices, fees, rates, terms change.
        PricingChange = "pricing_change",
        /// Campaign, rebrand, sponsorship.
        Marketing = "marketing",
        /// Alliance, licence, integration, joint venture.
        Partnership = "partnership",
        /// Wins a customer or order.
        ContractWin = "contract_win",
        /// Loses a customer or order.
        ContractLoss = "contract_loss",
        /// Results, guidance, dividend.
        Earnings = "earnings",
        /// Bankruptcy, default, credit downgrade, bail-out.
        Distress = "distress",
        /// Suit, verdict, settlement, prosecutor.
        Legal = "legal",
        /// Approval, fine, probe, rule for the firm.
        Regulatory = "regulatory",
        /// Intrusion, leak, disclosed hole.
        Breach = "breach",
        /// Service fails.
        Outage = "outage",
        /// Product safety withdrawal.
        Recall = "recall",
        /// Prize, ranking.
        Award = "award",
        /// Seeks bids, buys big, announces a project.
        Procurement = "procurement",
        /// Controversy, boycott, criticism.
        Reputation = "reputation",
        /// Strike, lock-out, contested talks.
        LaborDispute = "labor_dispute",
        /// Share price, index, broker's rating.
        MarketMove = "market_move",
    }
}

words! {
    /// The part a named firm plays in an event.
    Role {
        /// Raises money or lists.
        Issuer = "issuer",
        /// Gives money.
        Investor = "investor",
        /// Where shares are listed.
        Exchange = "exchange",
        /// Buys a firm.
        Acquirer = "acquirer",
        /// Is bought.
        Target = "target",
        /// One of two that merge.
        MergerParty = "merger_party",
        /// Sells a unit or stake.
        Seller = "seller",
        /// Holds shares in a deal.
        Shareholder = "shareholder",
        /// Is the thing sold.
        Asset = "asset",
        /// Buys a unit, goods or services.
        Buyer = "buyer",
        /// Gets a new executive.
        AppointedBy = "appointed_by",
        /// Loses an executive.
        DepartedFrom = "departed_from",
        /// Employs who is hired, dismissed or on strike.
        Employer = "employer",
        /// Runs the site or service.
        Operator = "operator",
        /// Makes the product.
        Maker = "maker",
        /// Sets the price.
        PriceSetter = "price_setter",
        /// Advertises.
        Brand = "brand",
        /// One of the allies.
        Partner = "partner",
        /// Delivers.
        Supplier = "supplier",
        /// Orders.
        Customer = "customer",
        /// Publishes its figures.
        Reporter = "reporter",
        /// Cannot pay.
        Debtor = "debtor",
        /// Judges credit.
        Rater = "rater",
        /// Is sued or charged.
        Defendant = "defendant",
        /// Sues.
        Plaintiff = "plaintiff",
        /// Feels the effect.
        Affected = "affected",
        /// Is drawn in.
        Involved = "involved",
        /// Joins a suit.
        Intervener = "intervener",
        /// Is under the rule.
        Regulated = "regulated",
        /// Makes or applies the rule.
        Regulator = "regulator",
        /// Was attacked or leaked.
        Victim = "victim",
        /// Found the hole.
        Discoverer = "discoverer",
        /// Sells another's product.
        Distributor = "distributor",
        /// Wins the prize.
        Winner = "winner",
        /// Gives the prize.
        Giver = "giver",
        /// Is criticised.
        Criticised = "criticised",
        /// Criticises.
        Critic = "critic",
        /// Speaks for staff.
        Union = "union",
        /// Has its shares traded.
        Listed = "listed",
        /// Judges or trades shares.
        Broker = "broker",
    }
}

words! {
    /// How certain and how far along an event is.
    Status {
        /// Happened or in force; a filed suit, charge or bankruptcy.
        Completed = "completed",
        /// Decided, signed, under way; a listing filed.
        Announced = "announced",
        /// May, likely, sources, talks, considering.
        Rumoured = "rumoured",
        /// Denied, dropped, failed.
        Denied = "denied",
    }
}

words! {
    /// How an executive went.
    Manner {
        /// By own will.
        Resigned = "resigned",
        /// Sent away.
        Dismissed = "dismissed",
        /// At the end of a career.
        Retired = "retired",
        /// Died.
        Deceased = "deceased",
    }
}

words! {
    /// Which way a price or figure went.
    Direction {
        /// Higher.
        Up = "up",
        /// Lower.
        Down = "down",
    }
}

/// A sum of money as written and as read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Amount {
    /// In whole units of the currency.
    pub value: Option<f64>,
    /// ISO 4217, where it is told.
    pub currency: Option<String>,
    /// As written.
    pub text: String,
}

/// What one article says happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    /// What kind of event.
    #[serde(rename = "type")]
    pub kind: SignalType,
    /// The watched account it is about; none where no watched account plays a part.
    pub entity: Option<AccountId>,
    /// The firm it is about, as written.
    pub subject: String,
    /// The part that firm plays.
    pub role: Role,
    /// The other firm, as written.
    pub counterparty: Option<String>,
    /// The part the other firm plays.
    pub counter_role: Option<Role>,
    /// The executive, as written.
    pub person: Option<String>,
    /// How the executive went.
    pub manner: Option<Manner>,
    /// Which way a price or figure went.
    pub direction: Option<Direction>,
    /// The sum named with it.
    pub amount: Option<Amount>,
    /// How certain and how far along.
    pub status: Status,
    /// Belief that the article says this, 0–1.
    pub confidence: f64,
    /// The sentence that says it.
    pub evidence: Quote,
}

/// A verbatim part of a field. `start` and `end` are UTF-8 bytes into that field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// Which field.
    pub field: Field,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// The words there.
    pub quote: String,
}

/// The merged claims of a story for one account and one kind of event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Signal {
    /// Derived from story, account and type.
    pub id: SignalId,
    /// The story it is told by.
    pub story: StoryId,
    /// Whom it is about.
    pub account: AccountId,
    /// What kind of event.
    #[serde(rename = "type")]
    pub kind: SignalType,
    /// The part the account plays.
    pub role: Role,
    /// The account as written in the leading claim.
    pub subject: String,
    /// The other firm, as written.
    pub counterparty: Option<String>,
    /// The part the other firm plays.
    pub counter_role: Option<Role>,
    /// The executive, as written.
    pub person: Option<String>,
    /// How the executive went.
    pub manner: Option<Manner>,
    /// Which way a price or figure went.
    pub direction: Option<Direction>,
    /// The sum named with it.
    pub amount: Option<Amount>,
    /// How certain and how far along, the latest reliable word.
    pub status: Status,
    /// Belief in it, 0–1, from all claims and origins.
    pub confidence: f64,
    /// The account is what the story is about, not named in passing.
    pub about: bool,
    /// Independent publishers that say it.
    pub origins: u32,
    /// Articles that say it, copies included.
    pub reports: u32,
    /// The best quotes, at most one an origin, best first.
    pub evidence: Vec<Evidence>,
    /// When the first of them was published.
    pub first_at: Time,
    /// When the last of them was published.
    pub last_at: Time,
    /// A later report took it back.
    pub withdrawn: bool,
    /// Found when rereading the past: goes nowhere outside.
    pub backfilled: bool,
}
