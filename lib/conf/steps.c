#include "conf/compile.h"

#include "conf/parse.h"

const struct conf_step conf_steps[] = {
  {1, CONF_SETTINGS, CONF_RENAMED, "ipv6_out", {"remote_ipv6", NULL}, CF401I_remote_ipv6},
  {1, CONF_SETTINGS, CONF_SPLIT_BY_FAMILY, "source_address", {"remote_source_ipv4", "remote_source_ipv6"}, CF402I_remote_source},
  {1, CONF_SETTINGS, CONF_NEW_DEFAULT, "free_space_min", {"100m", "500m"}, CF403I_free_space_min},
};
const size_t conf_steps_count = sizeof conf_steps / sizeof *conf_steps;

const struct conf_step *conf_step_of(enum conf_file file, struct bytes name) {
  for (size_t i = 0; i < conf_steps_count; i++)
    if (conf_steps[i].file == file && conf_steps[i].change != CONF_NEW_DEFAULT && bytes_ieq(name, bytes_str(conf_steps[i].name)))
      return &conf_steps[i];
  return NULL;
}

/* --- which version --- */

bool conf_version_fits(struct conf_faults *faults, const struct conf_input *in) {
  unsigned line, version = conf_version(bytes_sa(&in->text[CONF_VERSION]), &line);
  if (version == CONF_SET_VERSION)
    return true;
  enum message_id id = !version ? CF110E_version_invalid : version > CONF_SET_VERSION ? CF111E_version_newer : CF113E_version_older;
  struct conf_fault *f = conf_fault_add(faults, conf_paths[CONF_VERSION], version ? 0 : line, id, bytes_of("", 0));
  if (version)
    conf_fault_hint(f, CF198I_hint_versions, "%u, %d", version, CONF_SET_VERSION);
  return false;
}
