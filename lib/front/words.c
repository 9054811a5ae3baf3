#include "front/words.h"

#include "sys/language.h"

static const char *const words[FRONT_WORDS][2] = {
  [FRONT_UP] = {"up      ", "動作中    "},
  [FRONT_WAITING] = {"waiting ", "再試行待ち"},
  [FRONT_DOWN] = {"down    ", "停止      "},
  [FRONT_CLOSED] = {"closed  ", "不使用    "},
  [FRONT_SINCE] = {"since %lld:%02d:%02d", "経過時間 %lld:%02d:%02d"},
  [FRONT_RESTARTS] = {"restarts %lu", "再起動 %lu回"},
  [FRONT_PORT] = {"port %ld", "ポート %ld"},
  [FRONT_NOT_RUNNING] = {"not running", "起動していません"},
  [FRONT_GUESSES] = {"Failed logins that are not forgotten yet (one is in 5 minutes):", "数えているログインの失敗(5分ごとに1回ずつ減ります):"},
  [FRONT_NO_GUESSES] = {"none", "ありません"},
  [FRONT_GUESSES_OF] = {"address %s: ", "アドレス %s: "},
  [FRONT_COUNT] = {"%u", "%u回"},
  [FRONT_REFUSED] = {", refused for %lld minutes", "、あと%lld分間拒否します"},
  [FRONT_CLEARED] = {"%u counts were cleared\n", "%u件の記録を消しました\n"},
  [FRONT_EMPTY] = {"empty", "空"},
  [FRONT_AFTER_RESTART] = {"   (in force after a restart)", "   (再起動後に有効)"},
  [FRONT_READY] = {"%s is ready: domain %s, users: %zu.\n", "%s を作りました: ドメイン %s、ユーザ %zu人\n"},
  [FRONT_NEXT_USER] = {"Next: user-edit add ADDRESS --home %s\n", "次に実行するコマンド: user-edit add アドレス --home %s\n"},
  [FRONT_NEXT_START] = {"Next: wiz98 start --home %s\n", "次に実行するコマンド: wiz98 start --home %s\n"},
  [FRONT_PASSWORD] = {"Password for %s: ", "%s のパスワード: "},
};

const char *front_word(enum front_word w) { return words[w][language_of_environment()]; }
