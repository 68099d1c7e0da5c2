// What screen readers are told. One polite voice for progress, one assertive voice for errors.

let polite = $state('');
let assertive = $state('');

export const announcer = {
  get polite() {
    return polite;
  },
  get assertive() {
    return assertive;
  },
  say(text: string) {
    polite = again(polite, text);
  },
  alert(text: string) {
    assertive = again(assertive, text);
  },
};

/** Said twice, the same words must still differ, or the reader stays silent the second time. */
function again(before: string, text: string): string {
  return before === text ? `${text}\u00a0` : text;
}
