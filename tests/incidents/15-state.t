#!/bin/bash
# Postfix 2026: after a refused end of data, a refused DATA, BDAT or VRFY nothing of the transaction is believed or lost wrongly
exec tests/wire/dialogue tests/incidents/15-state.dlg
