"""Where the boundary of a draft lies, read plainly: the text so far is judged anew after each token."""

from detectors.spans import words

MARK = "</think>"


def decode(vocabulary, tokens):
    """Return the text of tokens, and for every token how many of its characters are complete after it."""
    return vocabulary.texts([], tokens)


def first_tokens(vocabulary, tokens):
    """Return for each byte of the text which token says it."""
    return [index for index, token in enumerate(tokens) for _ in vocabulary.pieces[token]]


def plain_watch(detector, vocabulary, growing, before, tokens, *, style, own=False):
    """Return how many tokens were pushed and how many are kept, or None; only for tokens of a whole text."""
    text, ends = decode(vocabulary, tokens)
    token_at = first_tokens(vocabulary, tokens)

    def token_of(character):
        """Return the token that says a character, or the first of the blank tokens right before it."""
        index = token_at[len(text[: max(character - len(before), 0)].encode())]
        while index and (piece := vocabulary.pieces[tokens[index - 1]]) and not piece.strip(b" \t"):
            index -= 1
        return index

    exempt = len(before)
    waiting = own
    for pushed, end in enumerate(ends, 1):
        so_far = text[:end]
        if any(so_far.endswith(MARK[:size]) for size in range(1, len(MARK))):
            continue
        whole = before + so_far
        parts = words(whole)
        scores = detector.probabilities(whole)
        group = _open_from(parts, whole)
        if waiting and (first := next((i for i, word in enumerate(parts) if word.end > len(before)), None)) is not None:
            last = next((e for e in ends if len(before) + e >= parts[first].end), len(text))
            exempt = len(before) + last
            waiting = first >= group
        for index, (word, score) in enumerate(zip(parts, scores, strict=True)):
            if word.end <= len(before) or (own and word.start < exempt) or (score >= detector.threshold) is style:
                continue
            if index >= group and style and _may_grow(detector, growing, whole, parts, group):
                break
            return pushed, token_of(word.start)
    return len(tokens), None


def _open_from(parts, text):
    if not parts or parts[-1].end < len(text):
        return len(parts)
    last = parts[-1].text[-1]
    if last.isalnum() or last == "_":
        return len(parts) - 1
    joins = last in "'’" and len(parts) > 1 and parts[-2].end == parts[-1].start
    return len(parts) - 2 if joins and (parts[-2].text[-1].isalnum() or parts[-2].text[-1] == "_") else len(parts)


def _may_grow(detector, growing, text, parts, group):
    start = parts[group].start
    grown = growing.get((text[start - 1 : start] in {" ", "\t"}, text[start:]), ())
    if detector.kind == "logistic":
        return bool(grown)
    return any(detector.probabilities(text[:start] + word)[-1] >= detector.threshold for word in grown)
