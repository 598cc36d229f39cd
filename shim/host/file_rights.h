/*
 * file_rights.h - what the access list of a file of the directory gives: can the directory service
 * write the file, and can ordinary users read it?
 */
#ifndef NTDSBCLI_FILE_RIGHTS_H
#define NTDSBCLI_FILE_RIGHTS_H

#include "result.h"

#include <stdbool.h>
#include <windows.h>

#define FILE_RIGHTS_TEXT_CHARS 400u

struct file_rights
{
    bool system_can_write; /* SYSTEM, as which the directory service runs */
    /* The groups of ordinary users that can read it: "Everyone, Users"; "" if none can. */
    wchar_t readers[FILE_RIGHTS_TEXT_CHARS];
    wchar_t reader_sids[FILE_RIGHTS_TEXT_CHARS]; /* " *S-1-1-0 *S-1-5-32-545", as icacls wants it */
    bool is_inherited; /* at least one of them because the folder's list says so */
};

/* NULL is a list, too: it gives everyone everything. */
void file_rights_judge(PACL list, struct file_rights *rights);

/* Of a file that was opened with READ_CONTROL. Otherwise a Win32 code: nothing is known. */
legacy_result file_rights_read(HANDLE file, struct file_rights *rights);

#endif
