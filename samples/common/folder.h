/* The folder that receives a backup. Every file ends in ".part" until all of them are complete, so
 * that an unfinished backup never looks like a finished one. */
#ifndef SAMPLES_FOLDER_H
#define SAMPLES_FOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <windows.h>

#include "messages.h"

struct folder_file;

struct folder
{
    wchar_t *path;             /* full, in the \\?\ form, which may be longer than MAX_PATH */
    const wchar_t *shown;      /* as the user wrote it; borrowed */
    const wchar_t *marker;     /* the file that is renamed last and makes it a backup; borrowed */
    struct folder_file *files; /* those that this program made, oldest first */
    struct folder_file *newest;
    bool created; /* this program made the folder itself */
};

/*
 * Opens SHOWN, and creates it and the folders above it if they are missing. A folder that is not
 * empty is refused; one that ordinary users can read gets a warning. Errors are reported. End with
 * folder_close, also after a failure; the structure must stay where it is until then.
 */
enum exit_code folder_open(struct folder *folder, const wchar_t *shown, const wchar_t *marker);

/*
 * Creates the file that will be called NAME, which has no path, shared as file_writer.h wants it.
 * The caller closes *file once it is on the disk. Errors are reported.
 */
enum exit_code folder_create_file(struct folder *folder, const wchar_t *name, HANDLE *file);

/* Writes BYTES of DATA to FILE, which was created as NAME. Errors are reported. */
enum exit_code folder_write(const struct folder *folder, const wchar_t *name, HANDLE file,
                            const void *data, DWORD bytes);

/* Makes sure that FILE, which was created as NAME, is on the disk. Errors are reported. */
enum exit_code folder_flush(const struct folder *folder, const wchar_t *name, HANDLE file);

/* Where a file that this program made lies until it is published. */
const wchar_t *folder_part_path(const struct folder_file *file);

/* Reports why a file that this program made cannot be written. Returns EXIT_WRITE. */
enum exit_code folder_report_unwritten(const struct folder *folder, const struct folder_file *file,
                                       DWORD error);

/* Creates, writes, flushes and closes a whole small file. Errors are reported. */
enum exit_code folder_save(struct folder *folder, const wchar_t *name, const void *data,
                           DWORD bytes);

/* Gives every file its name, in the order of creation. Errors are reported. */
enum exit_code folder_publish(struct folder *folder);

/* Deletes everything this program made in the folder, and the folder if it made that too. */
void folder_discard(struct folder *folder);

/* Frees what the structure holds; the disk stays as it is. */
void folder_close(struct folder *folder);

#endif
