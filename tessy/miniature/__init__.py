"""The embedded pair: two tiny models that differ in style, skill and vocabulary, and the world they speak of.

Everything is known here: every answer is checked by a program (`check`), and the truth about style is exact
(`style_spans`). Importing this loads no torch; ``python -m tessy.miniature.train`` made the models.
"""

from pathlib import Path

from tessy.miniature.world import Question, Task, answer_of, check, questions, style_spans

_MODELS = Path(__file__).parent / "models"


def student_path() -> Path:
    """Return the folder of the shipped student, in Hugging Face format."""
    return _MODELS / "student"


def teacher_path() -> Path:
    """Return the folder of the shipped teacher (the dense one), in Hugging Face format."""
    return _MODELS / "teacher"


__all__ = ["Question", "Task", "answer_of", "check", "questions", "student_path", "style_spans", "teacher_path"]
