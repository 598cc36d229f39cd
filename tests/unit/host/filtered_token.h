/*
 * filtered_token.h - the token of a program that an administrator has not started elevated.
 */
#ifndef UNIT_FILTERED_TOKEN_H
#define UNIT_FILTERED_TOKEN_H

#include <windows.h>

/* This process's, with the administrators' group for denying only; fails the test if it cannot be
 * had. Caller closes it. */
HANDLE filtered_token(void);

#endif
