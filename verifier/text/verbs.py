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
abandon abolish absorb accelerate accept accompany accomplish account accuse achieve acquire act adapt add address
adjust admit adopt advance advise affect agree aid aim allow alter amount announce answer appeal appear apply appoint
approach approve argue arrange arrest arrive ask assassinate assemble assert assess assign assist associate assume
attach attack attain attempt attend attract attribute avoid award bake ban base be beg behave believe belong blame
bless block boil bomb borrow breathe brush burn bury calculate call campaign cancel capture care carry cause cease
celebrate challenge change charge chase check chew circulate cite claim classify clean climb close collaborate
collapse collect collide combine command commemorate comment commission commit compare compensate compete compile
complain complete comply compose comprise conceal concentrate concern conclude condemn conduct confirm connect conquer
conserve consider consist constitute construct consult consume contact contain continue contract contribute control
convert convict convince cook cool cooperate correct correspond count cover crash crawl create criticize cross crown
cry cultivate cure curse damage dance date debut decay decide declare decline decorate decrease dedicate defeat defend
define delay deliver demand demolish demonstrate denounce deny depart depend depict deploy derive descend describe
deserve design destroy detain detect determine develop devote diagnose die differ digest diminish direct disagree
disappear discontinue discover discuss dismiss display dispose dissolve distinguish distribute divert divide divorce
dominate donate double doubt drag dress drop earn edit elect eliminate embrace emerge emit emphasize employ enable
enact encounter encourage end endorse endure engage enhance enjoy enlist enroll ensure enter entertain entitle erupt
escape establish estimate evacuate evaluate evolve examine excavate exceed exchange exclude execute exercise exhibit
exist expand expect experience explain explode exploit explore export expose express extend face facilitate fade fail
favor fear feature fetch fill film finish fire fit flourish flow focus follow force form foster found function fund
gain gather generate govern grab graduate grant greet guard guide handle happen harm hate haunt head heal help
hesitate highlight hire honor hope host hunt hurry identify ignore illustrate imagine imitate impact implement import
impose imprison improve include incorporate increase indicate induce infect influence inform inhabit inherit inhibit
initiate injure insert insist inspect inspire install instruct intend interact interfere interpret interrupt interview
introduce invade invent invest investigate invite involve isolate issue join judge jump justify kick kill kiss knock
land last laugh launch learn liberate lift like limit link list listen live load locate lock look love maintain manage
manufacture march mark marry match measure mediate melt mention merge migrate minimize miss mix model modify monitor
mourn move multiply murder name narrate need neglect negotiate nominate note notice obey observe obtain occupy occur
offend offer open operate oppose orbit order organize originate owe own paint participate pass penetrate perceive
perform permit persist persuade pick place plan plant play plead please point poison portray possess post postpone
pour practice praise preach precede predict prefer prepare prescribe present preserve press pressure prevent print
proceed process proclaim produce progress prohibit promise promote prompt pronounce propose prosecute protect protest
prove provide provoke publish pull punish purchase pursue push qualify question quote race raise rank rate reach react
realize rebuild recall receive recite reclaim recognize recommend record recover recruit reduce refer reflect reform
refuse regain regard register regulate reign reinforce reject relate release rely remain remark remember remind remove
rename render renounce rent repair repeal repeat replace reply report represent reproduce request require rescue
research resemble reserve reside resign resist resolve respect respond rest restore restrict result resume retain
retire return reveal review revise revive revolve reward rise roll ruin rule rush sail satisfy save scatter score
scream search secure seem seize select separate serve settle shape share shelter shift shout sign signal slip slow
smell smile smoke soften solve sound spark specialize specify spill spoil sponsor stabilize stain star start state
stay steer stem stop store strengthen stretch struggle study subscribe substitute succeed sue suffer suggest summon
supervise supply support suppose surpass surprise surrender surround survive suspend swallow switch tackle talk target
taste tend terminate test testify thank threaten thrive tie top toss total touch tour trace trade train transfer
transform translate transmit transport travel treat trigger trust try turn twist uncover undermine unify unite unveil
update urge use utilize value vanish vary verify view visit volunteer vote wait walk wander want warm warn wash waste
watch weaken weigh welcome whisper wipe wish witness wonder work worry worship yield
"""
_DOUBLED = frozenset(
    "admit ban beg commit control drag drop grab occur permit plan prefer refer slip star stem stop submit transfer "
    "transmit".split()
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
_NOT_PARTICIPLES = frozenset("red bed seed need speed breed hundred indeed sacred naked".split())


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
