#include <stdio.h>

#include "base/date.h"
#include "base/json.h"
#include "checks/checks.h"

static const struct { const char *name, *title[2]; } questions[CHECK_QUESTIONS] = {
  [MACHINE] = {"machine", {"The machine", "サーバ機"}},
  [Q1] = {"Q1", {"Is the server abused as a relay?", "中継に悪用されていないか"}},
  [Q2] = {"Q2", {"Can mail be sent?", "メールを送れるか"}},
  [Q2_3] = {"Q2-3", {"\"550 Relay does not accept\"", "「550 Relay does not accept」"}},
  [Q3] = {"Q3", {"Does mail from other servers arrive?", "外部からのメールが届くか"}},
  [Q4] = {"Q4", {"Do the services run, are the ports ours?", "サービスが動き、ポートを使えているか"}},
  [Q5] = {"Q5", {"What does the error log say?", "エラーログの内容"}},
  [Q6] = {"Q6", {"How much is logged?", "ログの詳しさ"}},
  [Q7] = {"Q7", {"Do programs and definition files fit together?", "プログラムと定義ファイルが合っているか"}},
  [Q8] = {"Q8", {"What waits in the queue?", "キューで待っているメール"}},
  [Q9] = {"Q9", {"Has a program crashed?", "プログラムが異常終了していないか"}},
  [Q10] = {"Q10", {"Does POP before SMTP work?", "POP before SMTP が働くか"}},
};

static const struct { const char *name, *word[2]; } results[] = {
  [CHECK_PASS] = {"PASS", {"ok", "正常"}},
  [CHECK_CANNOT_TELL] = {"CANNOT-TELL", {"cannot tell", "判定不能"}},
  [CHECK_WARN] = {"WARN", {"warning", "注意"}},
  [CHECK_FAIL] = {"FAIL", {"FAILS", "異常"}},
};

enum phrase { EVIDENCE, CAUSE, REMEDY, ALL_WELL, TO_MEND, TO_WATCH, UNKNOWN, TOTAL, NEED };
static const char *const phrases[][2] = {
  [EVIDENCE] = {"evidence", "根拠"},
  [CAUSE] = {"cause", "原因"},
  [REMEDY] = {"remedy", "対処"},
  [ALL_WELL] = {"No fault was found.", "異常は見つかりませんでした。"},
  [TO_MEND] = {"To be mended, in this order:", "次の順に対処してください:"},
  [TO_WATCH] = {"Worth a look:", "注意が必要な点:"},
  [UNKNOWN] = {"Could not be told:", "判定できなかった項目:"},
  [TOTAL] = {"%u ok, %u warnings, %u failed, %u could not be told", "正常 %u、注意 %u、異常 %u、判定不能 %u"},
  [NEED] = {"first %s (%s) must be good", "先に %s(%s)が正常である必要があります"},
};

const char *check_question_name(enum check_question q) { return questions[q].name; }
const char *check_result_name(enum check_result r) { return results[r].name; }

static void put_evidence(stralloc *out, const struct check_finding *f) {
  sa_catb(out, f->evidence.s, f->evidence.len);
  sa_cats(out, f->evidence.len ? " when=" : "when=");
  date_iso(out, f->time);
}

static void put_cause(stralloc *out, const struct check_finding *f, enum language lang) {
  char text[300];
  if (f->missing) {
    snprintf(text, sizeof text, phrases[NEED][lang], check_rows[f->missing].id, check_rows[f->missing].title[lang]);
    sa_cats(out, text);
  } else if (f->message)
    check_fill(out, explanation_of(f->message)->cause[lang], bytes_sa(&f->evidence));
}

static void put_remedy(stralloc *out, const struct check_finding *f, enum language lang) {
  if (f->message && !f->missing)
    check_fill(out, explanation_of(f->message)->remedy[lang], bytes_sa(&f->evidence));
}

/* --- text --- */

static void put_line(stralloc *out, enum phrase p, enum language lang, const stralloc *value) {
  if (value->len)
    sa_catf(out, "    %s: %.*s\n", phrases[p][lang], (int)value->len, value->s);
}

static void put_heading(stralloc *out, enum check c, const struct check_finding *f, enum language lang) {
  sa_catf(out, "  %s %s", check_rows[c].id, check_rows[c].title[lang]);
  if (f->message && !f->missing)
    sa_catf(out, ": %s (%s)", explanation_of(f->message)->text[lang], message_of(f->message)->id);
  sa_catc(out, '\n');
}

static void put_whole(stralloc *out, enum check c, const struct check_finding *f, enum language lang) {
  stralloc part = {0};
  put_heading(out, c, f, lang);
  put_evidence(&part, f);
  put_line(out, EVIDENCE, lang, &part);
  part.len = 0;
  put_cause(&part, f, lang);
  put_line(out, CAUSE, lang, &part);
  part.len = 0;
  put_remedy(&part, f, lang);
  put_line(out, REMEDY, lang, &part);
  stralloc_free(&part);
}

void check_list(stralloc *out, const struct check_finding *f, enum check_result result, const bool *chosen, enum language lang) {
  static const enum phrase titles[] = {[CHECK_PASS] = ALL_WELL, [CHECK_CANNOT_TELL] = UNKNOWN, [CHECK_WARN] = TO_WATCH, [CHECK_FAIL] = TO_MEND};
  bool any = false;
  for (int c = CHECK_NONE + 1; c < CHECK_COUNT; c++)
    if (f[c].result == result && (!chosen || chosen[c])) {
      if (!any)
        sa_catf(out, "%s\n", phrases[titles[result]][lang]);
      any = true;
      put_whole(out, (enum check)c, &f[c], lang);
    }
}

static void put_question(stralloc *out, const struct check_finding *f, enum check_question q, bool all, enum language lang) {
  bool any = false;
  for (int c = CHECK_NONE + 1; c < CHECK_COUNT; c++) {
    if (check_rows[c].question != q)
      continue;
    if (!any)
      sa_catf(out, "%s: %s\n", questions[q].name, questions[q].title[lang]);
    any = true;
    sa_catf(out, "  %s %s: %s\n", check_rows[c].id, check_rows[c].title[lang], results[f[c].result].word[lang]);
    if (all && f[c].result == CHECK_PASS) {
      sa_cats(out, "    ");
      put_evidence(out, &f[c]);
      sa_catc(out, '\n');
    }
  }
}

static void put_total(stralloc *out, const struct check_finding *f, enum language lang) {
  unsigned n[4] = {0};
  char text[200];
  for (int c = CHECK_NONE + 1; c < CHECK_COUNT; c++)
    n[f[c].result]++;
  snprintf(text, sizeof text, phrases[TOTAL][lang], n[CHECK_PASS], n[CHECK_WARN], n[CHECK_FAIL], n[CHECK_CANNOT_TELL]);
  if (!n[CHECK_FAIL])
    sa_catf(out, "%s\n", phrases[ALL_WELL][lang]);
  sa_catf(out, "%s\n", text);
}

void check_text(stralloc *out, const struct check_finding *f, bool all, enum language lang) {
  for (int q = 0; q < CHECK_QUESTIONS; q++)
    put_question(out, f, (enum check_question)q, all, lang);
  check_list(out, f, CHECK_CANNOT_TELL, NULL, lang);
  check_list(out, f, CHECK_WARN, NULL, lang);
  check_list(out, f, CHECK_FAIL, NULL, lang);
  put_total(out, f, lang);
}

/* --- JSON --- */

static void put_member(stralloc *out, const char *key, stralloc *value) {
  json_member(out, key, bytes_sa(value));
  value->len = 0;
}

static void put_object(stralloc *out, enum check c, const struct check_finding *f, enum language lang) {
  stralloc part = {0};
  json_item(out);
  sa_catc(out, '\n');
  json_open(out, '{');
  json_member(out, "id", bytes_str(check_rows[c].id));
  json_member(out, "question", bytes_str(questions[check_rows[c].question].name));
  json_member(out, "title", bytes_str(check_rows[c].title[lang]));
  json_member(out, "result", bytes_str(results[f->result].name));
  json_member(out, "message", bytes_str(f->message ? message_of(f->message)->id : ""));
  json_member(out, "needs", bytes_str(check_rows[f->missing].id));
  put_evidence(&part, f);
  put_member(out, "evidence", &part);
  put_cause(&part, f, lang);
  put_member(out, "cause", &part);
  put_remedy(&part, f, lang);
  put_member(out, "remedy", &part);
  json_close(out, '}');
  stralloc_free(&part);
}

void check_json(stralloc *out, const struct check_finding *f, enum language lang) {
  json_open(out, '[');
  for (int c = CHECK_NONE + 1; c < CHECK_COUNT; c++)
    put_object(out, (enum check)c, &f[c], lang);
  json_close(out, ']');
  sa_catc(out, '\n');
}
