"""The same articles and questions put to SQLite FTS5, PostgreSQL and tantivy-py, each the way its manual shows.

    peers.py put fts5|tantivy|postgres FOLDER
    peers.py ask fts5|tantivy|postgres FOLDER      # a line of JSON for each question

Each gives the ten best with their records, how many there are, and for questions with facets the ten most frequent
accounts, signals, sources and languages and the counts by day.
"""

import json
import os
import sqlite3
import sys
import time
from datetime import datetime
from pathlib import Path

COMMIT = 10_000
PAGE = 10
ROUNDS = 3
LONG_ENOUGH = 30.0


def articles(folder: Path):
    with (folder / "articles.ndjson").open(encoding="utf-8") as file:
        for line in file:
            article = json.loads(line)
            article["at"] = int(datetime.fromisoformat(article["published"]).timestamp())
            yield article, line


class Fts5:
    """Text in a table, its words in an FTS5 table beside it (external content), filters and facets by plain tables."""

    SCHEMA = """
    CREATE TABLE article (id INTEGER PRIMARY KEY, key TEXT, title TEXT, text TEXT, source TEXT, language TEXT,
                          published INTEGER, url TEXT, story TEXT);
    CREATE TABLE account (article INTEGER, account TEXT);
    CREATE TABLE signal (article INTEGER, signal TEXT);
    CREATE VIRTUAL TABLE words USING fts5 (title, text, content = 'article', content_rowid = 'id',
                                           tokenize = 'porter unicode61');
    """
    INDEXES = """
    CREATE INDEX by_time ON article (published);
    CREATE INDEX by_account ON account (account, article);
    CREATE INDEX accounts_of ON account (article, account);
    CREATE INDEX signals_of ON signal (article, signal);
    """

    def __init__(self, folder: Path):
        self.file = folder / "fts5.db"
        self.database = sqlite3.connect(self.file)
        self.database.execute("PRAGMA journal_mode = WAL")

    def put(self, given) -> None:
        run = self.database.execute
        self.database.executescript(self.SCHEMA)
        for number, (article, _) in enumerate(given, 1):
            run("INSERT INTO article VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (number, article["id"], article["title"], article["text"], article["publisher"], article["language"],
                 article["at"], article["url"], article["story"]))
            run("INSERT INTO words (rowid, title, text) VALUES (?, ?, ?)", (number, article["title"], article["text"]))
            self.database.executemany("INSERT INTO account VALUES (?, ?)",
                                      [(number, account) for _, account, _ in article["accounts"]])
            self.database.executemany("INSERT INTO signal VALUES (?, ?)", [(number, s) for s in article["signals"]])
            if number % COMMIT == 0:
                self.database.commit()
        self.database.executescript(self.INDEXES)
        run("INSERT INTO words (words) VALUES ('optimize')")
        run("ANALYZE")
        self.database.commit()
        run("PRAGMA wal_checkpoint(TRUNCATE)")
        self.database.close()

    def size(self) -> int:
        return self.file.stat().st_size

    def processor(self) -> float:
        return time.thread_time()

    def ask(self, question: dict) -> int:
        quoted = ['"' + word + '"' for word in question["words"]]
        if question["phrase"]:
            quoted = ['"' + " ".join(question["words"]) + '"']
        said = (" OR " if question["either"] else " ").join(quoted)
        tables, where, values = "article", [], []
        if said:
            tables = "words JOIN article ON article.id = words.rowid"
            where.append("words MATCH ?")
            values.append(said)
        for name, column in (("account", "account"), ("signal", "signal")):
            if question[name]:
                where.append(f"article.id IN (SELECT article FROM {name} WHERE {column} = ?)")
                values.append(question[name])
        if question["language"]:
            where.append("article.language = ?")
            values.append(question["language"])
        if question["since"] is not None:
            where.append("article.published >= ?")
            values.append(question["since"])
        order = "article.published DESC" if question["newest"] else "words.rank"
        narrowed = f"FROM {tables} WHERE {' AND '.join(where)}"
        run = self.database.execute
        run(f"SELECT article.* {narrowed} ORDER BY {order} LIMIT {PAGE}", values).fetchall()
        # The words alone know how many hold them.
        if len(where) == 1 and said:
            narrowed = "FROM words WHERE words MATCH ?"
        total = run(f"SELECT count(*) {narrowed}", values).fetchone()[0]
        if question["facets"]:
            run("CREATE TEMP TABLE found AS SELECT rowid AS id FROM words WHERE words MATCH ?", (said,))
            for name in ("account", "signal"):
                run(f"SELECT {name}, count(DISTINCT article) FROM found JOIN {name} ON article = id GROUP BY 1 "
                    "ORDER BY 2 DESC LIMIT 10").fetchall()
            for what in ("source", "language"):
                run(f"SELECT {what}, count(*) FROM found JOIN article USING (id) GROUP BY 1 ORDER BY 2 DESC "
                    "LIMIT 10").fetchall()
            run("SELECT published / 86400, count(*) FROM found JOIN article USING (id) GROUP BY 1").fetchall()
            run("DROP TABLE found")
        return total


class Tantivy:
    """One text field with `en_stem`, columns for filters and facets, the record stored; one thread writes."""

    def __init__(self, folder: Path):
        import tantivy
        self.tantivy = tantivy
        self.folder = folder / "tantivy-py"
        self.folder.mkdir(exist_ok=True)
        schema = tantivy.SchemaBuilder()
        schema.add_text_field("id", tokenizer_name="raw", index_option="basic")
        schema.add_text_field("text", tokenizer_name="en_stem")
        for name in ("language", "source", "accounts", "signals"):
            schema.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
        schema.add_unsigned_field("published", indexed=True, fast=True)
        # Bytes, for a text field cannot be stored and yet kept out of the index here.
        schema.add_bytes_field("record", stored=True)
        self.index = tantivy.Index(schema.build(), str(self.folder))
        self.searcher = None

    def put(self, given) -> None:
        writer = self.index.writer(heap_size=64_000_000, num_threads=1)
        for number, (article, line) in enumerate(given, 1):
            document = self.tantivy.Document()
            document.add_text("id", article["id"])
            document.add_text("text", article["title"] + "\n" + article["text"])
            document.add_text("language", article["language"])
            document.add_text("source", article["publisher"])
            for _, account, _ in article["accounts"]:
                document.add_text("accounts", account)
            for signal in article["signals"]:
                document.add_text("signals", signal)
            document.add_unsigned("published", article["at"])
            document.add_bytes("record", line.encode())
            writer.add_document(document)
            if number % COMMIT == 0:
                writer.commit()
        writer.commit()
        writer.wait_merging_threads()

    def size(self) -> int:
        return sum(file.stat().st_size for file in self.folder.iterdir())

    def processor(self) -> float:
        return time.thread_time()

    def ask(self, question: dict) -> int:
        if self.searcher is None:
            self.index.reload()
            self.searcher = self.index.searcher()
        words = question["words"]
        if question["phrase"]:
            parts = ['+"' + " ".join(words) + '"']
        elif question["either"]:
            parts = ["+(" + " OR ".join(words) + ")"]
        else:
            parts = ["+" + word for word in words]
        for name, field in (("language", "language"), ("account", "accounts"), ("signal", "signals")):
            if question[name]:
                parts.append(f'+{field}:"{question[name]}"')
        if question["since"] is not None:
            parts.append(f"+published:>={question['since']}")
        query = self.index.parse_query(" ".join(parts), ["text"])
        newest = {"order_by_field": "published"} if question["newest"] else {}
        found = self.searcher.search(query, PAGE, count=True, **newest)
        for _, address in found.hits:
            json.loads(bytes(self.searcher.doc(address)["record"][0]))
        if question["facets"]:
            self.searcher.aggregate(query, {
                **{name: {"terms": {"field": name, "size": 10}} for name in ("accounts", "signals", "source", "language")},
                "day": {"histogram": {"field": "published", "interval": 86_400.0}}})
        return found.count


class Postgres:
    """`tsvector` with GIN, filled by COPY before the indexes are built; arrays with GIN for accounts and signals."""

    def __init__(self, folder: Path):
        import psycopg
        self.psycopg = psycopg
        self.connection = psycopg.connect(os.environ["TIDINGS_TEST_POSTGRES"] + "/postgres", autocommit=True)
        self.backend = self.connection.info.backend_pid
        for setting in ("max_parallel_workers_per_gather = 0", "max_parallel_maintenance_workers = 0",
                        "maintenance_work_mem = '256MB'", "work_mem = '64MB'", "jit = off"):
            self.connection.execute(f"SET {setting}")

    def put(self, given) -> None:
        run = self.connection.execute
        run("""CREATE TABLE article (key text, title text, body text, source text, language text, published bigint, url text,
               story text, accounts text[], signals text[], words tsvector GENERATED ALWAYS AS
               (setweight(to_tsvector('english', title), 'A') || to_tsvector('english', body)) STORED)""")
        names = "key, title, body, source, language, published, url, story, accounts, signals"
        with self.connection.cursor().copy(f"COPY article ({names}) FROM STDIN") as copy:
            for article, _ in given:
                copy.write_row((article["id"], article["title"], article["text"], article["publisher"],
                                article["language"], article["at"], article["url"], article["story"],
                                [account for _, account, _ in article["accounts"]], article["signals"]))
        for column in ("words", "accounts", "signals"):
            run(f"CREATE INDEX ON article USING gin ({column})")
        run("CREATE INDEX ON article (published)")
        run("VACUUM ANALYZE article")

    def size(self) -> int:
        return self.connection.execute("SELECT pg_total_relation_size('article')").fetchone()[0]

    def processor(self) -> float:
        """Of the server's process for this connection and of this one."""
        return int(Path(f"/proc/{self.backend}/schedstat").read_text().split()[0]) / 1e9 + time.thread_time()

    def peak(self) -> float:
        status = Path(f"/proc/{self.backend}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024

    def ask(self, question: dict) -> int:
        words = question["words"]
        said = (" <-> " if question["phrase"] else " | " if question["either"] else " & ").join(words)
        where, values = [], {"said": said}
        if said:
            where.append("words @@ to_tsquery('english', %(said)s)")
        for name, column in (("account", "accounts"), ("signal", "signals")):
            if question[name]:
                where.append(f"{column} @> ARRAY[%({name})s]")
                values[name] = question[name]
        if question["language"]:
            where.append("language = %(language)s")
            values["language"] = question["language"]
        if question["since"] is not None:
            where.append("published >= %(since)s")
            values["since"] = question["since"]
        order = "published" if question["newest"] else "ts_rank(words, to_tsquery('english', %(said)s))"
        narrowed = f"FROM article WHERE {' AND '.join(where)}"
        run = self.connection.execute
        columns = "key, title, body, source, language, published, url, story, accounts, signals"
        run(f"SELECT {columns} {narrowed} ORDER BY {order} DESC LIMIT {PAGE}", values).fetchall()
        total = run(f"SELECT count(*) {narrowed}", values).fetchone()[0]
        if question["facets"]:
            run(f"CREATE TEMP TABLE found AS SELECT source, language, published, accounts, signals {narrowed}", values)
            for what in ("unnest(accounts)", "unnest(signals)", "source", "language"):
                run(f"SELECT {what}, count(*) FROM found GROUP BY 1 ORDER BY 2 DESC LIMIT 10").fetchall()
            run("SELECT published / 86400, count(*) FROM found GROUP BY 1").fetchall()
            run("DROP TABLE found")
        return total


PEERS = {"fts5": Fts5, "tantivy": Tantivy, "postgres": Postgres}


def put(kind: str, folder: Path) -> dict:
    peer = PEERS[kind](folder)
    begun, wall = peer.processor(), time.monotonic()
    peer.put(articles(folder))
    told = {"size": peer.size(), "wall": time.monotonic() - wall}
    if kind == "postgres":
        told |= {"cpu": peer.processor() - begun, "peak": peer.peak()}
    return told


def middle(times: list[float]) -> float:
    return sorted(times)[len(times) // 2] * 1000


def ask(kind: str, folder: Path) -> None:
    peer = PEERS[kind](folder)
    with (folder / "questions.ndjson").open(encoding="utf-8") as file:
        questions = [json.loads(line) for line in file]
    times: list[list[tuple[float, float]]] = [[] for _ in questions]
    found = [0] * len(questions)
    begun = time.monotonic()
    for _ in range(ROUNDS + 1):
        # The first round warms up, and is what is told where it takes long by itself.
        warm = time.monotonic() - begun
        if any(times) and warm > LONG_ENOUGH:
            break
        last = [[] for _ in questions]
        for number, question in enumerate(questions):
            cpu, wall = peer.processor(), time.monotonic()
            found[number] = peer.ask(question)
            last[number].append((peer.processor() - cpu, time.monotonic() - wall))
        for kept, new in zip(times, last):
            kept.extend(new)
    for question, taken, count in zip(questions, times, found):
        taken = taken[1:] or taken
        print(json.dumps({"kind": question["kind"], "cpu": middle([cpu for cpu, _ in taken]),
                          "wall": middle([wall for _, wall in taken]), "found": count}))


if __name__ == "__main__":
    verb, kind, place = sys.argv[1:4]
    if verb == "put":
        print(json.dumps(put(kind, Path(place))))
    else:
        if kind == "postgres":
            # The server lives as long as this process: both in one.
            print(json.dumps(put(kind, Path(place))))
        ask(kind, Path(place))
