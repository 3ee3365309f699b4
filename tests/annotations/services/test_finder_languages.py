"""The finder in languages that the bundled encoder does not know: words alone find the passage, and the answer says so."""

import pytest

from annotations.services.finder import PassageFilters, find_passages
from articles.models import Article
from articles.search.finder_index import index_articles
from tests.annotations import story

pytestmark = pytest.mark.django_db

# Per language: an article's sentences, then questions in other forms of its words with the number of the sentence sought.
STORIES: dict[str, tuple[tuple[str, ...], tuple[tuple[str, int], ...]]] = {
    "ru": (
        (
            "Россия направила восемьдесят запросов о киберпреступлениях.",
            "Министерство юстиции ответило на двенадцать обращений прошлой осенью.",
            "Вирус NotPetya нанёс компании Maersk ущерб в триста миллионов долларов.",
            "Мост через реку открыли в июне после долгого ремонта.",
            "Мэр города пообещал построить новые школы.",
        ),
        (
            ("Сколько ответов дало министерство юстиции на обращения?", 1),
            ("Какой ущерб нанес вирус компаниям", 2),
            ("ремонт моста через реки", 3),
            ("новая школа в городе", 4),
        ),
    ),
    "ar": (
        (
            "أرسلت الوزارة ثمانين طلبا إلى السفارة الأمريكية.",
            "ردت السفارة على اثني عشر طلبا في العام الماضي.",
            "تسبب الفيروس في خسائر كبيرة لشركات الشحن.",
            "افتتح رئيس البلدية الجسر الجديد في يونيو.",
            "ارتفعت أسعار الخبز في العاصمة.",
        ),
        (
            ("هل ردت السفارة على الطلبات في العام الماضي؟", 1),
            ("خسائر الشركات بسبب الفيروسات", 2),
            ("افتتاح الجسر من رئيس البلدية", 3),
            ("سعر الخبز في العواصم ارتفعت", 4),
        ),
    ),
    "de": (
        (
            "Das Ministerium schickte achtzig Anfragen an die Botschaft.",
            "Die Botschaft beantwortete zwölf Anfragen im vergangenen Jahr.",
            "Der Brückenneubau kostete 61 Millionen Euro, sagten die Prüfer.",
            "Die Bürgermeisterin eröffnete das Schwimmbad.",
            "Zwei Arbeiter wurden bei dem Unfall verletzt.",
        ),
        (
            ("Hat die Botschaft Anfragen beantwortet?", 1),
            ("Kosten des Brückenneubaus in Millionen", 2),
            ("verletzte Arbeiter bei Unfällen", 4),
        ),
    ),
    "tr": (
        (
            "Bakanlık büyükelçiliğe seksen talep gönderdi.",
            "Büyükelçilik geçen yıl on iki talebi yanıtladı.",
            "Köprünün maliyeti 61 milyon avroya çıktı.",
            "İstanbul'da seçim sonuçları açıklandı.",
            "Ekmek fiyatları başkentte yükseldi.",
        ),
        (
            ("Köprü maliyeti kaç milyon avro", 2),
            ("istanbul seçim sonucu", 3),
            ("ISTANBUL secim sonuclari", 3),
            ("ekmek fiyatı yükseldi mi", 4),
        ),
    ),
}


@pytest.fixture
def desk() -> dict[str, Article]:
    made = {
        language: story.make_article((language, *sentences), language=language)
        for language, (sentences, _) in STORIES.items()
    }
    story.note_changed(article.pk for article in made.values())
    while index_articles():
        pass
    return made


@pytest.mark.usefixtures("encoder", "desk")
@pytest.mark.parametrize("language", STORIES)
def test_each_sentence_is_found_by_other_forms_of_its_words(language: str) -> None:
    sentences, questions = STORIES[language]
    for question, number in questions:
        found = find_passages(question=question, filters=PassageFilters(language=language))
        assert [hit.exact for hit in found.hits][:1] == [sentences[number]], question


@pytest.mark.usefixtures("encoder", "desk")
def test_a_language_that_the_encoder_does_not_know_is_searched_by_words_and_it_is_said() -> None:
    found = find_passages(question="Министерство юстиции ответило на обращения прошлой осенью")
    assert "does not cover this language" in found.note
    assert found.hits
    assert found.hits[0].marks
