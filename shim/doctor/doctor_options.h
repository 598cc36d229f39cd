/*
 * doctor_options.h - the doctor's command line.
 */
#ifndef NTDSDOCTOR_OPTIONS_H
#define NTDSDOCTOR_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>

enum action
{
    ACTION_CHECK,
    ACTION_CHECK_BACKUP,
    ACTION_BACKUPS,
    ACTION_AFTER_RESTORE,
    ACTION_FIX_RESTORE_LOCK,
    ACTION_MARK_RESTORED,
    ACTION_EXPLAIN,
    ACTION_REGISTER_EVENTS,
    ACTION_UNREGISTER_EVENTS,
    ACTION_HELP,
    ACTION_VERSION
};

struct doctor_options
{
    enum action action;
    const wchar_t *program;
    const wchar_t *token_file;
    const wchar_t *adlds; /* the instance to test a backup of; NULL: a domain controller */
    wchar_t **files;      /* of --check-backup; the codes of --explain */
    size_t file_count;
    uint32_t newest_within_hours; /* 0: not asked for */
    bool json;
    bool backup_test;
    bool reads; /* the test of a backup reads every file */
    bool force;
};

/* What is wrong, and with which words of the command line, "" for none. */
struct doctor_problem
{
    const wchar_t *text, *word, *other;
};

/* Moves the files to the front of words, which the options point into. False: *problem says why. */
bool doctor_options_parse(int count, wchar_t **words, struct doctor_options *options,
                          struct doctor_problem *problem);

extern const wchar_t doctor_options_usage[];

#endif
