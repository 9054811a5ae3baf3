#!/usr/bin/python3
"""What Python's email library makes of a message: report.py FILE EXPRESSION prints it.  m: the message; text: what people
read; status: the fields of message/delivery-status, one dictionary a block; original: the last part's text."""
import email
import email.policy
import sys

m = email.message_from_binary_file(open(sys.argv[1], "rb"), policy=email.policy.default)
parts = list(m.iter_parts()) if m.is_multipart() else []
text = (parts[0] if parts else m).get_content()
status = [dict(block.items()) for block in parts[1].get_payload()] if len(parts) > 1 else []
original = parts[2].as_string() if len(parts) > 2 else ""
print(eval(sys.argv[2]))
