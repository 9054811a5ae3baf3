#!/bin/bash
# Postfix 2026: +00 and line ends in ENVID and ORCPT
exec tests/wire/dialogue tests/incidents/19-xtext.dlg
