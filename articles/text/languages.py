"""Detect languages; search configuration and direction of each."""

import regex

from articles.text.characters import is_western, words
from articles.text.language_model import rank_languages

UNDETERMINED = "und"
FIRST_LOOK, SECOND_LOOK = 400, 2_000  # code points
SURE = 0.97  # after the first look; below it more text is read
UNSURE = 0.5  # below it the language is undetermined

PLAIN = 0.99  # the confidence where words that only English has decide
_ENGLISH_ALONE = words(
    "the and of to that was were with from has have had been which this these they their would said by"
    " The And Of To That Was Were With From Has Have Had Been Which This These They Their Would Said By"
)
_ENOUGH_ENGLISH = 8  # words: with fewer a quoted English phrase could decide
# One word in so many; the longer stretch varies less, and half a text in another language still falls below it.
_FIRST_DENSITY, _SECOND_DENSITY = 6, 9

_CONFIG_OF = {
    "ar": "arabic",
    "ca": "catalan",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "ne": "nepali",
    "nl": "dutch",
    "nb": "norwegian",
    "nn": "norwegian",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}
_RTL = words("ar arc ary arz azb ckb dv fa he iw ks ku ps sd sdh syr ug ur yi")
_RTL_SCRIPTS = words("Arab Hebr Syrc Thaa Nkoo Adlm Rohg")
# Labels of the model that no desk means: "no language", Latin-script constructs, dead languages.
_NOT_TAKEN = words("zxx vo eo la sa grc hbo ext gcf pcm uzs")
# Scripts without spaces between words.
_CJK = r"\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\u30fc\u3005"
_CJK_RUN = regex.compile(rf"[{_CJK}]+")
_LETTER = regex.compile(r"\p{L}")


def detect_language(text: str) -> tuple[str, float]:
    """Return (BCP 47 tag, confidence 0..1) from the first 2,000 characters; `und` if unclear."""
    sample = text[:SECOND_LOOK]
    if not _LETTER.search(sample):
        return UNDETERMINED, 0.0
    if _is_plainly_english(sample[:FIRST_LOOK], _FIRST_DENSITY) or _is_plainly_english(sample, _SECOND_DENSITY):
        return "en", PLAIN
    label, confidence = _classify(sample[:FIRST_LOOK])
    if confidence < SURE and len(sample) > FIRST_LOOK:
        label, confidence = _classify(sample)
    if confidence < UNSURE:
        return UNDETERMINED, confidence
    return label, confidence


def _is_plainly_english(sample: str, density: int) -> bool:
    """Return whether enough of the words exist in English only. Saves loading the model (half a second).

    All other languages, and doubtful English, are left to the model, which also takes twenty times as long.
    """
    words = sample.split()
    found = sum(map(_ENGLISH_ALONE.__contains__, words))
    return found >= _ENOUGH_ENGLISH and density * found >= len(words)


def search_config(lang: str | None) -> str:
    """Return the PostgreSQL text search configuration; `simple` for CJK and unknown languages."""
    return _CONFIG_OF.get(_primary(lang), "simple")


def direction(lang: str | None) -> str:
    """Return `rtl` or `ltr`, for the attribute `dir`."""
    subtags = (lang or "").replace("_", "-").split("-")
    if any(subtag.title() in _RTL_SCRIPTS for subtag in subtags[1:]):
        return "rtl"
    if len(subtags) > 1 and len(subtags[1]) == 4:
        return "ltr"
    return "rtl" if _primary(lang) in _RTL else "ltr"


def normalise_language(tag: str | None) -> str:
    """Normalise a BCP 47 tag (`en_us` to `en-US`); empty if it is none."""
    subtags = (tag or "").strip().replace("_", "-").split("-")
    if not all(subtag.isascii() and subtag.isalnum() and len(subtag) <= 8 for subtag in subtags):
        return ""
    if not (subtags[0].isalpha() and 2 <= len(subtags[0]) <= 3):
        return ""
    return "-".join([subtags[0].lower(), *map(_cased, subtags[1:])])


def cjk_bigrams(text: str) -> str:
    """Split runs of CJK characters into overlapping pairs, for a `simple` search vector."""
    return _CJK_RUN.sub(lambda run: f" {_pairs(run.group())} ", text)


def has_cjk(text: str) -> bool:
    return not is_western(text) and bool(_CJK_RUN.search(text))


def _pairs(run: str) -> str:
    return " ".join(run[at : at + 2] for at in range(len(run) - 1)) if len(run) > 1 else run


def _primary(lang: str | None) -> str:
    return (lang or "").replace("_", "-").split("-")[0].lower()


def _cased(subtag: str) -> str:
    if len(subtag) == 2:
        return subtag.upper()
    return subtag.title() if len(subtag) == 4 and subtag.isalpha() else subtag.lower()


def _classify(sample: str) -> tuple[str, float]:
    """Return the likeliest of the languages that a desk may mean, and its share of their probability."""
    ranked = [(label, probability) for label, probability in rank_languages(sample) if label not in _NOT_TAKEN]
    label, probability = ranked[0]
    return label, probability / sum(each for _, each in ranked)
