"""Forms of the claim page. They draw fields; the services decide what is valid."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annotations.models import Appearance, Claim, ClaimantContact, Evidence
from annotations.rationale import MAX_LENGTH as MAX_RATIONALE
from annotations.services.claimants import ClaimantInput
from annotations.services.claims import MAX_REASON, Speech
from annotations.services.discussion import MAX_COMMENT, SUGGESTIBLE
from annotations.services.evidence import MAX_CITED, MAX_NOTE, OutsideSource
from annotations.services.targets import MAX_QUOTE, Target
from annotations.services.verdicts.transitions import MAX_WITHDRAWAL_REASON
from annotations.workflow import CORRECTION_KINDS

SOURCE_CLASSES: list[tuple[str, Any]] = [
    ("", _("Not set")),
    *((name, name.replace("_", " ").capitalize()) for name in Evidence.SOURCE_CLASSES),
]
STANCES = [("refutes", _("Refutes")), ("supports", _("Supports")), ("context", _("Context"))]
CORRECTION_WORDS = {
    "refile": _("Refile: a typing error, nothing that changes the meaning"),
    "clarification": _("Clarification: the same finding, said more plainly"),
    "update": _("Update: new facts came up"),
    "correction": _("Correction: we had something wrong"),
    "reply": _("Reply: right of reply"),
}


def _date_widget() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _time_widget(format_: str = "%H:%M", **attrs: str) -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time", **attrs}, format=format_)


def _at_midnight(day: date | None, clock: time | None = None) -> datetime | None:
    return datetime.combine(day, clock or time(), UTC) if day else None


def _same_day_or_midnight(day: date | None, before: datetime | None) -> datetime | None:
    return before if before and before.astimezone(UTC).date() == day else _at_midnight(day)


class ClaimantForm(forms.Form):
    claimant = forms.CharField(required=False, max_length=200)
    claimant_id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    role = forms.CharField(
        required=False, max_length=200, help_text=_("For a new claimant, such as: President of Russia")
    )

    def claimant_input(self) -> ClaimantInput | None:
        data = self.cleaned_data
        if data["claimant_id"]:
            return ClaimantInput(id=data["claimant_id"])
        return ClaimantInput(name=data["claimant"], role=data["role"]) if data["claimant"] else None


class StateForm(forms.Form):
    state = forms.ChoiceField(choices=Claim.State.choices)
    reason = forms.CharField(required=False, max_length=MAX_REASON)

    @staticmethod
    def of(claim: Claim) -> dict[str, str]:
        """Return the data that sets the claim's present state again."""
        return {"state": claim.state, "reason": claim.parked_reason or claim.selection_reason}

    def changes(self) -> dict[str, Any]:
        state, reason = self.cleaned_data["state"], self.cleaned_data["reason"]
        named = {Claim.State.PARKED: "parked_reason", Claim.State.SELECTED: "selection_reason"}
        # A claim that is marked again waits for a new decision, so its old reason for parking is cleared.
        return {"state": state, **({named[state]: reason} if state in named else {"parked_reason": ""})}


class AppearanceForm(forms.Form):
    mode = forms.ChoiceField(label=_("Speech"), required=False, choices=[("", _("Not set")), *Appearance.Mode.choices])
    said_on = forms.DateField(label=_("Said on"), required=False, widget=_date_widget())
    said_time = forms.TimeField(label=_("At (UTC)"), required=False, widget=_time_widget())
    said_where = forms.CharField(label=_("Where"), required=False, max_length=300)
    relayed_via = forms.CharField(label=_("Relayed via"), required=False, max_length=300)

    @classmethod
    def of(cls, appearance: Appearance) -> "AppearanceForm":
        # UTC, as its label says: a person's zone would show another day around midnight.
        said_at = appearance.said_at.astimezone(UTC) if appearance.said_at else None
        initial = {
            "mode": appearance.mode,
            "said_on": said_at.date() if said_at else None,
            "said_time": said_at.time() if said_at and appearance.has_said_time else None,
            "said_where": appearance.said_where,
            "relayed_via": appearance.relayed_via,
        }
        form = cls(initial=initial, auto_id=f"id_{appearance.pk}_%s")
        if said_at and said_at.second:
            # The API can set seconds: a form without them would drop them when another field is saved.
            form.fields["said_time"].widget = _time_widget("%H:%M:%S", step="1")
        return form

    def speech(self) -> Speech:
        data = self.cleaned_data
        return Speech(
            mode=data["mode"],
            said_at=_at_midnight(data["said_on"], data["said_time"]),
            # A time without a day says nothing, so it does not count.
            has_said_time=bool(data["said_on"] and data["said_time"]),
            said_where=data["said_where"],
            relayed_via=data["relayed_via"],
        )


class EvidenceForm(forms.Form):
    stance = forms.ChoiceField(choices=STANCES)
    source_class = forms.ChoiceField(label=_("Kind of source"), required=False, choices=SOURCE_CLASSES)
    note = forms.CharField(
        label=_("What it shows, and what it does not"),
        required=False,
        max_length=MAX_NOTE,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    cited_as = forms.CharField(
        label=_("Source and title"),
        required=False,
        max_length=MAX_CITED,
        help_text=_("Such as: Audit Office, Bridge accounts 2025. Readers see it below the quote."),
    )

    @classmethod
    def of(cls, evidence: Evidence) -> "EvidenceForm":
        initial = {name: getattr(evidence, name) for name in ("stance", "source_class", "note", "cited_as")}
        return cls(initial=initial, auto_id=f"id_{evidence.pk}_%s")


class OutsideForm(EvidenceForm):
    url = forms.CharField(
        label=_("Address"),
        max_length=2000,
        widget=forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://"}),
    )
    quote = forms.CharField(
        label=_("Quote"), required=False, max_length=MAX_QUOTE, widget=forms.Textarea(attrs={"rows": 2})
    )
    archived_url = forms.CharField(
        label=_("Archived copy"),
        required=False,
        max_length=2000,
        widget=forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://"}),
    )
    accessed_on = forms.DateField(label=_("Seen on"), required=False, widget=_date_widget())
    is_verified = forms.BooleanField(
        label=_("I have compared the words with the archived copy"),
        required=False,
        help_text=_("Then it counts as verified. Needs the quote, the archived copy and the date."),
    )
    field_order = (
        "stance",
        "url",
        "quote",
        "archived_url",
        "accessed_on",
        "is_verified",
        "cited_as",
        "source_class",
        "note",
    )

    def outside(self) -> OutsideSource:
        data = self.cleaned_data
        return OutsideSource(
            url=data["url"],
            quote=data["quote"],
            archived_url=data["archived_url"],
            accessed_at=_at_midnight(data["accessed_on"]),
            is_verified=data["is_verified"],
        )


class QuoteForm(forms.Form):
    """Quote an article without selecting: the server finds the words.

    Where they stand several times, the refusal's `candidates` are drawn to choose from.
    """

    candidates: Sequence[dict[str, Any]] = ()

    article = forms.CharField(max_length=1000)
    article_id = forms.UUIDField(
        widget=forms.HiddenInput, error_messages={"required": _("Choose an article from the list.")}
    )
    quote = forms.CharField(
        label=_("The words, exactly as they appear there"),
        max_length=MAX_QUOTE,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    place = forms.RegexField(r"^\d+-\d+$", required=False, widget=forms.HiddenInput)

    def target(self) -> Target:
        data = self.cleaned_data
        start, end = map(int, data["place"].split("-")) if data["place"] else (None, None)
        return Target(article_id=data["article_id"], exact=data["quote"], start=start, end=end)


class QuoteEvidenceForm(QuoteForm, EvidenceForm):
    field_order = ("article", "article_id", "quote", "place", "stance", "source_class", "note")


class VerdictForm(forms.Form):
    """Fields with labels and limits; autosave stores them (services/autosave.py)."""

    headline = forms.CharField(required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 1, "dir": "auto"}))
    rating_text = forms.CharField(required=False, max_length=120)
    summary = forms.CharField(
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        help_text=_("Two sentences, shown on the card and in ClaimReview."),
    )
    rationale = forms.CharField(
        required=False,
        max_length=MAX_RATIONALE,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 9, "dir": "auto"}),
        help_text=_("Markdown: paragraphs, lists, quotes, links. [E1] points at evidence 1."),
    )
    language = forms.CharField(required=False, max_length=35, help_text=_("A tag such as en or pt-BR."))
    byline = forms.CharField(required=False, max_length=1200, help_text=_("Several names: separate them by commas."))
    valid_until = forms.DateField(
        label=_("Valid until"), required=False, widget=_date_widget(), help_text=_("It is rechecked past this day.")
    )


class CorrectionForm(forms.Form):
    kind = forms.ChoiceField(
        choices=[(kind, CORRECTION_WORDS[kind]) for kind in CORRECTION_KINDS],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what kind of correction it is.")},
    )
    note = forms.CharField(
        label=_("Public note"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Shown at the top of the page and of the card. A refile needs none."),
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(max_length=MAX_WITHDRAWAL_REASON, widget=forms.Textarea(attrs={"rows": 3}))
    internal_note = forms.CharField(required=False, max_length=MAX_COMMENT, widget=forms.Textarea(attrs={"rows": 2}))


class ContactForm(forms.Form):
    asked_on = forms.DateField(label=_("Asked on"), required=False, widget=_date_widget())
    channel = forms.CharField(required=False, max_length=120, help_text=_("Such as: e-mail to the press office"))
    response = forms.CharField(
        label=_("Answer"), required=False, max_length=5_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    responded_on = forms.DateField(label=_("Answered on"), required=False, widget=_date_widget())
    waived_reason = forms.CharField(
        label=_("Not asked, because"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("If the claimant was not asked."),
    )

    @classmethod
    def of(cls, contact: ClaimantContact | None) -> "ContactForm":
        if contact is None:
            return cls()
        initial = {name: getattr(contact, name) for name in ("channel", "response", "waived_reason")}
        initial |= {
            "asked_on": contact.asked_at.astimezone(UTC).date() if contact.asked_at else None,
            "responded_on": contact.responded_at.astimezone(UTC).date() if contact.responded_at else None,
        }
        return cls(initial=initial)

    def values(self, contact: ClaimantContact | None) -> dict[str, Any]:
        """Return the contact's fields. A day that stays keeps the time of day, which the form does not show."""
        data = self.cleaned_data
        return {
            "asked_at": _same_day_or_midnight(data["asked_on"], contact.asked_at if contact else None),
            "responded_at": _same_day_or_midnight(data["responded_on"], contact.responded_at if contact else None),
            **{name: data[name] for name in ("channel", "response", "waived_reason")},
        }


class SuggestionForm(forms.Form):
    field = forms.ChoiceField(choices=[(name, name.capitalize()) for name in SUGGESTIBLE])
    suggested_to = forms.CharField(label=_("Your words"), max_length=MAX_RATIONALE, strip=False)
    body = forms.CharField(label=_("Why"), required=False, max_length=2_000)
    number = forms.IntegerField(required=False)


class CommentForm(forms.Form):
    body = forms.CharField(label=_("Comment"), max_length=MAX_COMMENT, widget=forms.Textarea(attrs={"rows": 2}))
    about = forms.ChoiceField(required=False)
    is_blocking = forms.BooleanField(label=_("Has to be resolved before the verdict is submitted"), required=False)
    in_reply_to = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, numbers: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = ["statement", "headline", "rating", "summary", "rationale"]
        choices = [("", str(_("The claim as a whole")))] + [(name, name.capitalize()) for name in fields]
        about: Any = self.fields["about"]
        about.choices = choices + [
            (f"E{number}", str(_("Evidence {number}")).format(number=number)) for number in numbers
        ]
