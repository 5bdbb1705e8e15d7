#include "storage/engine/manifest.h"

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/hash.h"

// "OTPV", version (1 byte), next part, next sequence number, log start (varints), cluster id, count
// of parts, then per part id, directory, version of its deleted rows; XXH3 of all before it (8
// bytes).

namespace storage::engine {

namespace {

constexpr std::string_view magic = "OTPV";
constexpr std::uint8_t version = 1;

}  // namespace

std::string Manifest::encode() const {
    base::ByteWriter out;
    out.raw(magic);
    out.fixed(version);
    out.varint(next_part);
    out.varint(next_sequence);
    out.varint(log_start);
    out.string(cluster_id);
    out.varint(parts.size());
    for (const PartEntry& part : parts) {
        out.varint(part.id);
        out.string(part.directory);
        out.varint(part.deleted_version);
    }
    out.fixed(base::hash_of(out.bytes()));
    return out.take();
}

base::Result<Manifest> Manifest::decode(std::string_view bytes) {
    const base::Error damaged(base::Code::corrupt, "the manifest is damaged");
    if (bytes.size() < magic.size() + 9 || !bytes.starts_with(magic)) return damaged;
    const std::string_view body = bytes.substr(0, bytes.size() - 8);
    if (base::ByteReader(bytes.substr(body.size())).fixed<std::uint64_t>() != base::hash_of(body)) {
        return damaged;
    }
    base::ByteReader in(body.substr(magic.size()));
    const auto found = in.fixed<std::uint8_t>();
    if (found != version) {
        return base::Error(base::Code::invalid_argument,
                           fmt::format("the manifest has version {}, at most {} expected: was it "
                                       "written by a newer Ordertrail?",
                                       found, version));
    }
    Manifest manifest;
    manifest.next_part = in.varint();
    manifest.next_sequence = in.varint();
    manifest.log_start = in.varint();
    manifest.cluster_id = in.string();
    manifest.parts.resize(in.count(3));
    for (PartEntry& part : manifest.parts) {
        part.id = in.varint();
        part.directory = in.string();
        part.deleted_version = in.varint();
    }
    if (in.failed() || in.remaining() != 0) return damaged;
    return manifest;
}

}  // namespace storage::engine
