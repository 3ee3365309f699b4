"""Word lists that decide whether a changed word can change the meaning, in English but for the negations of others.

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
    days hour hours minute minutes annual annually monthly weekly daily i ii iii iv vi vii viii ix xi xii
    eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth thirtieth
    fortieth fiftieth sixtieth seventieth eightieth ninetieth hundredth hundredths thousandth thousandths millionth
    millionths billionth billionths trillionth trillionths thirds fifths sixths sevenths eighths ninths tenths nil
    zeros zeroes ones treble trebled quadruple quadrupled quintuple quintupled sextuple sextupled mille permille lot
    bit gross score grand decade decades century centuries millennium millennia fortnight fortnights weekend weekends
    yearly quarterly biannual biennial noon midnight morning mornings afternoon afternoons evening evenings night
    nights"""
)

# What a number counts: exchanging one for another changes the number itself.
UNIT = _words(
    """mm cm m km mi inch inches foot feet ft yard yards mile miles metre metres meter meters centimetre centimetres
    centimeter centimeters millimetre millimetres millimeter millimeters kilometre kilometres kilometer kilometers acre
    acres hectare hectares mg g kg gram grams gramme grammes kilo kilos kilogram kilograms milligram milligrams
    microgram micrograms ounce ounces lb lbs ton tons tonne tonnes ml litre litres liter liters gallon gallons barrel
    barrels bushel bushels second seconds degree degrees celsius fahrenheit kelvin watt watts kilowatt kilowatts
    megawatt megawatts gigawatt gigawatts volt volts joule joules calorie calories byte bytes megabyte megabytes
    gigabyte gigabytes terabyte terabytes dollar dollars cent cents euro euros pound pounds sterling penny pence franc
    francs yen yuan renminbi rouble roubles ruble rubles rupee rupees rupiah peso pesos real reais rand lira won riyal
    riyals dinar dinars dirham dirhams krona kronor krone kroner zloty forint hryvnia shekel shekels naira usd eur gbp
    micro nano milli kilo mega giga tera"""
)

NEGATION = _words(
    """no not non none nobody nothing nowhere neither nor never without cannot cant wont dont didnt hasnt isnt arent
    wasnt ain't hardly barely scarcely rarely seldom lack lacks lacked lacking fail fails failed failing failure deny
    denies denied denying denial refuse refuses refused refusing reject rejects rejected absent absence except unless
    instead barred banned prevent prevents prevented stop stops stopped avoid avoids avoided halt halted cease ceased
    false falsely untrue wrong wrongly"""
)

NEGATION_ABROAD = _words(
    """nicht nie niemals nichts niemand kein keine keinen keinem keiner keines ohne weder pas jamais aucun aucune rien
    personne sans ni nunca jamás nada nadie ningún ninguno ninguna sin tampoco não nem nenhum nenhuma sem ninguém mai
    nessun nessuno nessuna niente nulla senza niet geen nooit niemand niets zonder inte aldrig ingen inga inget ikke
    aldri uten utan ei eivät ole nie nigdy nikt bez brak není nejsou nikdy nikdo не нет ни никто никогда ничего нельзя
    без ні немає ніколи değil yok hiç nem soha nincs nu niciodată لا لم لن ليس ليست ليسوا غير بدون دون نه نیست نیستند
    هیچ نہیں לא אין אינו אינה אינם בלי नहीं न मत बिना không chưa chẳng bukan tidak belum"""
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
    defensive intentional accidental deliberately accidentally fully partly partially entirely pro anti pre post ex vice
    deputy acting over hire hires hired fire fires fired"""
)

# Exchanging one for another reverses the sentence; adding or dropping one rarely does.
DIRECTIONS = _words("to from by for with into onto off out")

REVERSING_PREFIXES = _words(
    """a un in im il ir dis non mis anti pro de counter ex extra pre post over under up down out on off hyper hypo sub
    super inter intra"""
)
REVERSING_SUFFIXES = ("less", "ful", "er", "ee", "or")

TURNING = NUMBER | UNIT | NEGATION | WEIGHTY | OPPOSED
