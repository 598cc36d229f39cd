/*
 * walk_steps.h - what the walks through the old API have in common.
 */
#ifndef FAULT_WALK_STEPS_H
#define FAULT_WALK_STEPS_H

#include "walkthrough.h"

#include <stdbool.h>

struct walk_steps
{
    void (*at)(void *context, const char *step); /* NULL: nobody is told */
    void *context;
    struct walk_result *result;
};

static inline void walk_step(const struct walk_steps *steps, const char *name)
{
    if (steps->at)
        steps->at(steps->context, name);
}

/* Notes the first failure; true where there was none. */
static inline bool walk_good(struct walk_steps *steps, const char *call, HRESULT hr)
{
    if (hr == S_OK)
        return true;
    if (!steps->result->failed_call) {
        steps->result->failed_call = call;
        steps->result->hr = hr;
    }
    return false;
}

/* A failed call that leaves an output filled counts as failed with E_UNEXPECTED. */
static inline bool walk_clean(struct walk_steps *steps, const char *call, HRESULT hr,
                              bool outputs_empty)
{
    return walk_good(steps, call, hr != S_OK && !outputs_empty ? E_UNEXPECTED : hr);
}

#endif
