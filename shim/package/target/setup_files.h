/*
 * setup_files.h - the files of the product in a program's folder: put there, or deleted.
 *
 * What is installed is in the list that the installer brings with the files: one that is missing is
 * a failure. What was installed is in the record, ntdsbcli-uninstall.ini.
 */
#ifndef SETUP_FILES_H
#define SETUP_FILES_H

#include "setup_program.h"

#define SETUP_FILES_UNINSTALLER L"ntdsbcli-uninstall.exe"
#define SETUP_FILES_RECORD      L"ntdsbcli-uninstall.ini"
#define SETUP_FILES_LIST        L"files.ini"

/* First of all: undoes an installation or a removal that was interrupted. */
enum setup_exit setup_files_recover(const struct setup_target *target);

/*
 * brought   Folder with the uninstaller, and with files and their list in folders x64 and x86.
 * alias     Also the DLL's other name; so it stays if it was installed before.
 * replace   Files of these names that are not ours are renamed, and not a reason to refuse.
 *
 * If the folder was renamed since the last time, its former entry among the installed programs
 * goes.
 */
enum setup_exit setup_files_install(const struct setup_target *target, const wchar_t *brought,
                                    bool alias, bool replace);

/* All but the uninstaller, which may be running. The target gets the key that its entry has. */
enum setup_exit setup_files_remove(struct setup_target *target);

#endif
