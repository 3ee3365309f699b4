"""What the finder searches: a corpus is a table of short texts with a table of their vectors."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Corpus:
    """`texts` reads (id, language, text) of the rows in %s, for the encoder. Table names are ours, never a user's."""

    name: str
    table: str
    vectors: str
    texts: str


SENTENCES = Corpus(
    name="sentences",
    table="articles_sentence",
    vectors="articles_sentencevector",
    texts="""
        SELECT t.id, t.language, substr(r.text, t.start + 1, t."end" - t.start)
        FROM articles_sentence t JOIN articles_articlerevision r ON r.id = t.revision_id WHERE t.id = ANY(%s)
    """,
)
