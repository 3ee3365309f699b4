"""Who is where, from the reports of several processes."""

from factcheck.events.presence import MOST_PEOPLE, SILENT_SECONDS, Presence, Seat

ARTICLE, CLAIM = "article:a", "claim:c"


def test_people_are_seen_where_they_are_and_at_their_claim():
    presence = Presence()
    assert presence.update("p1", {"s1": Seat("mira", ARTICLE, "c")}, 0) == {ARTICLE, CLAIM}
    presence.update("p2", {"s2": Seat("jonas", CLAIM)}, 0)
    assert presence.people_at(ARTICLE) == [{"person": "mira", "claim": "c"}]
    assert [one["person"] for one in presence.people_at(CLAIM)] == ["jonas", "mira"]


def test_a_move_changes_the_place_left_and_the_place_reached():
    presence = Presence()
    presence.update("p", {"s": Seat("mira", ARTICLE, "c")}, 0)
    assert presence.update("p", {"s": Seat("mira", ARTICLE, "d")}, 0) == {ARTICLE, CLAIM, "claim:d"}
    assert presence.update("p", {"s": Seat("mira", ARTICLE, "d")}, 0) == set()
    assert presence.people_at(CLAIM) == []


def test_a_person_with_two_pages_is_named_once_with_a_claim():
    presence = Presence()
    presence.update("p", {"s1": Seat("mira", ARTICLE, "c"), "s2": Seat("mira", ARTICLE)}, 0)
    assert presence.people_at(ARTICLE) == [{"person": "mira", "claim": "c"}]


def test_a_full_report_removes_what_it_does_not_name():
    presence = Presence()
    presence.update("p", {"s1": Seat("mira", ARTICLE), "s2": Seat("jonas", ARTICLE)}, 0)
    assert presence.replace("p", {"s2": Seat("jonas", ARTICLE)}, 1) == {ARTICLE}
    assert [one["person"] for one in presence.people_at(ARTICLE)] == ["jonas"]


def test_a_silent_process_loses_its_seats_and_no_other():
    presence = Presence()
    presence.update("dead", {"s1": Seat("mira", ARTICLE)}, 0)
    presence.update("alive", {"s2": Seat("jonas", ARTICLE)}, SILENT_SECONDS)
    assert presence.drop_silent(SILENT_SECONDS + 1) == {ARTICLE}
    assert [one["person"] for one in presence.people_at(ARTICLE)] == ["jonas"]


def test_a_crowd_is_cut():
    presence = Presence()
    presence.update("p", {str(n): Seat(f"person {n:03}", ARTICLE) for n in range(100)}, 0)
    assert len(presence.people_at(ARTICLE)) == MOST_PEOPLE
