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

#include <limits.h>
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
typedef void *HKEY, *HMODULE;
typedef int32_t LSTATUS;
typedef uint16_t WORD, USHORT;
typedef struct
{
    DWORD dwLowDateTime, dwHighDateTime;
} FILETIME;
typedef struct
{
    WORD wYear, wMonth, wDayOfWeek, wDay, wHour, wMinute, wSecond, wMilliseconds;
} SYSTEMTIME;
typedef struct
{
    FILETIME ftLastWriteTime;
    wchar_t cFileName[260];
} WIN32_FIND_DATAW;

#define SRWLOCK_INIT         0
#define ARRAYSIZE(array)     (sizeof(array) / sizeof((array)[0]))
#define min(a, b)            ((a) < (b) ? (a) : (b))
#define INVALID_HANDLE_VALUE ((HANDLE)(intptr_t)-1)
#define HKEY_LOCAL_MACHINE   ((HKEY)(uintptr_t)0x80000002)

#define S_OK                         ((HRESULT)0)
#define E_OUTOFMEMORY                ((HRESULT)0x8007000E)
#define SUCCEEDED(hr)                ((hr) >= 0)
#define FAILED(hr)                   ((hr) < 0)
#define HRESULT_FROM_WIN32(error)    ((HRESULT)((error) | 0x80070000u))
#define ERROR_FILE_NOT_FOUND         2
#define ERROR_PATH_NOT_FOUND         3
#define ERROR_ACCESS_DENIED          5
#define ERROR_NO_MORE_FILES          18
#define ERROR_NOT_ENOUGH_MEMORY      8
#define ERROR_INVALID_DATA           13
#define ERROR_GEN_FAILURE            31
#define ERROR_INVALID_PARAMETER      87
#define ERROR_DISK_FULL              112
#define ERROR_BAD_PATHNAME           161
#define ERROR_ALREADY_EXISTS         183
#define ERROR_FILENAME_EXCED_RANGE   206
#define ERROR_MORE_DATA              234
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
#define FILE_TYPE_PIPE               3u
#define CP_ACP                       0u
#define CP_UTF8                      65001u
#define WC_ERR_INVALID_CHARS         0x0080u
#define WC_NO_BEST_FIT_CHARS         0x0400u
#define MB_ERR_INVALID_CHARS         0x0008u
#define CSTR_EQUAL                   2
#define GENERIC_READ                 0x80000000u
#define FILE_SHARE_READ              1u
#define OPEN_EXISTING                3u
#define FILE_FLAG_SEQUENTIAL_SCAN    0x08000000u
#define KEY_QUERY_VALUE              1u
#define KEY_WOW64_64KEY              0x100u
#define RRF_RT_REG_SZ                2u
#define RRF_RT_REG_EXPAND_SZ         4u
#define RRF_RT_REG_DWORD             0x10u
#define RRF_NOEXPAND                 0x10000000u

/* --- host_windows.c ----------------------------------------------------------------------- */

/* Without regard to the case of ASCII and Latin-1 letters. */
int CompareStringOrdinal(const wchar_t *left, int left_chars, const wchar_t *right, int right_chars,
                         BOOL ignore_case);
/* The ANSI code page is Latin-1; what is not UTF-8 becomes U+FFFD. */
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
/* It is 2026 for ever. */
void GetSystemTimeAsFileTime(FILETIME *time);
BOOL FileTimeToSystemTime(const FILETIME *time, SYSTEMTIME *parts);
BOOL SystemTimeToFileTime(const SYSTEMTIME *parts, FILETIME *time);
/* There are no folders. */
DWORD GetFullPathNameW(const wchar_t *path, DWORD chars, wchar_t *full, wchar_t **leaf);
DWORD GetFileAttributesW(const wchar_t *path);
void SetLastError(DWORD error);

/* --- the target's file, fuzz_files.c ------------------------------------------------------ */

HANDLE CreateFileW(const wchar_t *path, DWORD access, DWORD share, void *security, DWORD how,
                   DWORD flags, HANDLE model);
BOOL GetFileSizeEx(HANDLE file, LARGE_INTEGER *size);
BOOL GetFileTime(HANDLE file, FILETIME *created, FILETIME *accessed, FILETIME *written);
BOOL FlushFileBuffers(HANDLE file);
HANDLE FindFirstFileW(const wchar_t *pattern, WIN32_FIND_DATAW *found);
BOOL FindNextFileW(HANDLE search, WIN32_FIND_DATAW *found);
BOOL FindClose(HANDLE search);

/* --- the target's registry and environment, fuzz_settings.c ------------------------------- */

LSTATUS RegOpenKeyExW(HKEY key, const wchar_t *path, DWORD options, DWORD access, HKEY *opened);
LSTATUS RegGetValueW(HKEY key, const wchar_t *path, const wchar_t *name, DWORD flags, DWORD *type,
                     void *data, DWORD *byte_count);
LSTATUS RegCloseKey(HKEY key);
DWORD GetEnvironmentVariableW(const wchar_t *name, wchar_t *text, DWORD chars);
UINT GetSystemWindowsDirectoryW(wchar_t *folder, UINT chars);

/* --- the target's pipe -------------------------------------------------------------------- */

DWORD GetLastError(void);
BOOL ReadFile(HANDLE file, void *bytes, DWORD byte_count, DWORD *got, OVERLAPPED *io);
BOOL GetOverlappedResult(HANDLE file, OVERLAPPED *io, DWORD *moved, BOOL wait);
BOOL CancelIo(HANDLE file);
DWORD WaitForMultipleObjects(DWORD count, const HANDLE *handles, BOOL all, DWORD limit_ms);

#endif
