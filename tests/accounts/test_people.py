"""Creating, changing and deactivating people."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.audit import acting
from accounts.models import AuditEvent, Session, User
from accounts.services import (
    create_person,
    create_token,
    deactivate_person,
    invite_person,
    reactivate_person,
    set_roles,
    update_profile,
)
from accounts.services.people import LastAdmin, PersonExists
from core.errors import (
    Gone,
    InvalidInput,
    NotPermitted,
    WrongState,
)
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db


def test_a_person_is_created_with_roles_and_a_verified_address():
    person = create_person(email=" Vera@Desk.Example ", name="Vera  S.", roles=["admin", "editor"], password=PASSWORD)
    assert (person.email, person.name, person.roles) == ("vera@desk.example", "Vera S.", frozenset({"admin", "editor"}))
    assert EmailAddress.objects.get(user=person).verified
    assert person.check_password(PASSWORD)


def test_the_second_account_of_an_address_is_refused():
    create_person(email="vera@desk.example", name="Vera", roles=["editor"], password=PASSWORD)
    with pytest.raises(PersonExists):
        create_person(email="VERA@desk.example", name="Other", roles=["editor"], password=PASSWORD)
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("email", "nobody"), ("name", "  "), ("name", "x" * 121), ("roles", ["boss"]), ("roles", []), ("password", "")],
)
def test_bad_input_points_at_its_field_and_saves_nothing(field, value):
    given = {"email": "v@desk.example", "name": "Vera", "roles": ["editor"], "password": PASSWORD} | {field: value}
    with pytest.raises(InvalidInput) as refusal:
        create_person(**given)
    assert refusal.value.errors[0]["pointer"] == f"/{field}"
    assert not User.objects.exists()


def test_an_admin_changes_roles_and_the_trail_says_who(make_user):
    admin, person = make_user("admin"), make_user("editor")
    set_roles(admin=admin, person=person, roles=["reviewer", "editor"])
    assert person.roles == {"reviewer", "editor"}
    event = AuditEvent.objects.filter(stream=f"person:{person.pk}", action="accounts_user_groups.insert").last()
    assert event.actor_id == admin.pk


@pytest.mark.parametrize("role", ["editor", "reviewer", "publisher", None])
def test_only_admins_manage_people(make_user, role):
    actor, person = make_user(role), make_user("editor")
    now = timezone.now()
    for act in (
        lambda: set_roles(admin=actor, person=person, roles=["admin"]),
        lambda: deactivate_person(admin=actor, person=person, now=now),
        lambda: reactivate_person(admin=actor, person=person),
        lambda: invite_person(inviter=actor, email="x@desk.example", name="", roles=["admin"], now=now),
    ):
        with pytest.raises(NotPermitted):
            act()
    person.refresh_from_db()
    assert person.is_active
    assert set(person.groups.values_list("name", flat=True)) == {"editor"}


def test_the_desk_keeps_an_admin(make_user):
    admin = make_user("admin")
    make_user("admin", is_active=False)
    with pytest.raises(LastAdmin):
        set_roles(admin=admin, person=admin, roles=["editor"])
    with pytest.raises(LastAdmin):
        deactivate_person(admin=admin, person=admin, now=timezone.now())
    admin.refresh_from_db()
    assert admin.is_active
    assert admin.groups.filter(name="admin").exists()


@pytest.mark.django_db(transaction=True)
def test_two_admins_cannot_remove_each_other_at_once(make_user):
    one, other = make_user("admin"), make_user("admin")
    outcomes = []
    start = threading.Barrier(2)

    def remove(actor: User, victim: User) -> None:
        start.wait()
        try:
            set_roles(admin=actor, person=victim, roles=["editor"])
            outcomes.append("done")
        except (LastAdmin, NotPermitted):
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=remove, args=pair) for pair in ((one, other), (other, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "refused"]
    assert User.objects.filter(groups__name="admin", is_active=True).count() == 1


def test_deactivation_ends_sessions_tokens_and_invitations(make_user, client):
    admin, person, now = make_user("admin"), make_user("admin"), timezone.now()
    client.force_login(person)
    assert client.get("/profile/").status_code == 200
    own, _ = create_token(creator=person, user=person, name="own", scopes=["feed:read"], now=now)
    other, _ = create_token(creator=person, user=admin, name="CMS", scopes=["feed:read"], now=now)
    invitation, _ = invite_person(inviter=person, email="new@desk.example", name="", roles=["editor"], now=now)

    departure = deactivate_person(admin=admin, person=person, now=now)

    assert (departure.sessions, departure.tokens, departure.invitations) == (1, 1, 1)
    assert departure.tokens_for_others == [other]
    assert client.get("/profile/").url.startswith("/accounts/login/")
    assert not Session.objects.filter(user_id=person.pk).exists()
    own.refresh_from_db()
    other.refresh_from_db()
    invitation.refresh_from_db()
    assert own.revoked_at == now
    assert other.revoked_at is None
    assert invitation.revoked_at == now


def test_an_old_session_does_not_come_back_with_the_person(make_user, client):
    admin, person = make_user("admin"), make_user("editor")
    client.force_login(person)
    deactivate_person(admin=admin, person=person, now=timezone.now())
    reactivate_person(admin=admin, person=person)
    assert client.get("/profile/").status_code == 302


def test_a_session_that_outlives_its_row_in_memory_is_refused_by_the_inactive_flag(make_user, client):
    person = make_user("editor")
    client.force_login(person)
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert client.get("/profile/").status_code == 302


def test_deactivating_twice_says_so(make_user):
    admin, person = make_user("admin"), make_user("editor")
    deactivate_person(admin=admin, person=person, now=timezone.now())
    with pytest.raises(WrongState):
        deactivate_person(admin=admin, person=person, now=timezone.now())


def test_a_profile_takes_known_time_zones_alone(make_user):
    person = make_user("editor")
    habits: dict[str, Any] = {"notify_by": "digest", "has_single_keys": False}
    update_profile(person=person, name="Lena", time_zone="Europe/Helsinki", **habits)
    with pytest.raises(InvalidInput):
        update_profile(person=person, name="Lena", time_zone="../etc/passwd", **habits)
    person.refresh_from_db()
    assert (person.name, person.time_zone, person.has_single_keys) == ("Lena", "Europe/Helsinki", False)


def test_people_are_never_deleted(make_user):
    from django.db import IntegrityError, transaction

    person = make_user("editor")
    person.groups.clear()
    with acting(person):
        EmailAddress.objects.filter(user=person).delete()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_user WHERE id = %s", [person.pk])


class TestInvitations:
    def invite(self, admin, **kwargs):
        given: dict[str, Any] = {
            "email": "new@desk.example",
            "name": "Nia",
            "roles": ["editor", "reviewer"],
            "now": timezone.now(),
        }
        return invite_person(inviter=admin, **(given | kwargs))

    def accept(self, secret, now=None, **kwargs):
        from accounts.services import accept_invitation

        given = {"name": "Nia Okoro", "password": "a long and lovely password"} | kwargs
        return accept_invitation(secret=secret, now=now or timezone.now(), **given)

    def test_the_link_becomes_an_account_with_the_promised_roles(self, make_user):
        invitation, secret = self.invite(make_user("admin"))
        person = self.accept(secret)
        assert (person.email, person.roles) == ("new@desk.example", {"editor", "reviewer"})
        assert EmailAddress.objects.get(user=person).verified
        invitation.refresh_from_db()
        assert invitation.accepted_at is not None
        assert secret not in str(vars(invitation))
        event = AuditEvent.objects.get(stream=f"person:{person.pk}", action="accounts_user.insert")
        assert event.actor_id == person.pk

    def test_a_link_works_once(self, make_user):
        _, secret = self.invite(make_user("admin"))
        self.accept(secret)
        with pytest.raises(Gone):
            self.accept(secret)
        assert User.objects.filter(email="new@desk.example").count() == 1

    def test_an_expired_link_is_gone_and_a_new_invitation_is_possible(self, make_user):
        admin, now = make_user("admin"), timezone.now()
        _, secret = self.invite(admin)
        later = now + timedelta(days=8)
        with pytest.raises(Gone):
            self.accept(secret, now=later)
        _, fresh = self.invite(admin, now=later)
        assert self.accept(fresh, now=later).is_active

    def test_one_open_invitation_per_address(self, make_user):
        admin = make_user("admin")
        self.invite(admin)
        with pytest.raises(WrongState):
            self.invite(admin, email="NEW@desk.example")

    def test_somebody_with_an_account_is_not_invited(self, make_user):
        admin = make_user("admin")
        with pytest.raises(PersonExists):
            self.invite(admin, email=admin.email)

    @pytest.mark.parametrize("password", ["short", "password1234", "12345678901", "new@desk.example"])
    def test_a_weak_password_leaves_the_invitation_open(self, make_user, password):
        invitation, secret = self.invite(make_user("admin"))
        with pytest.raises(InvalidInput) as refusal:
            self.accept(secret, password=password)
        assert refusal.value.errors[0]["pointer"] == "/password"
        invitation.refresh_from_db()
        assert invitation.accepted_at is None

    @pytest.mark.django_db(transaction=True)
    def test_two_browsers_with_one_link_make_one_account(self, make_user):
        _, secret = self.invite(make_user("admin"))
        outcomes = []
        start = threading.Barrier(2)

        def accept() -> None:
            start.wait()
            try:
                outcomes.append(self.accept(secret).email)
            except Gone:
                outcomes.append("gone")
            finally:
                connection.close()

        threads = [threading.Thread(target=accept) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["gone", "new@desk.example"]


def test_two_people_log_in_side_by_side(make_user):
    one, other = make_user("editor"), make_user("editor")
    browsers = [Client(), Client()]
    for browser, person in zip(browsers, (one, other), strict=True):
        browser.force_login(person)
    assert set(Session.objects.values_list("user_id", flat=True)) == {one.pk, other.pk}
