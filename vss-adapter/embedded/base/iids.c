/*
 * iids.c - defines the interface ids of VSS.
 */
#include <initguid.h>

#include <windows.h>
#include <ole2.h>

#include <vss.h>
#include <vswriter.h>
#include <vsbackup.h>
#include <msxml.h>
