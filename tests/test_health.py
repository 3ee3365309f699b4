"""Probes, the worker's heartbeat, the checks before a deployment."""

import json

import pytest
from django.core.checks import run_checks
from django.db import connection

from core import heartbeat
from factcheck.celery import app
from factcheck.queues import QUEUES

GOOD_KEY = "kT9" * 20


def test_healthz_answers_without_a_database(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_readyz_says_that_all_answer_and_whether_a_worker_lives(client):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["checks"] == {"database": "ok", "migrations": "ok", "redis": "ok"}
    assert answer.json()["worker"] == "no worker is running"
    heartbeat.beat(["publishing", "imports", "webhooks", "mail", "enrichment"])
    assert client.get("/readyz").json()["worker"] == "no worker is running for exports"
    heartbeat.beat(QUEUES)
    assert client.get("/readyz").json()["worker"] == "ok"


@pytest.mark.django_db(transaction=True)
def test_readyz_names_migrations_that_wait(client, owner_db):
    owner_db.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["migrations"] == "1 apps wait for migrations"


@pytest.mark.django_db(transaction=True)
def test_readyz_names_a_database_that_does_not_answer(client, monkeypatch):
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "PORT", 1)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["database"] == "unreachable"
    assert "127.0.0.1" not in json.dumps(answer.json())


@pytest.mark.django_db
def test_readyz_and_the_desk_name_a_redis_that_does_not_answer(client, settings, make_user):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["redis"] == "unreachable"
    assert not heartbeat.is_worker_alive("imports")
    client.force_login(make_user("editor"))
    assert "Redis does not answer" in client.get("/").content.decode()


def test_a_worker_that_stops_beating_is_missed_soon():
    heartbeat.beat(["imports"])
    assert heartbeat.is_worker_alive("imports")
    assert not heartbeat.is_worker_alive("exports")
    assert 0 < heartbeat.redis_client().ttl(f"{heartbeat.KEY}imports") <= heartbeat.LIFETIME_SECONDS


@pytest.mark.fault
def test_a_real_worker_beats_until_it_ends(celery_worker):
    assert heartbeat.dead_queues(QUEUES) == []
    assert app.control.ping(timeout=10)


@pytest.fixture
def production(settings):
    settings.DEBUG = settings.DEMO = False
    settings.SECRET_KEY = GOOD_KEY
    settings.SITE_URL = "https://desk.example.org"
    settings.ALLOWED_HOSTS = ["desk.example.org"]
    return settings


def ids() -> set[str]:
    return {
        str(found.id) for found in run_checks(include_deployment_checks=True) if str(found.id).startswith("factcheck")
    }


def test_a_production_like_configuration_passes(production):
    assert ids() == set()


@pytest.mark.parametrize(
    ("name", "wrong", "check"),
    [
        ("SECRET_KEY", "", "factcheck.E003"),
        ("SECRET_KEY", "short", "factcheck.E003"),
        ("SECRET_KEY", "insecure-" + GOOD_KEY, "factcheck.E003"),
        ("DEBUG", True, "factcheck.E004"),
        ("DEMO", True, "factcheck.E005"),
        ("SITE_URL", "http://desk.example.org", "factcheck.E006"),
        ("ALLOWED_HOSTS", ["*"], "factcheck.E007"),
        ("ALLOWED_HOSTS", ["localhost"], "factcheck.E007"),
    ],
)
def test_each_thing_that_must_not_be_deployed_is_named(production, name, wrong, check):
    setattr(production, name, wrong)
    assert check in ids()


def test_one_role_for_both_is_a_warning_and_an_error_when_deployed(production, monkeypatch):
    monkeypatch.setitem(production.DATABASES["owner"], "USER", production.DATABASES["default"]["USER"])
    assert ids() == {"factcheck.W001", "factcheck.E001"}


@pytest.mark.django_db
def test_the_database_confirms_that_the_app_owns_nothing():
    assert run_checks(tags=["database"], databases=["default"]) == []
