"""The corpora of the finder: each is a table of short texts with a table of their vectors."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Corpus:
    """`texts` reads (id, language, text) of the rows in %s, for the encoder. Table names are ours, never a user's.

    `copied` is a column of the texts that their vectors have too, so that an index can hold the vectors of those alone.
    """

    name: str
    table: str
    vectors: str
    texts: str
    copied: str = ""


SENTENCES = Corpus(
    name="sentences",
    table="articles_sentence",
    vectors="articles_sentencevector",
    # A sentence says "it" and "the agreement" where its article's title has the name: see finder-ranking in docs/decisions.
    texts="""
        SELECT t.id, t.language, concat_ws('. ', nullif(left(a.title, 200), ''), substr(r.text, t.start + 1, t."end" - t.start))
        FROM articles_sentence t JOIN articles_article a ON a.id = t.article_id
        JOIN articles_articlerevision r ON r.id = t.revision_id WHERE t.id = ANY(%s)
    """,
)
