import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.retrieval.fusion import Scored, candidates_wanted, fuse, fuse_ranks


def test_hand_worked_weighted_sum() -> None:
    # lexical 12, 6, 0 -> 1, 0.5, 0;  dense 0.9, 0.5, 0.1 -> 1, 0.5, 0
    lexical = [Scored("x", 12.0), Scored("y", 6.0), Scored("z", 0.0)]
    dense = [Scored("y", 0.9), Scored("w", 0.5), Scored("x", 0.1)]
    fused = fuse(lexical, dense, dense_weight=0.6, top_k=10)
    assert [f.id for f in fused] == ["y", "x", "w", "z"]
    assert [f.score for f in fused] == pytest.approx([0.4 * 0.5 + 0.6 * 1.0, 0.4 * 1.0, 0.6 * 0.5, 0.0])
    assert [(f.lexical_rank, f.dense_rank) for f in fused] == [(2, 1), (1, 3), (None, 2), (3, None)]


def test_weight_decides_which_leg_wins() -> None:
    lexical, dense = [Scored("a", 2.0), Scored("b", 1.0)], [Scored("b", 0.9), Scored("a", 0.1)]
    assert [f.id for f in fuse(lexical, dense, dense_weight=0.4, top_k=2)] == ["a", "b"]
    assert [f.id for f in fuse(lexical, dense, dense_weight=0.6, top_k=2)] == ["b", "a"]


def test_an_empty_leg_leaves_its_weight_to_the_other() -> None:
    only = [Scored("a", 3.0), Scored("b", 1.0), Scored("c", 2.0)]
    assert [(f.id, f.score) for f in fuse([], only, dense_weight=0.1, top_k=3)] == [("a", 1.0), ("c", 0.5), ("b", 0.0)]
    assert [(f.id, f.score) for f in fuse(only, [], dense_weight=0.9, top_k=2)] == [("a", 1.0), ("c", 0.5)]
    assert fuse([], [], dense_weight=0.5, top_k=3) == []


def test_equal_scores_are_ordered_by_id_whatever_the_order_they_came_in() -> None:
    leg = [Scored("c", 1.0), Scored("a", 1.0), Scored("b", 1.0)]
    for given_order in (leg, leg[::-1]):
        fused = fuse(given_order, [], dense_weight=0.5, top_k=2)
        assert [(f.id, f.score, f.lexical_rank) for f in fused] == [("a", 1.0, 1), ("b", 1.0, 2)]


def test_reciprocal_ranks_by_hand() -> None:
    lexical = [Scored("a", 9.0), Scored("b", 8.0), Scored("c", 7.0)]
    dense = [Scored("c", 0.5), Scored("b", 0.4)]
    fused = fuse_ranks(lexical, dense, top_k=3, constant=1)
    assert [(f.id, f.score) for f in fused] == [
        ("c", pytest.approx(1 / 4 + 1 / 2)),
        ("b", pytest.approx(1 / 3 + 1 / 3)),
        ("a", pytest.approx(1 / 2)),
    ]


@pytest.mark.parametrize("weight", [-0.1, 1.1, float("nan")])
def test_a_weight_outside_zero_to_one_is_refused(weight: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        fuse([], [], dense_weight=weight, top_k=1)


def test_each_leg_gives_at_least_a_hundred_candidates() -> None:
    assert [candidates_wanted(k) for k in (1, 25, 26, 100)] == [100, 100, 104, 400]


legs = st.dictionaries(st.text(max_size=3), st.floats(-1e3, 1e3), max_size=8)


@given(legs, legs, st.floats(0, 1), st.integers(1, 20))
def test_fusion_keeps_its_promises(
    lexical: dict[str, float], dense: dict[str, float], weight: float, top_k: int
) -> None:
    words, vectors = ([Scored(id, score) for id, score in leg.items()] for leg in (lexical, dense))
    fused = fuse(words, vectors, dense_weight=weight, top_k=top_k)
    assert len(fused) == min(top_k, len(lexical.keys() | dense.keys()))
    assert all(-1e-9 <= f.score <= 1 + 1e-9 for f in fused)
    assert fused == sorted(fused, key=lambda f: (-f.score, f.id))
    assert fused == fuse(words[::-1], vectors[::-1], dense_weight=weight, top_k=top_k)
