/*
 * shadow_scripts.c - copies a volume, and removes a copy, on the host.
 *
 * cp shares the blocks if the file system can. Files below the Windows folder that carry Wine's own
 * signature are linked: a fresh prefix has 1.3 GB of them, and they are replaced, never written in
 * place. The script links the whole folder first and then replaces the files that may change by
 * copies, because that needs no list of the rest.
 */
#include "shadow_scripts.h"
#include "unix_run.h"

/* cp keeps the rights of folders: only root writes into those that let nobody. */
#define REMOVE_COPY                                                                                \
    "{ rm -rf -- \"$dest\" 2>/dev/null || {"                                                       \
    " find \"$dest\" -type d ! -perm -700 -exec chmod u+rwx {} ';'; rm -rf -- \"$dest\"; }; }"

const char shadow_copy_script[] =
    "exec </dev/null >/dev/null 2>&1\n"
    "LC_ALL=C; export LC_ALL\n"
    "dest=\"$1/System Volume Information/$2\"; device=\"$4/$3\"\n"
    "no_space() {\n"
    "  grep -q -e 'No space left on device' -e 'Disk quota exceeded' \"$dest.log\"\n"
    "}\n"
    "finish() {\n"
    "  if [ \"$1\" = 1 ] && no_space; then set -- 28; fi\n"
    "  rm -f -- \"$dest.log\" \"$dest.files\" \"$dest.links\"\n"
    "  if [ \"$1\" != 0 ]; then rm -f -- \"$device\"; " REMOVE_COPY "; fi\n"
    "  if [ -e \"$0\" ]; then true >\"$0.rc.$1\"; else rm -f -- \"$0.pid.$$\"; fi\n"
    "  exit 0\n"
    "}\n"
    /*
     * In the background, as a shell handles no TERM before its command has ended. A command that
     * was killed, or is not there, may say nothing, but fails with another code than 1 or 123
     * (xargs, whose command has failed).
     */
    "run() {\n"
    "  \"$@\" & wait $!; code=$?\n"
    "  case $code in 0 | 1 | 123) return $code ;; esac\n"
    "  finish 1\n"
    "}\n"
    /* All that this session's script has started is in its process group. */
    "trap 'trap \"\" TERM; kill -s TERM -- -$$; wait; finish 143' TERM\n"
    /* If nobody waits for it any more, nobody would know of the copy. */
    UNIX_RUN_SAY_PID "[ -e \"$0\" ] && [ -e \"$0.pid.$$\" ] || finish 28\n"
    /* What goes wrong when the disk is full has room to be said. */
    "printf '%4096s' '' >\"$dest.log\" || finish 28\n"
    "exec 1<>\"$dest.log\" 2>&1\n"
    /* Names are relative to the volume. */
    "list_windows() {\n"
    "  cd \"$dest\" && find windows -type f | sort >\"$dest.files\"\n"
    /* Too few bytes of each file for the heading and the signature of another one. */
    "  find windows -type f -print0 | xargs -0 -r head -v -c 84 -- |\n"
    "    sed -n '/^==> .* <==$/ {\n"
    "      s/^==> \\(.*\\) <==$/\\1/; h; n\n"
    "      /^MZ.\\{62\\}Wine \\(builtin\\|placeholder\\) DLL/ { g; p; }\n"
    "    }' | sort >\"$dest.links\"\n"
    "}\n"
    /* What is not Wine's own. */
    "copy_changed() {\n"
    "  comm -23 \"$dest.files\" \"$dest.links\" | tr '\\n' '\\0' |\n"
    "    xargs -0 -r cp -a --reflink=auto --remove-destination --parents -t \"$dest\" --\n"
    "}\n"
    "windows() {\n"
    "  run cp -al -- windows \"$dest/\" 2>/dev/null || { rm -rf -- \"$dest/windows\"\n"
    "    run cp -a --reflink=auto -- windows \"$dest/\"; return; }\n"
    "  run list_windows\n"
    "  run copy_changed\n"
    "}\n"
    "copy() { [ $# = 0 ] || run cp -a --reflink=auto -t \"$dest\" -- \"$@\"; }\n"
    /* A process for each name would cost more than its reflinks. */
    "others() {\n"
    "  set --\n"
    "  for name in * .[!.]* ..?*; do\n"
    "    [ -e \"$name\" ] || [ -L \"$name\" ] || continue\n"
    "    case $name in\n"
    "    [Ss]ystem\\ [Vv]olume\\ [Ii]nformation | windows) ;;\n"
    "    *) set -- \"$@\" \"$name\" ;;\n"
    "    esac\n"
    "    [ $# -lt 400 ] || { copy \"$@\"; set --; }\n"
    "  done\n"
    "  copy \"$@\"\n"
    "}\n"
    "cd \"$1\" && mkdir -p -- \"$dest\" \"$4\" || finish 1\n"
    "if [ -e windows ] || [ -L windows ]; then windows; fi\n"
    "others\n"
    /* A file may go while a live volume is copied; any other message is a failure. */
    "no_space && finish 28\n"
    "said=$(grep -v 'No such file or directory$' \"$dest.log\"); [ $? -le 1 ] || finish 1\n"
    "case $said in *[!\\ ]*) finish 1 ;; esac\n"
    "echo >>\"$dest.log\" || finish 28\n"
    /* Somebody has removed it meanwhile, which says the same of each file. */
    "[ -d \"$dest\" ] || finish 1\n"
    "ln -s \"../../$5/System Volume Information/$2\" \"$device\" || finish 1\n"
    "finish 0\n";

const char shadow_delete_script[] = UNIX_RUN_BEGIN
    "dest=\"$1/System Volume Information/$2\"\n"
    "rm -f -- \"$4/$3\" && " REMOVE_COPY " && rm -f -- \"$dest.shadow\" \"$dest.shadow.new\"\n"
    "rm -f -- \"$dest.log\" \"$dest.files\" \"$dest.links\"\n" UNIX_RUN_END;
