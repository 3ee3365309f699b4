"""One-click login as the sample people, only in demo mode."""

from django.conf import settings

from accounts.models import User
from accounts.querysets import with_roles

DOMAIN = "@demo.example"


def demo_people() -> list[User]:
    """Return the active people of the demo's domain; nobody when DEMO is off."""
    if not settings.DEMO:
        return []
    return with_roles(User.objects.filter(is_active=True, email__endswith=DOMAIN))
