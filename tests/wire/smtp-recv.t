#!/bin/bash
# smtp-recv: every dialogue of tests/wire/smtp.
# waits 10 s in all for time limits
exec tests/wire/dialogue tests/wire/smtp/*.dlg
