"""The plan (who works by when): the form on a claim and the filter of lists."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from annotations import due
from annotations.models import Claim
from annotations.services.verdicts.transitions import people_who_may
from core.errors import InvalidInput
from core.ids import parse_uuid
from core.pages.chips import Address, Chip, Choice, make_chip, make_choice

PRIORITIES = [(1, gettext_lazy("High")), (2, gettext_lazy("Normal")), (3, gettext_lazy("Low"))]
ME, NOBODY = "me", "nobody"


class PlanForm(forms.Form):
    """Assignee, reviewer, priority and due day.

    A due day ends at 23:59 in the person's zone; a time set through the API stays unless the day changes.
    """

    assigned_to = forms.ChoiceField(label=gettext_lazy("Assigned to"), required=False)
    reviewer = forms.ChoiceField(label=gettext_lazy("Reviewer"), required=False)
    priority = forms.TypedChoiceField(choices=PRIORITIES, coerce=int, widget=forms.RadioSelect)
    due_on = forms.DateField(
        label=gettext_lazy("Due"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, data: Any = None, *, claim: Claim, editors: list[User], reviewers: list[User]) -> None:
        self.claim, self.people = claim, {str(one.pk): one for one in (*editors, *reviewers)}
        initial = {"assigned_to": claim.assigned_to_id, "reviewer": claim.reviewer_id, "priority": claim.priority}
        super().__init__(data, initial=initial | {"due_on": _day_of(claim.due_at)}, auto_id="id_plan_%s")
        self._offer_people("assigned_to", editors, claim.assigned_to)
        self._offer_people("reviewer", reviewers, claim.reviewer)

    def changes(self) -> dict[str, Any]:
        """Return only the differences from the claim, as `update_claim` takes them.

        Otherwise a colleague's concurrent change would be written back.
        """
        data = self.cleaned_data
        found: dict[str, Any] = {"priority": data["priority"]}
        found |= {name: self.people.get(data[name]) for name in ("assigned_to", "reviewer")}
        if data["due_on"] != _day_of(self.claim.due_at):
            found["due_at"] = _end_of(data["due_on"]) if data["due_on"] else None
        return {name: value for name, value in found.items() if name == "due_at" or value != getattr(self.claim, name)}

    def _offer_people(self, name: str, people: list[User], chosen: User | None) -> None:
        """Offer the people; one who was chosen stays on offer after losing the role."""
        # Otherwise saving the form for another reason would drop the assignment.
        offered = people if chosen is None or chosen in people else [chosen, *people]
        if chosen is not None:
            self.people[str(chosen.pk)] = chosen
        field: Any = self.fields[name]
        field.choices = [("", _("Nobody yet")), *((str(one.pk), one.name) for one in offered)]


def _day_of(moment: datetime | None) -> date | None:
    return timezone.localtime(moment).date() if moment else None


def _end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(23, 59)))


@dataclass(frozen=True, slots=True)
class PlanFilter:
    """Filter by assignee or reviewer ("me", "nobody", an id), priority, due window.

    Each value is checked.
    """

    who: str = ""
    priority: str = ""
    due: str = ""

    @classmethod
    def of(cls, query: Any) -> "PlanFilter":
        found = cls(**{name: str(query.get(name, "")).strip() for name in ("who", "priority", "due")})
        if found.who not in {"", ME, NOBODY} and not parse_uuid(found.who):
            raise InvalidInput(_("This link names a person that the desk does not know."))
        if found.priority not in {"", "1", "2", "3"}:
            raise InvalidInput(_("The priority is 1 (high), 2 (normal) or 3 (low)."))
        if found.due not in {"", *dict(due.CHOICES)}:
            raise InvalidInput(_("“{due}” is not a due date that the list knows.").format(due=found.due))
        return found

    @property
    def chosen(self) -> dict[str, str]:
        values = {"who": self.who, "priority": self.priority, "due": self.due}
        return {name: value for name, value in values.items() if value}

    def condition(self, *, person: User, now: datetime, who_field: str, prefix: str = "") -> Q:
        found = Q(**{f"{prefix}priority": self.priority}) if self.priority else Q()
        if self.who:
            value = {ME: person.pk, NOBODY: None}.get(self.who, self.who)
            found &= Q(**{f"{prefix}{who_field}": value})
        return found & self._due_condition(now, f"{prefix}due_at")

    def _due_condition(self, now: datetime, column: str) -> Q:
        if self.due == due.NO_DATE:
            return Q(**{column: None})
        window = due.WINDOWS.get(self.due)
        if window is None:
            return Q()
        found = Q() if window.since is None else Q(**{f"{column}__gt": now + window.since})
        return found if window.until is None else found & Q(**{f"{column}__lte": now + window.until})


def plan_chips(plan: PlanFilter, *, who: str, permission: str, address: Address) -> tuple[list[Chip], list[Choice]]:
    """Return the chips of the plan: those used all day, and the choices. One query."""
    quick = ((_("Mine"), {"who": ME}), (_("Overdue"), {"due": "overdue"}), (_("High priority"), {"priority": "1"}))
    values = plan_choices(permission)
    choices = (
        ("who", who, values["people"]),
        ("due", _("Due"), values["due"]),
    )
    return (
        [make_chip(label, changes, chosen=plan.chosen, address=address) for label, changes in quick],
        [make_choice(key, label, found, chosen=plan.chosen, address=address) for key, label, found in choices],
    )


def plan_choices(permission: str) -> dict[str, list[tuple[str, str]]]:
    """Return the options of a filter's selects.

    The people are the holders of `permission`. One query.
    """
    people = sorted(people_who_may(permission), key=lambda person: person.name.casefold())
    return {
        "people": [(ME, _("Me")), (NOBODY, _("Nobody yet")), *((str(person.pk), person.name) for person in people)],
        "priorities": [(str(value), _("{level} priority").format(level=label)) for value, label in PRIORITIES],
        "due": [(key, _(label)) for key, label in due.CHOICES],
    }
