"""The charts of the statistics, as a browser draws them."""

import pytest

from tests.annotations import story

COLORS = """() => [...document.querySelectorAll("canvas[data-chart]")].map((canvas) => {
  const chart = window.Chart.getChart(canvas);
  return [canvas.dataset.chart, chart.data.datasets.map((one) => one.backgroundColor), canvas.clientHeight];
})"""


@pytest.mark.parametrize("look", [{}, {"reduced_motion": "reduce"}, {"forced_colors": "active"}])
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
    assert charts["ratings"][1] < 120  # one bar
    assert "corrections" not in charts  # none was needed: a sentence says so, no row of zero bars
    if "forced_colors" not in look:  # axe measures the page's colours, not those that the browser puts in their place
        axe(page)
