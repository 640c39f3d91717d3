"""What a survey did not ask for, said in one sentence; the chapter goes on."""

from crmlib.old.figures import Notice


def without_constructs(model, *names):
    """The sentence that says which construct a survey did not ask for, or None."""
    missing = [name.replace("_", " ") for name in names if name not in model.constructs.index]
    return Notice(f"Left out: this survey has no questions on {missing[0]}.") if missing else None
