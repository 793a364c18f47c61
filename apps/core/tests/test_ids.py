from apps.core.ids import REFERENCE_ALPHABET, new_id, new_reference


def test_ids_are_version_seven_and_ordered():
    ids = [new_id() for _ in range(1_000)]

    assert {each.version for each in ids} == {7}
    assert ids == sorted(ids)


def test_references_hold_no_look_alikes():
    assert not set("0O1IL5S2Z8BUV") & set(REFERENCE_ALPHABET)
    assert {len(new_reference()) for _ in range(50)} == {8}
