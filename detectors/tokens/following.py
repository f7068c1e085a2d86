"""Follows a text token by token: which of its words are judged, and where the first word of the other kind begins."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from detectors.spans import Word, words
from detectors.tokens.reader import Context, WordReader
from detectors.tokens.tail import Tail, begun_at_end, open_from, shorten


@dataclass(frozen=True, slots=True)
class Followed:
    """What a token has changed.

    Attributes
    ----------
    context, tail
        What to go on with: the context before the tail's first word.
    back
        How many tokens ago the first token was that is not settled (0: all are); -1: it is the same as before.
    boundary
        As `back`, for the first token of the other kind; None while there is none.
    ended
        Whether the text that ends it all stands there; then `boundary` tells its first token.
    score
        The score of the last word as it stands; None without one.
    """

    context: Context
    tail: Tail
    back: int
    boundary: int | None = None
    ended: bool = False
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """What a text is followed for.

    Attributes
    ----------
    reader
        The detector.
    style
        Whether style is what its writer owns; None for one who owns both kinds: there is no boundary.
    end_text
        What ends the text when it is written. While its beginning stands at the end of the text, nothing is decided.
    """

    reader: WordReader
    style: bool | None
    end_text: str

    def begin(self, context: Context, rest: str, *, first_word_is_own: bool) -> Followed:
        """Return the context and tail after a text none of whose words are judged, as the reader skims it."""
        followed = Rule(self.reader, None, "").follow(context, Tail(rest), finished=True)
        text = followed.tail.text
        return replace(followed, tail=Tail(text, (), len(text), -1 if first_word_is_own else 0))

    def may_end(self, text: str) -> bool:
        """Tell whether there is a sign in a text with which the text that ends it all begins."""
        return self.style is not None and self.end_text != "" and self.end_text[0] in text

    def follow(self, context: Context, tail: Tail, *, finished: bool = False) -> Followed:
        """Judge what the last token has changed.

        Parameters
        ----------
        context
            Before the tail's first word.
        tail
            With the token added (`Tail.followed_by`).
        finished
            Whether nothing follows, so that what is open is judged as it stands.
        """
        text, end = tail.text, -1
        if self.style is not None and self.end_text and tail.starts:
            end = text.find(self.end_text, tail.starts[0])
            if end < 0 and not finished and begun_at_end(text[tail.starts[0] :], self.end_text):
                return _hold(context, tail)
        body = text if end < 0 else text[:end]
        parts = words(body)
        return _Judging(self, context, tail, body, parts, finished).judge(end)


@dataclass(slots=True)
class _Judging:
    """One pass over the words of a tail."""

    rule: Rule
    context: Context
    tail: Tail
    body: str
    parts: Sequence[Word]
    finished: bool

    def judge(self, end: int) -> Followed:
        tail, parts, reader, style = self.tail, self.parts, self.rule.reader, self.rule.style
        group = len(parts) if self.finished or end >= 0 else open_from(parts, self.body)
        first, exempt = self._exempt(group)
        undecided = len(parts)
        contexts, context, position = [self.context], self.context, 0
        score: float | None = None
        for index, word in enumerate(parts):
            gap = shorten(self.body[position : word.start])
            if word.end <= tail.done and style is not None:
                context = reader.pass_over(context, gap, word.text)
            else:
                score, context = reader.read(context, gap, word.text)
            contexts.append(context)
            position = word.end
            if score is not None and undecided == len(parts) and self._is_other(word, score, exempt):
                if index >= group and style and self._may_grow(contexts[group], group):
                    undecided = group
                    continue
                return Followed(context, tail, 0, self._ago(tail.token_of(word.start)))
        if end >= 0:
            return Followed(context, tail, 0, self._ago(tail.token_of(end)), ended=True)
        if first is not None and first >= group:
            undecided, exempt = group, -1
        return self._settle(contexts, group, undecided, exempt, score)

    def _exempt(self, group: int) -> tuple[int | None, int]:
        """Return which word is exempt because it is the first, and up to where words are, in characters."""
        tail = self.tail
        if tail.exempt >= 0:
            return None, tail.exempt
        first = next((index for index, word in enumerate(self.parts) if word.end > tail.done), None)
        if first is None:
            return len(self.parts), -1
        # A token cannot be cut: what begins in the last token of the first word goes with it.
        end = self.parts[first].end
        return first, next((start for start in tail.starts if start >= end), len(tail.text))

    def _is_other(self, word: Word, score: float, exempt: int) -> bool:
        style = self.rule.style
        if style is None or word.end <= self.tail.done or word.start < exempt:
            return False
        return (score >= self.rule.reader.threshold) is not style

    def _ago(self, token: int) -> int:
        return self.tail.ago(token, added=not self.finished)

    def _may_grow(self, context: Context, group: int) -> bool:
        parts = self.parts
        gap = self.body[parts[group - 1].end if group else 0 : parts[group].start]
        return self.rule.reader.may_grow(context, shorten(gap), self.body[parts[group].start :])

    def _settle(
        self, contexts: Sequence[Context], group: int, undecided: int, exempt: int, score: float | None
    ) -> Followed:
        """Leave what no later token can change."""
        tail, parts, body = self.tail, self.parts, self.body
        count = len(parts)
        # A mark may still be added to the last word where nothing stands between.
        keep = count if not parts or parts[-1].end < len(body) else min(open_from(parts, body), count - 1)
        while 0 < keep < count and _may_take_in(parts[keep - 1], parts[keep]):
            keep -= 1
        start, inside = (parts[keep].start, parts[keep].end) if keep < count else (len(body), len(body))
        whole = body[parts[keep - 1].end if keep else 0 : start]
        gap = shorten(whole)
        shift = start - len(gap)
        token = tail.token_of(parts[group].start if group < count else len(body))
        starts = [place - shift for place in tail.starts[token + 1 :] if place >= inside]
        if token < len(tail.starts):
            place = tail.starts[token]
            blank = place < start and not body[place:start].strip(" \t")
            starts.insert(0, len(gap) - 1 if blank else max(place - shift, 0))
        done = len(body) if undecided == count else max(tail.done, parts[undecided].start)
        limit = exempt if exempt <= 0 else max(exempt - shift, 0)
        new = Tail(gap + body[start:], tuple(starts), max(done - shift, 0), limit, tail.pending)
        return Followed(contexts[keep], new, self._ago(token), score=score)


def _may_take_in(left: Word, right: Word) -> bool:
    """Tell whether a mark on a word could make it a part of the one before, which ends with a mark itself."""
    return left.end == right.start and left.text[0].isalnum() and not left.text[-1].isalnum()


def _hold(context: Context, tail: Tail) -> Followed:
    """Decide nothing: what is not judged stays open."""
    place = next((word.start for word in words(tail.text) if word.end > tail.done), len(tail.text))
    token = tail.token_of(place)
    held = Tail(tail.text, tail.starts[token:], tail.done, tail.exempt, tail.pending)
    return Followed(context, held, tail.ago(token, added=True))
