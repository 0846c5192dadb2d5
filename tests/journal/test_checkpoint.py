"""A checkpoint is trusted only as it was signed, by the key that is known."""

import pytest

from adit.journal.checkpoint import Checkpoint, new_key, open_note, sign, verifier_key
from adit.terms.errors import BadInput

KEY = new_key()
VERIFIER = verifier_key("office", KEY.public_key())
POINT = Checkpoint("office", 7, bytes(range(32)))
NOTE = sign(POINT, "office", KEY)


def test_what_is_signed_is_read():
    assert open_note(NOTE, VERIFIER) == POINT
    assert NOTE.startswith("office\n7\n")
    assert "\n\n\N{EM DASH} office " in NOTE


def test_a_published_note_is_read():
    """The note and the key with which the documentation of the form is illustrated: PeterNeumann."""
    key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    signature = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    note = f"{text}\n\N{EM DASH} PeterNeumann {signature}\n"
    with pytest.raises(BadInput, match="no signed checkpoint"):
        open_note(note, key)  # a note, and not a checkpoint; that its key is read at all shows that the ids agree


@pytest.mark.parametrize("change", [("7", "8"), ("office\n", "other\n"), ("AAEC", "AAED")])
def test_a_changed_note_is_refused(change: tuple[str, str]):
    with pytest.raises(BadInput, match="does not hold"):
        open_note(NOTE.replace(change[0], change[1], 1), VERIFIER)


def test_another_key_is_refused():
    other = verifier_key("office", new_key().public_key())
    with pytest.raises(BadInput, match="does not hold"):
        open_note(NOTE, other)
    with pytest.raises(BadInput, match="not signed by somebody"):
        open_note(NOTE, verifier_key("somebody", KEY.public_key()))


@pytest.mark.parametrize("key", ["", "office", "office+00000000+AAAA"])
def test_what_is_no_key_is_refused(key: str):
    with pytest.raises(BadInput, match="no verifier key"):
        open_note(NOTE, key)


def test_a_key_that_was_changed_is_refused():
    with pytest.raises(BadInput, match="no verifier key"):
        open_note(NOTE, VERIFIER[:-4] + "AAA=")
