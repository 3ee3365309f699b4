import time
from importlib.metadata import version
from pathlib import Path

import pytest

from articles.search.words import search_words
from articles.text import language_model, languages
from articles.text.languages import (
    cjk_bigrams,
    detect_language,
    direction,
    has_cjk,
    normalise_language,
    search_config,
)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The president said on Monday that the economy had grown faster than expected.", "en"),
        ("Der Präsident sagte am Montag, die Wirtschaft sei schneller gewachsen als erwartet.", "de"),
        ("قال الرئيس يوم الاثنين إن الاقتصاد نما بوتيرة أسرع من المتوقع", "ar"),
        ("大統領は月曜日に経済が成長したと述べた。", "ja"),
        ("Президент заявил в понедельник, что экономика выросла быстрее, чем ожидалось.", "ru"),
        ("", "und"),
        ("12 34 !", "und"),
        ("👍👍", "und"),
    ],
)
def test_detect_language(text, language):
    found, confidence = detect_language(text)
    assert found == language
    assert 0 <= confidence <= 1


def test_detection_is_fast_enough_for_bulk():
    text = "The president said on Monday that the economy had grown faster than expected. " * 50
    detect_language(text)
    start = time.process_time()
    for _ in range(200):
        detect_language(text)
    assert (time.process_time() - start) / 200 < 0.003


def test_search_config_and_direction():
    assert [search_config(lang) for lang in ("en-GB", "de", "zh", "ja", "und", "", None)] == [
        "english", "german", "simple", "simple", "simple", "simple", "simple",
    ]  # fmt: skip
    assert [direction(lang) for lang in ("ar", "fa-IR", "he", "en", "az-Arab", "ur-Latn", None)] == [
        "rtl", "rtl", "rtl", "ltr", "rtl", "ltr", "ltr",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "expected"),
    [("en_us", "en-US"), ("ZH-hans-cn", "zh-Hans-CN"), ("english", ""), ("", ""), ("x y", ""), (None, "")],
)
def test_normalise_language(given, expected):
    assert normalise_language(given) == expected


def test_cjk_bigrams():
    assert cjk_bigrams("NATO東京都 x人").split() == ["NATO", "東京", "京都", "x", "人"]
    assert search_words("“NATO東京”、hello—world… café").split() == ["NATO", "東京", "hello", "world", "café"]
    assert search_words("“It’s 5 °C,” he said—naïve").split() == ["It", "s", "5", "C,", "he", "said", "naïve"]
    assert search_words("the mis\ufb01ts, \uff2e\uff21\uff34\uff2f, so\u00adft") == "the misfits, NATO, soft"
    assert search_words("İzmir ve Diyarbakır").split() == ["Izmir", "ve", "Diyarbakir"]
    assert search_words("می\u200cخواهم").split() == ["می", "خواهم"]
    assert search_words("กรุงเทพ").split()[:2] == ["กร", "รุ"]
    assert search_words("قال، هندी।").split() == ["قال", "هندी"]
    assert has_cjk("東")
    assert not has_cjk("Tokyo")


def test_the_mapped_model_says_what_the_librarys_own_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    own = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    own.set_languages(sorted(set(own.labels) - languages._NOT_TAKEN))
    monkeypatch.setenv("FACTCHECK_DATA_DIR", str(tmp_path))
    language_model.forget_model()
    for text in (
        "Die Brücke kostete 40 Millionen Euro.",
        "Мост стоил 40 миллионов евро.",
        "bridge 61 million",
        "橋は高い",
    ):
        label, confidence = languages._classify(text)
        expected, its = own.classify(text)
        assert label == expected
        assert confidence == pytest.approx(float(its), abs=1e-5)
    assert [path.name for path in (tmp_path / "derived").iterdir()] == [f"languages-{version('py3langid')}"]
    language_model.forget_model()
