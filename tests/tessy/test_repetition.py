from tessy.repetition import repeats


def test_a_phrase_eight_times_over():
    assert repeats("It begins. " + "and so it goes on " * 9)
    assert repeats("no " * 30)


def test_ordinary_text_does_not_repeat():
    assert not repeats("and so it goes on " * 6)
    assert not repeats(" ".join(map(str, range(500))))
    assert not repeats("")
