// A body of POST /upload.

#include "fuzz/written_events.h"
#include "input/journald/export_reader.h"

namespace fuzz {

FUZZ_TARGET(journald) {
    check_request([&](input::JsonEvents& to) { return input::journald::read_export(input, to); });
}

}  // namespace fuzz
