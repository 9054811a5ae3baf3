#!/bin/bash
# Exim "21Nails": parameters of MAIL and RCPT in every odd form are refused, and change nothing
exec tests/wire/dialogue tests/incidents/08-parameters.dlg
