"""The picture of a check for shared links (og:image): headline, rating and desk, set by typst as PNG."""

import json
from pathlib import Path
from typing import Any, Final

# The size that social networks ask of og:image, 1.91 to 1.
WIDTH: Final = 1200
HEIGHT: Final = 630
_TEMPLATE = Path(__file__).with_name("share_image.typ")
# Twice the 72 points of an inch: the template is laid out in points, half as wide as the picture.
_PIXELS_PER_INCH: Final = 144.0
_COLOURS: Final = {
    "true": "#14603f",
    "mostly_true": "#14603f",
    "mixed": "#7a5200",
    "missing_context": "#7a5200",
    "mostly_false": "#9b2316",
    "false": "#9b2316",
    "altered": "#5a3f80",
    "satire": "#5a3f80",
}
_OTHER_COLOUR: Final = "#3c4450"


def render_share_image(
    *, headline: str, rating: str, rating_class: str, claimant: str, desk: str, language: str
) -> bytes:
    """Return a PNG of 1200 by 630 pixels. Long headlines are set smaller, then cut."""
    # Here, as only this view and the dossier need it: every other process would hold it for nothing.
    import typst

    text = headline if len(headline) <= 220 else f"{headline[:219].rstrip()}…"
    check: dict[str, Any] = {
        "headline": text,
        "size": 34 if len(text) < 70 else 27 if len(text) < 130 else 21,
        "rating": rating[:60],
        "colour": _COLOURS.get(rating_class, _OTHER_COLOUR),
        "claimant": claimant[:60],
        "desk": desk[:60],
        # typst takes ISO 639 codes alone; the region of pt-BR means nothing to a picture.
        "language": (language or "en").split("-")[0][:3].lower(),
    }
    image = typst.compile(
        _TEMPLATE, format="png", ppi=_PIXELS_PER_INCH, font_paths=[], sys_inputs={"check": json.dumps(check)}
    )
    return bytes(image)
