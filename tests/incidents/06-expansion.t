#!/bin/bash
# Exim CVE-2019-10149: a recipient with an expansion is a name like any other
exec tests/wire/dialogue tests/incidents/06-expansion.dlg
