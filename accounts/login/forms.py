"""The form of the login page, apart from accounts.forms so that allauth's forms load only here."""

from typing import Any

from allauth.account import forms
from django.utils.translation import gettext as _


class LoginForm(forms.LoginForm):
    """Put the cursor into the first field; Tab leads to the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail address")
        self.fields["login"].widget.attrs["autofocus"] = True
        self.fields["password"].help_text = ""
