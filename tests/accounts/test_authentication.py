"""Bearer tokens and browser sessions at the API's door, on a view of the test's own."""

from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory, force_authenticate
from rest_framework.views import APIView

from accounts.audit import via
from accounts.checks import check_trusted_proxies
from accounts.models import ApiToken
from accounts.services import create_token, deactivate_person, revoke_token, use_token
from api.authentication import BearerAuthentication, BrowserSessionAuthentication, HasScope

pytestmark = pytest.mark.django_db


class WhoAmI(APIView):
    authentication_classes = (BearerAuthentication, BrowserSessionAuthentication)
    permission_classes = (HasScope,)
    required_scopes = {"GET": "claims:read", "POST": ("claims:write", "verdicts:write")}

    def get(self, request):
        return Response({"email": request.user.email, "via": via.get()})

    post = get
    delete = get


call = WhoAmI.as_view()


def ask(authorization: str = "", method: str = "get", **extra) -> Response:
    headers = {"Authorization": authorization} if authorization else {}
    return call(getattr(APIRequestFactory(enforce_csrf_checks=True), method)("/api/v1/x", headers=headers, **extra))


@pytest.fixture
def issue(make_user):
    def make(user=None, scopes=("claims:read",), **kwargs):
        user = user or make_user("editor")
        kwargs.setdefault("creator", user)
        return create_token(user=user, name="CMS", scopes=scopes, now=timezone.now(), **kwargs)

    return make


@pytest.fixture(autouse=True)
def _via():
    reset = via.set("session")
    yield
    via.reset(reset)


def test_a_token_acts_as_its_person_and_the_trail_names_it(issue, make_user):
    user = make_user("editor", email="cms@desk.example")
    token, plaintext = issue(user)
    response = ask(f"Bearer {plaintext}")
    assert response.data == {"email": "cms@desk.example", "via": f"token:{token.pk}"}


def test_no_token_is_401_with_the_scheme_to_use():
    response = ask()
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == 'Bearer realm="factcheck"'


@pytest.mark.parametrize("authorization", ["Bearer fct_unknown", "Bearer ", "Bearer a b", "bearer \xff", "Bearer \0"])
def test_a_token_that_is_none_is_401(authorization):
    response = ask(authorization)
    assert response.status_code == 401
    assert 'error="invalid_token"' in response["WWW-Authenticate"]


def test_an_expired_token_is_401(issue):
    token, plaintext = issue()
    ApiToken.objects.filter(pk=token.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    response = ask(f"Bearer {plaintext}")
    assert response.status_code == 401
    assert "expired" in response.data["detail"]


def test_a_revoked_token_is_401_with_the_next_request(issue):
    token, plaintext = issue()
    assert ask(f"Bearer {plaintext}").status_code == 200
    revoke_token(person=token.user, token=token, now=timezone.now())
    assert ask(f"Bearer {plaintext}").status_code == 401


def test_the_token_of_a_deactivated_person_is_401_with_the_next_request(issue, make_user):
    token, plaintext = issue()
    assert ask(f"Bearer {plaintext}").status_code == 200
    deactivate_person(admin=make_user("admin"), person=token.user, now=timezone.now())
    assert ask(f"Bearer {plaintext}").status_code == 401


def test_a_token_lacks_what_its_scopes_do_not_name(issue):
    _, plaintext = issue(scopes=["claims:read"])
    response = ask(f"Bearer {plaintext}", "post")
    assert response.status_code == 403
    assert "claims:write or verdicts:write" in response.data["detail"]


@pytest.mark.parametrize("scope", ["claims:write", "verdicts:write"])
def test_one_of_several_scopes_is_enough(issue, scope):
    _, plaintext = issue(scopes=[scope])
    assert ask(f"Bearer {plaintext}", "post").status_code == 200


def test_head_wants_the_scope_of_get(issue):
    _, plaintext = issue(scopes=["claims:write"])
    assert ask(f"Bearer {plaintext}", "head").status_code == 403


def test_a_method_without_declared_scope_is_a_mistake_and_no_open_door(issue, caplog):
    _, plaintext = issue()
    assert ask(f"Bearer {plaintext}", "delete").status_code == 500
    assert "WhoAmI.required_scopes names no known scope for DELETE" in caplog.text


def test_a_person_without_any_role_gets_nothing(issue, make_user):
    user = make_user("editor")
    _, plaintext = issue(user)
    user.groups.clear()
    assert ask(f"Bearer {plaintext}").status_code == 403


def test_a_session_has_every_scope(make_user):
    request = APIRequestFactory().get("/api/v1/x")
    force_authenticate(request, user=make_user("publisher"))
    assert call(request).status_code == 200


def test_a_session_cannot_write_without_csrf_token(make_user):
    request = APIRequestFactory(enforce_csrf_checks=True).post("/api/v1/x")
    request.user = make_user("editor")
    response = call(request)
    assert response.status_code == 403
    assert "CSRF" in response.data["detail"]


@pytest.mark.parametrize(
    ("address", "status"),
    [("203.0.113.9", 200), ("203.0.114.9", 403), ("::ffff:203.0.113.1", 200), ("2001:db8::1", 403)],
)
def test_a_token_works_from_its_networks_alone(issue, address, status):
    _, plaintext = issue(allowed_networks=["203.0.113.0/24"])
    assert ask(f"Bearer {plaintext}", REMOTE_ADDR=address).status_code == status


def test_only_trusted_proxies_say_who_calls(issue, settings):
    _, plaintext = issue(allowed_networks=["203.0.113.0/24"])
    forwarded = {"HTTP_X_FORWARDED_FOR": "198.51.100.1, 203.0.113.9", "REMOTE_ADDR": "10.0.0.5"}
    assert ask(f"Bearer {plaintext}", **forwarded).status_code == 403
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    assert ask(f"Bearer {plaintext}", **forwarded).status_code == 200
    forged = forwarded | {"HTTP_X_FORWARDED_FOR": "203.0.113.9, 198.51.100.1"}
    assert ask(f"Bearer {plaintext}", **forged).status_code == 403


def test_a_request_costs_one_query_and_the_use_is_noted_once_a_minute(issue, django_assert_num_queries):
    token, plaintext = issue()
    with django_assert_num_queries(2):
        ask(f"Bearer {plaintext}")
    with django_assert_num_queries(1):
        ask(f"Bearer {plaintext}")
    first = ApiToken.objects.get(pk=token.pk).last_used_at
    later = timezone.now() + timedelta(seconds=61)
    use_token(plaintext=plaintext, address=None, now=later)
    assert ApiToken.objects.get(pk=token.pk).last_used_at == later > first


def test_a_wrong_proxy_setting_is_found_before_the_first_request(settings):
    assert check_trusted_proxies(None) == []
    settings.TRUSTED_PROXIES = ["the proxy"]
    assert [found.id for found in check_trusted_proxies(None)] == ["accounts.E001"]
