"""Numbers of a claim against those of its evidence, by hand-worked cases."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verifier.judging.quantities import Match, compare, disagreement
from verifier.text.bounds import Bound
from verifier.text.quantities import quantities
from verifier.text.units import Kind

AGREES, DISAGREES, ABSENT = Match.AGREES, Match.DISAGREES, Match.ABSENT


@pytest.mark.parametrize(
    ("claim", "evidence", "match"),
    [
        ("The fair drew 1.2 million people.", "The fair drew 1,198,430 people.", AGREES),
        ("The fair drew about 1.2 million people.", "The fair drew 1,198,430 people.", AGREES),
        ("The fair drew 1.3 million people.", "The fair drew 1,198,430 people.", DISAGREES),
        ("The fair drew 1,198,430 people.", "The fair drew 1.2 million people.", ABSENT),
        ("Nearly 1.2 million copies were sold.", "The game sold 1,190,000 copies.", AGREES),
        ("Nearly 1.2 million copies were sold.", "The game sold 1,300,000 copies.", DISAGREES),
        ("The town has more than 14 gates.", "The town has 13 gates.", DISAGREES),
        ("The town has more than 14 gates.", "The town has 14 gates.", DISAGREES),
        ("The town has more than 14 gates.", "The town has fifteen gates.", AGREES),
        ("The town has at least 14 gates.", "The town has 14 gates.", AGREES),
        ("The town has no fewer than 14 gates.", "The town has 13 gates.", DISAGREES),
        ("The town has up to 14 gates.", "The town has 15 gates.", DISAGREES),
        ("The town has 14 or more gates.", "The town has 12 gates.", DISAGREES),
        ("The town has exactly 14 gates.", "The town has 14 gates.", AGREES),
        ("The film made over $100 million.", "The film made $104.3 million.", AGREES),
        ("The film made over 100 million.", "The film made $104.3 million.", AGREES),
        ("The game sold 12 million copies.", "The game sold over 10 million copies.", ABSENT),
        ("The game sold more than 9 million copies.", "The game sold over 10 million copies.", AGREES),
        ("The game sold 5 million copies.", "The game sold over 10 million copies.", DISAGREES),
        ("The game sold 10 million copies.", "The game sold over 10 million copies.", ABSENT),
    ],
)
def test_bounds_and_rounding(claim: str, evidence: str, match: Match) -> None:
    assert [found.match for found in compare(claim, evidence)] == [match]


@pytest.mark.parametrize(
    ("claim", "evidence", "match"),
    [
        ("Between 80 and 90 % of patients recovered.", "Some 85 % of patients recovered.", AGREES),
        ("Between 80 and 90 % of patients recovered.", "Exactly 91 % of patients recovered.", DISAGREES),
        ("The camp holds 10-15 people.", "The camp holds 12 people.", AGREES),
        ("The camp holds 12 people.", "The camp holds from 10 to 15 people.", ABSENT),
        ("The mast is 10 to 20 metres tall.", "The mast is 33 m tall.", DISAGREES),
        ("The price rose from 10 to 15 dollars.", "The price rose by 20 dollars.", ABSENT),
    ],
)
def test_ranges(claim: str, evidence: str, match: Match) -> None:
    assert compare(claim, evidence)[0].match is match


@pytest.mark.parametrize(
    ("claim", "evidence", "match"),
    [
        ("The walk is 5 miles long.", "The walk is 8 km long.", AGREES),
        ("The walk is 5 miles long.", "The walk is 12 km long.", DISAGREES),
        ("The stone weighs 10 kg.", "The stone weighs 22 pounds.", AGREES),
        ("The stone weighs 10 kg.", "The stone weighs 30 pounds.", DISAGREES),
        ("The spring is 20 °C warm.", "The spring is 68 degrees Fahrenheit warm.", AGREES),
        ("The spring is 30 °C warm.", "The spring is 68 °F warm.", DISAGREES),
        ("The lake is -5 °C cold.", "The lake is 5 °C cold.", DISAGREES),
        ("The lake is −5 °C cold.", "The lake is 23 °F cold.", AGREES),
        ("The siege lasted 5 years.", "The siege lasted 60 months.", AGREES),
        ("The siege lasted 5 years.", "The siege lasted 3 years.", DISAGREES),
        ("The ticket costs 5 euros.", "The ticket costs $7.", ABSENT),
        ("The walk is 5 miles long.", "The walk takes 3 hours.", ABSENT),
        ("Prices rose by 5 %.", "Prices rose by 7 per cent.", DISAGREES),
        ("It rained 3 litres per hour.", "It rained 5 litres per day.", ABSENT),
    ],
)
def test_units(claim: str, evidence: str, match: Match) -> None:
    assert compare(claim, evidence)[0].match is match


@pytest.mark.parametrize(
    ("claim", "evidence", "match"),
    [
        ("The inn opened in March 2020.", "The inn opened on 16 March 2020.", AGREES),
        ("The inn opened in April 2020.", "The inn opened on 16 March 2020.", DISAGREES),
        ("The inn opened on 2020-03-16.", "The inn opened on March 16, 2020.", AGREES),
        ("The inn opened on 16 March.", "The inn opened on 16 March 2020.", AGREES),
        ("The inn opened on 17 March.", "The inn opened on 16 March 2020.", DISAGREES),
        ("The inn opened on 16 March 2020.", "The inn opened in 2020.", ABSENT),
        ("The mill was built in the 1990s.", "The mill was built in 1995.", AGREES),
        ("The mill was built in the 1990s.", "The mill was built in 2005.", DISAGREES),
        ("The mill was built in the 19th century.", "The mill was built in 1870.", AGREES),
        ("The mill was built in the nineteenth century.", "The mill was built in 1923.", DISAGREES),
        ("The mill was built before 1900.", "The mill was built in 1923.", DISAGREES),
        ("The mill was built after 1900.", "The mill was built in 1923.", AGREES),
        ("The mill was built by 1900.", "The mill was built in 1923.", ABSENT),
        ("The mill was built in 1900.", "The mill burnt down in 1923.", ABSENT),
        ("The mill was built in 1900.", "The mill was built two years after 1905.", ABSENT),
        ("The mill was built in 1900.", "The 1923 flood spared the mill that was built here.", ABSENT),
    ],
)
def test_dates(claim: str, evidence: str, match: Match) -> None:
    assert compare(claim, evidence)[0].match is match


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("The town has 14 gates.", "The town has 13 towers."),
        ("The town has 14 gates.", "The town has 8 gates in the north and 6 gates in the south."),
        ("The town has 14 gates.", "The town has 14 gates, of which 3 gates are walled up."),
        ("The town does not have 14 gates.", "The town has 13 gates."),
        ("The town has 14 gates.", "The town never had 13 gates."),
        ("The town has 14 stone gates.", "The town has 3 wooden gates."),
        ("The town had 14 gates in 1850.", "The town had 13 gates in 1900."),
        ("The towns have 14 and 9 gates respectively.", "The towns have 13 and 11 gates."),
        ("In Ardenham and its old suburbs stand 14 gates.", "There are 13 gates."),
        ("A third and 40 % of voters stayed away.", "Half of the voters and 60 % of the voters stayed away."),
        ("The town has a dozen gates.", "The town has 13 gates."),
        ("The town has zero gates.", "The town has 13 gates."),
        ("The league spread over 8 towns.", "The league spread over 8 towns."),
        ("The town has 11, 750 gates.", "The town has 11,750 gates."),
        ("The score is 4.5/10.", "The score is 45%."),
    ],
)
def test_what_is_doubtful_is_no_disagreement(claim: str, evidence: str) -> None:
    assert disagreement(claim, evidence) is None


def test_a_disagreement_points_at_both_numbers() -> None:
    claim, evidence = "It is old. The town has more than 14 gates.", "Seen from afar, the town has only nine gates."
    found = disagreement(claim, evidence)
    assert found is not None
    assert claim[found.claim_start : found.claim_end] == "more than 14"
    assert evidence[found.evidence_start : found.evidence_end] == "nine"


def test_absent_has_no_place_in_the_evidence() -> None:
    (found,) = compare("The town has 14 gates.", "The town is old.")
    assert (found.evidence_start, found.evidence_end, found.match) == (-1, -1, ABSENT)


@pytest.mark.parametrize(
    "text",
    ["Apollo 11", "COVID-19", "Formula 1", "an Airbus A330", "They won 3-1.", "Chapter 3", "a third of it", "No. 5",
     "one of them", "Psalm 23", "± 0.4", "version 10.5.2"],
)  # fmt: skip
def test_names_scores_and_fractions_are_no_quantities(text: str) -> None:
    assert quantities(text) == []


def test_what_is_read_of_a_text() -> None:
    text = (
        "In 2019 about 1.2 million visitors from 40 countries paid £5-8 for the 3rd round, 8.7/10 at most 20 minutes."
    )
    found = [(text[q.start : q.end], q.kind, q.bound, q.counted.noun) for q in quantities(text)]
    assert found == [
        ("2019", Kind.DATE, Bound.PLAIN, ""),
        ("about 1.2 million", Kind.COUNT, Bound.ABOUT, "visitor"),
        ("40", Kind.COUNT, Bound.PLAIN, "country"),
        ("£5-8", Kind.MONEY, Bound.RANGE, ""),
        ("3rd", Kind.ORDINAL, Bound.PLAIN, "round"),
        ("8.7/10", Kind.RATING, Bound.PLAIN, ""),
        ("at most 20 minutes", Kind.DURATION, Bound.AT_MOST, ""),
    ]


def test_a_range_shares_its_scale_word() -> None:
    (found,) = quantities("between 5 and 10 million visitors")
    assert (found.low, found.high) == (5e6, 10e6)


PIECES = st.sampled_from(
    "about over 14 1,200 1.2 million % km gates between and from to 10-15 3/4 in 1990 1990s the 19th century March 16 "
    "2020 2020-03-16 $ £ not or more per hour , . ( ) – 0 99th °C years later third 31 February".split()
)


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=14), st.lists(PIECES, max_size=14))
def test_any_text_is_read_and_spans_lie_inside(one: list[str], two: list[str]) -> None:
    claim, evidence = " ".join(one), " ".join(two)
    read = quantities(claim)
    assert all(0 <= q.start < q.end <= len(claim) and q.low <= q.high for q in read)
    assert all(a.end <= b.start for a, b in pairwise(read))
    found = compare(claim, evidence)
    assert [(c.claim_start, c.claim_end) for c in found] == [(q.start, q.end) for q in read]
    assert all((c.evidence_start == -1) == (c.match is ABSENT) for c in found)
    assert all(c.evidence_end <= len(evidence) for c in found)


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("The flight takes 90 minutes.", "The flight takes 1 hour and 30 minutes."),
        ("The player is 178 cm tall.", "The player is 5 feet 10 inches tall."),
        ("The reign lasted 30 months.", "The reign lasted two years and six months."),
        ("The series has 24 episodes.", "The series has two seasons of 12 episodes."),
        ("The match is played by 22 players.", "The match is played by two teams of 11 players each."),
        (
            "The building has 15 floors.",
            "The building has 5 floors of shops, 6 floors of offices and 4 floors of flats.",
        ),
        ("300 members voted for the law.", "Half of the 600 members voted for the law."),
        ("17 members voted for the law.", "All but three of the 20 members voted for the law."),
        ("The church was built in 1200 BC.", "The church was built in 1200 B.C."),
    ],
)
def test_what_can_be_reckoned_is_no_disagreement(claim: str, evidence: str) -> None:
    assert disagreement(claim, evidence) is None


def test_a_number_of_hundreds_of_digits_is_no_error() -> None:
    assert disagreement("The town has 12 people.", "The town has 1" + "0" * 400 + " million people.") is None
