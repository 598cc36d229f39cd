/*
 * restore_files.h - the directory's files on disk, where its registration says they belong.
 */
#ifndef NTDSVSS_RESTORE_FILES_H
#define NTDSVSS_RESTORE_FILES_H

#include <ntdsvss.h>

/* Zero but for the service; restore_files_fini in every state, which leaves just that. */
struct restore_files
{
    const wchar_t *service;     /* whose registration counts */
    wchar_t *registered[3];     /* by enum directory_location; what restore_files_locate gave */
    struct ntdsvss_file *files; /* .path is ours to free */
    size_t count;
    size_t capacity;
    /* By kind: the final path of the folder of its files; NULL until the first one is opened. */
    wchar_t *folders[NTDSVSS_FILE_CHECKPOINT + 1];
};

/* Reads the registration anew. The strings are good until the next call. */
HRESULT restore_files_locate(const struct ntdsvss_settings *settings, struct restore_files *files,
                             struct ntdsvss_locations *locations);

/* Lists them anew; the old list stays where that fails. See ntdsvss_restore_files. */
HRESULT restore_files_list(const struct ntdsvss_settings *settings, struct restore_files *files);

HRESULT restore_files_open(const struct ntdsvss_settings *settings, struct restore_files *files,
                           size_t index, HANDLE *file, uint64_t *bytes);

HRESULT restore_files_set_aside(const struct ntdsvss_settings *settings,
                                const struct restore_files *files, size_t index);

/* Has the system write out what was written to the files, all of them. The first failure; each is
 * logged. */
HRESULT restore_files_flush(const struct ntdsvss_settings *settings, const wchar_t *service);

void restore_files_fini(struct restore_files *files);

#endif
