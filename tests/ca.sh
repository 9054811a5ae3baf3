# tests/ca.sh: an authority for tests, made by the openssl command.  Source it after tests/lib.sh, then call ca_make.
#
#   ca_make                        $T/ca/ca.pem; programs that use OpenSSL trust it with SSL_CERT_FILE=$T/ca/ca.pem
#   certificate FILE NAME… [-- START END]   $T/ca/FILE.pem: key, certificate for the NAMEs (IP:ADDRESS for addresses),
#                                  issued by the authority; valid from START to END (YYYYMMDDHHMMSSZ), by default now
#                                  CA_USAGE=clientAuth in front: for nothing but that
#   self_signed FILE NAME          the same, signed by itself
CA=$T/ca

ca_make() {
  mkdir -p "$CA/new"
  : >"$CA/index"
  cat >"$CA/config" <<CONFIG
[ca]
default_ca = own
[own]
new_certs_dir = $CA/new
database = $CA/index
rand_serial = yes
unique_subject = no
certificate = $CA/ca.pem
private_key = $CA/ca.key
default_md = sha256
default_days = 30
policy = any
copy_extensions = copy
[any]
commonName = supplied
CONFIG
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$CA/ca.key" -out "$CA/ca.pem" -subj "/CN=Test Authority" -days 30 2>"$CA/log" || diag "openssl: $(cat "$CA/log")"
}

ca_names() {
  local name list=
  for name; do
    case $name in IP:*) ;; *) name=DNS:$name ;; esac
    list=$list${list:+,}$name
  done
  echo "$list"
}

certificate() {
  local file=$1 names=() dates=()
  shift
  while [ $# -gt 0 ] && [ "$1" != -- ]; do names+=("$1"); shift; done
  [ $# = 3 ] && dates=(-startdate "$2" -enddate "$3")
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$CA/$file.key" -out "$CA/$file.csr" -subj "/CN=${names[0]#IP:}" -addext "subjectAltName=$(ca_names "${names[@]}")" ${CA_USAGE:+-addext "extendedKeyUsage=$CA_USAGE"} 2>>"$CA/log" \
    && openssl ca -batch -config "$CA/config" -in "$CA/$file.csr" -out "$CA/$file.crt" -notext "${dates[@]}" 2>>"$CA/log" \
    && cat "$CA/$file.key" "$CA/$file.crt" >"$CA/$file.pem" || diag "openssl: $(tail "$CA/log")"
}

self_signed() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$CA/$1.key" -out "$CA/$1.crt" -subj "/CN=$2" -addext "subjectAltName=$(ca_names "$2")" -days 30 2>>"$CA/log" \
    && cat "$CA/$1.key" "$CA/$1.crt" >"$CA/$1.pem" || diag "openssl: $(tail "$CA/log")"
}
