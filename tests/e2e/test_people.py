"""Logging in, second factors and passkeys, invitations, tokens and profiles as a person meets them."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.core.cache import cache
from playwright.sync_api import Page, expect

from accounts.models import AuditEvent, User
from tests.people import PASSWORD


def sign_in(page: Page, email: str) -> None:
    page.goto("/accounts/login/?next=/profile/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def confirm_password(page: Page) -> None:
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()


def current_code(secret: str) -> str:
    """Return the authenticator's code, waiting for the next one where this one is about to end, as a person does."""
    left = 30 - time.time() % 30
    if left < 10:
        time.sleep(left)
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


@pytest.fixture
def admin(transactional_db, make_user):
    return make_user("admin", name="Ada Admin", email="ada@desk.example")


def test_a_colleague_is_invited_and_joins(page, new_page, admin, login_as, looks, traps):
    traps.allow(r"404 \(Not Found\) \(http://localhost:\d+/\)")  # the desk's start page is no part of this
    login_as(page, admin)
    page.goto("/settings/people/")
    looks(page)
    page.get_by_label("E-mail address", exact=True).fill("nia@desk.example")
    page.get_by_label(re.compile("Reviewer:")).check()
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_text("nia@desk.example is invited")).to_be_visible()
    looks(page)
    link = page.get_by_label("Invitation link").input_value()
    assert link in mail.outbox[0].body
    colleague = new_page()
    colleague.goto(link)
    looks(colleague)
    colleague.get_by_label("Your name").fill("Nia Okoro")
    colleague.get_by_label("Choose a password").fill("a long and lovely password")
    colleague.get_by_role("button", name="Join").click()
    colleague.goto("/profile/")
    expect(colleague.get_by_text("Nia Okoro").first).to_be_visible()
    looks(colleague)
    nia = User.objects.get(email="nia@desk.example")
    page.goto(f"/settings/people/{nia.pk}/")
    looks(page)
    page.get_by_role("button", name="Deactivate").click()
    page.locator("#confirm-yes").click()
    expect(page.locator("#toasts").get_by_text("is deactivated: 1 session and 0 tokens ended")).to_be_visible()
    colleague.goto("/profile/")
    expect(colleague).to_have_url(re.compile("/accounts/login/"))


def test_a_token_is_made_and_copied(page, admin, login_as, looks):
    login_as(page, admin)
    page.goto("/settings/tokens/")
    looks(page)
    page.locator("#id_name").fill("CMS of the newsroom")
    page.get_by_label(re.compile("feed:read")).check()
    page.get_by_role("button", name="Make the token").click()
    expect(page.get_by_label("The new token")).to_have_value(re.compile(r"^fct_"))
    looks(page)


def test_an_authenticator_app_guards_the_login(page, new_page, admin, looks):
    sign_in(page, admin.email)
    page.goto("/accounts/2fa/")
    looks(page)
    page.goto("/accounts/2fa/totp/activate/")
    confirm_password(page)
    expect(page.locator(".qr svg")).to_be_visible()
    looks(page)
    secret = page.locator("#authenticator_secret").input_value()
    page.locator("#id_code").fill(current_code(secret))
    page.locator("main form button[type=submit]").first.click()
    expect(page).to_have_url(re.compile("recovery-codes"))
    looks(page)
    stored = Authenticator.objects.get(type=Authenticator.Type.TOTP)
    assert secret not in str(stored.data)
    visitor = new_page()
    sign_in(visitor, admin.email)
    expect(visitor).to_have_url(re.compile("/accounts/2fa/authenticate/"))
    looks(visitor)
    cache.clear()  # a code is accepted once; the same minute's code has just been used to set it up
    visitor.locator("#id_code").fill(current_code(secret))
    visitor.locator("main form button[type=submit]").first.click()
    expect(visitor).to_have_url(re.compile("/profile/"))


def test_a_passkey_logs_in_without_a_password(page, admin, looks):
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": options | {"isUserVerified": True, "automaticPresenceSimulation": True}},
    )
    sign_in(page, admin.email)
    page.goto("/accounts/2fa/webauthn/add/")
    confirm_password(page)
    looks(page)
    page.locator("#id_passwordless").check()
    page.locator("#mfa_webauthn_add").click()
    expect(page).to_have_url(re.compile("recovery-codes|webauthn/$"))
    page.goto("/accounts/2fa/webauthn/")
    looks(page)
    page.context.clear_cookies()
    page.goto("/accounts/login/?next=/profile/")
    looks(page)
    page.locator("#passkey_login").click()
    expect(page.get_by_role("heading", name="Profile")).to_be_visible()


def test_the_support_site_keeps_to_the_policy(page, admin, login_as, make_user):
    helper = make_user(None, name="Sam Support", is_staff=True, is_superuser=True)
    login_as(page, helper)
    page.goto("/support/accounts/user/")
    page.get_by_role("link", name="Ada Admin").click()
    page.locator("#id_is_staff").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text("was changed successfully")
    assert AuditEvent.objects.filter(stream=f"person:{admin.pk}").last().actor_id == helper.pk


def test_the_demo_needs_one_click(page, transactional_db, make_user, settings, looks):
    settings.DEMO = True
    make_user("editor", name="Mira Okafor", email="mira@demo.example")
    page.goto("/accounts/login/?next=/profile/")
    looks(page)
    page.get_by_role("button", name="Mira Okafor").click()
    expect(page.get_by_role("heading", name="Profile")).to_be_visible()


def test_a_form_that_is_sent_offline_stays_with_what_was_typed(
    page: Page, transactional_db, login_as, make_user, traps
):
    traps.allow("ERR_INTERNET_DISCONNECTED")
    login_as(page, make_user("editor"))
    page.goto("/profile/")
    name = page.get_by_label("Name")
    name.fill("A new name")
    page.context.set_offline(True)
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".toast")).to_contain_text("No connection to the desk.")
    expect(name).to_have_value("A new name")
    page.context.set_offline(False)
    with page.expect_navigation():
        page.get_by_role("button", name="Save").click()
    assert User.objects.get().name == "A new name"


def test_whoever_lost_all_cookies_signs_in_beside_and_sends_the_same_form(
    page: Page, transactional_db, login_as, make_user, traps
):
    traps.allow("403")
    person = make_user("editor")
    login_as(page, person)
    page.goto("/articles/?import=1")
    page.get_by_label("Paste a text").fill("A headline\n\nA text that somebody pasted.")
    page.context.clear_cookies()
    page.get_by_role("button", name="Import", exact=True).click()
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Sign in in a new tab").click()
    expect(opened.value.get_by_role("heading", name="Sign in to the desk")).to_be_visible()
    login_as(opened.value, person)
    opened.value.goto("/")
    page.go_back()
    expect(page.get_by_label("Paste a text")).to_have_value("A headline\n\nA text that somebody pasted.")
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("heading", name="A headline", level=1)).to_be_visible()
