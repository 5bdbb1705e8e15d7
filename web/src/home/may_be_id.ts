// Whether a text can be an id of an order: ids are single words without the signs of a query.
// File names may hold blanks ("my model.stl").
export function may_be_id(text: string): boolean {
    if (text.length > 256 || /^\.{1,2}$/.test(text)) return false;
    return /^[^\s:*"()<>{}]+$/.test(text) || /^[^:*"()<>{}]+\.\w{1,5}$/.test(text);
}
