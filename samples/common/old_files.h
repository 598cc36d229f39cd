/* The old files of a directory: found, moved aside on their own disk, put back or deleted. */
#ifndef SAMPLES_OLD_FILES_H
#define SAMPLES_OLD_FILES_H

#include <stdbool.h>
#include <stdint.h>

#include "console.h"
#include "messages.h"

struct old_folder;

struct old_file
{
    struct old_file *next;
    const struct old_folder *folder;
    wchar_t *path;       /* full */
    wchar_t *aside_path; /* in the folder beside it that old files are moved into */
    uint64_t bytes;
    bool moved;
};

/* {0} is empty. End with old_files_free. */
struct old_files
{
    struct old_file *files;
    struct old_folder *folders;
    unsigned count;
};

/*
 * Adds the files of the directory's engine in FOLDER, a full path: logs, reserve logs, checkpoints,
 * and what belongs to the database at the path DATABASE. A missing folder has none. Tells of old
 * files that an earlier restore left. Errors are reported; nothing is changed.
 */
enum exit_code old_files_find(struct old_files *old, const wchar_t *folder,
                              const wchar_t *database);

/* Prints the files. */
void old_files_print(const struct old_files *old);

/* Prints the folders that old files are moved into, each on a line. */
void old_files_print_folders(const struct old_files *old, enum console_stream stream);

/* Moves all files into folders "ntdsbcli-old-N" beside them. Errors are reported and put into
 * *failure; what was moved before stays there. */
enum exit_code old_files_move_aside(struct old_files *old, HRESULT *failure);

/* Moves back what was moved aside. False if a file could not be moved; that is reported. */
bool old_files_put_back(struct old_files *old);

/* Deletes what was moved aside; a failure is reported. */
void old_files_discard(struct old_files *old);

/* Deletes all files where they are. Errors are reported and put into *failure. */
enum exit_code old_files_delete(const struct old_files *old, HRESULT *failure);

void old_files_free(struct old_files *old);

#endif
