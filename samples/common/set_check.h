/* Checks the files of a backup, in its folder or where they were restored: each page and log
 * segment, as recovery does, then all files together by the engine's own rule. */
#ifndef SAMPLES_SET_CHECK_H
#define SAMPLES_SET_CHECK_H

#include <stdint.h>

#include "file_pass.h"
#include "file_set.h"
#include "messages.h"
#include "plan.h"

struct set_check
{
    const wchar_t *place; /* MESSAGES_BACKUP_FOLDER or MESSAGES_DIRECTORY */
    const wchar_t *name;  /* of the file that is checked */
    struct file_pass *pass;
    struct file_set set;
    void *buffer;
    DWORD buffer_bytes;
};

/* Errors are reported. End with set_check_free in every case. */
enum exit_code set_check_begin(struct set_check *check, const wchar_t *place, DWORD buffer_bytes);

/* Starts the file NAME, which must stay valid. A digest may then be hung on check->pass. */
void set_check_begin_file(struct set_check *check, const wchar_t *name, bool is_database,
                          uint64_t bytes);

/* Reads FILE from its beginning to its end. Damage is reported and gives EXIT_READ, as do all other
 * errors; Ctrl-C gives EXIT_OTHER. */
enum exit_code set_check_read(struct set_check *check, HANDLE file);

/* All files were read: does the engine accept them? If not, that is reported. */
enum exit_code set_check_end(struct set_check *check);

/* After set_check_end: will recovery find the database where PLAN puts it? If not, that is reported
 * and gives EXIT_READ. */
enum exit_code set_check_place(const struct set_check *check, const struct plan *plan);

void set_check_free(struct set_check *check);

#endif
