"""Days of the week on which trips run."""

from __future__ import annotations

import pytest

from bbwnet.network.operating_days import EVERY_DAY, WEEKDAYS, days_in, mask_of, weekly_masks


def names(mask: int) -> list[str]:
    return [day for position, day in enumerate(WEEKDAYS) if mask >> position & 1]


def test_masks_of_named_days() -> None:
    assert [mask_of([day]) for day in ("mon", "sun")] == [1, 64]
    assert mask_of(["sat", "sun", "sat"]) == 96
    assert mask_of([]) == EVERY_DAY == 127


def test_rest_of_the_week_is_spread_evenly() -> None:
    for trips in range(1, 8):
        (mask,) = weekly_masks("any", trips, ())
        days = [position for position in range(7) if mask >> position & 1]
        gaps = {(second - first) % 7 or 7 for first, second in zip(days, [*days[1:], days[0]], strict=True)}
        assert len(days) == trips
        assert max(gaps) - min(gaps) <= 1


def test_days_not_known_differ_between_services_and_not_between_runs() -> None:
    # worked once with sha256sum: first eight bytes of the digest, modulo seven
    assert [names(weekly_masks(service, 1, ())[0]) for service in ("air_a", "air_b", "air_c")] == [["sun"], ["tue"], ["fri"]]
    assert len({weekly_masks(f"service_{number}", 1, ())[0] for number in range(60)}) == 7


@pytest.mark.parametrize(
    ("trips", "days", "expected"),
    [(7, (), [7]), (8, (), [7, 1]), (14, (), [7, 7]), (2, ("sat", "sun"), [2]), (3, ("sat", "sun"), [2, 1]), (1, ("wed",), [1])],
)
def test_as_few_departures_as_hold_the_trips(trips: int, days: tuple[str, ...], expected: list[int]) -> None:
    masks = weekly_masks("any", trips, days)
    assert [days_in(mask) for mask in masks] == expected
    assert all(mask & ~mask_of(days) == 0 for mask in masks)
