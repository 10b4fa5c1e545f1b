import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.retrieval.fusion import Leg, Scored, candidates_wanted, fuse


def leg(**scores: float) -> Leg:
    return Leg([Scored(id, score) for id, score in scores.items()])


def test_hand_worked_weighted_sum() -> None:
    # Candidates w, x, y, z. Lexical 0, 12, 6, 6: mean 6, deviation sqrt(18); dense 0.5, 0.1, 0.9, 0.5: sqrt(0.08).
    lexical = Leg([Scored("x", 12.0), Scored("y", 6.0), Scored("z", 6.0)])
    dense = Leg([Scored("y", 0.9), Scored("w", 0.5)], others=[Scored("x", 0.1), Scored("z", 0.5)])
    words = {"w": 0, "x": 0.4 * 12 / 18**0.5, "y": 0.4 * 6 / 18**0.5, "z": 0.4 * 6 / 18**0.5}
    vectors = {"w": 0.6 * 0.4 / 0.08**0.5, "x": 0, "y": 0.6 * 0.8 / 0.08**0.5, "z": 0.6 * 0.4 / 0.08**0.5}
    whole = words["x"] + vectors["y"]
    fused = fuse(lexical, dense, dense_weight=0.6, top_k=10)
    assert [f.id for f in fused] == ["y", "z", "x", "w"]
    assert {f.id: f.score for f in fused} == pytest.approx({id: (words[id] + vectors[id]) / whole for id in words})
    assert {f.id: (f.lexical_rank, f.dense_rank) for f in fused} == {
        "x": (1, None), "y": (2, 1), "z": (3, None), "w": (None, 2),
    }  # fmt: skip


def test_weight_decides_which_leg_wins() -> None:
    lexical, dense = leg(a=2.0, b=1.0), leg(b=0.9, a=0.1)
    assert [f.id for f in fuse(lexical, dense, dense_weight=0.4, top_k=2)] == ["a", "b"]
    assert [f.id for f in fuse(lexical, dense, dense_weight=0.6, top_k=2)] == ["b", "a"]


def test_what_one_leg_found_is_scored_by_the_other_where_it_can() -> None:
    lexical = leg(a=9.0, b=8.0)
    known = Leg([Scored("c", 0.9)], others=[Scored("a", 0.1), Scored("b", 0.8)])
    assert [f.id for f in fuse(lexical, known, dense_weight=0.5, top_k=3)] == ["b", "c", "a"]
    assert [f.id for f in fuse(lexical, leg(c=0.9), dense_weight=0.5, top_k=3)] == ["a", "c", "b"]


def test_others_are_no_candidates() -> None:
    assert [f.id for f in fuse(leg(a=1.0), Leg([], [Scored("z", 5.0)]), dense_weight=0.5, top_k=3)] == ["a"]


def test_an_empty_leg_leaves_its_weight_to_the_other() -> None:
    only = leg(a=3.0, b=1.0, c=2.0)
    assert [(f.id, f.score) for f in fuse(Leg(), only, dense_weight=0.1, top_k=3)] == [("a", 1.0), ("c", 0.5), ("b", 0)]
    assert [(f.id, f.score) for f in fuse(only, Leg(), dense_weight=0.9, top_k=2)] == [("a", 1.0), ("c", 0.5)]
    assert fuse(Leg(), Leg(), dense_weight=0.5, top_k=3) == []


def test_a_leg_with_one_score_for_all_decides_nothing() -> None:
    flat = leg(a=0.1 + 0.2, b=0.3)
    assert [(f.id, f.score) for f in fuse(leg(b=2.0, a=1.0), flat, dense_weight=0.9, top_k=2)] == [("b", 1), ("a", 0)]


def test_equal_scores_are_ordered_by_id_whatever_the_order_they_came_in() -> None:
    same = [Scored("c", 1.0), Scored("a", 1.0), Scored("b", 1.0)]
    for given_order in (same, same[::-1]):
        fused = fuse(Leg(given_order), Leg(), dense_weight=0.5, top_k=2)
        assert [(f.id, f.score, f.lexical_rank) for f in fused] == [("a", 1.0, 1), ("b", 1.0, 2)]


@pytest.mark.parametrize("weight", [-0.1, 1.1, float("nan")])
def test_a_weight_outside_zero_to_one_is_refused(weight: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        fuse(Leg(), Leg(), dense_weight=weight, top_k=1)


def test_each_leg_gives_at_least_a_hundred_candidates() -> None:
    assert [candidates_wanted(k) for k in (1, 25, 26, 100)] == [100, 100, 104, 400]


legs = st.dictionaries(st.text(max_size=3), st.floats(-1e3, 1e3), max_size=8)


@given(legs, legs, st.floats(0, 1), st.integers(1, 20))
def test_fusion_keeps_its_promises(
    lexical: dict[str, float], dense: dict[str, float], weight: float, top_k: int
) -> None:
    words, vectors = ([Scored(id, score) for id, score in leg.items()] for leg in (lexical, dense))
    fused = fuse(Leg(words), Leg(vectors), dense_weight=weight, top_k=top_k)
    assert len(fused) == min(top_k, len(lexical.keys() | dense.keys()))
    assert all(-1e-9 <= f.score <= 1 + 1e-9 for f in fused)
    assert fused == sorted(fused, key=lambda f: (-f.score, f.id))
    assert fused == fuse(Leg(words[::-1]), Leg(vectors[::-1]), dense_weight=weight, top_k=top_k)
