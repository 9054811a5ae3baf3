#!/bin/bash
# user-edit: users and aliases are changed, the change is in force before it returns, what would be faulty is refused.
. tests/lib.sh
. tests/conf.sh
plan 71
home=$T/home
make_home "$home" example.jp taro:x || { echo "Bail out! no home"; exit 1; }
export WIZ98_HOME=$home
edit() { "$BIN/user-edit" "$@"; }
with() { local line=$1; shift; printf '%s\n' "$line" | edit "$@"; }
fits() { perl -e 'exit(crypt($ARGV[1], $ARGV[0]) ne $ARGV[0])' -- "$(sed -nE "s/^$1: ([^ 	]*).*/\1/p" "$home/conf/users")" "$2"; }
in_force() { edit list | grep -q "^$1[ :]"; }
files() { cat "$home/conf/users" "$home/conf/aliases" "$home/conf/domains"; readlink "$home/run/conf"; }

# --- add
exits 0 "a user is added" with himitsu add hanako
like "$(cat "$T/err")" 'User added \(US301I\): user=hanako@example.jp mailbox=mail/example.jp/hanako' "and that is said, with the mailbox"
fits hanako@example.jp himitsu; ok $? "the hash is that of the password"
like "$(grep hanako "$home/conf/users")" '^hanako@example\.jp: \$y\$' "it is yescrypt"
in_force hanako@example.jp; ok $? "the user is in force"
is "$(stat -c %a "$home/conf/users" "$home/mail/example.jp/hanako"/{,cur,new,tmp,wiz98.tmp} | tr '\n' ' ')" "600 700 700 700 700 700 " "users file and mailbox are the owner's alone"
! grep -rq himitsu "$home"; ok $? "the password itself is nowhere"
printf 'with spaces at both ends \r\nsecond line\n' | edit add jiro 2>/dev/null
fits jiro@example.jp 'with spaces at both ends '; ok $? "a password is a whole line, blanks kept, the line end not"
printf 'no-line-end' | edit add saburo@EXAMPLE.JP 2>/dev/null
fits saburo@example.jp no-line-end; ok $? "the last line may lack its end; the domain is written in lower case"
exits 0 "--quota and --hash" edit add shiro --quota 500m --hash "$(cheap_hash four)" </dev/null
like "$(edit list)" 'shiro@example.jp  quota=524288000  mail/example.jp/shiro' "list shows the quota in bytes"
exits 0 "a name that looks like an option, behind --" with x add -- -dash-
exits 100 "a user who is there already is refused" with x add HANAKO@example.jp
like "$(cat "$T/err")" 'US103E' "with the reason"

before=$(files)
refused() { local id=$1 text=$2; shift 2; exits 100 "$text" "$@"; like "$(cat "$T/err") $(files | md5sum)" "$id.* $(md5sum <<<"$before")" "$text: $id, nothing changed"; }
refused US101E "a domain that is not ours" with x add hanako@elsewhere.example
like "$(cat "$T/err")" 'conf/users:[0-9]+: .*\(CF152E\)' "the refusal shows the fault with file and line"
refused US102E "no address" with x add 'ha nako@example.jp'
refused US102E "an address with a colon would be read as something else" with x add 'a:b@example.jp'
refused US102E "a line end in an address" with x add $'a@example.jp\nroot@example.jp: x'
refused US101E "a name that leads out of the mailboxes" with x add '../../etc@example.jp'
refused US108E "no password" edit add goro </dev/null
refused US108E "an empty password" with '' add goro
refused US108E "a password longer than crypt takes" with "$(printf '%0600d' 0)" add goro
refused US109E "a hash that is none" edit add goro --hash secret
refused US110E "a quota that is none" with x add goro --quota '5m evil'
is "$(ls "$home/mail/example.jp" | tr '\n' ' ')" "-dash- hanako jiro saburo shiro taro " "no mailbox of a refused user"

# --- passwd: comments, order, options stay
cat >"$home/conf/users" <<END
# our people
taro@example.jp: $(cheap_hash x)	quota=5m   # the boss
  Hanako:   $(cheap_hash y)

# the end
END
exits 0 "a new password" with shin passwd hanako@example.jp
is "$(sed 's/\$y\$[^ ]*/HASH/; s/\$6\$[^ \t]*/OLD/' "$home/conf/users")" "# our people
taro@example.jp: OLD	quota=5m   # the boss
  Hanako:   HASH

# the end" "only the hash is changed: comments, order and form stay"
with neu passwd taro 2>/dev/null
like "$(grep taro "$home/conf/users")" '^taro@example\.jp: \$y\$[^ 	]*	quota=5m   # the boss$' "options and the comment behind an entry stay"
fits taro@example.jp neu; ok $? "the new password fits"
edit passwd taro --quota 7m --hash "$(cheap_hash x)" 2>/dev/null
like "$(edit list)" 'taro@example.jp  quota=7340032' "--quota replaces the quota"
exits 100 "passwd of nobody" with x passwd nobody
like "$(cat "$T/err")" US105E "says that there is no such user"

# --- aliases
exits 0 "an alias" edit alias info taro hanako someone@elsewhere.example
like "$(edit list)" 'info@example.jp: taro@example.jp hanako@example.jp someone@elsewhere.example' "is in force, its targets completed"
exits 0 "the same alias again" edit alias info taro
is "$(grep -c ^info "$home/conf/aliases") $(grep ^info "$home/conf/aliases")" "1 info@example.jp: taro" "replaces the targets"
exits 0 "a catch-all" edit alias @example.jp taro
in_force @example.jp; ok $? "is in force"
edit unalias @example.jp 2>/dev/null
before=$(files)
refused US101E "a target that is not there" edit alias sales nobody
refused US101E "an alias in a circle" edit alias a a@example.jp
refused US102E "a target with a blank" edit alias sales 'taro hanako'
refused US106E "unalias of nothing" edit unalias sales
refused US101E "postmaster must stay" edit unalias postmaster
exits 0 "unalias" edit unalias info
in_force info@example.jp; is $? 1 "the alias is gone"

# --- remove
refused() { exits 100 "$2" "${@:3}"; like "$(cat "$T/err")" "$1" "$2: $1"; }
refused CF165E "a user whom an alias needs cannot be removed" edit remove taro
exits 0 "another can" edit remove hanako
like "$(cat "$T/err")" 'US303I.*mailbox=mail/example.jp/hanako' "and the mailbox is named"
in_force hanako@example.jp; is "$? $([ -d "$home/mail/example.jp/hanako/new" ]; echo $?)" "1 0" "the user is gone, the mailbox is there"

# --- list --json, a set that is faulty already, nothing in force
edit list --json | python3 -c 'import json, sys; d = json.load(sys.stdin); assert d["users"][0] == {"address": "taro@example.jp", "mailbox": "mail/example.jp/taro", "quota": 7340032}; assert d["aliases"] == [{"address": "postmaster@example.jp", "targets": ["taro@example.jp"]}]'
ok $? "list --json"
echo 'smtp_prot = 25' >"$home/conf/settings"
exits 100 "while the set has faults nothing is changed" with x add rokuro
like "$(cat "$T/err")" 'conf/settings:1: .*smtp_port' "and the fault is shown"
: >"$home/conf/settings"
for i in 1 2 3 4 5 6; do with x add "many$i" --hash "$(cheap_hash x)" 2>/dev/null & done
wait
is "$(edit list | grep -c ^many)" 6 "six at once: all of them are in force"
exits 100 "an unknown verb is refused" edit frob
