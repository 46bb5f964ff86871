//! Words that tell names of firms from other capitalised words. All folded. General knowledge, no source.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Looks a folded word up in one of the lists below.
pub(super) fn is_in(list: &LazyLock<HashSet<&'static str>>, word: &str) -> bool {
    list.contains(word)
}

fn set(words: &'static str) -> HashSet<&'static str> {
    words.split_whitespace().collect()
}

/// Legal forms and words that end names of firms.
pub(super) static LEGAL: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    set(
        "inc corp corporation co company cos ltd limited plc llc llp lp sa ag nv bv se gmbh spa ab asa oyj as kk bhd pty \
         pvt kg kgaa sas sarl srl group holdings holding partners bancorp industries bros",
    )
});

/// Days, months and other times.
pub(super) static TIMES: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    set("monday tuesday wednesday thursday friday saturday sunday january february march april may june july august \
         september october november december jan feb mar apr jun jul aug sep sept oct nov dec q1 q2 q3 q4 h1 h2 fy \
         christmas easter thanksgiving today yesterday tomorrow covid covid-19 coronavirus 1h 2h 1q 2q 3q 4q")
});

/// Countries, peoples, regions and great cities: the place of an event, hardly ever its subject.
pub(super) static PLACES: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    set(
        "us usa u.s u.s. america american americans uk u.k u.k. britain british england english scotland scottish wales welsh ireland \
         irish europe european eu e.u asia asian africa african germany german france french spain spanish italy \
         italian portugal portuguese netherlands dutch belgium belgian switzerland swiss austria austrian sweden \
         swedish norway norwegian denmark danish finland finnish poland polish russia russian ukraine ukrainian \
         turkey turkish greece greek israel israeli iran iranian iraq iraqi saudi arabia uae dubai qatar egypt \
         egyptian nigeria nigerian kenya kenyan ghana india indian pakistan pakistani bangladesh china chinese japan \
         japanese korea korean taiwan taiwanese hong kong singapore malaysia malaysian indonesia indonesian thailand \
         thai vietnam vietnamese philippines philippine australia australian zealand canada canadian mexico mexican \
         brazil brazilian argentina argentine chile chilean colombia colombian peru venezuela venezuelan cuba \
         washington york london paris berlin frankfurt munich tokyo beijing shanghai mumbai delhi bengaluru bangalore \
         chennai hyderabad sydney melbourne toronto vancouver montreal chicago boston houston dallas detroit seattle \
         atlanta miami california texas florida michigan ohio georgia massachusetts virginia jersey angeles los \
         francisco san las vegas moscow madrid rome milan brussels amsterdam zurich geneva vienna stockholm oslo \
         copenhagen helsinki dublin warsaw istanbul cairo lagos nairobi johannesburg silicon valley bay latin south \
         north east west northern southern eastern western central global world worldwide international middle \
         manhattan brooklyn philadelphia minneapolis denver phoenix austin portland oregon arizona colorado nevada \
         utah illinois pennsylvania maryland connecticut tennessee alabama louisiana kentucky indiana wisconsin \
         minnesota iowa missouri kansas oklahoma nebraska scandinavia nordic balkan czech hungary hungarian romania \
         romanian bulgaria serbia croatia yugoslavia soviet deutschland frankreich osterreich schweiz espana francia \
         allemagne etats-unis estados unidos",
    )
});

/// Offices and callings: they stand beside names of persons.
pub(super) static OFFICES: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    set("ceo cfo coo cto cio cmo cmd md chairman chairwoman chair chairperson chief executive officer president \
         vice-president vp svp evp director managing head founder co-founder cofounder founders chef analyst analysts \
         spokesman spokeswoman spokesperson mr mrs ms dr sir lord lady prof professor judge justice senator sen rep \
         gov governor minister secretary premier prime king queen pope general colonel captain treasurer boss exec \
         execs executives partner editor author engineer researcher lawyer attorney economist strategist trader \
         billionaire investor entrepreneur")
});

/// Given names that begin most names of persons in the business press.
pub(super) static GIVEN_NAMES: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    set(
        "aaron abdul adam adrian ahmed ajay alan albert alex alexander alexandra alfred ali alice alison allan allen amit amy ana \
         anand andre andrea andreas andrew andy angela anil anita ann anna anne anthony antonio arthur arun ashok ashwani barbara barack ben \
         benjamin bernard bernd beth bill bob brad brian bruce carl carla carlos carol caroline catherine cathie charles charlie \
         chris christian christine christoph christopher claire claude claudia craig cynthia dan daniel daniela \
         dave david deborah deepak dennis derek diana diane dieter dipan dirk don donald doug douglas ed eduardo edward elena elizabeth \
         ellen elon emily emma emmanuel eric erik ernst ethan evan felix fernando florian francesco francis francois frank franz fred \
         frederic gabriel gary gautam geoff george gerald gerard gerhard gianni giovanni glenn gordon graham greg gregory guillaume \
         guy hans harold harry hassan heather heinz helen helmut henri henry herbert hiroshi howard hugh ian igor ivan jack jacob \
         jacques jake james jamie jan jane janet jason javier jay jean jeff jeffrey jennifer jeremy jerome jerry jessica jim jin joachim \
         joan joe joel johan johannes john jon jonathan jorge jose joseph josh joshua juan judith julia julian julie \
         jurgen justin kamal karen karl kate katherine kathleen kathryn keith kelly ken kenneth kenji kevin kim kirk klaus kumar kurt kyle \
         lakshmi larry laura lauren laurent lawrence lee leo leon leonard lewis linda lisa liz louis lucas luis lukas luke madhu \
         manuel marc marcel marco marcus margaret maria marie mario marissa mark markus martha martin martina mary masayoshi matt \
         matthew matthias maurice max megan mehmet michael michel michelle miguel mike mitesh mohamed mohammed monica mukesh nancy \
         naomi narayana naresh natalie nathan neil nicholas nick nicola nicolas nina nitin noah norman olaf oliver olivier oscar \
         pablo pamela pascal pat patricia patrick paul paula pedro peter phil philip philipp philippe pierre pradeep prakash \
         rachel rahul raj rajesh rajiv rakesh ralf ralph ramesh randy ravi ray raymond rebecca rene ricardo richard rick rita \
         rob robert roberto robin rod roger roland rolf ron ronald rosa ross roy rupert russell ruth ryan salil sam samir samuel \
         sandeep sandra sanjay sanjiv sara sarah satya scott sean sebastian sergei sergey sergio shane sharon shaun sheryl shinzo \
         simon sofia sonia soren stefan stefano stephanie stephen steve steven stewart stuart subramanian sudhir sundar sunil \
         suresh susan suzanne sven tadashi takeshi tara ted teresa terry thierry thomas tim timothy tina todd tom tommy tony \
         tracy travis ulrich ursula uwe vanessa vera victor victoria vijay vikram vincent vinod virginia vivek vladimir walter \
         warren wayne wei wendy werner will william wolfgang xavier yasuhiro yoshi yves zhang",
    )
});

/// Words that begin sentences or stand in headlines with a capital without being names.
pub(super) static COMMON: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    set("a an the this that these those it its he she they we you i his her their our your my one two three four five \
         six seven eight nine ten and or but nor so yet if as at by for from in into of off on onto out over to up with \
         within without about above across after against along amid among around before behind below beneath beside \
         between beyond despite down during except inside like near next outside past since through throughout till \
         toward under until upon via while when where who whom whose which what why how there here not no yes all any \
         both each every few many more most much other others another some such than then too very can could may might \
         must shall should will would is are was were be been being am do does did done has have had having get gets \
         got say says said saying tell tells told ask asks new newly old big biggest bigger small large larger largest \
         great good best better top first second third last late later latest early earlier recent recently now today \
         just still also even only again already back home high higher highest low lower lowest long short full part \
         half year years month months week weeks day days quarter annual quarterly monthly weekly daily time times \
         exclusive update breaking analysis opinion report reports reportedly source sources video watch live factbox \
         interview review reviews brief briefs report: people workers worker employees employee staff jobs job shares \
         share stock stocks shareholders shareholder investors investor customers customer users user consumers \
         company companies firm firms business businesses maker makers giant giants group unit units division \
         subsidiary parent startup startups start-up start-ups airline airlines bank banks banking lender lenders \
         retailer retailers carmaker automaker automakers chipmaker drugmaker drugmakers brokerage broker insurer \
         operator provider supplier suppliers manufacturer manufacturers developer developers owner owners rival \
         rivals market markets industry sector government govt state states federal court judge jury police lawmaker \
         lawmakers regulator regulators watchdog union unions board profit profits loss losses revenue revenues sales \
         earnings results income net quarter q1 q2 q3 q4 growth rise rises fall falls gain gains jump jumps drop drops \
         deal deals merger takeover bid offer offers talks plan plans planned move moves set sets seek seeks eye eyes \
         launch launches unveil unveils buy buys sell sells acquire acquires cut cuts raise raises hire hires fire \
         fires name names appoint appoints quit quits resign resigns win wins lose loses sue sues settle settles file \
         files post posts see sees expect expects warn warns face faces close closes open opens expand expands start \
         starts end ends make makes take takes give gives go goes keep keeps put puts hit hits help helps show shows \
         use uses using work works add adds turn turns call calls bring brings come comes pay pays let lets lead leads \
         want wants need needs try tries know think say look looks price prices pricing cost costs money cash fund \
         funds funding million billion trillion crore percent pct stake stakes product products service services \
         software hardware technology tech digital online internet mobile app apps data cloud ai web network networks \
         security system systems platform platforms tool tools feature features version update updates upgrade \
         upgrades phone phones car cars vehicle vehicles electric plane planes jet jets oil gas energy power food drug \
         drugs health media news tv show movie film music game games video social store stores shop shops plant plants \
         factory office offices site sites project projects program programs service strike strikes protest protests \
         contract contracts order orders lawsuit suit case probe investigation fine fines ban bans recall recalls \
         breach hack hackers attack attacks outage outages crisis pandemic virus war trade tax taxes tariff tariffs \
         policy law laws rule rules right rights future history life man men woman women child children family friends \
         world global local national public private former current senior junior major minor key main real true free \
         open hot cold fast slow strong weak hard easy early-stage despite amid dividend payout payment debt loan \
         loans bond bonds credit rating ratings outlook forecast forecasts guidance target targets review view views \
         according however meanwhile moreover although though because once perhaps maybe")
});

/// Words of sport reports, where "signs", "wins", "loses" and "strike" mean other things.
static SPORT: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    set("coach striker midfielder goalkeeper quarterback touchdown innings wicket batsman batsmen bowler cricket \
         football soccer baseball basketball hockey rugby tennis golf nfl nba mlb nhl fifa uefa olympic olympics medal \
         playoff playoffs championship championships tournament league cup semifinal semi-final quarterfinal \
         quarter-final season teammates pitcher homer homered scored scoring goalless halftime half-time \
         wimbledon athletes athlete sprinter cyclist nascar premiership fixture test-match yards rebounds")
});

/// True where headline and beginning of a text hold several words of sport.
pub(super) fn speaks_of_sport(title: &str, text: &str) -> bool {
    let folded = crate::text::fold::fold(&format!("{title} {text}"));
    let mut seen = HashSet::new();
    for word in folded.split(|letter: char| !letter.is_alphanumeric() && letter != '-') {
        if SPORT.contains(word) {
            seen.insert(word);
        }
    }
    seen.len() >= 3
}

/// Words that name a line of business: no firm by themselves, but often a part of its name ("Acme Steel").
pub(super) static TRADES: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    set(
        "telecom telecoms pharma pharmaceutical pharmaceuticals auto autos metal metals realty fmcg psu infra chip chips \
         shipping cement sugar steel tobacco retail insurance biotech cannabis crypto bitcoin cryptocurrency airline \
         airlines gold silver copper rupee rupiah dollar euro yen yuan pound bank banks energy gas power oil media \
         technology technologies tech software systems network networks health food foods drug drugs motor motors electric \
         capital fund security digital online international global national data cloud studios stores labs airways \
         financial industries entertainment games music mobile electronics communications resources petroleum mining \
         chemical chemicals products services properties brands beverage hotels restaurants",
    )
});
