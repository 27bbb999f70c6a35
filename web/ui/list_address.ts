import { SORTS, type Sort, type StudyQuery } from "./study_api.ts";

/** The list's search and order in the URL's fragment, which never reaches a server or a log. */
const DEFAULT_QUERY: StudyQuery = { search: "", sort: "date", descending: true };

export function queryFromFragment(fragment: string): StudyQuery {
  const parameters = new URLSearchParams(fragment.replace(/^#/, ""));
  const sort =
    SORTS.find((candidate) => candidate === parameters.get("sort")) ?? DEFAULT_QUERY.sort;
  const order = parameters.get("order");
  return {
    // A search longer than any name is a crafted link.
    search: (parameters.get("search") ?? "").slice(0, 200),
    sort,
    descending: order === "asc" ? false : order === "desc" ? true : startsDescending(sort),
  };
}

/** "" for the default query, else "#search=…&sort=…&order=…". */
export function fragmentOf(query: StudyQuery): string {
  const parameters = new URLSearchParams();
  if (query.search !== "") parameters.set("search", query.search);
  if (query.sort !== DEFAULT_QUERY.sort || query.descending !== DEFAULT_QUERY.descending) {
    parameters.set("sort", query.sort);
    parameters.set("order", query.descending ? "desc" : "asc");
  }
  const text = parameters.toString();
  return text === "" ? "" : `#${text}`;
}

/** The newest and the largest first; names from A. */
function startsDescending(sort: Sort): boolean {
  return sort === "date" || sort === "instances";
}

/** A click on the header of the column that is sorted turns the order round. */
export function sortedBy(query: StudyQuery, sort: Sort): StudyQuery {
  return {
    ...query,
    sort,
    descending: query.sort === sort ? !query.descending : startsDescending(sort),
  };
}
