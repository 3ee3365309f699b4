"""Which numbers of a passage stand against a claim's: those that count the same thing."""

import pytest

from articles.search.quantities import other_quantities

REQUESTS = "On cybercrime Russia cooperates and the US does not (80 requests, no response)"
BRIDGE = "The bridge cost 40 million euros."


@pytest.mark.parametrize(
    ("claim", "passage", "others"),
    [
        (REQUESTS, "The US sent 10 requests last year.", ["10 requests"]),
        (REQUESTS, "In 2021 Moscow sent 45 cybercrime-related requests.", ["45 cybercrime-related requests"]),
        (REQUESTS, "Of these requests only 45 were answered.", ["45"]),
        (REQUESTS, "Biden proposed a summit with Putin two months ago.", []),
        (REQUESTS, "The attack on Russia did more than $10 billion of damage.", []),
        (REQUESTS, "After a two month delay the requests were read.", []),
        (REQUESTS, "In 2021 Russia sent requests, Article 5 says.", []),
        (REQUESTS, "Russia sent 80 requests, of which 12 requests were read.", []),
        (BRIDGE, "The audit office puts the cost at 61 million euros.", ["61 million euros"]),
        (BRIDGE, "It cost €61m.", ["€61m"]),
        (BRIDGE, "It was built from 2016 to 2024 for 40,000,000 euros.", []),
        (BRIDGE, "Two workers were hurt.", []),
        ("Die Brücke kostete 40 Millionen Euro.", "Sie kostete 61 Millionen Euro.", ["61 Millionen Euro"]),
        ("Unemployment fell to 5 per cent.", "Unemployment is at 7.2% now.", ["7.2%"]),
        ("Unemployment fell to 5 per cent.", "On 7 May it was two percentage points higher.", []),
        ("The war lasted two years.", "The war lasted three years.", ["three years"]),
        ("80 people died.", "Twenty-five people died aboard the Boeing 737.", ["Twenty-five people"]),
    ],
)
def test_only_a_number_of_the_same_thing_is_another_number(claim, passage, others):
    assert other_quantities(claim, passage) == others


@pytest.mark.parametrize("text", ["", "1.2.3", "10:30", "F-16", "9" * 400 + " euros", "€", "7-year-", "%"])
def test_odd_text_is_read_without_failing(text):
    assert all(words in text for words in other_quantities("80 people, 7 euros, 3 years", text))
