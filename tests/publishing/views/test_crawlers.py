"""Pages for crawlers, sharing sites and embedding pages."""

import json
from xml.etree import ElementTree as ET

import pytest
from django.urls import reverse

from accounts.audit import acting
from annotations.models import Claim, Claimant, Desk
from annotations.services.claimants import ClaimantInput
from annotations.services.verdicts.edits import correct_verdict, save_verdict
from publishing.models import FactCheck
from publishing.services.withdrawals import suspend_verdict
from publishing.views import crawlers
from tests.annotations import story

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def check(make_user, published):
    make_user("editor"), make_user("reviewer")
    return published.claim.fact_check


def test_robots_reads_the_public_pages_alone(client, check):
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert "Allow: /fact-checks/" in lines
    assert "Disallow: /" in lines
    assert any(line.startswith("Sitemap: ") and line.endswith("/sitemap.xml") for line in lines)
    Desk.objects.update(has_public_pages=False)
    assert client.get("/robots.txt").content.decode().splitlines() == ["User-agent: *", "Disallow: /"]


@pytest.mark.parametrize("path", ["/sitemap.xml", "/news-sitemap.xml"])
def test_sitemaps_list_what_is_published(client, make_user, settings, check, path):
    settings.SITE_URL = "https://desk.example"
    FactCheck.objects.update(published_at=check.modified_at)
    found = ET.fromstring(client.get(path).content)  # noqa: S314 - our own answer
    locations = [one.text for one in found.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    expected = f"https://desk.example{reverse('publishing:fact_check', args=[check.slug])}"
    if path == "/sitemap.xml":
        assert locations == [expected]
    suspend_verdict(person=make_user("reviewer"), verdict_id=check.verdict_id, reason="A doubt", now=story.NOW)
    found = ET.fromstring(client.get(path).content)  # noqa: S314 - our own answer
    assert list(found) == []


def test_security_txt_needs_a_contact(client, db):
    assert client.get("/.well-known/security.txt").status_code == 404
    Desk.objects.update(contact_email="desk@example.org")
    text = client.get("/.well-known/security.txt").content.decode()
    assert "Contact: mailto:desk@example.org" in text
    assert "Expires: 2" in text


def test_oembed_answers_for_a_published_check(client, settings, check):
    settings.SITE_URL = "https://desk.example"
    page = f"https://desk.example{reverse('publishing:fact_check', args=[check.slug])}"
    answer = client.get("/oembed", {"url": page, "maxwidth": "300"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    body = answer.json()
    assert (body["version"], body["type"], body["width"]) == ("1.0", "rich", 300)
    assert reverse("publishing:embed", args=[check.pk]) in body["html"]
    assert client.get("/oembed", {"url": page, "format": "xml"}).status_code == 501
    for address in ("", "https://elsewhere.example/x", "http://[zz]/", page + "\0", page.replace(check.slug, "other")):
        assert client.get("/oembed", {"url": address}).status_code == 404


def test_the_share_image_is_a_picture_and_follows_the_etag(client, make_user, check):
    address = reverse("publishing:share_image", args=[check.pk])
    answer = client.get(address)
    assert answer.content.startswith(PNG)
    assert int.from_bytes(answer.content[16:20], "big") == 1200
    assert int.from_bytes(answer.content[20:24], "big") == 630
    assert client.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    suspend_verdict(person=make_user("reviewer"), verdict_id=check.verdict_id, reason="A doubt", now=story.NOW)
    assert client.get(address).status_code == 404


def test_a_claimant_renamed_since_has_the_approved_name_on_picture_and_list(client, make_user, check, monkeypatch):
    drawn: list[str] = []

    def draw(*, claimant: str, **_words: str) -> bytes:
        drawn.append(claimant)
        return PNG

    monkeypatch.setattr(crawlers, "render_share_image", draw)
    with acting(make_user("editor")):
        Claimant.objects.update(name="Nobody Approved")
    for _ in range(3):
        assert client.get(reverse("publishing:share_image", args=[check.pk])).content == PNG
    assert drawn == ["Ada Example"], "drawn once, with the approved name"
    listed = client.get(reverse("publishing:fact_checks"), {"claimant": "Ada Example"}).content.decode()
    assert check.headline in listed
    assert "Nobody Approved" not in listed


def test_the_page_says_who_it_is(client, settings, check):
    settings.SITE_URL = "https://desk.example"
    text = client.get(reverse("publishing:fact_check", args=[check.slug])).content.decode()
    page = f"https://desk.example/fact-checks/{check.slug}/"
    assert f'<link rel="canonical" href="{page}">' in text
    assert f'<meta property="og:url" content="{page}">' in text
    assert f"/share/{check.pk}.png" in text
    assert "application/json+oembed" in text
    scripts = [json.loads(part.split("</script>")[0]) for part in text.split('application/ld+json">')[1:]]
    assert {script["@type"] for script in scripts} == {"BreadcrumbList", "ClaimReview"}
    listed = client.get(reverse("publishing:fact_checks")).content.decode()
    assert "NewsMediaOrganization" in listed
    assert "application/atom+xml" in listed


def test_the_list_is_searched(client, check):
    address = reverse("publishing:fact_checks")
    word = check.claim.statement.split()[0]
    for query, is_found in (
        ({"q": word.upper()}, True),
        ({"q": "zebra"}, False),
        ({"rating": check.rating_class}, True),
        ({"rating": "satire"}, False),
        ({"claimant": check.claim.claimant.name}, True),
        ({"claimant": "Nobody"}, False),
        ({"q": "\0!!! 😀"}, False),
    ):
        answer = client.get(address, query)
        assert answer.status_code == 200
        assert (check.headline in answer.content.decode()) == is_found, query


def test_the_search_finds_published_words_alone(client, check, make_user):
    """Words of a draft, of today's claim or of a renamed claimant were approved by nobody."""
    editor = make_user("editor")
    with acting(editor):
        Claim.objects.filter(pk=check.claim_id).update(statement="Quetzal said so.", topics=["quetzal"])
        Claimant.objects.filter(pk=check.claim.claimant_id).update(name="Quetzal Example")
    following = correct_verdict(person=editor, verdict_id=check.verdict_id, kind="update", note="x", now=story.NOW)
    save_verdict(person=editor, verdict_id=following.pk, headline="Quetzal", summary="Quetzal", now=story.NOW)
    address = reverse("publishing:fact_checks")
    asked = {"quetzal": False, "counts": True, "40 million": True, "ada example": True, "example ada": True}
    for query, is_found in asked.items():
        assert (check.headline in client.get(address, {"q": query}).content.decode()) == is_found, query
    assert check.headline not in client.get(address, {"claimant": "Quetzal Example"}).content.decode()


def test_a_search_says_how_many_it_found(client, check):
    address = reverse("publishing:fact_checks")
    assert "1 fact-check matches." in client.get(address, {"q": "bridge"}).content.decode()
    assert "match" not in client.get(address).content.decode()


def test_related_checks_are_related_by_published_words(client, check, make_user):
    people = make_user("editor"), make_user("reviewer")
    claim = story.mark(people[0], story.make_article(), claimant=ClaimantInput(name="Bea Other", role=""))
    story.link(people[0], claim, story.make_article(story.AUDIT), "61 million euros")
    other = story.published(*people, claim=claim)
    page = reverse("publishing:fact_check", args=[check.slug])
    with acting(people[0]):
        Claim.objects.filter(pk=other.claim_id).update(claimant=check.claim.claimant_id)
    assert "Related checks" not in client.get(page).content.decode()
    story.published(*people)
    assert "Related checks" in client.get(page).content.decode()


def test_pages_that_the_desk_writes(client, db):
    address = reverse("publishing:about", args=["methodology"])
    assert client.get(address).status_code == 404
    Desk.objects.update(methodology_text="We *read*.\n\n- first <script>alert(1)</script>\n- then")
    text = client.get(address).content.decode()
    assert "<li>" in text
    assert "<script>alert" not in text
    assert address in client.get(reverse("publishing:fact_checks")).content.decode()
    assert client.get(reverse("publishing:about", args=["other"])).status_code == 404


def test_no_cache_shows_the_picture_of_a_check_that_is_none_any_more(client, make_user, check):
    address = reverse("publishing:share_image", args=[check.pk])
    first = client.get(address)
    assert first["Cache-Control"] == "public, no-cache"
    Desk.objects.update(has_public_pages=False)
    assert client.get(address, headers={"if-none-match": first["ETag"]}).status_code == 404
    # The picture names the desk.
    Desk.objects.update(has_public_pages=True, name="Another Name")
    assert client.get(address, headers={"if-none-match": first["ETag"]}).status_code == 200
    suspend_verdict(person=make_user("reviewer"), verdict_id=check.verdict_id, reason="A doubt", now=story.NOW)
    suspended = FactCheck.objects.get(pk=check.pk).etag
    for tag in (first["ETag"], f'"{suspended}"', "*"):
        assert client.get(address, headers={"if-none-match": tag}).status_code == 404


def test_robots_names_each_page_of_the_sitemap(client, check, make_user, monkeypatch):
    story.published(make_user("editor"), make_user("reviewer"))
    monkeypatch.setattr(crawlers._FactCheckSitemap, "limit", 1)
    named = [line for line in client.get("/robots.txt").content.decode().splitlines() if line.startswith("Sitemap: ")]
    assert [line.rpartition("/")[2] for line in named] == ["sitemap.xml", "sitemap.xml?p=2", "news-sitemap.xml"]
    for address in ("/sitemap.xml", "/sitemap.xml?p=2"):
        assert client.get(address).content.count(b"<loc>") == 1
