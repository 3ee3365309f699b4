"""Read the facts that a page states in `lang`, meta tags, h1 and JSON-LD, and choose among contradictions."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from articles.canonical_url import MAX_URL, InvalidUrl, canonicalise_url, domain_of
from articles.limits import MAX_TEXT_CODE_POINTS, MAX_TITLE_CODE_POINTS
from articles.parsing.records.claimreview import foreign_checks
from articles.parsing.web.headlines import headline
from articles.parsing.web.json_ld import article_node, json_ld_nodes
from articles.text.dates import parse_datetime
from articles.text.languages import detect_language, normalise_language

MAX_H1 = 10
LONGEST_SITE_NAME = 80
_SURE = 0.99  # confidence of the detector that overrules a stated "en"
_LEAST_TO_DOUBT = 400  # code points of text; below it the page's own word stands
_DATES = (
    "//meta[@itemprop='datePublished']/@content",
    "//time[@itemprop='datePublished']/@datetime",
    "//*[@itemprop='datePublished']/@content",
    "//meta[@name='parsely-pub-date' or @name='pubdate' or @name='publish-date' or @name='date']/@content",
    "//meta[@name='DC.date.issued' or @name='dcterms.created' or @name='dc.date' or @name='DC.date']/@content",
    "//meta[@property='og:published_time' or @property='og:article:published_time']/@content",
    "//article//time/@datetime",
    "//time/@datetime",
)


class PageFacts:
    """Facts of a page. Read before trafilatura changes the tree."""

    def __init__(self, tree: Any) -> None:
        nodes = json_ld_nodes(tree)
        lines = tree.xpath("//h1")[:MAX_H1]
        self.shown = [" ".join("".join(line.itertext()).split())[:MAX_TITLE_CODE_POINTS] for line in lines]
        titles = [
            *self.shown,
            _first_of(tree, "//meta[@property='og:title']/@content"),
            _first_of(tree, "//title/text()"),
        ]
        article = article_node(nodes, titles)
        self.checks = foreign_checks(nodes)
        self.headline = article.get("headline", "")
        self.title = self.headline or next(filter(None, titles[len(self.shown) :]), "")
        body = article.get("articleBody", "")
        self.body = body if len(body) < MAX_TEXT_CODE_POINTS else ""
        self.author = article.get("author", "") or _first_of(tree, "//meta[@name='author']/@content")
        self.site = article.get("publisher", "") or _first_of(tree, "//meta[@property='og:site_name']/@content")
        self.url = _first_of(tree, "//link[@rel='canonical']/@href", "//meta[@property='og:url']/@content")
        self.language = (
            _first_of(tree, "/html/@lang", "//html/@xml:lang", "//meta[@http-equiv='content-language']/@content")
            or article.get("inLanguage", "")
            or _first_of(tree, "//meta[@property='og:locale']/@content")
        )
        self.in_json_ld = parse_datetime(article.get("datePublished", ""))
        self.in_meta = parse_datetime(_first_of(tree, "//meta[@property='article:published_time']/@content"))
        others = (parse_datetime(value) for path in _DATES if (value := _first_of(tree, path)))
        self.dates = [at for at in (self.in_json_ld, self.in_meta, *others) if at]


def _first_of(tree: Any, *paths: str) -> str:
    for path in paths:
        for value in tree.xpath(path):
            if str(value).strip():
                return str(value).strip()
    return ""


def title_of(document: Any, facts: PageFacts) -> str:
    host = document.hostname or ""
    outlets = [
        document.sitename or "",
        facts.site,
        host,
        host.removeprefix("www."),
        host.removeprefix("www.").split(".")[0],
    ]
    title = str(document.title or facts.title)[:MAX_TITLE_CODE_POINTS]
    return headline(title, shown=facts.shown, stated=facts.headline, outlets=outlets)


def published_at(day: str | None, facts: PageFacts, address: str) -> datetime | None:
    """Return the day that trafilatura finds, with the time of day of the first stated date that agrees.

    If the article's JSON-LD names a quite different day and the address does not contradict it, the JSON-LD wins:
    trafilatura reads the first date of the script, which may be that of the surrounding page.
    """
    if not day:
        return facts.dates[0] if facts.dates else None
    found = parse_datetime(day)
    if (
        found
        and facts.in_json_ld
        and abs(facts.in_json_ld - found) > timedelta(days=2)
        and _weighs_more(facts, found, address)
    ):
        return facts.in_json_ld
    # By the clock of the page or of UTC: near midnight the two name different days.
    same = (at for at in facts.dates if day in {at.date().isoformat(), at.astimezone(UTC).date().isoformat()})
    return next(same, found)


def _weighs_more(facts: PageFacts, found: datetime, address: str) -> bool:
    if facts.in_json_ld and facts.in_meta and facts.in_json_ld.date() == facts.in_meta.date():
        return True
    numbers = [int(number) for number in re.findall(r"\d{1,4}", address[:MAX_URL])]
    # An address with /2021/06/16/ in it says which of two days is right.
    return (found.year, found.month, found.day) not in zip(numbers, numbers[1:], numbers[2:], strict=False)


def byline_of(document: Any, facts: PageFacts) -> str:
    """Return the people. An outlet that names itself as the author is no byline."""
    byline = str(document.author or facts.author).replace("; ", ", ")
    outlets = {name.casefold() for name in (document.sitename, facts.site, document.hostname) if name}
    return "" if byline.casefold() in outlets or byline.lstrip().startswith(("{", "http")) else byline


def site_of(document: Any, facts: PageFacts) -> str:
    """Return the outlet's name. Addresses, copyright lines and handles are no names."""
    return next((name for name in (document.sitename, facts.site) if name and _is_site_name(name)), "")


def _is_site_name(name: str) -> bool:
    is_other = "://" in name or "©" in name or "copyright" in name.lower() or "版权所有" in name
    return not is_other and len(name) <= LONGEST_SITE_NAME


def language_of(text: str, facts: PageFacts) -> str:
    """Return the stated language. Templates are often left in English, so English is checked against the words."""
    if not normalise_language(facts.language).startswith("en") or len(text) < _LEAST_TO_DOUBT:
        return facts.language
    found, confidence = detect_language(text)
    return facts.language if confidence < _SURE or found == "en" else found


def identity_of(canonical: str, fetched_from: str) -> str:
    """Return the canonical address if it is plausible: no front page, and the site that it was fetched from."""
    try:
        url = canonicalise_url(canonical)
        # Templates name the front page as canonical on every page of a site.
        if url.count("/") == 3 and url.endswith("/"):
            return fetched_from
        if fetched_from and domain_of(url).removeprefix("m.") != domain_of(fetched_from).removeprefix("m."):
            return fetched_from
    except InvalidUrl:
        return fetched_from
    return url
