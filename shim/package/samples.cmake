# Builds the samples against the package that this file came in:
#   cmake -S samples/package -B build -DCMAKE_SYSTEM_NAME=Windows \
#       -DCMAKE_C_COMPILER=x86_64-w64-mingw32-gcc -DCMAKE_PREFIX_PATH=$PWD/x64
cmake_minimum_required(VERSION 3.25)
project(ntdsbcli-samples LANGUAGES C)
set(CMAKE_C_STANDARD 11)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE BOTH)

if(NOT CMAKE_SYSTEM_PROCESSOR)
    set(CMAKE_SYSTEM_PROCESSOR x86_64)
    if(CMAKE_SIZEOF_VOID_P EQUAL 4)
        set(CMAKE_SYSTEM_PROCESSOR i686)
    endif()
endif()

find_package(ntdsbcli REQUIRED)
# The targets that the samples link.
add_library(ntdsbcli_options INTERFACE)
target_compile_definitions(ntdsbcli_options INTERFACE
    _WIN32_WINNT=0x0601 WIN32_LEAN_AND_MEAN COBJMACROS)
target_link_options(ntdsbcli_options INTERFACE -static-libgcc)
add_library(ntdsbcli_client ALIAS ntdsbcli::ntdsbcli)
add_library(ntdsvss ALIAS ntdsbcli::ntdsvss)

add_subdirectory(ese)
add_subdirectory(.. samples)
