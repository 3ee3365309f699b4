"""Files and answers for crawlers, feed readers and pages that embed a check."""

from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import sitemap as render_sitemap
from django.core.cache import cache
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_safe

from annotations.models import Desk
from publishing.formats.share_image import render_share_image
from publishing.models import FactCheck
from publishing.services.public_reads import published_checks

NEWS_DAYS: Final = 2  # what news crawlers accept as new
MAX_NEWS: Final = 1000  # the most URLs of a news sitemap, by Google's rules
_EMBED: Final = (600, 260)
# Drawing takes fifty times as long as sending, and any stranger may ask (2026-11-30).
_IMAGE_SECONDS: Final = 3600
_EXPIRES_AFTER: Final = timedelta(days=180)  # RFC 9116 recommends less than a year
_PUBLIC_PATHS: Final = ("/fact-checks/", "/corrections/", "/about/", "/embed/", "/share/", "/static/", "/api/v1/feeds/")


@require_safe
@cache_control(public=True, max_age=3600)
def robots_txt(request: HttpRequest) -> HttpResponse:
    """Let crawlers read what readers see and nothing of the desk (RFC 9309)."""
    lines = ["User-agent: *"]
    is_open = Desk.objects.get().has_public_pages
    if is_open:
        lines += [f"Allow: {path}" for path in _PUBLIC_PATHS]
    lines.append("Disallow: /")
    if is_open:
        checks, news = (settings.SITE_URL + reverse(f"publishing:{name}") for name in ("sitemap", "news_sitemap"))
        # Nothing else leads to the pages after the first.
        further = [f"{checks}?p={page}" for page in range(2, _FactCheckSitemap().paginator.num_pages + 1)]
        lines += ["", *(f"Sitemap: {address}" for address in (checks, *further, news))]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=86400)
def security_txt(request: HttpRequest) -> HttpResponse:
    """Name the desk's contact for security reports (RFC 9116); 404 where the desk has none."""
    desk = Desk.objects.get()
    if not desk.contact_email:
        raise Http404(_("The desk names no contact."))
    expires = (timezone.now() + _EXPIRES_AFTER).replace(microsecond=0)
    lines = [
        f"Contact: mailto:{desk.contact_email}",
        f"Expires: {expires.isoformat().replace('+00:00', 'Z')}",
        f"Preferred-Languages: {desk.language}",
        f"Canonical: {settings.SITE_URL}{reverse('publishing:security_txt')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


if TYPE_CHECKING:
    CheckSitemap = Sitemap[FactCheck]
else:  # generic in the stubs alone
    CheckSitemap = Sitemap


class _FactCheckSitemap(CheckSitemap):
    """Published checks that have no page of the newsroom's own; one file holds 50,000."""

    limit = 50_000

    def get_protocol(self, protocol: str | None = None) -> str:
        # Django would take host and scheme from the request or the sites framework; the public address is a setting.
        return urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site: Any = None) -> str:
        return urlsplit(settings.SITE_URL).netloc

    def items(self) -> QuerySet[FactCheck]:
        return published_checks().filter(canonical_url="")

    def lastmod(self, item: FactCheck) -> Any:
        return item.modified_at

    def location(self, item: FactCheck) -> str:
        return reverse("publishing:fact_check", args=[item.slug])


class _NewsSitemap(_FactCheckSitemap):
    """Checks of the last two days, for news crawlers."""

    limit = MAX_NEWS

    def items(self) -> QuerySet[FactCheck]:
        return super().items().filter(published_at__gte=timezone.now() - timedelta(days=NEWS_DAYS))


@require_safe
@cache_control(public=True, max_age=600)
def sitemap(request: HttpRequest) -> TemplateResponse:
    _refuse_where_closed()
    return render_sitemap(request, {"fact-checks": _FactCheckSitemap})


@require_safe
@cache_control(public=True, max_age=300)
def news_sitemap(request: HttpRequest) -> HttpResponse:
    """Google's news extension of the sitemap protocol."""
    _refuse_where_closed()
    context = {
        "desk": Desk.objects.get(),
        "fact_checks": _NewsSitemap().items()[:MAX_NEWS],
        "site": settings.SITE_URL,
    }
    return TemplateResponse(request, "public/news_sitemap.xml", context, content_type="application/xml")


@require_safe
@cache_control(public=True, max_age=300)
def oembed(request: HttpRequest) -> HttpResponse:
    """Answer an oEmbed consumer with the card of a check (oEmbed 1.0, type rich, JSON alone)."""
    _refuse_where_closed()
    if request.GET.get("format", "json") != "json":
        return HttpResponse(
            _("This desk answers oEmbed as JSON."), status=501, content_type="text/plain; charset=utf-8"
        )
    fact_check = _check_at(request.GET.get("url", ""))
    width = min(_EMBED[0], _number(request.GET, "maxwidth", _EMBED[0]))
    height = min(_EMBED[1], _number(request.GET, "maxheight", _EMBED[1]))
    desk = Desk.objects.get()
    card = settings.SITE_URL + reverse("publishing:embed", args=[fact_check.pk])
    answer = JsonResponse(
        {
            "version": "1.0",
            "type": "rich",
            "title": fact_check.headline,
            "provider_name": desk.name,
            "provider_url": desk.url or settings.SITE_URL,
            "cache_age": 300,
            "width": width,
            "height": height,
            "html": f'<iframe src="{card}" title="{escape(fact_check.headline)}" width="{width}" height="{height}"'
            ' loading="lazy"></iframe>',
        }
    )
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


def _image_etag(request: HttpRequest, fact_check_id: UUID) -> str | None:
    """Return the digest of what is drawn; None where there is no picture, so that nobody is told that theirs still holds."""
    desk = Desk.objects.get()
    if not desk.has_public_pages:
        return None
    etag = published_checks().filter(pk=fact_check_id).values_list("etag", flat=True).first()
    return f'"{_image_key(etag, desk.name)}"' if etag else None


def _image_key(etag: str, desk: str) -> str:
    return f"{etag}:{sha256(desk.encode()).hexdigest()[:16]}"


@require_safe
# As for the page: the picture says the rating, so every cache asks again before it shows it.
@cache_control(public=True, no_cache=True)
@condition(etag_func=_image_etag)
def share_image(request: HttpRequest, fact_check_id: UUID) -> HttpResponse:
    """Draw the picture of a published check for shared links."""
    _refuse_where_closed()
    fact_check = get_object_or_404(published_checks(), pk=fact_check_id)
    desk = Desk.objects.get().name
    # Drawing takes 50 times as long as finding it again, and anybody may ask.
    key = f"share:{_image_key(fact_check.etag, desk)}"
    image = cache.get(key)
    if image is None:
        image = _draw_share_image(fact_check, desk)
        cache.set(key, image, _IMAGE_SECONDS)
    return HttpResponse(image, content_type="image/png")


def _draw_share_image(fact_check: FactCheck, desk: str) -> bytes:
    """Draw what was approved: the claimant's name as it stands in the document, not in today's row."""
    claimant = (fact_check.document or {}).get("claim", {}).get("claimant") or {}
    return render_share_image(
        headline=fact_check.headline,
        rating=fact_check.rating_label,
        rating_class=fact_check.rating_class,
        claimant=claimant.get("name", ""),
        desk=desk,
        language=fact_check.language,
    )


def oembed_address(fact_check: FactCheck) -> str:
    page = settings.SITE_URL + reverse("publishing:fact_check", args=[fact_check.slug])
    return f"{settings.SITE_URL}{reverse('publishing:oembed')}?{urlencode({'url': page, 'format': 'json'})}"


def _refuse_where_closed() -> None:
    if not Desk.objects.get().has_public_pages:
        raise Http404(_("The public pages are switched off."))


def _check_at(address: str) -> FactCheck:
    """Return the published check at one of our addresses or its canonical address; raises Http404."""
    found = published_checks()
    if address.startswith(settings.SITE_URL + "/"):
        try:
            match = resolve(urlsplit(address).path)
        except (Resolver404, ValueError) as error:
            raise Http404(_("There is no fact-check at this address.")) from error
        if match.view_name == "publishing:fact_check":
            return get_object_or_404(found, slug=match.kwargs["slug"])
        if match.view_name == "publishing:embed":
            return get_object_or_404(found, pk=match.kwargs["fact_check_id"])
    return get_object_or_404(found.exclude(canonical_url=""), canonical_url=address[:2000].replace("\0", ""))


def _number(given: Mapping[str, str], name: str, default: int) -> int:
    text = given.get(name, "")
    return int(text[:6]) if text.isdecimal() and int(text[:6]) > 0 else default
