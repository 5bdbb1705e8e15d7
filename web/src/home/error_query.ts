// What counts as an error, in KQL.
export const error_query = "level >= error";
