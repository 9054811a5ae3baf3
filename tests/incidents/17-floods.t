#!/bin/bash
# Postfix 2026: a flood of tiny commands is served in bounded memory
exec tests/wire/dialogue tests/incidents/17-floods.dlg
