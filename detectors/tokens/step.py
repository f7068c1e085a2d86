"""One token more for many texts: their words are scored together, the first words first."""

from dataclasses import dataclass

from detectors.tokens.following import Steps
from detectors.tokens.histories import gap_flags
from detectors.tokens.logistic import LogisticBatch
from detectors.tokens.logistic_watch import LogisticWatch
from detectors.tokens.tail import shorten
from detectors.tokens.token_words import BLANK, JOINING, SUFFIX, TokenWords


@dataclass(slots=True)
class _Reading:
    """A token that is read word by word.

    Attributes
    ----------
    index, watch, cut
        Which text, who follows it, and the words of the token.
    joins
        Whether the first word goes on with the one before the token.
    place
        The word that comes next.
    """

    index: int
    watch: LogisticWatch
    cut: TokenWords
    joins: bool
    place: int = 0


@dataclass(slots=True)
class _Following:
    """A token whose words are found one after the other, and the context of the one that is being scored."""

    index: int
    watch: LogisticWatch
    steps: Steps
    context: int = -1


class Step:
    """Pushes one token into each of many watches.

    Parameters
    ----------
    batch
        The detector.
    count
        How many watches.

    Attributes
    ----------
    decided
        For each, whether its boundary is there.
    """

    def __init__(self, batch: LogisticBatch, count: int) -> None:
        self._batch = batch
        self._threshold = batch.threshold
        self.decided = [False] * count
        self._readings: list[_Reading | _Following] = []
        self._words: list[int] = []

    def begin(self, index: int, watch: LogisticWatch, cut: TokenWords) -> bool:
        """Take up a token; return False where it is not cut as `cut` says."""
        if cut.kind >= JOINING and watch.is_open:
            if not cut.letters and ("'" in watch.text or "’" in watch.text):
                return False
            watch.pushed += 1
            self._join(index, watch, cut)
            return True
        if cut.kind == SUFFIX:
            return False
        watch.pushed += 1
        if watch.is_held:
            # The word that might have grown is closed: it is of the other kind.
            watch.boundary = watch.settled
            self.decided[index] = True
        elif cut.kind == BLANK:
            _add_blank(watch, cut)
        else:
            self._start(index, watch, cut)
        return True

    def follow(self, index: int, watch: LogisticWatch, text: str, pending: bytes) -> None:
        """Take up a token whose words are found as `Rule` says."""
        self._ask(_Following(index, watch, watch.steps(text, pending)), None)

    def _ask(self, following: "_Following", answer: tuple[float, int] | None) -> None:
        """Take up the next word of such a token."""
        watch = following.watch
        try:
            asked = next(following.steps) if answer is None else following.steps.send(answer)
        except StopIteration as stopped:
            self.decided[following.index] = watch.take(stopped.value)
            return
        following.context = asked[0]
        position = asked[0] + 1
        self._words += (watch.row, position, self._batch.lexemes[asked[2]], gap_flags(asked[1], position))
        self._readings.append(following)

    def _join(self, index: int, watch: LogisticWatch, cut: TokenWords) -> None:
        watch.text += cut.words[0][0]
        number = self._batch.lexemes[watch.text]
        self._words += (watch.row, watch.position, number, watch.flags)
        self._readings.append(_Reading(index, watch, cut, True))

    def _start(self, index: int, watch: LogisticWatch, cut: TokenWords) -> None:
        watch.position += 1
        watch.text, number, gap, flags = cut.words[0]
        if watch.gap or watch.position == 0:
            watch.gap_before = shorten(watch.gap + gap)
            watch.flags = gap_flags(watch.gap_before, watch.position)
            watch.gap = ""
        else:
            watch.gap_before, watch.flags = gap, flags
        if not watch.has_blanks:
            watch.settled = watch.pushed - 1
        watch.has_blanks = False
        self._words += (watch.row, watch.position, number, watch.flags)
        self._readings.append(_Reading(index, watch, cut, False))

    def read(self) -> None:
        """Score the words that were taken up, and then those that follow them in their tokens."""
        while readings := self._readings:
            scores = self._batch.score(self._words)
            self._readings, self._words = [], []
            for reading, score in zip(readings, scores, strict=True):
                if isinstance(reading, _Reading):
                    self._judge(reading, score)
                else:
                    self._ask(reading, (score, reading.context + 1))

    def _judge(self, reading: _Reading, score: float) -> None:
        watch, cut, place = reading.watch, reading.cut, reading.place
        watch.score = score
        style = watch.rule.style
        is_last = place + 1 == len(cut.words)
        # A token is never cut: what begins inside it begins with it, unless it began with blanks before it.
        begins = watch.pushed - 1 if place and reading.joins else watch.settled
        watch.is_held = False
        if style is not None and (score >= self._batch.threshold) is not style:
            watch.is_held = (
                is_last
                and cut.is_open
                and style
                and watch.rule.reader.may_grow(watch.position - 1, watch.gap_before, watch.text)
            )
            if not watch.is_held:
                watch.boundary = begins
                self.decided[reading.index] = True
                return
        if is_last:
            watch.is_open, watch.gap = cut.is_open, cut.trail
            watch.settled = begins if cut.is_open else watch.pushed
            return
        watch.text, number, watch.gap_before, watch.flags = cut.words[place + 1]
        watch.position += 1
        reading.place += 1
        self._words += (watch.row, watch.position, number, watch.flags)
        self._readings.append(reading)


def _add_blank(watch: LogisticWatch, cut: TokenWords) -> None:
    """Add white space."""
    if not cut.is_level:
        watch.settled = watch.pushed
        watch.has_blanks = False
    elif not watch.has_blanks:
        watch.settled = watch.pushed - 1
        watch.has_blanks = True
    watch.gap = shorten(watch.gap + cut.trail) if watch.gap else cut.trail
    watch.is_open = False
