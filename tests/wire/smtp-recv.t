#!/bin/bash
# smtp-recv: every dialogue of tests/wire/smtp.
exec tests/wire/dialogue tests/wire/smtp/*.dlg
