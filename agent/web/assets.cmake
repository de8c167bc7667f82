# Writes a page's files into a C++ source: cmake -DOUTPUT=... -DFUNCTION=book_assets -DASSETS=a;b;c -P assets.cmake
# Of each: its bytes, the same in gzip, and the hash of its bytes for the ETag. The sources of several pages may be compiled as one.
function(to_array hex into)
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
    set(${into} "${bytes}" PARENT_SCOPE)
endfunction()

set(arrays "")
set(entries "")
set(number 0)
foreach(asset ${ASSETS})
    get_filename_component(name ${asset} NAME)
    file(READ ${asset} plain HEX)
    file(SHA256 ${asset} hash)
    string(SUBSTRING ${hash} 0 32 hash)
    set(zipped_file ${OUTPUT}.${number}.gz)
    file(ARCHIVE_CREATE OUTPUT ${zipped_file} PATHS ${asset} FORMAT raw COMPRESSION GZip COMPRESSION_LEVEL 9)
    file(READ ${zipped_file} zipped HEX)
    file(REMOVE ${zipped_file})
    # Its header says when it was packed: the same sources make the same program.
    string(SUBSTRING ${zipped} 0 8 magic)
    string(SUBSTRING ${zipped} 16 -1 rest)
    to_array("${plain}" plain_bytes)
    to_array("${magic}00000000${rest}" zipped_bytes)
    string(APPEND arrays "const unsigned char ${FUNCTION}_plain_${number}[] = {${plain_bytes}};\n"
                         "const unsigned char ${FUNCTION}_zipped_${number}[] = {${zipped_bytes}};\n")
    string(APPEND entries "    {\"${name}\", \"${hash}\", ${FUNCTION}_text(${FUNCTION}_plain_${number}), ${FUNCTION}_text(${FUNCTION}_zipped_${number})},\n")
    math(EXPR number "${number} + 1")
endforeach()

file(WRITE ${OUTPUT} "// Made by agent/web/assets.cmake from the files of a page.
#include \"web/assets.hpp\"

namespace web {
namespace {

template <std::size_t size>
std::string_view ${FUNCTION}_text(const unsigned char (&bytes)[size]) {
    return {reinterpret_cast<const char*>(bytes), size};
}

${arrays}
}  // namespace

std::span<const Asset> ${FUNCTION}() {
    static const Asset all[] = {
${entries}    };
    return all;
}

}  // namespace web
")
