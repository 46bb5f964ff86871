"""Writes the feeds that are polled: invented words, the same files for the same number."""

import random
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path

ONSETS = "b br c ch cl d dr f fl g gr h j k l m n p pl pr r s sh sl st t th tr v w".split()
VOWELS = "a e i o u ai ea ee ou".split()
ENDS = "n r s t l m d k nd rt st ng ck sh".split()
ENTRIES = 25
NEWEST = datetime(2026, 3, 2, 12, 0, tzinfo=timezone.utc)


def vocabulary(chance: random.Random) -> list[str]:
    """Four thousand words that nobody uses."""
    def syllable() -> str:
        return chance.choice(ONSETS) + chance.choice(VOWELS) + (chance.choice(ENDS) if chance.random() < 0.6 else "")

    return sorted({"".join(syllable() for _ in range(chance.choice((1, 2, 2, 3)))) for _ in range(4000)})


def sentence(chance: random.Random, words: list[str]) -> str:
    return " ".join(chance.choices(words, k=chance.randint(6, 20))).capitalize() + "."


def prose(chance: random.Random, words: list[str], size: int) -> str:
    """Paragraphs as feeds carry them: escaped HTML of about `size` bytes."""
    parts, length = [], 0
    while length < size:
        body = " ".join(sentence(chance, words) for _ in range(chance.randint(2, 4)))
        part = f"&lt;p&gt;{body} &lt;a href=&quot;/see/{chance.randrange(10**6)}&quot;&gt;more&lt;/a&gt;&lt;/p&gt;\n"
        parts.append(part)
        length += len(part)
    return "".join(parts)


def rss(number: int, chance: random.Random, words: list[str]) -> str:
    name = " ".join(chance.choices(words, k=3)).title()
    out = [f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel><title>{name}</title>'
           f"<link>http://site{number}.example/</link><description>{sentence(chance, words)}</description>\n"]
    for entry in range(ENTRIES):
        at = NEWEST - timedelta(hours=3 * entry, minutes=number % 60)
        out.append(
            f"<item><title>{sentence(chance, words)}</title>"
            f"<link>http://site{number}.example/{entry}</link><guid>http://site{number}.example/{entry}</guid>"
            f"<pubDate>{format_datetime(at)}</pubDate><category>{chance.choice(words)}</category>"
            f"<description>{prose(chance, words, 1820)}</description></item>\n")
    return "".join(out) + "</channel></rss>\n"


def atom(number: int, chance: random.Random, words: list[str]) -> str:
    name = " ".join(chance.choices(words, k=3)).title()
    out = [f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"><title>{name}</title>'
           f"<id>http://site{number}.example/</id><updated>{NEWEST.isoformat()}</updated>\n"]
    for entry in range(ENTRIES):
        at = (NEWEST - timedelta(hours=3 * entry, minutes=number % 60)).isoformat()
        out.append(
            f"<entry><title>{sentence(chance, words)}</title><id>http://site{number}.example/{entry}</id>"
            f'<link rel="alternate" href="http://site{number}.example/{entry}"/>'
            f"<updated>{at}</updated><published>{at}</published><author><name>{chance.choice(words)}</name></author>"
            f'<content type="html">{prose(chance, words, 1770)}</content></entry>\n')
    return "".join(out) + "</feed>\n"


def write(folder: Path, count: int) -> int:
    """Writes `count` feeds, half RSS and half Atom; gives their mean size in bytes."""
    folder.mkdir(parents=True)
    words = vocabulary(random.Random(1))
    total = 0
    for number in range(count):
        text = (rss if number % 2 == 0 else atom)(number, random.Random(number), words)
        (folder / f"{number}.xml").write_text(text)
        total += len(text)
    return total // count
