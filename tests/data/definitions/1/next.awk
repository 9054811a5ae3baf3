# What a set of version 1 means (tests/meaning.py), in the words of version 2.
/^conf s:ipv6_out=/ { sub(/ipv6_out/, "remote_ipv6") }
/^conf s:source_address=/ {
  v4 = v6 = ""
  n = split(substr($0, index($0, "=") + 1), word, " ")
  for (i = 1; i <= n; i++) if (word[i] ~ /:/) v6 = word[i]; else v4 = word[i]
  print "conf s:remote_source_ipv4=" v4
  $0 = "conf s:remote_source_ipv6=" v6
}
{ print }
