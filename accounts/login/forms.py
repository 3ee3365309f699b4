"""The form of the login page. Apart from accounts.forms: allauth's own forms load only where they are used."""

from typing import Any

from allauth.account import forms


class LoginForm(forms.LoginForm):
    """The cursor stands in the first field, and Tab leads from there to the password: the template tells the rest."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "E-mail address"
        self.fields["login"].widget.attrs["autofocus"] = True
        self.fields["password"].help_text = ""
