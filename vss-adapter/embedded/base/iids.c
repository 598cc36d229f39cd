/*
 * The interface ids of VSS, defined once.
 */
#include <initguid.h>

#include <windows.h>
#include <ole2.h>

#include <vss.h>
#include <vswriter.h>
#include <vsbackup.h>
#include <msxml.h>
