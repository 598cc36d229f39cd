@echo off
rem Proves on this computer what ntdsbcli promises:
rem prove.cmd [/level:1^|2] [/adlds:NAME] [/account] [/out:FOLDER]
rem README.md says what each level does. Exit code: 0 nothing failed, 1 something failed, 2 wrong usage,
rem 3 the proof itself failed.
setlocal
set "kit=%~dp0"
set "bits=x64"
if /i "%PROCESSOR_ARCHITECTURE%"=="x86" if not defined PROCESSOR_ARCHITEW6432 set "bits=x86"
if not exist "%kit%%bits%\ntdsprove.exe" (
    echo prove.cmd: "%kit%%bits%\ntdsprove.exe" is missing. Unpack the whole ZIP.
    exit /b 2
)
"%kit%%bits%\ntdsprove.exe" %*
exit /b %ERRORLEVEL%
