"""The same addresses at three sizes of the desk: what grows faster than its answer is a defect."""

import time
from urllib.parse import quote
from uuid import UUID

from bench.harness.fill import Desk
from bench.harness.processes import Running, connection_seconds, cpu_seconds, seconds_since
from bench.harness.server import Http

SENTENCE = quote("The government said that the bridge cost 61 million euros.")
PATHS = {
    "articles": "/api/v1/articles?limit=50",
    "articles, a frequent word": "/api/v1/articles?q=government",
    "articles, none found": "/api/v1/articles?q=zyzzyva",
    "articles with claims": "/api/v1/articles?has_claims=true",
    "one article": "/api/v1/articles/{article}",
    "its annotations": "/api/v1/articles/{article}/annotations",
    "claims": "/api/v1/claims?limit=50",
    "claims of an article": "/api/v1/claims?article={article}",
    "1,000 claims of an article": "/api/v1/claims?article={crowded}&limit=1000",
    "claims, words": "/api/v1/claims?q=rose",
    "claims, none found": "/api/v1/claims?q=zyzzyva",
    "claims of a claimant": "/api/v1/claims?claimant=Speaker+7",
    "claims, marked": "/api/v1/claims?state=marked",
    "one claim": "/api/v1/claims/{claim}",
    "claimants": "/api/v1/claimants",
    "sources": "/api/v1/sources",
    "verdicts": "/api/v1/verdicts",
    "fact-checks": "/api/v1/fact-checks",
    "changes, first page": "/api/v1/changes?limit=100",
    "lookup, text": f"/api/v1/lookup?text={SENTENCE}",
    "lookup, url": f"/api/v1/lookup?url={quote('https://news.example/7')}",
    "passages, a sentence": f"/api/v1/passages?q={SENTENCE}",
    "passages, a common word": "/api/v1/passages?q=government",
    "page: home": "/",
    "page: my work": "{my_work}",
    "page: articles": "/articles/",
    "page: articles, words": "/articles/?q=government",
    "page: claims": "/claims/",
    "page: claims, words": "/claims/?q=rose",
    "page: claim": "/claims/{claim}/",
    "page: reader": "/articles/{article}/",
    "page: reader, 1,000 claims": "/articles/{crowded}/",
    "page: review": "/review/",
    "page: statistics": "/statistics/",
    "page: sources": "/sources/",
    "page: imports": "/imports/",
    "page: public list": "/fact-checks/",
}
TIMES = 9


class Growth:
    """Medians and CPU by address and size."""

    def __init__(self, desk: Desk, running: Running) -> None:
        self._desk, self._running = desk, running
        self._found: dict[str, dict[int, tuple[float, float, float]]] = {name: {} for name in PATHS}
        self._cookie = _session_of(desk)

    def measure(self, size: int) -> None:
        from django.urls import reverse

        from annotations.models import Claim

        article = self._desk.articles[0][0]
        claim = (
            Claim.objects.filter(appearances__passage__article=UUID(article))
            .order_by("pk")
            .values_list("pk", flat=True)[1]
        )
        places = {
            "article": article,
            "crowded": self._desk.crowded,
            "claim": claim,
            "my_work": reverse("board:my_work"),
        }
        for number, (name, path) in enumerate(PATHS.items()):
            headers = {"Cookie": self._cookie} if name.startswith("page:") else None
            token = self._desk.tokens[number % len(self._desk.tokens)]
            with Http(self._running.port, token if headers is None else "", headers) as http:
                self._found[name][size] = self._ask(http, path.format(**places))

    def _ask(self, http: Http, path: str) -> tuple[float, float, float]:
        for _ in range(3):
            http.get(path)
        before = cpu_seconds(self._running.web), connection_seconds(self._running.postgres)
        taken = []
        for _ in range(TIMES):
            started = time.perf_counter()
            http.get(path)
            taken.append((time.perf_counter() - started) * 1000)
        web, database = cpu_seconds(self._running.web) - before[0], seconds_since(before[1], self._running.postgres)
        return sorted(taken)[TIMES // 2], web * 1000 / TIMES, database * 1000 / TIMES

    def show(self) -> None:
        sizes = list(next(iter(self._found.values())))
        columns = "".join(f"{f'{size:,}: p50  web   pg':>26}" for size in sizes)
        print(f"\n{'growth with articles, ms':30}{columns}   last/first")
        for name, found in self._found.items():
            cells = "".join(f"{p50:14.1f}{web:6.1f}{database:6.1f}" for p50, web, database in found.values())
            print(f"{name:30}{cells}{found[sizes[-1]][0] / found[sizes[0]][0]:11.1f}", flush=True)


def _session_of(desk: Desk) -> str:
    from django.test import Client

    client = Client()
    client.force_login(desk.editor)
    return "; ".join(f"{name}={cookie.value}" for name, cookie in client.cookies.items())
