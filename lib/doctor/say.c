#include "base/json.h"
#include "doctor/doctor.h"
#include "log/log.h"

static const char *const states[][2] = {
  [DOCTOR_WELL] = {"accepted", "受け付けられます"}, [DOCTOR_WARN] = {"accepted, with a remark", "受け付けられますが、注意点があります"},
  [DOCTOR_DELAYED] = {"delayed", "待機になります"}, [DOCTOR_FAILED] = {"fails", "失敗します"}};

static const char *const evidence_word[] = {"evidence", "根拠"};

static enum message_id message_for(const struct doctor_finding *f) { return f->remark ? f->remark : cause_name(f->cause)->id; }

static bool says_something(const struct doctor_finding *f) { return f->state != DOCTOR_WELL; }

/* What a stranger said, as the log would write it. */
static void put_evidence(stralloc *out, struct bytes evidence, enum language lang) {
  struct log_line l = {0};
  if (!evidence.n)
    return;
  log_field(&l, "", evidence);
  sa_catf(out, "  %s: %.*s\n", evidence_word[lang], (int)(l.n - 2), l.s + 2);
}

void doctor_put_address(stralloc *out, const struct doctor_finding *f) {
  sa_catb(out, f->addr.s, f->addr.n);
  if (f->via.n)
    sa_catf(out, " -> %.*s", (int)f->via.n, f->via.s);
}

void doctor_put_finding(stralloc *out, const struct doctor_finding *f, enum language lang) {
  sa_cats(out, "= ");
  doctor_put_address(out, f);
  sa_catf(out, ": %s", states[f->state][lang]);
  if (says_something(f)) {
    enum message_id id = message_for(f);
    bool caused = f->cause != CAUSE_NONE;
    sa_catf(out, ": %s%s%s (%s%s%s)", caused ? cause_manual(f->cause) : "", caused ? " " : "", explanation_of(id)->text[lang], message_of(id)->id, caused ? " " : "", caused ? cause_class_name(f->cause) : "");
  }
  sa_catc(out, '\n');
  put_evidence(out, f->evidence, lang);
  if (says_something(f))
    explanation_write(out, message_for(f), lang);
}

static void put_explanation(stralloc *out, enum message_id id, enum language lang) {
  const struct explanation *e = explanation_of(id);
  json_member(out, "id", bytes_str(message_of(id)->id));
  json_member(out, "text", bytes_str(e->text[lang]));
  json_member(out, "explanation", bytes_str(e->cause[lang]));
  json_member(out, "remedy", bytes_str(e->remedy[lang]));
}

void doctor_put_finding_json(stralloc *out, const struct doctor_finding *f, enum language lang) {
  static const char *const names[] = {"accepted", "warning", "delayed", "failed"};
  json_open(out, '{');
  json_member(out, "address", f->addr);
  if (f->via.n)
    json_member(out, "via", f->via);
  json_member_bool(out, "own", f->own);
  json_member(out, "state", bytes_str(names[f->state]));
  json_member(out, "evidence", f->evidence);
  if (says_something(f)) {
    json_member(out, "cause", bytes_str(f->cause != CAUSE_NONE ? cause_class_name(f->cause) : ""));
    json_member(out, "manual", bytes_str(f->cause != CAUSE_NONE ? cause_manual(f->cause) : ""));
    put_explanation(out, message_for(f), lang);
  }
  json_close(out, '}');
  sa_catc(out, '\n');
}

void doctor_put_pattern(stralloc *out, const struct doctor_finding *f, size_t count, enum language lang) {
  doctor_put_remark(out, doctor_pattern_message(doctor_infer(f, count)), bytes_of("", 0), lang);
}

void doctor_put_pattern_json(stralloc *out, const struct doctor_finding *f, size_t count, enum language lang) {
  enum doctor_pattern p = doctor_infer(f, count);
  json_open(out, '{');
  json_member(out, "pattern", bytes_str(doctor_pattern_name(p)));
  put_explanation(out, doctor_pattern_message(p), lang);
  json_close(out, '}');
  sa_catc(out, '\n');
}

/* --- this server as its peers see it --- */

enum doctor_state doctor_state_of(enum message_id id) {
  char letter = message_of(id)->id[5];
  return letter == 'E' ? DOCTOR_FAILED : letter == 'W' ? DOCTOR_WARN : DOCTOR_WELL;
}

static const char *setting_of(struct bytes ip) { return memchr(ip.s, ':', ip.n) ? "remote_source_ipv6" : "remote_source_ipv4"; }

void doctor_put_source(stralloc *out, const struct doctor_source *s, enum language lang) {
  static const char *const from[] = {"this server sends from ", "このサーバの送信元: "}, *const seen[] = {", seen as ", "、外からは "};
  static const char *const system[] = {"chosen by the system", "OS が選択"}, *const form[] = {"%s%.*s (%s)", "%s%.*s(%s)"};
  sa_catf(out, form[lang], from[lang], (int)s->ip.n, s->ip.s, s->configured ? setting_of(s->ip) : system[lang]);
  if (s->seen_as.n)
    sa_catf(out, "%s%.*s (public_address)", seen[lang], (int)s->seen_as.n, s->seen_as.s);
  sa_catc(out, '\n');
}

void doctor_put_source_json(stralloc *out, const struct doctor_source *s) {
  json_open(out, '{');
  json_member(out, "source", s->ip);
  json_member(out, "chosen_by", bytes_str(s->configured ? setting_of(s->ip) : "system"));
  if (s->seen_as.n)
    json_member(out, "seen_as", s->seen_as);
  json_close(out, '}');
  sa_catc(out, '\n');
}

void doctor_put_remark(stralloc *out, enum message_id id, struct bytes evidence, enum language lang) {
  sa_catf(out, "= %s (%s)\n", explanation_of(id)->text[lang], message_of(id)->id);
  if (evidence.n)
    sa_catf(out, "  %s: %.*s\n", evidence_word[lang], (int)evidence.n, evidence.s);
  explanation_write(out, id, lang);
}

void doctor_put_remark_json(stralloc *out, enum message_id id, struct bytes evidence, enum language lang) {
  static const char *const names[] = {"good", "doubtful", "", "bad"};
  json_open(out, '{');
  json_member(out, "reputation", bytes_str(names[doctor_state_of(id)]));
  json_member(out, "evidence", evidence);
  put_explanation(out, id, lang);
  json_close(out, '}');
  sa_catc(out, '\n');
}
