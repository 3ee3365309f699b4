"""The vectors of a bulk import, made word by word, are those that Postgres makes of the whole passage."""

import json
import random
from collections.abc import Callable

import pytest

from articles.models import ArticleRevision, ImportRun, SearchPassage
from articles.search.index import Searchable, replace_passages
from articles.text.canonical import Block
from articles.text.characters import words

pytestmark = pytest.mark.django_db

# What Postgres's parser treats in a way of its own, alone and beside each other.
ODD = sorted(
    words(
        "officials The said running U.S. it's rock'n'roll well-known 18F e.g. http://x.org/a'b?c=d www.foo.com/x.html a.. .."
        " foo@bar.de 10,000 1.5 -12 +5 3.14e10 /usr/local/x.txt ../y a_b C++ AT&T &amp; 50% $10.5 #tag @name x:y 12:30 1.."
        " 2021-06-16 v1.2.3 naïve Müller’s l'état re-elected-ly one/two ~/foo ./x .net .5 5. 'tis 0 00 a.m. o'neil@x.y ²"
        ' straße İstanbul 日本語 ١٢٣ \\back a\\b {x} |y| ^z `q` — ... ?! "quoted" [1] word: http: https://a:80/ a--b -a- <b'
        " c='d> 1-2 1/2 1.a a.1 X.Y.Z. a.b.c/d “so” 'twas' (see)"
    )
)
SIGNS = "abXY01.,;:!?-_/@'\"&+~%#$()[]{}\\|^=*é²本"
LANGUAGES = ("en", "de", "xx")


def _article(number: int, chance: random.Random) -> dict[str, object]:
    def word() -> str:
        return chance.choice(ODD) if chance.random() < 0.7 else "".join(chance.choices(SIGNS, k=chance.randint(1, 6)))

    text = "\n\n".join(" ".join(word() for _ in range(chance.randint(1, 60))) for _ in range(5))
    title = f"Number {number} {word()}"
    return {"external_id": f"n{number}", "title": title, "text": text, "language": LANGUAGES[number % 3]}


def _stored() -> list[tuple[object, ...]]:
    found = SearchPassage.objects.order_by("revision", "position")
    return list(found.values_list("revision", "position", "start", "end", "config", "vector"))


def test_many_articles_at_once_are_indexed_as_each_alone(run_import: Callable[..., ImportRun]) -> None:
    chance = random.Random(5)
    lines = [json.dumps(_article(number, chance)) for number in range(100)]
    assert run_import({"odd.jsonl": "\n".join(lines).encode()}).created == 100
    at_once = _stored()

    for revision in ArticleRevision.objects.select_related("article"):
        blocks = [Block(block["tag"], block["start"], block["end"], block["role"]) for block in revision.blocks]
        language = revision.article.language
        replace_passages(Searchable(revision.article_id, revision.pk, revision.text, blocks, language))

    assert len({config for *_, config, _ in at_once}) == 3
    assert _stored() == at_once
