"""Claims: how they are written, and whether they are true."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbwnet.errors import InputError
from bbwnet.evaluation.definitions import DEFINITIONS, DOOR_DEFINITIONS
from bbwnet.experiment.claims import Claim, judge, parse_claim
from bbwnet.network.network import Network

Networks = Callable[..., Network]


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("plan_2030: nanning - yulin <= 120", Claim("plan_2030", "nanning", "yulin", "<=", 120)),
        ("  plan_2030 :nanning-yulin<120.5 min ", Claim("plan_2030", "nanning", "yulin", "<", 120.5)),
        ("x: 南宁 — 北海 >= 60 minutes", Claim("x", "南宁", "北海", ">=", 60)),
        ("x: 南宁东–北海 > 60", Claim("x", "南宁东", "北海", ">", 60)),
        ("x: Nanning East to Hong Kong West Kowloon <= 240", Claim("x", "Nanning East", "Hong Kong West Kowloon", "<=", 240)),
        ("x: city:nanning - station:玉林 <= 60", Claim("x", "city:nanning", "station:玉林", "<=", 60)),
        ("my/file.yaml: a-b - c <= 1", Claim("my/file.yaml", "a-b", "c", "<=", 1)),  # a dash with spaces parts first
    ],
)
def test_claims(text: str, claim: Claim) -> None:
    assert parse_claim(text) == claim


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nanning - yulin <= 120",
        "x: nanning <= 120",
        "x: nanning - yulin 120",
        "x: nanning - yulin <= soon",
        "x: - yulin <= 1",
        "x: a - b = 1",
        "x: a - b <= -1",
    ],
)
def test_what_is_no_claim(text: str) -> None:
    with pytest.raises(InputError, match="cannot read the claim"):
        parse_claim(text)


WORDS = st.from_regex(r"[a-z][a-z_]{0,8}[a-z]", fullmatch=True)


@given(WORDS, WORDS, WORDS, st.sampled_from(["<", "<=", ">", ">="]), st.integers(0, 10_000))
def test_any_claim_comes_back(scenario: str, origin: str, destination: str, sign: str, minutes: int) -> None:
    assert parse_claim(f"{scenario}: {origin} - {destination} {sign} {minutes}") == Claim(scenario, origin, destination, sign, minutes)


@pytest.mark.parametrize(
    ("claim", "holds"),
    [
        # train 33 min, drive 60
        ("nanning - qinzhou <= 60", {"in_vehicle": True, "drive": True, "official": True}),
        ("nanning - qinzhou < 60", {"in_vehicle": True, "drive": False, "official": True}),
        ("nanning - qinzhou > 33", {"in_vehicle": False, "drive": True, "official": False}),
        ("nanning - qinzhou >= 33", {"in_vehicle": True, "drive": True, "official": True}),
        # 南宁 is the city by every definition; its station is asked for by name: 46.5 min by train
        ("南宁 - 钦州东 <= 46", {"in_vehicle": True, "drive": False, "official": True}),
        ("station:南宁 - 钦州东 <= 46", {"in_vehicle": False, "drive": False, "official": False}),
        # no train calls at Dongxing: no claim holds, not even that it takes long
        ("dongxing - qinzhou > 1", {"in_vehicle": False, "drive": True, "official": True}),
    ],
)
def test_judged_by_every_definition(coast: Networks, claim: str, holds: dict[str, bool]) -> None:
    verdicts = {verdict.definition: verdict for verdict in judge(coast(), parse_claim(f"baseline: {claim}"))}
    assert {name: verdicts[name].holds for name in ("in_vehicle", "drive", "official")} == holds
    assert list(verdicts) == list(DEFINITIONS)


def test_from_door_to_door_a_claim_holds_at_the_percentile(coast: Networks) -> None:
    # By taxi 5 min to wait and 60 to ride, at any time: no train is quicker from door to door, nor is one's own car with 8 min to park.
    for limit, holds in ((64, False), (65, True)):
        verdicts = {item.definition: item for item in judge(coast(), parse_claim(f"x: nanning - qinzhou <= {limit}"))}
        assert [verdicts[name].holds for name in DOOR_DEFINITIONS] == [holds, holds]
    assert verdicts["door_to_door"].link_km is not None
    assert verdicts["door_to_door"].link_km["measured"] == 1


def test_signs_as_typed_in_chinese() -> None:
    assert parse_claim("plan_2030：南宁—玉林 ≤ 120") == Claim("plan_2030", "南宁", "玉林", "<=", 120.0)


def test_what_a_verdict_rests_on(coast: Networks) -> None:
    train, drive, *_ = judge(coast(), parse_claim("baseline: nanning - qinzhou <= 60"))
    assert train.link_km == {"measured": 0, "reported": 1, "estimated": 0, "assumed": 0}
    assert train.ridden_km == {"measured": 0, "reported": 1, "estimated": 0, "assumed": 0}
    assert train.sources == ("made_up", "made_up_too")
    assert drive.link_km is not None
    assert drive.link_km["measured"] == 1
    none = judge(coast(), parse_claim("baseline: dongxing - qinzhou > 1"))[0]
    assert (none.link_km, none.ridden_km, none.sources, none.time.minutes) == (None, None, (), None)


def test_unknown_names_are_errors(coast: Networks) -> None:
    with pytest.raises(InputError, match="nothing is called 'nowhere'"):
        judge(coast(), parse_claim("baseline: nanning - nowhere <= 60"))


def test_a_claim_means_the_same_places_by_every_definition(coast: Networks) -> None:
    by_language = [judge(coast(), parse_claim(f"x: {ends} <= 120")) for ends in ("南宁 - 北海", "nanning - beihai")]
    assert [[verdict.time.minutes for verdict in verdicts] for verdicts in by_language] == [
        [verdict.time.minutes for verdict in by_language[1]]
    ] * 2
    in_vehicle, drive, official, *_ = (verdict.time.minutes for verdict in by_language[0])
    assert official == min(in_vehicle or math.inf, drive or math.inf)
