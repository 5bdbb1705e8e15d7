// What can stand at a place of a KQL query that is being typed.

export interface QueryPlace {
    kind: "field" | "value" | "operator" | "conjunction" | "nothing";
    // Where the word that is being typed begins; with its opening quote.
    from: number;
    // What is typed of it, without quotes and escapes.
    typed: string;
    // Of a value or an operator.
    field: string;
}

interface Frame {
    // "values" within the brackets behind `field:`, "fields" within braces, "group" otherwise.
    kind: "group" | "values" | "fields";
    field: string;
}

const word = /^(?:\\(?:u[0-9a-fA-F]{4}|.)|[^\s():<>"{}\\])+/su;
const quoted = /^"(?:\\.|[^"\\])*"/su;

export function place_at(query: string, at: number): QueryPlace {
    const text = query.slice(0, at);
    const frames: Frame[] = [{ kind: "group", field: "" }];
    // What has to come next.
    let wants = "field" as QueryPlace["kind"];
    let field = "";
    const top = () => frames.at(-1) ?? { kind: "group", field: "" };
    const place = (kind: QueryPlace["kind"], from: number, typed: string): QueryPlace => ({
        ...{ kind, from, typed },
        field: kind === "value" || kind === "operator" ? field : "",
    });
    for (let from = 0; from < text.length;) {
        const rest = text.slice(from);
        const space = /^\s+/u.exec(rest)?.[0];
        if (space) {
            from += space.length;
            continue;
        }
        const sign = /^(?:[():{}]|[<>]=?)/u.exec(rest)?.[0];
        if (sign) {
            from += sign.length;
            if (sign === "(") {
                const values: boolean = wants === "value";
                frames.push(values ? { kind: "values", field } : { kind: "group", field: "" });
                wants = values ? "value" : "field";
            } else if (sign === "{") {
                frames.push({ kind: "fields", field: prefix_of(frames) + field });
                wants = "field";
            } else if (sign === ")" || sign === "}") {
                if (frames.length > 1) frames.pop();
                wants = "conjunction";
            } else wants = "value";
            continue;
        }
        const string = quoted.exec(rest)?.[0];
        if (string) {
            from += string.length;
            if (from === text.length && wants === "value") {
                return place("nothing", from, "");
            }
            wants = wants === "value" || wants === "conjunction" ? "conjunction" : "operator";
            field = unescaped(string.slice(1, -1));
            continue;
        }
        if (rest.startsWith('"')) {
            const kind = wants === "value" ? "value" : "nothing";
            return place(kind, from, unescaped(rest.slice(1)));
        }
        const typed = word.exec(rest)?.[0] ?? rest.slice(0, 1);
        const end = from + typed.length;
        if (end === text.length) {
            if (wants === "value") return place("value", from, unescaped(typed));
            const kind = wants === "field" ? "field" : "conjunction";
            return place(kind, from, unescaped(typed));
        }
        from = end;
        const plain = typed.toLowerCase();
        if (plain === "and" || plain === "or") {
            wants = top().kind === "values" ? "value" : "field";
            if (wants === "value") field = top().field;
        } else if (plain === "not" && wants !== "conjunction") {
            continue;
        } else if (wants === "value" || wants === "conjunction") {
            wants = "conjunction";
        } else {
            wants = "operator";
            field = unescaped(typed);
        }
    }
    const within = prefix_of(frames);
    if (wants === "value" && top().kind !== "values") field = within + field;
    return place(wants, text.length, "");
}

const prefix_of = (frames: Frame[]): string =>
    frames
        .filter((frame) => frame.kind === "fields")
        .map((frame) => frame.field + ".")
        .join("");

const unescaped = (text: string): string => text.replace(/\\(.)/gsu, "$1");
