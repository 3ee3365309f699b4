"""Make the fonts of `static/fonts/` from the packages that `static/vendor/README.md` names.

    python scripts/fonts.py FOLDER      FOLDER holds the unpacked `source-serif-4/` and `inter/`

Needs fonttools and brotli, which the desk itself does not: run it in an environment of its own. It keeps the weights that
the stylesheets use, one optical size, and the features that text needs; prints the metrics of `fonts.css`'s stand-ins.
"""

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

OUT = Path(__file__).resolve().parent.parent / "static" / "fonts"
WEIGHTS = (400, 700)
READING_SIZE = 20  # of the optical sizes: text is set in 18 to 20 px
FEATURES = ["ccmp", "locl", "mark", "mkmk", "kern", "liga", "calt", "pnum", "tnum", "lnum"]
# "Source" is a reserved font name: a modified copy has to be called otherwise.
FACES = [
    ("inter", "wght", "normal", "inter", "Inter"),
    ("source-serif-4", "opsz", "normal", "serif", "Desk Serif"),
    ("source-serif-4", "wght", "italic", "serif", "Desk Serif"),
]
SCRIPTS = ("latin", "latin-ext", "cyrillic", "greek")
# What English and most of its neighbours are set with; the rest of Latin is a file of its own, loaded when a page has it.
_MORE = "\u0131\u0152\u0153\u02c6\u02da\u02dc\u2026\u202f\u2030\u2032\u2033\u2039\u203a\u2044\u20ac\u2122\u2191\u2193\u2212\u2215"
_RANGES = (range(0x20, 0x7F), range(0xA0, 0x100), range(0x2010, 0x2016), range(0x2018, 0x2023))
BASIC = sorted({*map(ord, _MORE)}.union(*_RANGES))
# The letters of English by frequency, with the space: what decides how long a line gets.
LETTERS = (
    "eeeeeeeeeeeetttttttttaaaaaaaaooooooooiiiiiiinnnnnnnsssssshhhhhhrrrrrrddddlllcccuuummmwwffggyyppbvk" + " " * 18
)


def main() -> None:
    source = Path(sys.argv[1])
    for package, axis, style, name, family in FACES:
        for script in SCRIPTS:
            font = TTFont(source / package / "files" / f"{package}-{script}-{axis}-{style}.woff2")
            font = reduce(font, script)
            rename(font, family)
            target = OUT / f"{name}-{script}-{style}.woff2"
            font.flavor = "woff2"
            font.save(target)
            print(f"{target.name:32} {target.stat().st_size:7,}")
            if script == "latin" and style == "normal":
                print("   ", metrics(font))


def reduce(font: TTFont, script: str) -> TTFont:
    options = Options(layout_features=FEATURES, hinting=False, name_IDs=["*"], notdef_outline=True, glyph_names=False)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=BASIC if script == "latin" else list(font.getBestCmap()))
    subsetter.subset(font)
    axes = {axis.axisTag for axis in font["fvar"].axes}
    return instantiateVariableFont(font, {"wght": WEIGHTS} | ({"opsz": READING_SIZE} if "opsz" in axes else {}))


def rename(font: TTFont, family: str) -> None:
    for record in list(font["name"].names):
        if "Source" in str(record) and record.nameID != 0:  # 0 is the copyright line, which stays
            text = str(record).replace("Source Serif 4", family).replace("SourceSerif4", family.replace(" ", ""))
            font["name"].setName(text, record.nameID, record.platformID, record.platEncID, record.langID)


def metrics(font: TTFont) -> str:
    """Return the face's metrics in shares of its size."""
    cmap, widths, unit = font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm
    average = sum(widths[cmap[ord(letter)]][0] for letter in LETTERS) / len(LETTERS) / unit
    line = font["hhea"]
    return f"width {average:.4f} ascent {line.ascent / unit:.4f} descent {-line.descent / unit:.4f} gap {line.lineGap / unit:.4f}"


if __name__ == "__main__":
    main()
