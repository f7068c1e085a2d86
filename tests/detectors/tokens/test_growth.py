from detectors.tokens.growth import beginnings, is_led


class Pairs:
    """A vocabulary whose tokens are pairs of characters."""

    def __init__(self):
        self.tokens = []

    def encode(self, text):
        pairs = [text[place : place + 2] for place in range(0, len(text), 2)]
        self.tokens += pairs
        return list(range(len(self.tokens) - len(pairs), len(self.tokens)))

    def __getitem__(self, token):
        return self.tokens[token].encode()


def test_what_stands_there_before_a_word_is_whole():
    pairs = Pairs()
    found = beginnings(["okay", "so"], pairs, pairs.encode)
    assert found[False, "ok"] == {"okay"}
    assert found[False, "Ok"] == {"okay"}
    assert (False, "OK") not in found
    assert found[True, "o"] == found[True, "oka"] == {"okay"}
    assert found[True, "s"] == {"so"}
    assert (False, "so") not in found


def test_blanks_right_before_a_word():
    assert is_led(" ")
    assert is_led("\n\t")
    assert not is_led("\n")
    assert not is_led("")
