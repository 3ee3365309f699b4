"""The public list: filters, order and pages in its address, and addresses that nobody's form sends."""

import base64
import html
import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from annotations.models import Desk
from annotations.services.claimants import ClaimantInput
from publishing.views import public_list
from tests.annotations import story
from tests.databases import owner_connection

pytestmark = pytest.mark.django_db
ADDRESS = "/fact-checks/"


@pytest.fixture
def people(make_user):
    return make_user("editor"), make_user(("reviewer", "publisher"))


@pytest.fixture
def publish(people):
    """`publish("Bea Other", topics=[...])`: a check of a claimant, named by the headline."""

    def made(name, *, topics=(), headline="", label="False"):
        claim = story.mark(people[0], story.make_article(), claimant=ClaimantInput(name=name), topics=list(topics))
        story.link(people[0], claim, story.make_article(story.AUDIT), "61 million euros")
        rating = story.rating(label)
        return story.published(*people, claim=claim, headline=headline or f"About {name}", rating=rating)

    return made


def listed(client, **query):
    answer = client.get(ADDRESS, query)
    assert answer.status_code == 200, query
    return [one.fact_check.headline for one in answer.context["listed"]]


def options(client, name, **query):
    text = client.get(ADDRESS, query).content.decode()
    (select,) = re.findall(rf'<select[^>]*name="{name}".*?</select>', text, re.DOTALL)
    return re.findall(r'<option value="([^"]*)"( selected)?>([^<]*)', select)


def test_each_filter_narrows_and_they_add_up(client, publish):
    publish("Ada Example", topics=["health"])
    publish("Bea Other", topics=["health", "sport"], label="True")
    assert listed(client, topic="health") == ["About Bea Other", "About Ada Example"]
    assert listed(client, topic="sport") == ["About Bea Other"]
    assert listed(client, topic="health", claimant="Ada Example") == ["About Ada Example"]
    assert listed(client, topic="health", rating="true") == ["About Bea Other"]
    assert listed(client, topic="sport", claimant="Ada Example") == []


def test_a_period_is_a_year(client, publish):
    """Published on 1 March 2026."""
    publish("Ada Example")
    assert listed(client, period="2026") == ["About Ada Example"]
    assert listed(client, period="2025") == []
    assert ("2026", " selected", "2026") in options(client, "period", period="2026")


@pytest.mark.parametrize(("zone", "year"), [("Pacific/Auckland", "2026"), ("America/New_York", "2025")])
def test_a_year_begins_by_the_desks_clock(client, publish, monkeypatch, zone, year):
    monkeypatch.setattr(story, "NOW", datetime(2025, 12, 31, 12, tzinfo=UTC))
    publish("Ada Example")
    Desk.objects.update(time_zone=zone)
    assert [one for one in ("2025", "2026") if listed(client, period=one)] == [year]


def test_past_days_end_where_the_day_is_over(client, publish, time_machine):
    publish("Ada Example")
    for days, found in ((29, 1), (31, 0)):
        time_machine.move_to(story.NOW + timedelta(days=days), tick=False)
        assert len(listed(client, period="30d")) == found
        assert len(listed(client, period="365d")) == 1


def test_the_order_is_in_the_address_and_pages_keep_it(client, publish, people, monkeypatch):
    """All have one time, as after an embargo: wherever the page ends, none is skipped or shown twice."""
    monkeypatch.setattr(public_list, "PAGE", 2)
    names = [f"Ada {letter}" for letter in "ABCDE"]
    for name in names:
        publish(name, topics=["health"])
    newest = [f"About {name}" for name in reversed(names)]
    assert walk(client, 'rel="next"') == newest
    assert walk(client, 'rel="next"', sort="oldest", topic="health") == newest[::-1]
    assert walk(client, 'rel="next"', sort="updated") == newest


def walk(client, link, **query):
    seen, address = [], f"{ADDRESS}?{'&'.join(f'{name}={value}' for name, value in query.items())}"
    while address:
        answer = client.get(address)
        seen += [one.fact_check.headline for one in answer.context["listed"]]
        following = re.search(rf'href="([^"]+)" {link}', answer.content.decode())
        address = ADDRESS + html.unescape(following[1]) if following else None
        assert not address or all(f"{name}={value}" in address for name, value in query.items())
    return seen


def test_the_way_back_leads_to_the_page_before(client, publish, monkeypatch):
    monkeypatch.setattr(public_list, "PAGE", 1)
    for name in ("Ada", "Bea"):
        publish(name)
    first = client.get(ADDRESS).content.decode()
    second = client.get(ADDRESS + html.unescape(re.search(r'href="([^"]+)" rel="next"', first)[1])).content.decode()
    assert "About Ada" in second
    back = client.get(ADDRESS + html.unescape(re.search(r'href="([^"]+)" rel="prev"', second)[1])).content.decode()
    assert "About Bea" in back
    assert "About Ada" not in back


@pytest.mark.parametrize(
    "query",
    [
        {"rating": "' OR 1=1 --"}, {"sort": "headline"}, {"sort": "-pk"}, {"period": "20261"}, {"period": "٢٠٢٦"},
        {"period": "0000"}, {"period": "1899"}, {"period": "-001"}, {"period": "30d' --"}, {"unknown": "x"},
        {"before": "2026-03-01"},
    ],
)  # fmt: skip
def test_what_no_form_offers_is_left_out_and_the_page_names_nothing_of_it(client, publish, query):
    publish("Ada Example")
    assert listed(client, **query) == ["About Ada Example"]
    answer = client.get(ADDRESS, query)
    assert not answer.context["is_narrowed"]
    assert "selected" not in answer.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        {"topic": "x" * 5_000}, {"topic": "\0"}, {"topic": "<script>alert(1)</script>"}, {"topic": "{\"a\": 1}"},
        {"topic": "$[*]"}, {"claimant": "%"}, {"claimant": "Ada\u202eExample"}, {"period": "9999"}, {"period": "1900"},
        {"q": "% _ \\"}, {"q": "a " * 150}, {"topic": "\ud800"},
    ],
)  # fmt: skip
def test_hostile_values_find_nothing_and_are_escaped(client, publish, query):
    publish("Ada Example", topics=["health"])
    query = {name: value.encode("utf-8", "surrogatepass") for name, value in query.items()}
    answer = client.get(ADDRESS, query)
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()
    for url in re.findall(r'<a class="chip" href="([^"]+)"', answer.content.decode()):
        assert client.get(ADDRESS + html.unescape(url)).status_code == 200


def cursor_of(*parts):
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "x", base64.urlsafe_b64encode(b"[" * 3_000).decode(), cursor_of(0, "soon", "x"), cursor_of(0, "2026-03-01", "x"),
        cursor_of(0, "9999-12-31T23:59:59-23:59", "01a2318b-7653-7baa-937f-7f3a671e9296"),
        cursor_of(0, "2026-03-01T09:00:00+00:00", "x"), cursor_of(0, None, None), cursor_of({}, [], {}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("sort", ["", "oldest", "updated"])
def test_a_cursor_that_we_did_not_write_is_refused(client, publish, cursor, sort):
    publish("Ada Example")
    assert client.get(ADDRESS, {"cursor": cursor, "sort": sort}).status_code == 400


def test_only_what_was_published_is_offered(client, publish, people):
    publish("Ada Example", topics=["health"])
    story.mark(people[0], story.make_article(), claimant=ClaimantInput(name="Cy Draft"), topics=["secret"])
    assert [value for value, _is, _words in options(client, "claimant")] == ["", "Ada Example"]
    assert [words for _value, _is, words in options(client, "topic")] == ["Any topic", "Health"]


def test_a_rating_is_offered_in_the_words_that_readers_see(client, publish):
    publish("Ada Example", label="Misleading")
    assert options(client, "rating")[1:] == [("mixed", "", "Misleading")]


def test_what_was_asked_for_is_among_the_values(client, publish):
    publish("Ada Example")
    assert ("Nobody", " selected", "Nobody") in options(client, "claimant", claimant="Nobody")
    assert ("altered", " selected", "Altered") in options(client, "rating", rating="altered")


def test_each_filter_is_taken_away_by_a_link(client, publish):
    publish("Ada Example", topics=["health"])
    text = client.get(ADDRESS, {"topic": "health", "claimant": "Ada Example", "sort": "oldest"}).content.decode()
    chips = {html.unescape(url) for url in re.findall(r'<a class="chip" href="([^"]+)"', text)}
    assert chips == {"?claimant=Ada+Example&sort=oldest", "?topic=health&sort=oldest"}
    assert 'content="noindex"' in text


def test_many_matches_are_counted_up_to_a_bound(client, publish, monkeypatch):
    monkeypatch.setattr(public_list, "COUNTED", 1)
    for name in ("Ada", "Bea"):
        publish(name, topics=["health"])
    assert "More than 1 fact-check matches." in client.get(ADDRESS, {"topic": "health"}).content.decode()


def test_filters_read_indexes_made_for_them(publish):
    publish("Ada Example", topics=["health"])
    with owner_connection() as owner:
        names = {
            name
            for (name,) in owner.execute("SELECT indexname FROM pg_indexes WHERE tablename = 'publishing_factcheck'")
        }
    assert {"fact_check_topics", "fact_check_of_claimant", "fact_check_last_updated"} <= names


def test_filtered_lists_are_kept_by_caches_and_differ(client, publish):
    publish("Ada Example", topics=["health"])
    tags = set()
    for query in ({}, {"topic": "health"}, {"sort": "oldest"}, {"period": "30d"}):
        answer = client.get(ADDRESS, query)
        assert answer["Cache-Control"] == "public, max-age=60"
        again = client.get(ADDRESS, query, headers={"if-none-match": answer["ETag"]})
        assert again.status_code == 304
        tags.add(answer["ETag"])
    assert len(tags) == 4


def test_an_empty_list_has_no_filters(client):
    assert "<form" not in client.get(ADDRESS).content.decode()
