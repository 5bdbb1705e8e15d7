"""What Ordertrail answers otherwise than Elasticsearch, by the name of the request, with the reason."""

DIFFERENCES = {
    "query 1": "a level is found by any of its spellings, error as ERROR",
    "query 206": "each term of a group counts by itself; Elasticsearch takes several without an operator as one value",
    "msearch": "a malformed search fails by itself; Elasticsearch refuses all searches of the request",
    "wrong aggs 28": "a global aggregation below another is refused with 400; Elasticsearch fails with a null_pointer_exception",
}
