"""English word lists that decide whether a changed word can change the meaning.

Closed classes; everything in lower case.
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FUNCTION = _words(
    """a an the and of to in on at by for from with as is are am has have do does that this these those it its there
    here who whom whose which what when where how into about also other another so then he she they we you i his her
    their our your my was were been be had did will would"""
)

# Any of these marks a text of unknown language as English. Not "in", "was" or "of": those are German or Dutch too.
TELLTALE = _words("the and with that this these were from which their been they you would what his our your")

NUMBER = _words(
    """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand thousands million
    millions billion billions trillion trillions bn tn dozen dozens first second third fourth fifth sixth seventh
    eighth ninth tenth half halves quarter quarters double doubled triple tripled twice once thrice percent percentage
    single couple pair monday tuesday wednesday thursday friday saturday sunday january february march april may june
    july august september october november december today yesterday tomorrow year years month months week weeks day
    days hour hours minute minutes annual annually monthly weekly daily i ii iii iv vi vii viii ix xi xii"""
)

NEGATION = _words(
    """no not non none nobody nothing nowhere neither nor never without cannot cant wont dont didnt hasnt isnt arent
    wasnt ain't hardly barely scarcely rarely seldom lack lacks lacked lacking fail fails failed failing failure deny
    denies denied denying denial refuse refuses refused refusing reject rejects rejected absent absence except unless
    instead barred banned prevent prevents prevented stop stops stopped avoid avoids avoided halt halted cease ceased
    false falsely untrue wrong wrongly"""
)

# Words of amount, certainty, time, direction and person: a change of one can change the meaning.
WEIGHTY = _words(
    """all every each any some few many most several both only almost nearly around roughly approximately exactly
    more less fewer least greater larger smaller higher lower better worse best worst up down over under above below
    increase increases increased increasing decrease decreases decreased decreasing rise rises rose risen rising fall
    falls fell fallen falling gain gains gained loss losses lose loses lost win wins won before after since until
    during against between might must shall should will would can could ought always often sometimes ever allegedly
    reportedly alleged suspected suspect claimed claims claim confirmed confirms likely possible possibly probably
    perhaps apparently if whether but or guilty innocent true legal dead alive killed wounded injured arrested charged
    convicted acquitted former current next last was were had did been he she him his her hers they them their we us
    our you your my me who men man women woman"""
)

# Halves of pairs of opposites: exchanging one for the other reverses the sentence.
OPPOSED = _words(
    """support supports supported supporting oppose opposes opposed opposing approve approves approved veto vetoes vetoed
    accept accepts accepted allow allows allowed permit permits permitted forbid forbids forbidden ban bans prohibited
    praise praises praised condemn condemns condemned criticise criticised criticize criticized attack attacks attacked
    defend defends defended import imports imported export exports exported buy buys bought sell sells sold lend lent
    borrow borrowed ally allies enemy enemies friend friends foe foes victim victims perpetrator perpetrators winner
    winners loser losers war peace open opened closed close success succeed succeeded safe unsafe dangerous harmful
    harmless effective public private voluntary mandatory compulsory optional temporary permanent majority minority
    minimum maximum north south east west northern southern eastern western left right early late earlier later
    positive negative rich poor strong weak high low hot cold start started begin began end ends joined join leave
    leaves admit admits admitted remember forget forgot raise raised cut cuts reduce reduced reduces expand expanded
    father mother son daughter brother sister husband wife king queen mr mrs ms yes military civilian offensive
    defensive intentional accidental deliberately accidentally fully partly partially entirely"""
)

# Exchanging one for another reverses the sentence; adding or dropping one rarely does.
DIRECTIONS = _words("to from by for with into onto off out")

REVERSING_PREFIXES = ("un", "in", "im", "il", "ir", "dis", "non", "mis", "anti", "de", "counter", "ex", "pre", "post")
REVERSING_SUFFIXES = ("less", "ful", "er", "ee", "or")

TURNING = NUMBER | NEGATION | WEIGHTY | OPPOSED
