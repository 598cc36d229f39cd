/* What the restore programs share: a backup kept in memory, the places where its files belong, the
 * directory stopped and started, the registry's traces of a restore (KB814167, KB875495). */
#ifndef RESTORE_SET_H
#define RESTORE_SET_H

#include "conformance.h"

#define SAVED_FILES_MAX 64

struct saved_file
{
    wchar_t bft;
    wchar_t name[MAX_PATH]; /* without folder */
    struct content content;
};

struct saved_backup
{
    unsigned char *token;
    DWORD token_bytes;
    wchar_t database[MAX_PATH]; /* as its list named it, without BFT character */
    struct saved_file files[SAVED_FILES_MAX];
    size_t count;
};

/* Makes one of the running directory. Fails the test on errors. */
void saved_backup_make(struct saved_backup *backup);
void saved_backup_free(struct saved_backup *backup);

/* Where files belong on this computer, in UNC form without BFT character; folders without a
 * backslash at their ends. */
struct places
{
    wchar_t database[MAX_PATH];
    wchar_t logs[MAX_PATH];
    wchar_t checkpoint[MAX_PATH];
};

/* Asks any context, and checks the list's form on the way. */
void get_places(HBC hbc, struct places *places);

/* Deletes database, logs and checkpoint, as the walkthrough demands before files are copied. */
void empty_places(const struct places *places);

/* Copies all files of a backup to where they belong. */
void put_back(const struct saved_backup *backup, const struct places *places);

/* The path of one of its files where it was put. */
void path_of_file(const struct saved_file *file, const struct places *places,
                  wchar_t path[2 * MAX_PATH]);

/* The file of a backup of this name; fails the test where there is none. */
const struct saved_file *find_file(const struct saved_backup *backup, const wchar_t *name);

struct content load_file(const wchar_t *path);
void store_file(const wchar_t *path, const void *data, size_t bytes);

/* By the service manager; they wait until it is done. */
void directory_stop(void);
void directory_start(void);

/* Is "Restore In Progress" there, and one of its values what is expected? */
bool interlock_exists(void);
void assert_interlock_value(const wchar_t *value, const wchar_t *expected);
bool marker_is_set(void);
void remove_interlock_and_marker(void);

/* Registers with the documented caller's arguments: two map entries, folders with backslashes. */
HRESULT register_as_documented(HBC hbc, const struct saved_backup *backup,
                               const struct places *places);

#endif
