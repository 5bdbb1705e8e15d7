// OpenTelemetry's generator of telemetry, where it can be had.
import { execFileSync } from "node:child_process";

// The path of the program, or why it cannot be had.
function find_telemetrygen() {
    const script = new URL("../peers/telemetrygen.sh", import.meta.url).pathname;
    const words = process.env.ORDERTRAIL_FETCH_PEERS ? [] : ["--cached"];
    try {
        return { path: execFileSync(script, words, { encoding: "utf8", stdio: "pipe" }).trim() };
    } catch (error) {
        return { missing: error.stderr?.trim() || error.message };
    }
}

export const telemetrygen = find_telemetrygen();
