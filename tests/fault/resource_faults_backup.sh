#!/usr/bin/env bash
# One call of the product to the system fails in a backup - memory, files, pipes, the registry, processes -
# in the DLL or in its broker: the caller is told a documented code, nothing is left, the next one
# works. Of all calls some, or all in a long run.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../lab/testlib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lab/testlib.sh"
# shellcheck source-path=SCRIPTDIR source=../integration/lib/backup.sh
. "$ROOT/tests/integration/lib/backup.sh"
# shellcheck source-path=SCRIPTDIR source=lib/fault.sh
. "$ROOT/tests/fault/lib/fault.sh"

prefix=$(test_prefix dc)
make_lab --generate --db-drive D --log-drive D --chk-drive D # a small volume: quick copies
program_folder programs64 64 >/dev/null
program_folder programs32 32 >/dev/null
resources 64 backup 16
resources 32 backup 4
