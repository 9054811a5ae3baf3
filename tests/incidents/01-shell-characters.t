#!/bin/bash
# OpenSMTPD CVE-2020-7247: a local part that a shell would obey, an empty domain
exec tests/wire/dialogue tests/incidents/01-shell-characters.dlg
