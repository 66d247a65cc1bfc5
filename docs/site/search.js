// Search that works from disk: the index is a script, read when the search is first opened; no worker, no request.
document.addEventListener("DOMContentLoaded", () => {
  const MOST = 25, AROUND = 90, TITLE = 20, COUNTED = 5;
  const query = document.getElementById("mkdocs-search-query");
  const results = document.getElementById("mkdocs-search-results");

  function withIndex(then) {
    if (window.searchIndex) return then();
    const script = document.createElement("script");
    script.src = `${base_url}/search/index.js`;
    script.onload = then;
    document.head.append(script);
  }

  // A word without its ending: endings of two letters in Russian, the plural in English.
  function stem(word) {
    if (/[а-яё]/.test(word)) return word.length > 5 ? word.slice(0, -2) : word;
    return word.length > 4 ? word.replace(/s$/, "") : word;
  }

  function phrase(words) {
    return new RegExp(words.map((word) => word.source).join("\\s+"), "iu");
  }

  function isRussian(place) {
    return /\.ru\.html/.test(place);
  }

  function patterns(text) {
    const words = text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) || [];
    return words.map((word) => new RegExp(`(?<![\\p{L}\\p{N}])${stem(word)}[\\p{L}\\p{N}]*`, "giu"));
  }

  // How well a section answers: every word must be there, a word of the title counts most; pages in the language of
  // the page that is read come first.
  function score([place, page, title, text], words) {
    let sum = (TITLE / 2) * (isRussian(place) === document.documentElement.lang.startsWith("ru"));
    for (const word of words) {
      const times = Math.min((text.match(word) || []).length, COUNTED);
      const titled = TITLE * (title.search(word) >= 0) + (TITLE / 4) * (page.search(word) >= 0);
      if (!times && !titled) return 0;
      sum += times + titled;
    }
    return sum + TITLE * (text.search(phrase(words)) >= 0);
  }

  function marked(text, words) {
    const line = document.createElement("p"), at = Math.max(0, text.search(words[0]) - AROUND);
    let rest = (at ? "… " : "") + text.slice(at, at + 3 * AROUND) + (text.length > at + 3 * AROUND ? " …" : "");
    const any = new RegExp(words.map((word) => word.source).join("|"), "giu");
    for (const found of [...rest.matchAll(any)].reverse()) {
      const mark = document.createElement("mark");
      mark.textContent = found[0];
      line.prepend(mark, rest.slice(found.index + found[0].length));
      rest = rest.slice(0, found.index);
    }
    line.prepend(rest);
    return line;
  }

  function entry([place, page, title, text], words) {
    const item = document.createElement("article"), link = document.createElement("a");
    link.href = `${base_url}/${place}`;
    link.textContent = title === page ? page : `${page}: ${title}`;
    item.append(link, marked(text, words));
    return item;
  }

  function search() {
    const words = patterns(query.value);
    const found = words.length ? searchIndex.map((one) => [score(one, words), one]).filter(([points]) => points) : [];
    found.sort(([first], [second]) => second - first);
    results.replaceChildren(...found.slice(0, MOST).map(([, one]) => entry(one, words)));
    if (words.length && !found.length) results.textContent = results.dataset.noResultsText;
  }

  query.addEventListener("input", () => withIndex(search));
  query.form.addEventListener("submit", (event) => event.preventDefault());
  const asked = new URLSearchParams(window.location.search).get("q");
  if (asked) {
    query.value = asked;
    withIndex(search);
  }
});
