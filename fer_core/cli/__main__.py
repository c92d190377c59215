"""`python -m fer_core.cli`, where the `fer` command is not on the path."""

import sys

from fer_core.cli import main

sys.exit(main())
