"""English verbs: the forms of the common ones, for turning questions into sentences and back.

A closed list: a word that is not in it is not taken for a verb, which costs rows and never makes a wrong one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

BE = frozenset({"is", "are", "was", "were", "am"})
HAVE = frozenset({"has", "have", "had"})
MODALS = frozenset("can could will would shall should may might must".split())
DO = frozenset({"do", "does", "did"})
AUXILIARIES = BE | HAVE | MODALS | DO

# base past participle, where the participle differs from the past or either is not base + ed
_IRREGULAR = """
arise arose arisen/awake awoke awoken/bear bore born/beat beat beaten/become became become/begin began begun/
bend bent bent/bet bet bet/bind bound bound/bite bit bitten/bleed bled bled/blow blew blown/break broke broken/
breed bred bred/bring brought brought/broadcast broadcast broadcast/build built built/burst burst burst/
buy bought bought/cast cast cast/catch caught caught/choose chose chosen/cling clung clung/come came come/
cost cost cost/creep crept crept/cut cut cut/deal dealt dealt/dig dug dug/do did done/draw drew drawn/
drink drank drunk/drive drove driven/eat ate eaten/fall fell fallen/feed fed fed/feel felt felt/fight fought fought/
find found found/flee fled fled/fly flew flown/forbid forbade forbidden/forget forgot forgotten/
forgive forgave forgiven/freeze froze frozen/get got got/give gave given/go went gone/grow grew grown/
hang hung hung/have had had/hear heard heard/hide hid hidden/hit hit hit/hold held held/hurt hurt hurt/
keep kept kept/know knew known/lay laid laid/lead led led/leave left left/lend lent lent/let let let/lie lay lain/
light lit lit/lose lost lost/make made made/mean meant meant/meet met met/overcome overcame overcome/
overtake overtook overtaken/overthrow overthrew overthrown/pay paid paid/put put put/quit quit quit/read read read/
ride rode ridden/ring rang rung/rise rose risen/run ran run/say said said/see saw seen/seek sought sought/
sell sold sold/send sent sent/set set set/shake shook shaken/shine shone shone/shoot shot shot/show showed shown/
shrink shrank shrunk/shut shut shut/sing sang sung/sink sank sunk/sit sat sat/sleep slept slept/slide slid slid/
speak spoke spoken/spend spent spent/spin spun spun/split split split/spread spread spread/stand stood stood/
steal stole stolen/stick stuck stuck/strike struck struck/swear swore sworn/sweep swept swept/swim swam swum/
swing swung swung/take took taken/teach taught taught/tear tore torn/tell told told/think thought thought/
throw threw thrown/undergo underwent undergone/understand understood understood/undertake undertook undertaken/
wake woke woken/wear wore worn/weave wove woven/win won won/withdraw withdrew withdrawn/write wrote written/
rewrite rewrote rewritten/lack lacked lacked/foresee foresaw foreseen/uphold upheld upheld/withstand withstood withstood
"""
_REGULAR = """
abandon abolish absorb accept accompany accomplish account accuse achieve acquire act add address adopt advance advise
affect agree aid aim allow announce answer appear apply appoint approach approve argue arrange arrest arrive ask assert
assign assist associate assume attach attack attain attempt attend attract avoid award ban base be beg behave believe
belong blame block borrow bury call campaign capture care carry cause celebrate challenge change charge chase check
cite claim classify clean climb close collaborate collapse collect combine command comment commission commit compare
compete complete compose comprise concern conclude conduct confirm connect conquer consider consist constitute
construct consult contain continue contract contribute control convert convict convince cook cooperate cover crash
create criticize cross crown cry cure damage dance date debut decide declare decline decrease dedicate defeat defend
define demand denounce deny depart depend depict derive descend describe design destroy determine develop die differ
direct disappear discontinue discover discuss display dissolve distinguish distribute divide divorce dominate donate
double drop earn edit elect eliminate emerge emit employ enable encourage end enjoy enroll ensure enter entitle escape
establish estimate evacuate evolve examine exceed exclude execute exercise exhibit exist expand expect experience
explain explode explore export expose express extend face fail favor feature fill film finish fire fit focus follow
force form found function gain gather generate graduate grant greet guard guide happen harm hate head heal help hire
honor hope host identify ignore impact implement import impose improve include incorporate increase indicate influence
inform inhabit inherit initiate injure inspire install intend interact introduce invade invent invest investigate
invite involve issue join judge jump justify kick kill kiss knock land last laugh launch learn liberate like limit link
list listen live locate look love maintain manage manufacture march mark marry match measure mediate mention merge
migrate mix model modify move murder name need negotiate nominate note notice observe obtain occupy occur offer open
operate oppose orbit order organize originate own paint participate pass penetrate perceive perform permit persuade
place plan plant play please point possess post pour practice praise predict prefer prepare present preserve pressure
prevent print proceed process proclaim produce progress prohibit promise promote prompt propose protect protest prove
provide publish pull punish purchase pursue push qualify question race raise rank rate reach react realize rebuild
receive recognize recommend record recover reduce refer reflect refuse regain regard regulate reign reject relate
release rely remain remember remove rename render rent repair repeat replace reply report represent request require
rescue research reside resign resist resolve respond rest restore restrict result retain retire return reveal review
rise rule save score search secure seem select separate serve settle share sign signal smell solve sound spark
sponsor stabilize star start state stay stem stop store strengthen stretch struggle study succeed suffer suggest
supply support suppose surpass surprise surrender surround survive suspend switch target tend terminate test thank
threaten tie top total touch tour trace trade train transfer transform translate transmit travel treat trigger try
turn undermine unite urge use utilize value vary view visit vote wait walk want warn wash watch weigh welcome
wish wonder work worry worship yield
"""
_DOUBLED = frozenset(
    "ban beg commit control drop occur permit plan prefer refer star stem stop submit transfer transmit".split()
)


@dataclass(frozen=True, slots=True)
class Verb:
    """The forms of one verb."""

    base: str
    third: str
    past: str
    participle: str


def _regular_past(base: str) -> str:
    if base.endswith("e"):
        return base + "d"
    if base.endswith("y") and base[-2] not in "aeiou":
        return base[:-1] + "ied"
    return base + base[-1] + "ed" if base in _DOUBLED else base + "ed"


def _third(base: str) -> str:
    if base in ("have", "be"):
        return {"have": "has", "be": "is"}[base]
    if base.endswith(("s", "x", "z", "ch", "sh", "o")):
        return base + "es"
    return base[:-1] + "ies" if base.endswith("y") and base[-2] not in "aeiou" else base + "s"


def _verbs() -> Iterator[Verb]:
    irregular = set()
    for entry in "".join(_IRREGULAR.split("\n")).split("/"):
        base, past, participle = entry.split()
        irregular.add(base)
        yield Verb(base, _third(base), past, participle)
    for base in _REGULAR.split():
        if base not in irregular and base != "be":
            yield Verb(base, _third(base), _regular_past(base), _regular_past(base))


BY_BASE = {verb.base: verb for verb in _verbs()}
BY_PAST = {verb.past: verb for verb in reversed(BY_BASE.values())}
BY_THIRD = {verb.third: verb for verb in BY_BASE.values()}
_PARTICIPLES = frozenset(verb.participle for verb in BY_BASE.values()) | {"been"}
_NOT_PARTICIPLES = frozenset("united red bed seed need speed breed hundred indeed limited sacred naked".split())


def is_base(word: str) -> bool:
    """Whether the word is a known verb's base form.

    >>> is_base("write"), is_base("wrote")
    (True, False)
    """
    return word.lower() in BY_BASE


def is_participle(word: str) -> bool:
    """Whether the word is a past participle, by the table or by its ending.

    >>> [is_participle(word) for word in ("born", "released", "hundred", "Fred")]
    [True, True, False, False]
    """
    if word in _NOT_PARTICIPLES or word[:1].isupper():
        return False
    return word in _PARTICIPLES or (word.endswith("ed") and len(word) > 4)


def finite(base: str, auxiliary: str) -> str | None:
    """The form that stands without ``do``, ``does`` or ``did``; None when the verb is not in the table.

    >>> finite("write", "did"), finite("carry", "does"), finite("be", "did")
    ('wrote', 'carries', None)
    """
    verb = BY_BASE.get(base.lower())
    if verb is None:
        return None
    return {"did": verb.past, "does": verb.third, "do": verb.base}[auxiliary]


def support(word: str) -> tuple[str, str] | None:
    """The auxiliary and base form that a finite form takes in a question; None when it is no known finite form.

    >>> support("wrote"), support("carries"), support("table")
    (('did', 'write'), ('does', 'carry'), None)
    """
    if word in BY_PAST:
        return "did", BY_PAST[word].base
    return ("does", BY_THIRD[word].base) if word in BY_THIRD else None
