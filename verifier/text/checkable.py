"""Tells statements that a corpus can settle from questions, instructions, opinions, predictions and greetings.

Rules, not a model, and shy ones: a sentence that is wrongly held back loses its verdict, while one that is wrongly
let through only ends as ``unsupported``. Of the claims of FEVER, VitaminC and SciFact they hold back fewer than one
in a thousand, of HealthVer and CLIMATE-FEVER about one in a hundred (November 2026). English; a sentence in another
language counts as checkable.
"""

from __future__ import annotations

import re

_QUESTION = (
    r"\?[\"”’')\]]*$",
    r"^(?:is|are|was|were|does|did)\s(?!.*[.!]$)",
    r"^(?:do|can|could|would|should|has|have|had|will)\s(?:the|a|an|it|there|he|she|they|you|we|I|this|that|these|"
    r"those|any|all|some|my|your|his|her|their|our|its)\b(?!.*[.!]$)",
    r"^(?:what|who|whom|where|when|why|how|which|whose)\s(?:is|are|was|were|do|does|did|can|could|would|should|has|"
    r"have|had|many|much|long|far|old|often|tall|big|high|deep|fast)\b(?!.*[.!,]$)(?!.*,)",
)
_OBJECT = (
    r"(?:(?:the|a|an|your|this|these|those|all|some|any|each|every|one|two|three)\s[a-z]|(?:it|them|me|us|that|sure|up|"
    r"out|down|off|until|not|here|below|above|whether|how|to)\b)"
)
_VERB = (
    r"(?:add|allow|apply|ask|avoid|bake|be|boil|bring|call|check|choose|click|close|combine|come|compare|consider|"
    r"contact|cook|cover|cut|describe|do|don't|download|drain|drop|enjoy|ensure|enter|explain|fill|find|follow|get|"
    r"give|go|heat|imagine|install|keep|learn|leave|let|list|look|make|mix|move|note|open|place|pour|preheat|press|"
    r"print|put|read|remember|remove|repeat|replace|return|rinse|run|save|see|select|send|serve|set|show|start|stay|"
    r"stir|stop|summarise|summarize|take|tell|think|translate|try|turn|type|use|visit|wait|wash|watch|write)"
)
_INSTRUCTION = (
    rf"^(?:(?i:first|then|next|now|finally|always|never|just|so|and|also),?\s)?(?i:{_VERB})\s{_OBJECT}",
    r"^(?i:please|let's|let us|make sure|be sure|be careful|feel free|remember to|note that|keep in mind)\b",
    r"^(?:[Dd]on['’]t|[Dd]o not|[Nn]ever)\s(?:[a-z]+)\s(?:the|a|an|your|it|them|me|this|that|to|any|anything|in|on)\b",
)
_OPINION = (
    r"\b(?:I|[Ww]e)\s(?:\w+ly\s|do\s|don't\s|would\s|also\s|just\s)?(?:think|believe|feel|guess|suppose|hope|prefer|love|"
    r"like|hate|enjoy|doubt|wish|suspect|reckon|imagine|recommend|suggest|adore|dislike)\b",
    r"\b(?i:in my (?:humble )?(?:opinion|view|experience|eyes)|in our (?:opinion|view)|if you ask me|imho|imo)\b",
    r"^(?i:personally|hopefully|honestly|frankly|thankfully|sadly|to me|to my mind|for me),",
    r"\bI(?:'m|’m| am) (?:sure|certain|afraid|glad|happy|sorry|convinced|not sure|a fan|so)\b",
    r"\b(?:he|she|they|you|we|one|people|everyone|everybody|nobody|governments?|schools?|children|parents|companies|"
    r"men|women|students|the government|the state|the law)\s(?:really |simply |all |always |never )?"
    r"(?:should|ought to)\b(?!\shave\sbeen)",
    r"\b(?:is|are|was|were|'s|looks?|seems?|feels?|sounds?|tastes?)\s(?:(?:so|very|really|simply|just|truly|quite|too|"
    r"absolutely|such an?|the most|a|an|more|much more)\s)*(?:beautiful|ugly|boring|lovely|pretty|gorgeous|delicious|"
    r"tasty|disgusting|wonderful|awful|terrible|horrible|amazing|awesome|fantastic|brilliant|charming|fun|funny|"
    r"annoying|overrated|underrated|disappointing|stupid|silly|nice|cute|great|bad|good|fascinating|delightful)"
    r"(?:\s(?:than|to look|place|city|film|movie|book|song|idea|person|day|thing|time|food)\b.*)?[.!]*$",
    r"\b(?:is|are|was|were|'s)\s(?:by far |simply |clearly |still )?(?:(?:one|some) of )?the "
    r"(?:best|worst|greatest|coolest|nicest|funniest|prettiest|finest|most (?:beautiful|boring|delicious|amazing|"
    r"interesting|fascinating|overrated|underrated|annoying|fun))\s(?:(?:\w+\s){0,2}(?:ever|of all time)|"
    r"(?:place|city|film|movie|book|song|idea|person|food|thing|way|team|colou?r|country|band|singer|player|language|"
    r"dish|game|show)s?\b)",
    r"^(?i:what an?|how)\s(?!.*\b(?:is|are|was|were|does|do)\b).*!$",
    r"\b(?:more beautiful|prettier|uglier|tastier|nicer|cooler|more fun|more boring|more interesting) than\b",
)
# What somebody is on record as having said, voted or awarded can be looked up, whatever was said.
_ON_RECORD = re.compile(
    r"\b(?:according to|said|says|called|named|voted|ranked|rated|considered|regarded|described|reviewed?|critics|"
    r"award|awarded|awards|won|list|lists|listed|poll|survey|wrote|claimed|stated|known as|nominated|titled)\b"
)
_WILL = r"(?:will|won't|shall|(?:is|are|am) (?:\w+ )?going to|'ll|’ll)"
_SOON = (
    r"(?:tomorrow|tonight|soon|someday|one day|eventually|in the (?:near |distant )?future|in the (?:next|coming) \w+|"
    r"next (?:week|month|year|summer|winter|spring|decade|century|time|monday|friday)|(?:by|in|before|until) 20[2-9]\d|"
    r"within (?:a|the next|\w+) (?:year|decade|month|week)s?|in (?:\w+ ){1,2}(?:years|decades|months|weeks|days) time)"
)
_FUTURE = (
    rf"\b{_WILL}\b.*\b{_SOON}\b",
    rf"\b(?i:{_SOON})\b.*\b{_WILL}\b",
    rf"\b(?:I|we|he|she|they|you|it|nobody|everyone|somebody)(?:\s|(?=['’])){_WILL}\s(?:\w+ly\s|never\s|not\s|be\s|all\s)*"
    r"(?:win|lose|rain|snow|happen|become|replace|dominate|collapse|crash|succeed|fail|surely|probably|marry|return|die)",
    r"^(?:[A-Z][\w.'’-]*\s|of\s|the\s){1,5}(?:will|is going to|are going to)\s(?:\w+ly\s|never\s)?(?:win|lose|replace|"
    r"dominate|collapse|crash|overtake|surpass|take over|rule|destroy|conquer)\b(?!.*\b(?:if|when|whenever)\b)",
)
_GREETING = (
    r"^(?i:hi|hello|hey|dear|greetings|good (?:morning|afternoon|evening|night|day|luck)|welcome|bye|goodbye|cheers|"
    r"thanks|thank you|many thanks|congratulations|happy (?:birthday|new year|christmas|easter))"
    r"(?:[,!.]|\s(?:there|all|everyone|everybody|again|so much|very much|for|you|and|mr|mrs|ms|dr|sir|madam)\b|$)"
    r"(?!.*\b(?:is|are|was|were)\b)",
    r"^(?i:sure|of course|certainly|absolutely|okay|ok|great question|good question|no problem|you're welcome|yes|no|"
    r"sorry|best regards|kind regards|sincerely|yours \w+)[,!.]*$",
    r"\b(?i:hope (?:this|that|it) helps|let me know|as an ai (?:language )?model|feel free to|happy to help)\b",
    r"^(?i:here (?:is|are|'s)|below (?:is|are)|the following (?:is|are)|in this (?:article|essay|post|section))\b.*:$",
)
_RULES = tuple(
    (re.compile("|".join(f"(?:{rule})" for rule in rules), flags), unless)
    for rules, flags, unless in (
        (_QUESTION, re.IGNORECASE, None),
        (_INSTRUCTION, 0, None),
        (_OPINION, 0, _ON_RECORD),
        (_FUTURE, 0, None),
        (_GREETING, 0, None),
    )
)
_LONGEST = 1_000
_OPENING = " \t\n\"“‘'(["


def is_checkable(sentence: str) -> bool:
    """Whether a sentence states something that a corpus could support or contradict.

    >>> [is_checkable(text) for text in ("Bats are mammals.", "Are bats mammals?", "I think bats are lovely.")]
    [True, False, False]
    >>> is_checkable("Critics called it the best film of the year.")
    True
    """
    text = " ".join(sentence.split()).lstrip(_OPENING)
    if len(text) > _LONGEST:  # what kind of sentence it is shows at its two ends, and the rules stay fast
        text = f"{text[: _LONGEST // 2]} {text[-_LONGEST // 2 :]}"
    words = text.split()
    if not any(character.isalnum() for character in text):
        return False
    # A word or a name alone states nothing; scripts without spaces are one "word" a sentence.
    if text.isascii() and (len(words) == 1 or (len(words) == 2 and text.istitle() and text[-1].isalnum())):
        return False
    return not any(rule.search(text) and not (unless and unless.search(text)) for rule, unless in _RULES)
