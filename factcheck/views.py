"""Pages of no app: bad requests, the words of scripts and, in debug mode, the style guide."""

from django import forms
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import cache_control
from django.views.i18n import JavaScriptCatalog

from core.pages import vocabulary
from factcheck import styleguide_samples


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400, or 413 for a body that is too large."""
    is_too_much = isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent)
    return render(request, "413.html" if is_too_much else "400.html", status=413 if is_too_much else 400)


@cache_control(public=True, max_age=3600)
def script_words(request: HttpRequest, language: str) -> HttpResponseBase:
    """Answer the catalogue of the scripts' texts (static/js/ui/words.js) in this language.

    The language stands in the address, so that an answer may be cached for everybody.
    """
    if language not in dict(settings.LANGUAGES):
        raise Http404
    with translation.override(language):
        return JavaScriptCatalog.as_view(packages=["core"])(request)


class _SampleForm(forms.Form):
    """A form with every kind of field."""

    statement = forms.CharField(
        help_text="What is checked, in one sentence of your own.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    claimant = forms.CharField(label="Claimant")
    said_at = forms.DateField(label="Said on", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    mode = forms.ChoiceField(
        label="Speech",
        choices=[
            ("direct", "Direct speech"),
            ("reported", "Reported speech"),
            ("own_voice", "The article's own voice"),
        ],
    )
    policy = forms.ChoiceField(
        label="Two independent sources",
        choices=[("required", "Required"), ("warn", "Warn"), ("off", "Off")],
        widget=forms.RadioSelect,
        initial="warn",
    )
    is_archived = forms.BooleanField(
        label="I have seen the archived copy",
        required=False,
        help_text="Needs the archive's address and the date.",
    )
    file = forms.FileField(label="Files", required=False, help_text="Text, HTML, JSON or JSONL; 10 MB each at most.")


def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every component in every state."""
    wrong = _SampleForm({"statement": "", "claimant": "", "mode": "reported", "policy": "warn"}, auto_id="id_wrong_%s")
    context = {
        "form": _SampleForm(auto_id="id_sample_%s"),
        "wrong_form": wrong,
        "statuses": vocabulary.STATUSES,
        "stances": vocabulary.STANCES,
        "ratings": vocabulary.RATING_CLASSES,
        **styleguide_samples.CONTEXT,
    }
    return render(request, "styleguide.html", context)
