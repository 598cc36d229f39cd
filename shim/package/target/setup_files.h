/*
 * setup_files.h - the files of the product in a program's folder: put there, or deleted.
 *
 * What is installed is what the installer brings: this knows no list of files. What was installed
 * is in the record, ntdsbcli-uninstall.ini.
 */
#ifndef SETUP_FILES_H
#define SETUP_FILES_H

#include "setup_program.h"

#define SETUP_FILES_UNINSTALLER L"ntdsbcli-uninstall.exe"
#define SETUP_FILES_RECORD      L"ntdsbcli-uninstall.ini"

/* First of all: undoes an installation or a removal that was interrupted. */
enum setup_exit setup_files_recover(const struct setup_target *target);

/*
 * brought   Folder with the uninstaller, and with the files in folders x64 and x86.
 * alias     Also the DLL's other name; so it stays if it was installed before.
 * replace   Files of these names that are not ours are renamed, and not a reason to refuse.
 */
enum setup_exit setup_files_install(const struct setup_target *target, const wchar_t *brought,
                                    bool alias, bool replace);

/* All but the uninstaller, which may be running. The target gets the key of the record. */
enum setup_exit setup_files_remove(struct setup_target *target);

#endif
