"""Which ids are one: spreadsheets, platforms and people spell them in their own ways."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routecheck.registry.ids import (
    ALERTED,
    DEVICE,
    POINT,
    TOWN,
    VEHICLE,
    Joined,
    as_shown,
    join_ids,
    likely_partner,
    one_spelling,
)
from routecheck.texts.outside import fit

IDS = st.lists(
    st.text("01aAbB.-· 渝黄()\u200b", min_size=1, max_size=6), max_size=8, unique=True
)  # fmt: skip
KINDS = st.sampled_from([POINT, VEHICLE, DEVICE])


@pytest.mark.parametrize(
    "spelt",
    [
        "渝A11111", "渝A 11111", "渝a11111", "渝A-11111", "渝A•11111", "渝A・11111", "渝A．11111",
        "渝Ａ１１１１１", "渝A\u00a011111", "\u200b渝A11111\ufeff", "渝A11111(黄)",
        "渝A11111（黄牌）", "渝A11111_黄", "渝A·11111-黄色", "渝A11111黄", "渝A11111_2",
        "黄渝A11111", "渝A·1 1111",
    ],
)  # fmt: skip
def test_spellings_of_a_plate_are_one(spelt):
    assert join_ids(["渝A·11111", "渝A·22222"], [spelt], VEHICLE).same == {spelt: "渝A·11111"}


@pytest.mark.parametrize(
    ("own", "spelt"),
    [("T-01", "T01"), ("t1", "T1"), ("0012", "12.0"), ("T1", "T1（黄）"), ("1-12", "1-12 ")],
)
def test_spellings_of_a_name_that_is_no_plate(own, spelt):
    assert join_ids([own, "Z9"], [spelt], VEHICLE).same == {spelt: own}


@pytest.mark.parametrize(
    ("own", "other"),
    [("1-12", "11-2"), ("渝A11111", "渝A11112"), ("12", "120"), ("1.5", "15"), ("1.0", "10")],
)
def test_names_of_other_vehicles_stay_theirs(own, other):
    assert join_ids([own], [other], VEHICLE) == Joined({}, {other: ()})


@pytest.mark.parametrize(
    ("own", "spelt"),
    [
        ("000601", "601"), ("601", "000601"), ("601", "601.0"), ("P01", "p01"), ("P01", "Ｐ０１"),
        ("P01", "P01\u200b"), ("P01", "P\u00a001"), ("P01", "'P01"), ("P\u200e01", "P01"),
        ("0", "000"),
    ],
)  # fmt: skip
def test_spellings_of_a_point_are_one(own, spelt):
    assert join_ids([own, "Q7"], [spelt], POINT).same == {spelt: own}


@pytest.mark.parametrize(("own", "other"), [("P-01", "P01"), ("1-12", "112"), ("A1", "A01")])
def test_points_are_not_joined_by_separators_and_zeros_within(own, other):
    assert not join_ids([own], [other], POINT).same


def test_two_ids_on_either_side_are_never_joined():
    here = join_ids(["0601", "601"], ["00601"], POINT)
    assert (here.same, here.alone) == ({}, {"00601": ("0601", "601")})
    there = join_ids(["000601"], ["601", "0601"], POINT)
    assert there.same == {}
    assert set(there.alone) == {"601", "0601"}
    exact = join_ids(["000601"], ["000601", "601"], POINT)
    assert (exact.same, exact.alone) == ({}, {"601": ("000601",)})
    colours = join_ids(["渝A11111"], ["渝A11111(黄)", "渝A11111(蓝)"], VEHICLE)
    assert colours.same == {}


def test_spellings_that_no_two_ids_differ_by_are_joined_beside_each_other():
    mixed = ["P01", "P01\u200b", "P 01"]
    assert join_ids(["P01"], mixed, POINT).same == {"P01\u200b": "P01", "P 01": "P01"}


@pytest.mark.parametrize("odd", ["P1\x1b[31m", "P1\n2", "\u202eP1", "P\ufeff1\x07"])
def test_an_id_as_outputs_show_it_is_the_id_in_either_direction(odd):
    """So that a file of ours may be an input again: corrected points, kept checks."""
    for own, other in ((odd, fit(odd)), (fit(odd), odd)):
        assert join_ids(["Q7", own], ["Q7", other], POINT).same == {other: own}
    assert as_shown(fit(odd), ["Q7", odd]) == odd
    assert as_shown(fit(odd), [odd, fit(odd)]) == fit(odd)
    assert as_shown("␦1", ["\u202e1", "\ufeff1"]) is None


def test_likely_partners_of_what_joins_to_nothing():
    assert join_ids(["P003", "P004"], ["P0O3"], POINT).alone == {"P0O3": ("P003",)}
    assert join_ids(["P-03", "P-04"], ["P3"], POINT).alone == {"P3": ("P-03",)}


def test_the_most_frequent_spelling_of_a_table_is_used():
    column = ["渝A·11111"] * 3 + ["渝A11111"] + ["T1", "t1", ""]
    assert one_spelling(column, VEHICLE) == {"渝A11111": "渝A·11111", "T1": "t1"}


def test_a_plate_without_its_colour_is_no_second_plate():
    mixed = ["渝A11111", "渝A11111(黄)", "渝A11111_2", "黄渝A·11111"]
    assert set(join_ids(["渝A11111"], mixed, VEHICLE).same) == set(mixed[1:])
    assert set(one_spelling(mixed, VEHICLE)) == set(mixed) - {max(mixed)}
    assert one_spelling(["渝A11111黄", "渝A11111蓝", "渝A11111"], VEHICLE) == {}


def test_numbers_that_a_spreadsheet_shows_in_scientific_notation():
    own = ["130000000601", "130000000602", "140000000000"]
    assert join_ids(own, ["1.4E+11", "1.30000000601E+11"], POINT).same == {
        "1.4E+11": "140000000000",
        "1.30000000601E+11": "130000000601",
    }
    assert join_ids(own, ["140,000,000,000"], POINT).same == {"140,000,000,000": own[2]}
    assert join_ids(own, ["1.30000E+11"], POINT).alone == {"1.30000E+11": tuple(own[:2])}


@pytest.mark.parametrize(
    ("own", "spelt"), [("城关镇", "城关"), ("城关", "城关镇"), ("North", "north town")]
)
def test_a_township_with_and_without_what_it_is(own, spelt):
    assert join_ids([own, "北山乡"], [spelt], TOWN).same == {spelt: own}


def test_a_township_that_may_be_two_is_not_joined():
    assert join_ids(["北山镇", "北山乡"], ["北山"], TOWN).same == {}


def test_alerts_of_some_days_without_their_zeros_are_joined():
    mixed = ["000601", "601", "601.0"]
    assert join_ids(["000601"], mixed, ALERTED).same == {"601": "000601", "601.0": "000601"}


@given(IDS, IDS, KINDS)
def test_an_exact_id_is_never_changed(own, others, kind):
    joined = join_ids(own, others, kind)
    assert not set(own) & (set(joined.same) | set(joined.alone))
    assert set(joined.same) | set(joined.alone) == set(others) - set(own)


@given(IDS, IDS, KINDS)
def test_an_ambiguous_id_is_never_joined(own, others, kind):
    for one, chosen in join_ids(own, others, kind).same.items():
        assert kind.key(one) == kind.key(chosen)
        rivals = [id_ for id_ in own if kind.spelling(id_) == kind.spelling(one)]
        if rivals:
            assert rivals == [chosen]
        else:
            assert [id_ for id_ in own if kind.key(id_) == kind.key(one)] == [chosen]
            alike = [id_ for id_ in others if kind.key(id_) == kind.key(one)]
            assert len({kind.mark(id_) for id_ in alike} - {""}) <= 1


@given(IDS, IDS, KINDS, st.randoms())
def test_the_order_of_ids_does_not_matter(own, others, kind, random):
    mixed, others_mixed = random.sample(own, len(own)), random.sample(others, len(others))
    assert join_ids(own, others, kind).same == join_ids(mixed, others_mixed, kind).same


@pytest.mark.parametrize("spelling", ["川A·10002", "川a10002", "川A 10002", "川Ａ10002"])
def test_a_plate_written_otherwise_has_its_partner(spelling):
    assert likely_partner(spelling, ["川A10001", "川A10002"], VEHICLE) == "川A10002"


def test_a_plate_that_is_like_none_has_no_partner():
    assert likely_partner("沪B77777", ["川A10001", "川A10002"], VEHICLE) == ""
    assert likely_partner("601", ["000601", "000602"], POINT) == "000601"
    assert likely_partner("601.0", ["000601", "000602"], POINT) == "000601"
