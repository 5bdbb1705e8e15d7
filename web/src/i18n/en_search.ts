// The search page's tools.
export const en_search = {
    "search.wrap": "Wrap lines",
    "search.live": "Live",
    "search.live_title": "Show new events as they come",
    "search.live_stop": "Stop live",

    "table.column_menu": "Column {column}",
    "table.column_left": "Move left",
    "table.column_right": "Move right",
    "table.column_exists": "Only events with this field",
    "table.column_remove": "Remove the column",
    "table.column_width": "Width of the column {column}",

    "fields.title": "Fields",
    "fields.find": "Find a field",
    "fields.add": "Add the column {field}",
    "fields.remove": "Remove the column {field}",
    "fields.values": "Values of {field}",
    "fields.more": {
        one: "{count} more field: type a part of its name",
        other: "{count} more fields: type a part of a name",
    },
    "fields.none": "No such field",
    "fields.failed": "No fields: {message}",
    "facets.too_many": "too many different values",

    "export.title": "Export",
    "export.csv": "CSV, the columns shown",
    "export.ndjson": "NDJSON, events as they were sent",
    "export.note": "Every event found, not only those loaded. Times in {zone}.",

    "record.context": "Context",
    "record.trace": "All of this trace",
    "record.find_field": "Find a field",
    "record.more_fields": { one: "Show {count} more field", other: "Show {count} more fields" },
    "record.copy_value": "Copy the value",
    "record.more_text": {
        one: "Show the next {count} character",
        other: "Show the next {count} characters",
    },
    "record.json_cut": "The rest is left out here. Copy JSON has all of it.",

    "context.earlier": "Load earlier",
    "context.later": "Load later",
    "context.first": "Nothing earlier",
    "context.last": "Nothing later",
    "context.by": "Lines with the same",
    "context.lines": "Lines around the event",
    "context.open": "Open this event",
    "context.loading": "Loading the lines…",

    "tail.waiting": "Connecting…",
    "tail.live": "Live",
    "tail.paused": "Paused",
    "tail.lost": "Connection lost, trying again…",
    "tail.pause": "Pause",
    "tail.resume": "Resume",
    "tail.new": { one: "{count} new event", other: "{count} new events" },
    "tail.skipped": {
        one: "{count} event was left out: more came than could be shown",
        other: "{count} events were left out: more came than could be shown",
    },
    "tail.end": "Live shows the newest events. Stop it to see older ones.",
    "tail.none": "Waiting for an event that fits…",

    "histogram.keys":
        "Arrow keys move, Shift selects, Enter zooms, minus zooms out, Backspace undoes",
    "histogram.bar": "{time}, {events}",
    "histogram.selected": "selected: {from} to {to}",
    "histogram.undo": "Undo zoom",
} as const;
