#!/bin/bash
# auth-check as any program that speaks the checkpassword interface calls it.
. tests/pop3.sh
plan 31

H=$T/home
pop3_home "$H" "p:yes@example.test=$(crypted pw '$y$j9T$saltsaltsaltsalt$')" "p:md5@example.test=$(crypted pw '$1$saltsalt$')" \
  'p:locked@example.test=!' 'p:star@example.test=*' 'p:empty@example.test=' 'p:odd@example.test=$9$nonsense$x' "p:des@example.test=$(crypted pw ab)"
export WIZ98_HOME=$H

# check USER PASSWORD [PROGRAM…]
check() {
  local user=$1 pass=$2
  shift 2
  printf '%s\0%s\0%s\0' "$user" "$pass" 1700000000 >"$T/in"
  "$BIN/auth-check" "${@:-true}" 3<"$T/in" </dev/null
}
raw() { printf "$1" >"$T/in"; "$BIN/auth-check" true 3<"$T/in"; }

exits 0 "the right password" check taro@example.test pw
exits 1 "a wrong one" check taro@example.test wrong
like "$(cat "$T/err")" 'AU004I .*user=taro@example.test' "… the log says that the password was wrong"
unlike "$(cat "$T/err")" 'wrong[^_ ]*pw|=wrong' "… and not which"
exits 1 "an unknown user" check nobody@example.test pw
like "$(cat "$T/err")" 'AU003I .*user=nobody@example.test' "… the log says that there is no such user"
exits 0 "a name is completed with the first domain" check taro pw
exits 0 "case of the name does not matter" check Taro@Example.TEST pw
exits 1 "case of the password does" check taro PW
exits 1 "an empty password" check taro ''
exits 1 "an empty name" check '' pw
exits 1 "a prefix of the password" check taro p
exits 1 "a longer password" check taro pww
exits 0 "yescrypt" check yes pw
exits 1 "yescrypt, wrong" check yes no
exits 0 "an old MD5 hash" check md5 pw
exits 0 "a DES hash of old" check des pw
for user in locked star empty odd; do exits 1 "no login with the hash of $user" check $user pw; done
like "$(check locked '!' 2>&1)" AU005I "… the log says that the hash is of no use"

check taro pw sh -c 'echo "user=$USER 3=$([ -e /proc/self/fd/3 ] && echo open)"' >"$T/out" 2>&1
is "$(cat "$T/out")" "user=taro@example.test 3=" "the program gets USER, and not descriptor 3"
exits 7 "its exit code is the program's" check taro pw sh -c 'exit 7'
exits 111 "a program that does not exist" check taro pw "$T/none"
exits 2 "no program named" "$BIN/auth-check" 3</dev/null
exits 2 "no descriptor 3" "$BIN/auth-check" true 3<&-
exits 2 "only a name" raw 'taro\0'
exits 2 "too much input" raw "taro\\0$(printf 'a%.0s' {1..1100})\\0x\\0"

mv "$H/run/generations/1/auth.cdb" "$T/"
exits 111 "without auth.cdb it is a temporary failure" check taro pw
mv "$T/auth.cdb" "$H/run/generations/1/"

# An unknown user costs what a wrong password costs: the least CPU time is within a factor of two (what a busy machine adds
# to wall time tells nothing).
hash=$(crypted pw '$y$j9T$saltsaltsaltsalt$')
pop3_home "$T/yescrypt" "p:taro@example.test=$hash" "p:hanako@example.test=$hash"
WIZ98_HOME=$T/yescrypt
cost() { python3 - "$BIN/auth-check" "$1" <<'PY'
import os, resource, subprocess, sys, tempfile
program, user = sys.argv[1:]
def cpu():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
times = []
for i in range(9):
    with tempfile.TemporaryFile() as f:
        f.write(user.encode() + b"\0wrong\0x\0"); f.seek(0)
        begin = cpu()
        p = subprocess.run([program, "true"], preexec_fn=lambda: (os.dup2(f.fileno(), 3), os.set_inheritable(3, True)), close_fds=False, stderr=subprocess.DEVNULL)
        times.append(cpu() - begin)
        assert p.returncode == 1
print(int(min(times) * 1e6))
PY
}
known=$(cost taro@example.test) unknown=$(cost nobody@example.test)
diag "wrong password ${known} us, unknown user ${unknown} us"
[ "$unknown" -gt $((known / 2)) ] && [ "$unknown" -lt $((known * 2)) ]
ok $? "an unknown user costs what a wrong password costs"
