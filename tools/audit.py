"""Looks for known faults of the packages that are installed here, with pip-audit.

Where the list of faults cannot be reached, that is said in one line, and is no failure.

Usage:

    make audit
"""

import subprocess
import sys
import urllib.error
import urllib.request

LIST = "https://api.osv.dev"
"""Where pip-audit asks, a service of the Open Source Vulnerabilities project."""

_PATIENCE = 10  # seconds


def main() -> int:
    """Runs pip-audit; returns its exit status, or 0 where it cannot ask."""
    try:
        urllib.request.urlopen(LIST, timeout=_PATIENCE).close()
    except urllib.error.HTTPError:
        pass  # It answers; there is only no page at that address.
    except OSError as error:
        print(f"{LIST}: cannot be reached ({error}); nothing is audited")
        return 0
    command = ["pip_audit", "--vulnerability-service", "osv", "--skip-editable"]
    command += ["--progress-spinner", "off"]
    return subprocess.run([sys.executable, "-m", *command], check=False).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
