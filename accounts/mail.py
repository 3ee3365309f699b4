"""Mail to people, sent by the interface after the service has committed."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from accounts.models import Invitation

logger = logging.getLogger(__name__)


def send_invitation(*, invitation: Invitation, link: str) -> bool:
    """Send the link. Returns whether the mail server took it; if not, the caller shows the link."""
    context = {"invitation": invitation, "link": link}
    words = _("{name} invites you to the desk").format(name=invitation.invited_by.name)
    subject = f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{words}"
    body = render_to_string("people/email/invitation.txt", context)
    try:
        send_mail(subject, body, settings.DEFAULT_FROM_EMAIL, [invitation.email])
    except (OSError, SMTPException):
        logger.exception("the mail server did not take an invitation")
        return False
    return True
