"""The charts of the statistics, as a browser draws them."""

import pytest
from django.utils import timezone

from annotations.models import Verdict
from tests.annotations import story

COLORS = """() => [...document.querySelectorAll("canvas[data-chart]")].map((canvas) => {
  const chart = window.Chart.getChart(canvas);
  return [canvas.dataset.chart, chart.data.datasets.map((one) => one.backgroundColor), canvas.clientHeight];
})"""


@pytest.mark.parametrize(
    "look", [{}, pytest.param({"reduced_motion": "reduce"}, marks=pytest.mark.soak), {"forced_colors": "active"}]
)
def test_each_series_has_its_colour_and_few_bars_little_room(
    transactional_db, new_page, login_as, make_user, axe, look
):
    editor = make_user("editor")
    story.published(editor, make_user("reviewer"))
    page = new_page(**look)
    login_as(page, editor)
    page.goto("/statistics/?days=365")
    page.wait_for_function("window.Chart && document.querySelector('canvas[style]')")
    charts = {key: (colors, height) for key, colors, height in page.evaluate(COLORS)}
    ink = page.evaluate("getComputedStyle(document.body).color")
    colors, _ = charts["flow"]
    assert len(set(colors)) == 3
    assert ink not in colors
    assert "ratings" not in charts  # one rating: a sentence says so, no full bar
    assert page.get_by_text("One check: False.").is_visible()
    assert "corrections" not in charts  # none was needed: a sentence says so, no row of zero bars
    if "forced_colors" not in look:  # axe measures the page's colours, not those that the browser puts in their place
        axe(page)


def test_on_paper_every_chart_has_its_numbers(transactional_db, new_page, login_as, make_user):
    editor, reviewer = make_user("editor"), make_user("reviewer")
    for label in ("False", "False", "Misleading"):
        story.published(editor, reviewer, rating=story.rating(label))
    page = new_page()
    login_as(page, editor)
    page.goto("/statistics/?days=365")
    page.wait_for_function("window.Chart && document.querySelector('canvas[style]')")
    (height,) = (height for key, _, height in page.evaluate(COLORS) if key == "ratings")
    assert height < 130  # two bars
    tables = page.locator(".chart-card table")
    assert tables.count() > 3
    is_shown = "all => all.map((one) => one.checkVisibility({ contentVisibilityAuto: true }))"
    assert not any(tables.evaluate_all(is_shown))
    page.emulate_media(media="print")
    assert all(tables.evaluate_all(is_shown))


def test_a_chart_leaves_out_what_is_nothing_and_no_card_a_hole(transactional_db, page, login_as, make_user):
    editor = make_user("editor")
    for verdict in (story.draft(editor), story.in_review(editor)):
        Verdict.objects.filter(pk=verdict.pk).update(updated_at=timezone.now())
    story.published(editor, make_user("reviewer"))
    login_as(page, editor)
    page.goto("/statistics/?days=365")
    page.wait_for_function("window.Chart && document.querySelector('canvas[style]')")
    names = """(key) => window.Chart.getChart(document.querySelector(`canvas[data-chart=${key}]`))
      .data.datasets.map((one) => one.label)"""
    assert page.evaluate(names, "ageing") == ["Under a day"]
    assert page.evaluate(names, "flow") == ["Claims marked", "Verdicts submitted", "Versions published"]
    gaps = page.evaluate("""() => [...document.querySelectorAll(".chart-card")].map((card) =>
      card.getBoundingClientRect().bottom - card.lastElementChild.getBoundingClientRect().bottom)""")
    assert len(gaps) > 4
    assert max(gaps) < 40  # no card is drawn out to the height of the one beside it
