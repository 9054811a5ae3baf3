#include "classify/tell.h"

#include "base/json.h"
#include "base/sa.h"
#include "classify/classify.h"

static void put_json(stralloc *out, const struct verdict *v, const char *action, const char *text) {
  json_open(out, '{');
  json_member(out, "class", bytes_str(cause_class_name(v->cause)));
  json_member(out, "action", bytes_str(action));
  json_member(out, "manual", bytes_str(cause_manual(v->cause)));
  json_member(out, "text", bytes_str(text));
  json_member(out, "id", bytes_str(message_of(cause_name(v->cause)->id)->id));
  json_close(out, '}');
  sa_catc(out, '\n');
}

static bool judge(struct verdict *v, const struct tell *t, struct bytes line) {
  struct failure f;
  if (!classify_line(&f, line))
    return false;
  f.rows = t->rows;
  *v = classify(&f);
  return true;
}

bool tell_id(enum message_id *id, const struct tell *t, struct bytes line) {
  struct verdict v;
  if (!judge(&v, t, line))
    return false;
  *id = cause_name(v.cause)->id;
  return true;
}

bool tell_reply(stralloc *out, const struct tell *t, struct bytes line) {
  struct verdict v;
  if (!judge(&v, t, line))
    return false;
  const char *action = v.permanent ? "fail" : "defer", *text = explanation_of(cause_name(v.cause)->id)->text[t->lang];
  if (t->json)
    put_json(out, &v, action, text);
  else
    sa_catf(out, "%s\t%s\t%s\t%s\n", cause_class_name(v.cause), action, cause_manual(v.cause), text);
  return true;
}
