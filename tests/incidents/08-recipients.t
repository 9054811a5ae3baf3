#!/bin/bash
# Exim CVE-2020-28023 and its like: a million recipients with a small limit: answered, not kept, sent away
exec tests/wire/dialogue tests/incidents/08-recipients.dlg
