/*
 * windows.h - as much of Windows as the fuzzed modules use, for the build on the host.
 *
 * Types, codes and declarations; what the functions do here stands in host_windows.c and in the
 * targets themselves, which play the pipe and the broker. The modules are the product's own files,
 * compiled with -fshort-wchar so that wide characters are UTF-16 units. Values are those of
 * Microsoft Learn.
 */
#ifndef NTDSBCLI_FUZZ_WINDOWS_H
#define NTDSBCLI_FUZZ_WINDOWS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <wchar.h>

#define VOID  void
#define TRUE  1
#define FALSE 0
#define WINAPI
#define __stdcall
#define DECLSPEC_IMPORT
#define _In_
#define _In_opt_
#define _Out_
#define _Outptr_
#define _Outptr_result_buffer_(count)

typedef struct
{
    uint32_t Data1;
    uint16_t Data2, Data3;
    uint8_t Data4[8];
} GUID;

typedef char CHAR, *LPSTR;
typedef const char *LPCSTR;
typedef wchar_t WCHAR, *LPWSTR;
typedef const wchar_t *LPCWSTR;
typedef int BOOL;
typedef unsigned char BYTE, UCHAR;
typedef int32_t LONG, HRESULT;
typedef uint32_t DWORD, ULONG, UINT, *PDWORD, *LPDWORD;
typedef uint64_t ULONGLONG;
typedef void *PVOID, *HANDLE, *HINSTANCE;
typedef size_t SIZE_T, ULONG_PTR;
typedef union
{
    int64_t QuadPart;
} LARGE_INTEGER;
typedef struct
{
    ULONG_PTR Internal;
    HANDLE hEvent;
} OVERLAPPED;
typedef int SRWLOCK;

#define SRWLOCK_INIT 0

#define S_OK                         ((HRESULT)0)
#define E_OUTOFMEMORY                ((HRESULT)0x8007000E)
#define SUCCEEDED(hr)                ((hr) >= 0)
#define FAILED(hr)                   ((hr) < 0)
#define HRESULT_FROM_WIN32(error)    ((HRESULT)((error) | 0x80070000u))
#define ERROR_NOT_ENOUGH_MEMORY      8
#define ERROR_INVALID_DATA           13
#define ERROR_INVALID_PARAMETER      87
#define ERROR_ALREADY_EXISTS         183
#define ERROR_DIRECTORY              267
#define ERROR_SUCCESS                0
#define INVALID_FILE_ATTRIBUTES      0xFFFFFFFFu
#define FILE_ATTRIBUTE_DIRECTORY     0x10u
#define ERROR_IO_PENDING             997
#define ERROR_NO_UNICODE_TRANSLATION 1113
#define ERROR_TIMEOUT                1460
#define INFINITE                     0xFFFFFFFFu
#define MAX_PATH                     260
#define STILL_ACTIVE                 259u
#define WAIT_OBJECT_0                0u
#define WAIT_TIMEOUT                 258u
#define FILE_READ_DATA               0x0001u
#define FILE_READ_ATTRIBUTES         0x0080u
#define READ_CONTROL                 0x00020000u
#define SYNCHRONIZE                  0x00100000u
#define DUPLICATE_CLOSE_SOURCE       1u
#define FILE_TYPE_DISK               1u
#define CP_ACP                       0u
#define CP_UTF8                      65001u
#define WC_ERR_INVALID_CHARS         0x0080u
#define WC_NO_BEST_FIT_CHARS         0x0400u
#define MB_ERR_INVALID_CHARS         0x0008u
#define CSTR_EQUAL                   2

/* --- host_windows.c ----------------------------------------------------------------------- */

/* Without regard to the case of ASCII and Latin-1 letters. */
int CompareStringOrdinal(const wchar_t *left, int left_chars, const wchar_t *right, int right_chars,
                         BOOL ignore_case);
/* The ANSI code page is Latin-1; UTF-8 is written only. */
UINT GetACP(void);
int WideCharToMultiByte(UINT code_page, DWORD flags, const wchar_t *wide, int wide_chars, char *out,
                        int out_bytes, const char *substitute, BOOL *replaced);
int MultiByteToWideChar(UINT code_page, DWORD flags, const char *text, int byte_count, wchar_t *out,
                        int out_chars);
void AcquireSRWLockExclusive(SRWLOCK *lock);
void ReleaseSRWLockExclusive(SRWLOCK *lock);
HANDLE CreateEventW(void *attributes, BOOL manual, BOOL set, const wchar_t *name);
BOOL CloseHandle(HANDLE handle);
HANDLE GetCurrentProcess(void);
DWORD GetCurrentProcessId(void);
DWORD GetProcessId(HANDLE process);
DWORD GetFileType(HANDLE file);
BOOL GetExitCodeProcess(HANDLE process, DWORD *code);
DWORD WaitForSingleObject(HANDLE handle, DWORD limit_ms);
BOOL DuplicateHandle(HANDLE from, HANDLE handle, HANDLE to, HANDLE *made, DWORD access,
                     BOOL inheritable, DWORD options);
BOOL WriteFile(HANDLE file, const void *bytes, DWORD byte_count, DWORD *written, OVERLAPPED *io);
ULONGLONG GetTickCount64(void);
/* There are no files. */
DWORD GetFullPathNameW(const wchar_t *path, DWORD chars, wchar_t *full, wchar_t **leaf);
DWORD GetFileAttributesW(const wchar_t *path);
void SetLastError(DWORD error);

/* --- the target's pipe -------------------------------------------------------------------- */

DWORD GetLastError(void);
BOOL ReadFile(HANDLE file, void *bytes, DWORD byte_count, DWORD *got, OVERLAPPED *io);
BOOL GetOverlappedResult(HANDLE file, OVERLAPPED *io, DWORD *moved, BOOL wait);
BOOL CancelIo(HANDLE file);
DWORD WaitForMultipleObjects(DWORD count, const HANDLE *handles, BOOL all, DWORD limit_ms);

#endif
