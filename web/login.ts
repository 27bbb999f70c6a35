/** The fragment says which picture is shown. No server ever gets it: the form's address carries it to the answer, and a
 *  redirection keeps it (Fetch 4.4). */
const form = document.querySelector("form");
if (form !== null) form.action = `/login${location.hash}`;
