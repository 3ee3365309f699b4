"""People of the desk as tests make them."""

from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group

from accounts.audit import acting
from accounts.models import User

PASSWORD = "a long enough password"  # of everybody


def add_person(roles: tuple[str, ...], **fields: Any) -> User:
    admin = User.objects.filter(is_active=True, groups__name="admin").first()
    with acting(admin):  # the database asks for one as soon as there is one
        user = User.objects.create_user(password=PASSWORD, **fields)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        add_roles(user, roles)
    return user


def add_roles(person: User, roles: tuple[str, ...]) -> None:
    person.groups.add(*Group.objects.filter(name__in=roles))  # `set` would ask first which ones there are
