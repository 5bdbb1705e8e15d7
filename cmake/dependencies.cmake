# Every find_package of the project. The Debian packages behind them are listed once, in tools/packages.txt.
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json)
find_package(OpenSSL 3 REQUIRED)
find_package(simdjson REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(CLI11 REQUIRED)
find_package(ICU 72 REQUIRED COMPONENTS uc i18n data)
find_package(absl REQUIRED)
find_package(ZLIB REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)

find_package(Python3 REQUIRED COMPONENTS Interpreter)  # cmake/embed_web.py
find_package(PkgConfig REQUIRED)
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(snappy REQUIRED IMPORTED_TARGET snappy)
pkg_check_modules(rabbitmq REQUIRED IMPORTED_TARGET librabbitmq)
pkg_check_modules(curl REQUIRED IMPORTED_TARGET libcurl)
pkg_check_modules(re2 REQUIRED IMPORTED_TARGET re2)

# Debian's roaring-config.cmake asks for a static variant that the package lacks: find the library by name.
find_library(ROARING_LIBRARY roaring REQUIRED)
add_library(roaring INTERFACE)
target_link_libraries(roaring INTERFACE ${ROARING_LIBRARY})

if(ORDERTRAIL_TESTS)
    find_package(GTest REQUIRED)
endif()
