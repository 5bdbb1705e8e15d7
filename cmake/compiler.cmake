# Warnings, optimisation, linker and cache for every target.
# -Wno-restrict and -Wno-maybe-uninitialized: g++ 12 warns about std::string concatenation and about Outcome results by
# mistake (GCC bugs 105651, 105593).
add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wno-missing-field-initializers)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wno-restrict -Wno-maybe-uninitialized)
endif()

# x86-64-v2 (SSE4.2, POPCNT) runs on every server since 2009; wider vectors are chosen at run time where they pay.
if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
    # PCLMUL came with the same processors, and simdjson's SSE kernel needs it: without it, it falls back to plain code.
    add_compile_options(-march=x86-64-v2 -mpclmul)
endif()

if(ORDERTRAIL_SANITIZE)
    add_compile_options(-fsanitize=${ORDERTRAIL_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${ORDERTRAIL_SANITIZE})
endif()

find_program(MOLD mold)
if(MOLD AND NOT ORDERTRAIL_SANITIZE)
    add_link_options(-fuse-ld=mold)
endif()

find_program(CCACHE ccache)
if(CCACHE)
    set(CMAKE_C_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE})
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_C_COMPILER_LAUNCHER})
endif()
