"""Send notifications by e-mail."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from accounts.models import User
from annotations.models import Notification

logger = logging.getLogger(__name__)


def send_notifications(person: User, items: list[Notification]) -> bool:
    """Send one mail with all of them. Returns whether the mail server accepted it."""
    subject = items[0].title if len(items) == 1 else _("{count} things wait for you").format(count=len(items))
    body = render_to_string("notifications/mail.txt", {"person": person, "items": items, "site": settings.SITE_URL})
    try:
        send_mail(
            # A title holds words that people typed: with a line break in the subject Django sends nothing.
            f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{' '.join(subject.split())[:150]}",
            body,
            settings.DEFAULT_FROM_EMAIL,
            [person.email],
        )
    # Refused or unreachable: the caller keeps the rows for the next run.
    except (OSError, SMTPException):
        logger.exception("the mail server did not take a notification")
        return False
    return True
