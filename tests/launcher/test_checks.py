import ast
import json

import pytest
import yaml

from launcher import coverage
from launcher.checks import compose, environment_example, words
from launcher.commands.test import spread
from launcher.coverage import Group, Result, groups, measure


def test_every_way_of_reading_a_variable_is_seen():
    source = (
        'env("A"); env.bool("B", default=False); os.environ.get("C"); os.environ["D"]; env(f"E_{name}"); os.getenv("F")\n'
        'env.db_url_config(url); other("G"); os.environ.setdefault("H", "1")'
    )

    assert set(environment_example.read_by_python(source)) == {"A", "B", "C", "D", "E_*", "F"}


def test_compose_variables_are_seen_but_not_those_of_its_shells():
    assert environment_example.read_by_compose("${A} ${B:-x} ${C:?} $$D $${E}") == {"A", "B", "C"}


def test_example_names_what_is_missing_and_what_is_stale():
    named = environment_example.listed("A=\n# B=1\nOLD=\n# words = no\nGUILD_TIMER_X=1\n")

    assert environment_example.complaints({"A", "B", "C", "GUILD_TIMER_*"}, named) == [
        "missing: C",
        "read nowhere: OLD",
    ]


def test_compose_file_holds_together():
    assert compose.complaints(yaml.safe_load(compose.FILE.read_text())) == []


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda all_of_it: all_of_it["services"].pop("backup"), "no service backup"),
        (lambda all_of_it: all_of_it["services"]["web"].update(imagine="x"), "web: unknown key imagine"),
        (
            lambda all_of_it: all_of_it["services"]["web"].update(depends_on={"x": {}}),
            "web: depends on x, which is not there",
        ),
        (lambda all_of_it: all_of_it["volumes"].pop("backups"), "backup: volume backups is not declared"),
        (lambda all_of_it: all_of_it["services"]["nginx"].update(volumes=["./gone:/x"]), "nginx: ./gone is not there"),
    ],
)
def test_compose_file_that_does_not_hold_together_is_complained_about(change, complaint):
    described = yaml.safe_load(compose.FILE.read_text())

    change(described)

    assert complaint in compose.complaints(described)


def file_with(covered, total):
    return {"summary": {"covered_lines": covered, "num_statements": total, "covered_branches": 1, "num_branches": 2}}


def test_group_counts_its_files_alone():
    files = {"apps/ledger/rules.py": file_with(9, 10), "apps/core/money.py": file_with(0, 10)}

    assert measure(files, Group("ledger", ("apps/ledger/*",), 80)) == Result(
        Group("ledger", ("apps/ledger/*",), 80), 10, 12
    )


def test_group_without_files_fails():
    assert not Result(Group("gone", ("apps/gone/*",), 0), 0, 0).holds


@pytest.mark.parametrize(("covered", "status"), [(100, 0), (10, 1)])
def test_judge_holds_the_thresholds_of_the_project(tmp_path, covered, status):
    apps = (
        "ledger",
        "payments",
        "credits",
        "loyalty",
        "payouts",
        "reconciliation",
        "subscriptions",
        "packages",
        "disputes",
        "invoices",
        "statements",
        "bookings",
    )
    names = [f"apps/{app}/a.py" for app in apps]
    names.append("apps/core/api/permissions.py")
    report = tmp_path / "coverage.json"
    report.write_text(json.dumps({"files": {name: file_with(covered, 100) for name in names}}))

    assert coverage.judge(report) == status


def test_every_group_is_listed_after_everything():
    named = groups({"everything": 80, "groups": [{"name": "x", "files": ["a/*"], "minimum": 95}]})

    assert named == [Group("everything", ("*",), 80.0), Group("x", ("a/*",), 95.0)]


def test_tests_spread_over_the_cores_unless_told_otherwise():
    assert spread(["apps/core"])[0] == "-n"
    assert spread(["-n", "2"]) == ["-n", "2"]
    assert spread(["--pdb"]) == ["--pdb"]


def test_what_the_api_says_is_read_off_the_code():
    source = (
        "class Full(DomainError):\n    code = 'full'\n    default_message = 'This is full.'\n"
        "def act(n):\n    raise Full(f'{n} of {1} are taken.', errors={'seat': ['Choose another.'], 'x': [n]})\n"
        "def answer():\n    return success(data, message='Done.' if n else 'Not yet.')\n"
        "print('said to nobody at all')\n"
        "give_back(thing, reason='It came too late.')\n"
        "alert_ops('late', reason='For operations alone.')\n"
    )

    assert words.messages([ast.parse(source)]) == {
        "This is full.",
        "{0} of {1} are taken.",
        "Choose another.",
        "Done.",
        "Not yet.",
        "It came too late.",
    }


def test_a_catalogue_that_lacks_a_message_or_a_value_or_keeps_an_old_one_is_complained_about():
    known = {"You can keep {0}.": "Gardez-en.", "Old.": "Vieux."}

    found = list(words.complaints({"You can keep {0}.", "New."}, known))

    assert [line.split(":")[0] for line in found] == ["missing", "other values than the original", "said nowhere"]


def test_every_language_says_everything():
    wanted = words.messages(words.sources(words.REPOSITORY))

    for language, known in words.languages():
        assert list(words.complaints(wanted, known)) == [], language
