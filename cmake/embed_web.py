#!/usr/bin/env python3
"""Makes a C++ file of the built web UI: embed_web.py DIST OUTPUT.cpp

Every file of DIST becomes an api::WebAsset, as it is and gzipped; the assembler reads the bytes (.incbin), so that
they cost no compile time. DIST may be missing or empty: the table is empty then.
"""

import gzip
import hashlib
import pathlib
import re
import sys

CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".json": "application/json",
    ".txt": "text/plain; charset=utf-8",
    ".md": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
}
# Vite's content hash: a name with it never changes its content.
HASHED = re.compile(r"-[A-Za-z0-9_-]{8}\.[a-z0-9]+$")


def embedded(symbol: str, path: pathlib.Path) -> str:
    return f"""asm(R"(
    .pushsection .rodata
{symbol}:
    .incbin "{path}"
{symbol}_end:
    .byte 0
    .popsection
)");
extern "C" const char {symbol}[];
extern "C" const char {symbol}_end[];
"""


def main() -> None:
    dist = pathlib.Path(sys.argv[1])
    output = pathlib.Path(sys.argv[2])
    packed = output.with_suffix(".files")
    packed.mkdir(parents=True, exist_ok=True)
    files = sorted(path for path in dist.rglob("*") if path.is_file()) if dist.is_dir() else []
    text = ["// Made by cmake/embed_web.py.", '#include "api/web_assets.h"', ""]
    rows = []
    for number, path in enumerate(files):
        content = path.read_bytes()
        plain = packed / f"{number}"
        zipped = packed / f"{number}.gz"
        plain.write_bytes(content)
        zipped.write_bytes(gzip.compress(content, 9, mtime=0))
        symbol = f"ordertrail_web_{number}"
        text += [embedded(symbol, plain), embedded(f"{symbol}_gz", zipped)]
        name = path.relative_to(dist).as_posix()
        kind = CONTENT_TYPES.get(path.suffix, "application/octet-stream")
        tag = hashlib.sha256(content).hexdigest()[:16]
        hashed = "true" if HASHED.search(name) else "false"
        rows.append(
            f'    {{"/{name}", "{kind}", "\\"{tag}\\"", {hashed}, {{{symbol}, {symbol}_end}}, {{{symbol}_gz, {symbol}_gz_end}}}},'
        )
    text += [
        "namespace api {",
        "",
        "std::vector<WebAsset> web_assets() {",
        "    return {",
        *rows,
        "    };",
        "}",
        "",
        "}  // namespace api",
        "",
    ]
    output.write_text("\n".join(text))


main()
