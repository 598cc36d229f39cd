# find_package(ntdsbcli): two imported targets, found from where this file lies.
#   ntdsbcli::ntdsbcli  the old API: ntdsbcli.h and the import library of ntdsbcli.dll
#   ntdsbcli::ntdsvss   the same job on Volume Shadow Copy: ntdsvss.h and a static library
get_filename_component(ntdsbcli_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)

if(NOT TARGET ntdsbcli::ntdsbcli)
    add_library(ntdsbcli::ntdsbcli SHARED IMPORTED)
    set_target_properties(ntdsbcli::ntdsbcli PROPERTIES
        IMPORTED_LOCATION "${ntdsbcli_prefix}/ntdsbcli.dll"
        IMPORTED_IMPLIB "${ntdsbcli_prefix}/lib/libntdsbcli.a"
        INTERFACE_INCLUDE_DIRECTORIES "${ntdsbcli_prefix}/include")
endif()

if(NOT TARGET ntdsbcli::ntdsvss)
    add_library(ntdsbcli::ntdsvss STATIC IMPORTED)
    set_target_properties(ntdsbcli::ntdsvss PROPERTIES
        IMPORTED_LOCATION "${ntdsbcli_prefix}/lib/libntdsvss.a"
        INTERFACE_INCLUDE_DIRECTORIES "${ntdsbcli_prefix}/include"
        INTERFACE_LINK_LIBRARIES "advapi32;ole32;oleaut32;shlwapi;uuid")
endif()

unset(ntdsbcli_prefix)
