// As much of KQL as the UI needs: words, "phrases", field: value, field: (a or b), comparisons,
// wildcards, and, or, not, parentheses.

export class KqlError extends Error {
    constructor(message, offset, length) {
        super(message);
        this.position = { offset, length };
    }
}

// A predicate over events.
export function parse_kql(text) {
    const tokens = tokens_of(text);
    let at = 0;
    const peek = () => tokens[at];
    const is = (kind) => peek().kind === kind;
    const fail = (message) => {
        const token = peek();
        throw new KqlError(
            message,
            Buffer.byteLength(text.slice(0, token.from)),
            Math.max(1, token.text.length),
        );
    };
    if (is("end")) return () => true;
    const predicate = either();
    if (!is("end")) fail(`expected 'and', 'or' or the end, found '${peek().text}'`);
    return predicate;

    function either() {
        const parts = [both()];
        while (is("or")) {
            at += 1;
            parts.push(both());
        }
        return (event) => parts.some((part) => part(event));
    }
    function both() {
        const parts = [negation()];
        while (is("and")) {
            at += 1;
            parts.push(negation());
        }
        return (event) => parts.every((part) => part(event));
    }
    function negation() {
        if (!is("not")) return term();
        at += 1;
        const inner = negation();
        return (event) => !inner(event);
    }
    function term() {
        if (is("(")) {
            at += 1;
            const inner = either();
            if (!is(")")) fail("expected ')'");
            at += 1;
            return inner;
        }
        if (!is("word") && !is("phrase"))
            fail(`expected a field or a word, found '${peek().text || "the end"}'`);
        const word = tokens[at++];
        if (is(":")) {
            at += 1;
            return value_of(word.value);
        }
        if (is("compare")) {
            const sign = tokens[at++].text;
            if (!is("word") && !is("phrase")) fail(`expected a value after '${sign}'`);
            return compared(word.value, sign, tokens[at++].value);
        }
        const words = [word];
        while (is("word") && !["compare", ":"].includes(tokens[at + 1].kind))
            words.push(tokens[at++]);
        const test = matcher(words.map((one) => one.value).join(" "), false);
        return (event) => Object.values(event.fields).some((value) => test(value));
    }
    function value_of(field) {
        if (is("(")) {
            at += 1;
            const parts = [value_of(field)];
            while (is("or")) {
                at += 1;
                parts.push(value_of(field));
            }
            if (!is(")")) fail("expected ')'");
            at += 1;
            return (event) => parts.some((part) => part(event));
        }
        if (!is("word") && !is("phrase")) fail(`expected a value after '${field}:'`);
        const { value, kind } = tokens[at++];
        const test = matcher(value, field !== "message" || kind === "phrase");
        return (event) => {
            const found = event.fields[field];
            return found !== undefined && [found].flat().some(test);
        };
    }
}

function matcher(wanted, whole) {
    const pattern = wanted.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*");
    const test = new RegExp(whole ? `^${pattern}$` : pattern, "is");
    return (value) => test.test(typeof value === "object" ? (value.digits ?? "") : String(value));
}

function compared(field, sign, wanted) {
    return (event) => {
        const found = event.fields[field];
        if (found === undefined) return false;
        const [a, b] = isNaN(Number(wanted))
            ? [String(found), wanted]
            : [Number(found), Number(wanted)];
        return sign === ">" ? a > b : sign === "<" ? a < b : sign === ">=" ? a >= b : a <= b;
    };
}

function tokens_of(text) {
    const tokens = [];
    const pattern =
        /\s+|(?<phrase>"(?:[^"\\]|\\.)*")|(?<compare>[<>]=?)|(?<sign>[():])|(?<word>(?:[^\s():<>"\\]|\\.)+)/gsy;
    let from = 0;
    while (from < text.length) {
        pattern.lastIndex = from;
        const found = pattern.exec(text);
        if (!found) {
            throw new KqlError(
                "expected a closing '\"'",
                Buffer.byteLength(text.slice(0, from)),
                1,
            );
        }
        const { phrase, compare, sign, word } = found.groups;
        const token = { from, text: found[0] };
        if (phrase)
            tokens.push({
                ...token,
                kind: "phrase",
                value: phrase.slice(1, -1).replace(/\\(.)/g, "$1"),
            });
        else if (compare) tokens.push({ ...token, kind: "compare" });
        else if (sign) tokens.push({ ...token, kind: sign });
        else if (word && /^(and|or|not)$/i.test(word))
            tokens.push({ ...token, kind: word.toLowerCase() });
        else if (word) tokens.push({ ...token, kind: "word", value: word.replace(/\\(.)/g, "$1") });
        from = pattern.lastIndex;
    }
    return [...tokens, { kind: "end", from, text: "" }];
}
