"""What a lexicon decides, read plainly: every phrase is compared with the words at every place."""

from detectors.places import PLACE_AFTER, normalise
from detectors.spans import words

CHAIN = 4


def plain_probabilities(phrases, threshold, causal, text):
    """Return for each word what decides it, straight from the definition of `LexiconDetector`."""
    return (_causal if causal else _with_lookahead)(phrases, threshold, text)


def _read(text):
    """Return the words as phrases spell them, and whether a line starts with each."""
    parts = words(text)
    ends = [0, *(word.end for word in parts)]
    return [normalise(word.text) for word in parts], [
        index > 0 and "\n" in text[ends[index] : word.start] for index, word in enumerate(parts)
    ]


def _split(phrase):
    tie = next((tie for tie in ("^.", "^,", "^~") if phrase.startswith(tie) and phrase[2:3].strip()), "")
    tie = tie or ("^" if phrase.startswith("^") and phrase[1:] else "")
    return tie, tuple(normalise(word.text) for word in words(phrase[len(tie) :]))


def _place(spelled, new_line, index):
    return "^." if index == 0 or new_line[index] else PLACE_AFTER.get(spelled[index - 1], "")


def _ties(place, chained):
    """Return the ties that hold at a place, the narrowest first."""
    place = place or ("^~" if chained else "")
    return (place, "^", "") if place else ("",)


def _with_lookahead(phrases, threshold, text):
    spelled, new_line = _read(text)
    scores, chain = [0.0] * len(spelled), [0] * (len(spelled) + 1)
    weights = {_split(phrase): weight for phrase, weight in phrases.items()}
    for index in range(len(spelled)):
        place = _place(spelled, new_line, index)
        left = CHAIN if place else chain[index]
        ties = _ties(place, left)
        fitting = [
            (len(phrase), -ties.index(tie), tie, weight)
            for (tie, phrase), weight in weights.items()
            if tie in ties
            and tuple(spelled[index : index + len(phrase)]) == phrase
            and not any(new_line[index + 1 : index + len(phrase)])
        ]
        if not fitting:
            continue
        length, _, tie, weight = max(fitting)
        if weight >= threshold:
            chain[index + length] = max(chain[index + length], (left if tie else CHAIN) - 1)
            for position in range(index, index + length):
                scores[position] = max(scores[position], weight)
    return scores


def _causal(phrases, threshold, text):
    spelled, new_line = _read(text)
    weights = {_split(phrase): weight for phrase, weight in phrases.items()}

    def promise(tie, prefix):
        grown = [w for (t, phrase), w in weights.items() if t == tie and phrase[: len(prefix)] == prefix]
        return weights.get((tie, prefix), max(grown, default=None))

    scores, live = [], []
    for index, word in enumerate(spelled):
        place = _place(spelled, new_line, index)
        left = CHAIN if place else max((left - 1 for _, _, left in live), default=0)
        begun = [(tie, (), left if tie else CHAIN) for tie in _ties(place, left)]
        going_on = [] if new_line[index] else live
        grown = [(tie, (*prefix, word), left) for tie, prefix, left in going_on + begun]
        worth = [(promise(tie, prefix), (tie, prefix, left)) for tie, prefix, left in grown]
        worth = [pair for pair in worth if pair[0] is not None]
        scores.append(worth[0][0] if worth else 0.0)
        live = [match for weight, match in worth if weight >= threshold]
    return scores
