from analysis.annotation import faults
from detectors.errors import EndpointError, TessyError


def leaves(kind):
    return [leaf for child in kind.__subclasses__() for leaf in leaves(child)] or [kind]


def test_every_fault_is_an_error_of_tessy_that_exits_with_one():
    for kind in leaves(faults.AnnotationError):
        assert issubclass(kind, TessyError)
        assert (kind.exit_code, bool(kind.__doc__)) == (1, True)
    assert all(issubclass(kind, EndpointError) for kind in leaves(faults.NoAnswerError))


def test_the_documentation_names_every_fault(checkout):
    page = (checkout / "docs" / "annotation.md").read_text(encoding="utf-8")
    assert [kind.__name__ for kind in leaves(faults.AnnotationError) if f"`{kind.__name__}`" not in page] == []
