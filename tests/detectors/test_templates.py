from detectors.features import features, named_features
from detectors.spans import words


def shown(text, index, lookahead=0, familiar=frozenset()):
    templates = named_features(text, words(text), lookahead, familiar)
    return {template.name: template.show(index) for template in templates}


def test_templates_say_what_they_saw():
    seen = shown("Well. Let me check (again 12 apples", 5, 1, frozenset({"let", "me"}))
    assert seen["word"] == "'('"
    assert seen["2 left + word"] == "'me check ('"
    assert seen["stem 1 left"] == "'check'"
    assert seen["shapes of 2 left + word"] == "'x x ('"
    assert seen["first 2 of the sentence, words since"] == "'let me', 3"
    assert seen["sign before the sentence, word"] == "'.', '('"
    assert seen["foreign words in the sentence so far"] == "1"
    assert seen["inside"] == "brackets"
    assert seen["word + 1 right"] == "'( again'"


def test_every_template_has_a_name_of_its_own_and_shows_every_word():
    text = 'So, "3 * 4" is\n\n- `x` [(a)] $y$ no.'
    parts = words(text)
    templates = named_features(text, parts, 3)
    names = [template.name for template in templates]
    assert len(set(names)) == len(names) == features(text, parts, 3).shape[1]
    assert all(template.show(index) for template in templates for index in range(len(parts)))


def test_nothing_beyond_the_text_is_shown():
    seen = shown("So", 0, 2)
    assert seen["word 1 left"] == seen["2 left"] == seen["word 2 right"] == "''"


def test_brackets_and_quotation_open_and_close():
    assert shown('a ( "b', 3)["inside"] == "quotation and brackets"
    assert shown("a ( b ) c", 4)["inside"] == "nothing"
