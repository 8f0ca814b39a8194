-- SPDX-License-Identifier: BSD-2-Clause
-- wrk's answer as one line of JSON, behind everything it says to people.

function done(summary, latency, requests)
    local errors = summary.errors
    io.write(string.format(
        '{"requests":%d,"bytes":%d,"seconds":%.3f,"per_s":%.1f,"p50_ms":%.3f,"p99_ms":%.3f,' ..
        '"max_ms":%.3f,"errors":%d}\n',
        summary.requests, summary.bytes, summary.duration / 1e6,
        summary.requests / (summary.duration / 1e6), latency:percentile(50) / 1000,
        latency:percentile(99) / 1000, latency.max / 1000,
        errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
