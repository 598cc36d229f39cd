/*
 * proof_files.h - files and folders of the proof.
 */
#ifndef PROOF_FILES_H
#define PROOF_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

bool proof_write_file(const wchar_t *path, const char *bytes, size_t count);

/* Into a new folder that nobody else may read; files only. */
bool proof_copy_folder(const wchar_t *from, const wchar_t *folder);

/* Those whose name ends with suffix, into a folder that is there, over files of the same name. */
bool proof_copy_files(const wchar_t *from, const wchar_t *suffix, const wchar_t *folder);

/* What still holds it may let go within a minute. False: it is there. */
bool proof_delete_file(const wchar_t *path);
void proof_delete_files(const wchar_t *folder, const wchar_t *suffix);

/* As far as that is possible. */
void proof_remove_tree(const wchar_t *folder);

/* The same. False: something is still there. Waits a while for what a virus scanner, or a process
 * that is just ending, holds. */
bool proof_remove_folder(const wchar_t *folder);

#endif
