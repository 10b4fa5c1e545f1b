from __future__ import annotations

from pathlib import Path

import pytest

from verifier import config
from verifier.config import Options, Settings, load_settings, origins
from verifier.errors import UsageError


@pytest.fixture
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own settings file, in a folder of this test."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    path = tmp_path / "home" / "verifier" / "config.toml"
    path.parent.mkdir(parents=True)
    return path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder two levels under the one that holds verifier.toml."""
    folder = tmp_path / "project" / "a" / "b"
    folder.mkdir(parents=True)
    return folder


def test_defaults_where_nothing_is_given(user: Path, project: Path) -> None:
    assert load_settings(environ={}, folder=project) == Settings("commons", None, None, None, None, 8, 0.0)


def test_each_source_outweighs_the_next(user: Path, project: Path) -> None:
    user.write_text('index = "u"\nchecker = "u"\nembedder = "u"\ngenerator = "u"\ntop_k = 1\n')
    (project.parent.parent / "verifier.toml").write_text('index = "f"\nchecker = "f"\nembedder = "f"\n')
    environ = {"VERIFIER_INDEX": "e", "VERIFIER_CHECKER": "e"}
    settings = load_settings(Options(index="o"), environ=environ, folder=project)
    assert settings == Settings(index="o", checker="e", embedder="f", generator="u", top_k=1, max_risk=0.0)


def test_the_origin_of_each_value_is_known(user: Path, project: Path) -> None:
    (project / "verifier.toml").write_text("top-k = 3\n")
    places = {o.key: o.place for o in origins(Options(index="o"), environ={"VERIFIER_MAX_RISK": "0.1"}, folder=project)}
    assert places["index"] == "--index"
    assert places["max_risk"] == "VERIFIER_MAX_RISK"
    assert places["top_k"] == f"{project / 'verifier.toml'}, key top-k"
    assert places["checker"] == "default"


def test_the_nearest_file_is_read(user: Path, project: Path) -> None:
    (project.parent / "verifier.toml").write_text("top_k = 3\n")
    (project / "verifier.toml").write_text("top_k = 4\n")
    assert load_settings(environ={}, folder=project).top_k == 4


def test_an_empty_variable_is_none(user: Path, project: Path) -> None:
    assert load_settings(environ={"VERIFIER_INDEX": ""}, folder=project).index == "commons"


def test_numbers_are_read_from_variables(user: Path, project: Path) -> None:
    settings = load_settings(environ={"VERIFIER_TOP_K": "12", "VERIFIER_MAX_RISK": "0.05"}, folder=project)
    assert (settings.top_k, settings.max_risk) == (12, 0.05)


def test_a_relative_path_is_meant_from_the_file(user: Path, project: Path) -> None:
    (project.parent / "verifier.toml").write_text('index = "./mine"\nchecker = "org/name"\n')
    settings = load_settings(environ={}, folder=project)
    assert settings.index == str(project.parent / "mine")
    assert settings.checker == "org/name"


@pytest.mark.parametrize("value", ["0", "1001", "-3", "2.5", "many"])
def test_a_wrong_top_k_names_the_variable(value: str, user: Path, project: Path) -> None:
    with pytest.raises(UsageError, match=r"VERIFIER_TOP_K: expected a whole number from 1 to 1000, got"):
        load_settings(environ={"VERIFIER_TOP_K": value}, folder=project)


@pytest.mark.parametrize("value", ["1", "-0.1", "nan", "inf", "x"])
def test_a_wrong_max_risk_names_the_variable(value: str, user: Path, project: Path) -> None:
    with pytest.raises(UsageError, match="VERIFIER_MAX_RISK: expected a number from 0"):
        load_settings(environ={"VERIFIER_MAX_RISK": value}, folder=project)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("top_k = true\n", "key top_k: expected a whole number"),
        ("max_risk = [1]\n", "key max_risk: expected a number"),
        ("index = 3\n", "key index: expected a name"),
        ("index = ' '\n", "key index: expected a name"),
        ("chekcer = 'x'\n", "unknown key 'chekcer'. Did you mean checker?"),
        ("[verifier]\n", "unknown key 'verifier'. Expected one of index, checker"),
        ("index = \n", "is not TOML"),
    ],
)
def test_a_wrong_file_is_named_with_its_key(text: str, said: str, user: Path, project: Path) -> None:
    path = project / "verifier.toml"
    path.write_text(text)
    with pytest.raises(UsageError) as caught:
        load_settings(environ={}, folder=project)
    assert said in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_file_that_is_not_utf8_is_named(user: Path, project: Path) -> None:
    user.write_bytes(b'index = "caf\xe9"\n')
    with pytest.raises(UsageError, match=r"config\.toml is not TOML"):
        load_settings(environ={}, folder=project)


def test_every_field_has_a_check() -> None:
    assert tuple(config._CHECKS) == config.KEYS
