"""Changes that one "meaning unchanged" key may confirm, and changes that are looked at one by one."""

import pytest

from annotations.anchoring import is_harmless

HARMLESS = [
    ("the Mondolez plant", "the Mondelez plant"),
    ("Mondolez", "Mondelez"),
    ("Micheal said the", "Michael said the"),
    ("said Brittany, who", "said Britttany, who"),
    ("President Erdogan said", "President Erdoğan said"),
    ("hosted on Github and", "hosted on GitHub and"),
    ("He said ‘never’", "He said 'never'"),
    ("first - the plan", "first — the plan"),
    ("Clear, easy and cheap", "Clear easy and cheap"),
    ("since March 2015, the firm", "since March 2015 the firm"),
    ("the colour of the boat", "the color of the boat"),
    ("they recieved the letter", "they received the letter"),
    ("the user-needs of the group", "the user needs of the group"),
    ("in every timezone of the country", "in every time zone of the country"),
    ("What Are Other Rules of the House", "What are other Rules of the House"),
    ("contact the office for the forms", "email the office for the forms"),
    ("the speech that is held there", "the speech held there"),
    ("the plan in brief and the map", "the plan in short and the map"),
    ("Mr. Smith and the others", "Mr Smith and the others"),
    ("The Harbour office of the town", "The Harbour office in the town"),
    ("the plan and also the map", "the plan and the map"),
    ("the harbour (that is old) is shut", "the harbour that is old is shut"),
]
TURNING = [
    ("80", "45"),
    ("80 requests", "80,000 requests"),
    ("about 80 requests", "about 80% requests"),
    ("the gauge showed 5", "the gauge showed -5"),
    ("the gauge showed -5", "the gauge showed –5"),
    ("grew by 1.5 to the end", "grew by 1,5 to the end"),
    ("COVID-19 and the flu", "COVID 19 and the flu"),
    ("the firm sent two letters", "the firm sent ten letters"),
    ("half of the fleet", "a third of the fleet"),
    ("that is the millions", "that is the billions"),
    ("the talks began on Monday", "the talks began on Tuesday"),
    ("hasn't", "has"),
    ("it hasn't received the answer", "it has received the answer"),
    ("they did not pay the fee", "they did pay the fee"),
    ("the fee was paid", "the fee was never paid"),
    ("they accepted the offer", "they rejected the offer"),
    ("with a licence and the map", "without a licence and the map"),
    ("the cannot and the can", "the can and the can"),
    ("US", "UK"),
    ("the US and the EU", "the UK and the EU"),
    ("the US told the firm", "the us told the firm"),
    ("Iran", "Iraq"),
    ("Austria and the EU", "Australia and the EU"),
    ("Zambia", "Gambia"),
    ("Slovakia", "Slovenia"),
    ("Niger", "Nigeria"),
    ("Johnson told the court", "Johnston told the court"),
    ("Putin said that the talks", "Biden said that the talks"),
    ("said Putin of the talks", "said the president of the talks"),
    ("the port of Turkey", "the port of turkey"),
    ("the rules that are legal", "the rules that are illegal"),
    ("the employer of the man and", "the employee of the man and"),
    ("the careful and the bold", "the careless and the bold"),
    ("sent to the bank of the town", "sent from the bank of the town"),
    ("prices rose in the town", "prices fell in the town"),
    ("all of the members agree", "some of the members agree"),
    ("they may leave the port", "they will leave the port"),
    ("the suspect who allegedly stole the boat", "the suspect who stole the boat"),
    ("that is the end.", "that is the end?"),
    ("the so-called experts of the house", 'the so-called "experts" of the house'),
    ("a fee of $5 and the rest", "a fee of €5 and the rest"),
    ("the boat is here", "the boat, which was built of oak in the harbour of the town, is here"),
    ("the senator who supports the bill and", "the senator who opposes the bill and"),
    ("the import of the valves to the town", "the export of the valves to the town"),
    ("the northern end of the quay", "the southern end of the quay"),
    ("the Harbour-Master of the town", "the harbour-master of the town"),
    ("10⁹ of the valves", "109 of the valves"),
    ("the thirteenth of the boats", "the fourteenth of the boats"),
    ("a tenfold rise in the rate", "a hundredfold rise in the rate"),
    ("two-thirds of the fee", "two-fifths of the fee"),
    ("the millionth of the boats", "the billionth of the boats"),
    ("a boat of 80 feet and the", "a boat of 80 metres and the"),
    ("eighty kilos of the gold", "eighty tonnes of the gold"),
    ("80 per cent of the fee", "80 per mille of the fee"),
    ("80 kg of the gold", "80 mg of the gold"),
    ("80 sheep of the town", "80 people of the town"),
    ("the price in dollars and the fee", "the price in euros and the fee"),
    ("the pro-Russian party of the town", "the anti-Russian party of the town"),
    ("the pre-war house", "the post-war house"),
    ("the vice president of the firm", "the president of the firm"),
    ("they overestimated the fee", "they underestimated the fee"),
    ("they estimated the fee", "they underestimated the fee"),
    ("the inflow of the money", "the outflow of the money"),
    ("he hired the man and the", "he fired the man and the"),
    ("it opens at noon in the town", "it opens at midnight in the town"),
]


@pytest.mark.parametrize(("old", "new"), HARMLESS)
def test_harmless(old, new):
    assert is_harmless(old, new)
    assert is_harmless(new, old)


@pytest.mark.parametrize(("old", "new"), TURNING)
def test_not_harmless(old, new):
    assert not is_harmless(old, new)
    assert not is_harmless(new, old)


@pytest.mark.parametrize(
    ("old", "new", "language"),
    [
        ("dass kein Schiff kam", "dass ein Schiff kam", "de"),
        ("il ne vient pas demain", "il ne vient plus demain", None),
        ("сегодня он не пришёл", "сегодня он пришёл", None),
        ("今日は来た", "今日は来ない", "ja"),
        ("the colour of the boat", "the color of the boat", "nl"),
    ],
)
def test_words_of_other_languages_are_not_judged(old, new, language):
    assert not is_harmless(old, new, language=language)


def test_punctuation_is_judged_in_every_language():
    assert is_harmless("Das Schiff, das kam", "Das Schiff das kam", language="de")


def test_a_word_alone_needs_its_language():
    assert not is_harmless("colour", "color")
    assert is_harmless("colour", "color", language="en-GB")
