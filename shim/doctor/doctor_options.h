/*
 * doctor_options.h - the doctor's command line.
 */
#ifndef NTDSDOCTOR_OPTIONS_H
#define NTDSDOCTOR_OPTIONS_H

#include <stdbool.h>
#include <wchar.h>

enum action
{
    ACTION_CHECK,
    ACTION_FIX_RESTORE_LOCK,
    ACTION_MARK_RESTORED,
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
    bool json;
    bool backup_test;
    bool force;
};

/* False: *problem says what is wrong, *word with which word of the command line. */
bool doctor_options_parse(int count, wchar_t **words, struct doctor_options *options,
                          const wchar_t **problem, const wchar_t **word);

extern const wchar_t doctor_options_usage[];

#endif
