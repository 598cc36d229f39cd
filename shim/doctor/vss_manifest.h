/*
 * vss_manifest.h - backup.txt of vss-backup: what its backup consists of. samples/README.md
 * describes it.
 */
#ifndef NTDSDOCTOR_VSS_MANIFEST_H
#define NTDSDOCTOR_VSS_MANIFEST_H

#include "record/backup_record.h"

#define VSS_MANIFEST_NAME L"backup.txt"

/* The kind of a file that holds a document of VSS, not one of the directory. */
#define VSS_MANIFEST_DOCUMENT ((enum ntdsvss_file_kind)0)

/* Zero-initialise; vss_manifest_fini in every state. */
struct vss_manifest
{
    wchar_t instance[BACKUP_RECORD_NAME_CHARS]; /* of AD LDS; "": Active Directory */
    uint64_t written;                           /* the file's own time */
    struct backup_record record;                /* its id, computer, expires and files */
};

/*
 * Reads the one of a folder. ERROR_FILE_NOT_FOUND, ERROR_PATH_NOT_FOUND: there is none.
 * ERROR_INVALID_DATA: it is damaged, cut, or something else.
 */
legacy_result vss_manifest_load(struct vss_manifest *manifest, const wchar_t *folder);

/* The last component of what a file was called when it was backed up: its name in the folder. */
const wchar_t *vss_manifest_file_name(const struct backup_record_file *file);

/* S_OK: the file at this path has the size and digest of the entry, which is of all bytes.
 * ERROR_INVALID_DATA: it does not. */
legacy_result vss_manifest_compare(const struct backup_record_file *file, const wchar_t *path);

void vss_manifest_fini(struct vss_manifest *manifest);

#endif
