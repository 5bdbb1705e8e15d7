# ordertrail_embed(TARGET <target> NAMESPACE <namespace> FUNCTION <name> FILE <path>)
# puts a file's bytes into the target as `std::string_view <namespace>::<name>()`, which the code declares itself. The
# assembler reads the file (.incbin), so that large files cost no compile time.
function(ordertrail_embed)
    cmake_parse_arguments(EMBED "" "TARGET;NAMESPACE;FUNCTION;FILE" "" ${ARGN})
    cmake_path(ABSOLUTE_PATH EMBED_FILE OUTPUT_VARIABLE path)
    set(symbol ordertrail_embedded_${EMBED_NAMESPACE}_${EMBED_FUNCTION})
    set(generated ${CMAKE_CURRENT_BINARY_DIR}/${symbol}.cpp)
    file(CONFIGURE OUTPUT ${generated} @ONLY CONTENT [=[
// Made by cmake/embed.cmake.
#include <string_view>

asm(R"(
    .pushsection .rodata
    .balign 16
@symbol@:
    .incbin "@path@"
@symbol@_end:
    .byte 0
    .popsection
)");

extern "C" const char embedded_begin[] asm("@symbol@");
extern "C" const char embedded_end[] asm("@symbol@_end");

namespace @EMBED_NAMESPACE@ {

std::string_view @EMBED_FUNCTION@();

std::string_view @EMBED_FUNCTION@() {
    return {embedded_begin, static_cast<std::size_t>(embedded_end - embedded_begin)};
}

}  // namespace @EMBED_NAMESPACE@
]=])
    set_source_files_properties(${generated} PROPERTIES OBJECT_DEPENDS ${path})
    target_sources(${EMBED_TARGET} PRIVATE ${generated})
endfunction()
