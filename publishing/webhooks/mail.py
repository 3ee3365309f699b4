"""Tell people by mail that a webhook endpoint fails or was switched off."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from annotations.services.verdicts.transitions import people_who_may
from publishing.models import Delivery

logger = logging.getLogger(__name__)


def mail_endpoint_news(delivery: Delivery, news: str) -> None:
    """Mail the person who made the endpoint and the admins. `news` is that of `deliveries.Result`."""
    endpoint = delivery.endpoint
    people = {endpoint.created_by, *people_who_may("webhook.manage")}
    context = {"endpoint": endpoint, "delivery": delivery, "news": news, "site": settings.SITE_URL}
    disabled, troubled = _("A webhook endpoint was switched off"), _("A webhook endpoint does not take deliveries")
    subject = disabled if news == "disabled" else troubled
    try:
        send_mail(
            settings.ACCOUNT_EMAIL_SUBJECT_PREFIX + subject,
            render_to_string("webhooks/email/news.txt", context),
            settings.DEFAULT_FROM_EMAIL,
            sorted(person.email for person in people if person.is_active),
        )
    except (OSError, SMTPException):
        logger.exception("the mail server did not take the news of endpoint %s", endpoint.pk)
