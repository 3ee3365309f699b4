"""`{% load people %}`: `{% demo_login %}` on the login page, `{% settings_tabs %}` in the settings."""

from typing import Any

from django import template

from accounts.login.demo import demo_people
from accounts.tabs import tabs_for

register = template.Library()


@register.inclusion_tag("people/demo_login.html", takes_context=True)
def demo_login(context: template.Context) -> dict[str, Any]:
    """Draw a login button for each sample person; nothing outside the demo."""
    request = context.get("request")
    return {
        "people": demo_people(),
        "csrf_token": context.get("csrf_token"),
        "next": request.GET.get("next", "") if request else "",
    }


@register.inclusion_tag("settings/tabs.html", takes_context=True)
def settings_tabs(context: template.Context) -> dict[str, Any]:
    request = context["request"]
    tabs = [(url, label, request.path.startswith(url)) for url, label in tabs_for(request.user)]
    return {"tabs": tabs}


@register.filter
def role_label(role: str) -> str:
    return role.capitalize()
