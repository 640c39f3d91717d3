"""Where the notebooks and the teaching company's tables lie: in a checkout, or inside the installed package."""

from pathlib import Path

from crmlib.errors import CrmError

PACKAGE = Path(__file__).resolve().parent
INSTALLED_COPY = PACKAGE / "_data"


def _first_with(name, pattern):
    for folder in (PACKAGE.parent / name, INSTALLED_COPY / name):
        if any(folder.glob(pattern)):
            return folder
    raise CrmError(f"There is no folder '{name}' in this installation of crmlib; install it again.")


def default_data():
    """Return the folder with the teaching company's tables.

    Returns: pathlib.Path. Raises: CrmError when the installation has none.
    """
    return _first_with("datasets", "*.csv")


def default_notebooks():
    """Return the folder with the chapter notebooks.

    Returns: pathlib.Path. Raises: CrmError when the installation has none.
    """
    return _first_with("notebooks", "*.ipynb")


def find_data(source):
    """Find the data folder a notebook names, wherever the notebook was started.

    Looks at the path as given, then beside every parent of the working folder; the plain name "datasets" that is
    found nowhere means the teaching company.
    Returns: pathlib.Path. Raises: CrmError that names the folder.
    """
    given = Path(source).expanduser()
    candidates = [given] if given.is_absolute() else [base / given for base in (Path.cwd(), *Path.cwd().parents)]
    for folder in candidates:
        if folder.is_dir():
            return folder.resolve()
    if str(source) == "datasets":
        return default_data()
    raise CrmError(f"There is no folder '{source}' here or above {Path.cwd()}; give the path of a folder of tables.")
