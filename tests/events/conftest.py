import pytest


@pytest.fixture
def editor(make_user):
    return make_user("editor", name="Mira Okafor")


@pytest.fixture
def reviewer(make_user):
    return make_user("reviewer", name="Jonas Weber")
