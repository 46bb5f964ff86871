"""The usual way in Python: aiohttp, fastfeedparser and SQLite, one pass over a list of addresses.

    peer.py DATABASE FILE_WITH_ADDRESSES

It keeps what the program keeps: entries, validators stored with them in one transaction, committed to disk feed by feed.
"""

import asyncio
import hashlib
import json
import sqlite3
import sys

import aiohttp
import fastfeedparser

IN_FLIGHT = 32

SCHEMA = """
CREATE TABLE IF NOT EXISTS feed (url TEXT PRIMARY KEY, title TEXT, etag TEXT, modified TEXT, outcome TEXT);
CREATE TABLE IF NOT EXISTS entry (feed TEXT, key TEXT, hash TEXT, body TEXT, PRIMARY KEY (feed, key));
"""


def take_in(database: sqlite3.Connection, url: str, body: bytes, etag: str | None, modified: str | None) -> int:
    parsed = fastfeedparser.parse(body)
    new = 0
    with database:
        for entry in parsed.entries:
            key = entry.get("id") or entry.get("link")
            text = json.dumps(entry, default=str)
            digest = hashlib.sha256(text.encode()).hexdigest()
            known = database.execute("SELECT hash FROM entry WHERE feed = ? AND key = ?", (url, key)).fetchone()
            if known is None or known[0] != digest:
                database.execute("INSERT OR REPLACE INTO entry VALUES (?, ?, ?, ?)", (url, key, digest, text))
                new += 1
        database.execute("INSERT OR REPLACE INTO feed VALUES (?, ?, ?, ?, 'fresh')",
                         (url, parsed.feed.get("title"), etag, modified))
    return new


async def main(path: str, addresses: str) -> None:
    database = sqlite3.connect(path)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.executescript(SCHEMA)
    with open(addresses, encoding="utf-8") as file:
        urls = file.read().split()
    known = {url: (etag, modified) for url, etag, modified in database.execute("SELECT url, etag, modified FROM feed")}
    told = {"fresh": 0, "unchanged": 0, "failed": 0, "new": 0}
    waiting = iter(urls)

    async def work(session: aiohttp.ClientSession) -> None:
        for url in waiting:
            etag, modified = known.get(url, (None, None))
            headers = {"If-None-Match": etag} if etag else {}
            if modified:
                headers["If-Modified-Since"] = modified
            try:
                async with session.get(url, headers=headers) as answer:
                    if answer.status == 304:
                        with database:
                            database.execute("UPDATE feed SET outcome = 'unchanged' WHERE url = ?", (url,))
                        told["unchanged"] += 1
                        continue
                    answer.raise_for_status()
                    body = await answer.read()
                    told["new"] += take_in(database, url, body, answer.headers.get("ETag"),
                                           answer.headers.get("Last-Modified"))
                    told["fresh"] += 1
            except (aiohttp.ClientError, ValueError):
                told["failed"] += 1

    connector = aiohttp.TCPConnector(limit=IN_FLIGHT, limit_per_host=1)
    async with aiohttp.ClientSession(connector=connector) as session:
        await asyncio.gather(*(work(session) for _ in range(IN_FLIGHT)))
    print(json.dumps(told))


asyncio.run(main(sys.argv[1], sys.argv[2]))
